"""A program run for its first trial alone: the bits of the reference back end."""

import pytest

from mcdesk.engine.backends import run_one_trial
from mcdesk.engine.backends.backend import ChunkRequest
from mcdesk.engine.backends.reference import ReferenceBackend
from tests.unit.engine.backends.random_programs import RandomProgram
from tests.unit.engine.backends.same_bits import assert_same


@pytest.mark.parametrize("seed", range(12))
def test_that_random_programs_have_the_bits_of_the_reference(seed: int) -> None:
    program = RandomProgram(seed).program()
    arrays = tuple(range(len(program.slots)))

    found = run_one_trial(program, arrays)

    assert found is not None
    assert_same(found, ReferenceBackend(program, ()).run(ChunkRequest(0, 0, 1, arrays)))


def test_that_there_is_nothing_where_there_is_no_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mcdesk.engine.backends.cpu_backend_name", lambda: "reference")

    assert run_one_trial(RandomProgram(0).program(), (0,)) is None
