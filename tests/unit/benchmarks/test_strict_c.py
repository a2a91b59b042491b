"""The C text that the benchmarks compare with: the bits of the reference, for every instruction."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from mcdesk.engine.backends.backend import ChunkRequest, SlotValues
from mcdesk.engine.backends.reference import ReferenceBackend
from tests.benchmarks.strict_c import StrictC, has_gcc
from tests.unit.engine.backends.random_programs import RandomProgram

pytestmark = pytest.mark.skipif(not has_gcc(), reason="gcc is not installed")


def _bits(slots: Mapping[int, SlotValues]) -> list[bytes]:
    """The bits of all arrays, all values that are no numbers taken for one."""
    plain = [
        np.where(np.isnan(each), np.nan, each) if each.dtype == np.float64 else each
        for each in slots.values()
    ]
    return [each.tobytes() for each in plain]


@pytest.mark.parametrize("seed", range(4))
def test_that_random_programs_have_the_bits_of_the_reference(seed: int, tmp_path: Path) -> None:
    made = RandomProgram(seed)
    program, wanted = made.program(), tuple(made.arrays)
    request = ChunkRequest(2**63 + 9, 5, 83, wanted)

    found = StrictC(program, wanted, tmp_path, lanes=16, longest=20).run(request)

    assert _bits(found) == _bits(ReferenceBackend(program, ()).run(request))
