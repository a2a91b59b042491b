"""On a real GPU: the bits of the reference. Skipped, with the reason, where there is none."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from mcdesk.engine.backends import cuda_obstacles
from mcdesk.engine.backends.backend import ChunkRequest, SlotEvaluator
from mcdesk.engine.backends.cuda import CudaBackend
from mcdesk.engine.backends.reference import ReferenceBackend
from mcdesk.engine.ir import Program
from mcdesk.engine.sampling.sampler import Sampling
from tests.benchmark_models import BENCH
from tests.benchmark_programs import benchmark_program, wanted_arrays
from tests.closed_forms import CLOSED_FORMS, ClosedForm, program_of
from tests.unit.engine.backends.random_programs import RandomProgram
from tests.unit.engine.backends.same_bits import assert_same

_OBSTACLE = next(cuda_obstacles(), None)
pytestmark = [pytest.mark.slow, pytest.mark.skipif(_OBSTACLE is not None, reason=_OBSTACLE or "")]


def _assert_same_on_gpu(program: Program, evaluators: Sequence[SlotEvaluator], request: ChunkRequest) -> None:
    reference = ReferenceBackend(program, evaluators)
    backend = CudaBackend(program, evaluators, lambda: reference)

    found = backend.run(request)

    assert backend.warnings == ()
    assert_same(found, reference.run(request))


@pytest.mark.parametrize("seed", range(40))
def test_that_random_programs_have_the_bits_of_the_reference(seed: int) -> None:
    made = RandomProgram(seed)

    _assert_same_on_gpu(made.program(), (), ChunkRequest(2**63 + 9, 5, 1_000, tuple(made.arrays)))


@pytest.mark.parametrize("sampling", list(Sampling), ids=lambda each: each.value)
@pytest.mark.parametrize("model", CLOSED_FORMS, ids=lambda each: each.name)
def test_that_models_have_the_bits_of_the_reference(
    model: ClosedForm, sampling: Sampling, tmp_path: Path
) -> None:
    simulated = program_of(model, tmp_path, sampling, 20_000)

    _assert_same_on_gpu(
        simulated.program, simulated.evaluators, ChunkRequest(7, 300, 15_000, wanted_arrays(simulated))
    )


@pytest.mark.skipif(not BENCH.is_dir(), reason="the benchmark models are not beside this repository")
@pytest.mark.parametrize("name", ["A", "B", "C"])
def test_that_benchmark_models_have_the_bits_of_the_reference(name: str) -> None:
    simulated = benchmark_program(name)

    _assert_same_on_gpu(simulated.program, (), ChunkRequest(1, 0, 8_192, wanted_arrays(simulated)))


def test_that_a_billionth_trial_is_the_same_in_any_chunk() -> None:
    made = RandomProgram(1)
    program, wanted = made.program(), tuple(made.arrays)
    backend = CudaBackend(program, (), lambda: ReferenceBackend(program, ()))

    whole = backend.run(ChunkRequest(3, 10**9, 100_000, wanted))
    last = backend.run(ChunkRequest(3, 10**9 + 99_999, 1, wanted))

    assert_same(last, {array: values[:, -1:] for array, values in whole.items()})
