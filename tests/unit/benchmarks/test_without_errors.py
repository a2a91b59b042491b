"""Programs as if no trial could fail: the numbers stay, what tells errors goes."""

from pathlib import Path

import numpy as np
import pytest

from mcdesk.engine.backends.backend import ChunkRequest
from mcdesk.engine.backends.reference import ReferenceBackend
from mcdesk.engine.ir import Op, Program, Type, program_instructions
from mcdesk.engine.sampling.sampler import Sampling
from tests.benchmarks.without_errors import without_errors
from tests.closed_forms import CLOSED_FORMS, ClosedForm, program_of


def _count_of_errors(program: Program) -> int:
    return sum(each.op is Op.ERROR_CODE or each.type is Type.ERROR for each in program_instructions(program))


@pytest.mark.parametrize("model", CLOSED_FORMS, ids=lambda each: each.name)
def test_that_numbers_stay_and_errors_go(model: ClosedForm, tmp_path: Path) -> None:
    compiled = program_of(model, tmp_path, Sampling.PLAIN, 1_000)
    wanted = tuple({each.array for each in (*compiled.inputs, *compiled.outputs)})
    request = ChunkRequest(3, 0, 500, wanted)

    lenient = without_errors(compiled.program)

    found = ReferenceBackend(lenient, ()).run(request)
    expected = ReferenceBackend(compiled.program, ()).run(request)
    assert all(np.array_equal(found[array], expected[array]) for array in wanted)
    assert _count_of_errors(lenient) == 0
