"""CUDA text compiled for this processor: the bits of the reference, whatever the program."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from mcdesk.engine.backends import cuda_layout
from mcdesk.engine.backends.backend import ChunkRequest
from mcdesk.engine.backends.cuda_layout import MOST_LOCAL_BYTES
from mcdesk.engine.backends.cuda_text import ProgramKernels, cuda_text, program_kernels
from mcdesk.engine.backends.reference import ReferenceBackend
from mcdesk.engine.builder import ProgramDraft, StageBuilder
from mcdesk.engine.ir import Affine, Program, SlotAccess, Table, Type
from mcdesk.engine.sampling.sampler import Sampling
from tests.benchmark_models import BENCH
from tests.benchmark_programs import benchmark_program, wanted_arrays
from tests.closed_forms import CLOSED_FORMS, ClosedForm, program_of
from tests.host_cuda import COMPILER, HostModule, compile_for_host
from tests.unit.engine.backends.random_programs import RandomProgram
from tests.unit.engine.backends.same_bits import assert_same

needs_compiler = pytest.mark.skipif(COMPILER is None, reason="g++ is not installed")
_RANDOM = 40


class _Compiled:
    """Several programs in one library: g++ starts but once."""

    def __init__(self, programs: Sequence[tuple[Program, tuple[int, ...]]], folder: Path) -> None:
        self._programs = [program for program, _ in programs]
        self._kernels: list[ProgramKernels] = []
        with pytest.MonkeyPatch.context() as patch:
            for number, (program, wanted) in enumerate(programs):
                # without room in the threads the small arrays go the way of the large ones
                patch.setattr(cuda_layout, "MOST_LOCAL_BYTES", MOST_LOCAL_BYTES * (number % 2))
                self._kernels.append(program_kernels(program, wanted, f"p{number}_"))
        library = folder / "programs.so"
        texts = (text for kernels in self._kernels for text in kernels.text_by_group.values())
        compile_for_host(cuda_text(texts), library)
        self._module = HostModule(library)

    def assert_same_as_reference(self, number: int, request: ChunkRequest) -> None:
        program = self._programs[number]
        found = self._module.run(self._kernels[number], request)
        assert_same(found, ReferenceBackend(program, ()).run(request))


@pytest.fixture(scope="module")
def random_programs() -> list[tuple[Program, tuple[int, ...]]]:
    made = [RandomProgram(seed) for seed in range(_RANDOM)]
    return [(each.program(), tuple(each.arrays)) for each in made]


@pytest.fixture(scope="module")
def compiled_random(
    random_programs: list[tuple[Program, tuple[int, ...]]], tmp_path_factory: pytest.TempPathFactory
) -> _Compiled:
    return _Compiled(random_programs, tmp_path_factory.mktemp("random"))


@needs_compiler
@pytest.mark.parametrize("seed", range(_RANDOM))
def test_that_random_programs_have_the_bits_of_the_reference(
    seed: int, compiled_random: _Compiled, random_programs: list[tuple[Program, tuple[int, ...]]]
) -> None:
    wanted = random_programs[seed][1]

    compiled_random.assert_same_as_reference(seed, ChunkRequest(2**63 + 9, 5, 300, wanted))


def _wanted_of(
    model: ClosedForm, folder: Path, sampling: Sampling, trials: int = 2_000
) -> tuple[Program, tuple[int, ...]]:
    simulated = program_of(model, folder, sampling, trials)
    return simulated.program, wanted_arrays(simulated)


@needs_compiler
@pytest.mark.parametrize("sampling", list(Sampling), ids=lambda each: each.value)
def test_that_models_have_the_bits_of_the_reference(sampling: Sampling, tmp_path: Path) -> None:
    programs = [_wanted_of(model, tmp_path, sampling) for model in CLOSED_FORMS]

    compiled = _Compiled(programs, tmp_path)

    for number, (_, wanted) in enumerate(programs):
        compiled.assert_same_as_reference(number, ChunkRequest(7, 300, 700, wanted))


@needs_compiler
def test_that_long_runs_are_sampled_as_the_reference_does(tmp_path: Path) -> None:
    cases = [
        (sampling, trials)
        for sampling in (Sampling.LATIN_HYPERCUBE, Sampling.SOBOL)
        for trials in (16_384, 20_003)
    ]
    programs = [_wanted_of(CLOSED_FORMS[0], tmp_path, *case) for case in cases]

    compiled = _Compiled(programs, tmp_path)

    for number, (_, wanted) in enumerate(programs):
        compiled.assert_same_as_reference(number, ChunkRequest(2**63 + 5, 3_701, 300, wanted))


@needs_compiler
@pytest.mark.skipif(not BENCH.is_dir(), reason="the benchmark models are not beside this repository")
def test_that_a_benchmark_model_has_the_bits_of_the_reference(tmp_path: Path) -> None:
    simulated = benchmark_program("A")
    wanted = wanted_arrays(simulated)

    compiled = _Compiled([(simulated.program, wanted)], tmp_path)

    compiled.assert_same_as_reference(0, ChunkRequest(1, 0, 500, wanted))


@needs_compiler
def test_that_constants_at_the_edges_keep_their_bits(tmp_path: Path) -> None:
    draft = ProgramDraft()
    ops = StageBuilder(draft)
    numbers = (0.0, -0.0, 5e-324, -1.7976931348623157e308, 0.1, math.inf, -math.inf, math.nan)
    integers = (0, -1, 2**63 - 1, -(2**63), 2**62)
    arrays = (draft.slot_array(Type.NUMBER, len(numbers)), draft.slot_array(Type.INTEGER, len(integers)))
    for place, number in enumerate(numbers):
        ops.write_slot(SlotAccess(arrays[0], Affine(place)), ops.number(number))
    for place, integer in enumerate(integers):
        ops.write_slot(SlotAccess(arrays[1], Affine(place)), ops.integer(integer))
    ops.finish("constants")

    compiled = _Compiled([(draft.program(), arrays)], tmp_path)

    compiled.assert_same_as_reference(0, ChunkRequest(1, 0, 3, arrays))


def _looked_up(values: Sequence[float]) -> tuple[Program, tuple[int, ...]]:
    draft = ProgramDraft()
    ops = StageBuilder(draft)
    out = draft.slot_array(Type.NUMBER, 1)
    index = ops.iclamp(ops.trial(), 0, len(values) - 1)
    found = ops.read_table(Table(Type.NUMBER, np.array(values)), index)
    ops.write_slot(SlotAccess(out, Affine(0)), found)
    ops.finish("look-up")
    return draft.program(), (out,)


def test_that_the_values_of_tables_are_not_in_the_text() -> None:
    one, other = (program_kernels(*_looked_up(values)) for values in ((1.5, 2.5), (3.5, 4.5)))

    assert one.text_by_group == other.text_by_group


def test_that_nothing_is_left_to_the_compiler_to_contract() -> None:
    made = RandomProgram(3)

    text = cuda_text(program_kernels(made.program(), made.arrays).text_by_group.values())

    arithmetic = [line for line in text.splitlines() if line.strip().startswith("const double")]
    assert arithmetic
    assert not [line for line in arithmetic if any(sign in line for sign in (" * ", " / ", " - "))]
