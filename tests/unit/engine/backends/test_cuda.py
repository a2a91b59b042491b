"""The CUDA back end over a device that g++ plays: the bits of the reference, whatever the device does."""

import hashlib
import sys
import threading
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from mcdesk.engine.backends import launch_pace
from mcdesk.engine.backends.backend import ChunkRequest, SlotEvaluator, SlotValues
from mcdesk.engine.backends.cuda import CudaBackend
from mcdesk.engine.backends.cuda_layout import TILE_TRIALS, MemoryLayout
from mcdesk.engine.backends.launch_pace import LaunchPace
from mcdesk.engine.backends.reference import ReferenceBackend
from mcdesk.engine.backends.tiered import TieredBackend
from mcdesk.engine.ir import Program
from mcdesk.engine.sampling.sampler import Sampling
from mcdesk.engine.simulation_types import SimulationProgram
from mcdesk.foundation.cancellation import Cancelled, CancelToken
from mcdesk.foundation.errors import RunFailed
from tests.benchmark_programs import quick_kernels, wanted_arrays
from tests.closed_forms import CLOSED_FORMS, ClosedForm, program_of
from tests.fake_cupy import POOL_UNIT_BYTES, FakeCupy, FakeRuntimeError
from tests.host_cuda import COMPILER, compile_for_host
from tests.unit.engine.backends.evaluated_program import evaluate, with_evaluator
from tests.unit.engine.backends.same_bits import assert_same

pytestmark = pytest.mark.skipif(COMPILER is None, reason="g++ is not installed")

_TRIALS = 1_000


@pytest.fixture(scope="module")
def compile_text(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    folder = tmp_path_factory.mktemp("kernels")

    def compiled(text: str) -> Path:
        library = folder / f"{hashlib.sha256(text.encode()).hexdigest()}.so"
        if not library.exists():
            compile_for_host(text, library)
        return library

    return compiled


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> SimulationProgram:
    return program_of(CLOSED_FORMS[-1], tmp_path_factory.mktemp("model"), Sampling.PLAIN, _TRIALS)


class _Machine:
    """Opens back ends whose device is CuPy's double."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, compile_text: Callable[[str], Path]) -> None:
        self._monkeypatch = monkeypatch
        self._compile_text = compile_text

    def backend(
        self,
        program: Program,
        cupy: FakeCupy | None,
        evaluators: tuple[SlotEvaluator, ...] = (),
        compile_text: Callable[[str], Path] | None = None,
        memory_bytes: int | None = None,
    ) -> CudaBackend:
        self._monkeypatch.setitem(sys.modules, "cupy", cupy)
        return CudaBackend(
            program,
            evaluators,
            lambda: ReferenceBackend(program, evaluators),
            compile_text or self._compile_text,
            memory_bytes,
        )


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, compile_text: Callable[[str], Path]) -> _Machine:
    return _Machine(monkeypatch, compile_text)


def _request(simulated: SimulationProgram, first: int = 0, count: int = _TRIALS) -> ChunkRequest:
    return ChunkRequest(2**63 + 5, first, count, wanted_arrays(simulated))


def _expected(simulated: SimulationProgram, request: ChunkRequest) -> dict[int, SlotValues]:
    return ReferenceBackend(simulated.program, simulated.evaluators).run(request)


def _layout(simulated: SimulationProgram) -> MemoryLayout:
    return quick_kernels(simulated).layout


def test_that_chunks_change_nothing(machine: _Machine, simulated: SimulationProgram) -> None:
    whole = _expected(simulated, _request(simulated))

    for cuts in ((0, _TRIALS), (0, 1, 128, 129, _TRIALS)):
        backend = machine.backend(simulated.program, FakeCupy())
        parts = [backend.run(_request(simulated, a, b - a)) for a, b in pairwise(cuts)]
        assert_same(
            {array: np.concatenate([part[array] for part in parts], axis=1) for array in whole}, whole
        )
        assert (backend.name, backend.warnings) == ("cuda", ())


def test_that_launches_grow_and_change_nothing(
    machine: _Machine, simulated: SimulationProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launch_pace, "FIRST_TILES", 1)
    cupy = FakeCupy()
    request = _request(simulated)

    found = machine.backend(simulated.program, cupy).run(request)

    assert_same(found, _expected(simulated, request))
    assert cupy.tiles_by_launch[:2] == [1, 2]
    assert sum(cupy.tiles_by_launch) == -(-_TRIALS // TILE_TRIALS)


def test_that_a_chunk_is_halved_until_it_fits(machine: _Machine, simulated: SimulationProgram) -> None:
    layout = _layout(simulated)
    # room for three of eight tiles
    cupy = FakeCupy(layout.table_bytes + 3 * (layout.kept_bytes + layout.scratch_bytes) + 64)
    backend, request = machine.backend(simulated.program, cupy), _request(simulated)

    assert_same(backend.run(request), _expected(simulated, request))

    assert cupy.tiles_by_launch == [2, 2, 2, 2]
    assert backend.warnings == ()


def test_that_no_more_memory_is_taken_than_granted(machine: _Machine, simulated: SimulationProgram) -> None:
    layout, cupy = _layout(simulated), FakeCupy()
    # tables, kept arrays and scratch are three pieces, each of which the pool rounds up
    granted = layout.table_bytes + 3 * (layout.kept_bytes + layout.scratch_bytes) + 3 * POOL_UNIT_BYTES
    backend, request = machine.backend(simulated.program, cupy, memory_bytes=granted), _request(simulated)

    assert_same(backend.run(request), _expected(simulated, request))

    assert cupy.tiles_by_launch == [3, 3, 2]
    assert [pool.most_used <= granted for pool in cupy.pools] == [True]


def test_that_the_pool_of_the_device_holds_to_what_was_granted(
    machine: _Machine, simulated: SimulationProgram
) -> None:
    layout, cupy = _layout(simulated), FakeCupy()
    # the tables do not fit
    backend = machine.backend(simulated.program, cupy, memory_bytes=layout.table_bytes - 1)
    request = _request(simulated)

    assert_same(backend.run(request), _expected(simulated, request))

    assert cupy.tiles_by_launch == []
    assert "limit set to" in backend.warnings[0]


def test_that_each_program_has_a_pool_of_its_own_and_gives_it_back(
    machine: _Machine, simulated: SimulationProgram
) -> None:
    cupy = FakeCupy()
    backends = [machine.backend(simulated.program, cupy, memory_bytes=1 << 20) for _ in range(2)]

    for backend in backends:
        backend.run(_request(simulated))
    used = [pool.used_bytes() for pool in cupy.pools]
    for backend in backends:
        backend.close()

    assert [each > 0 for each in used] == [True, True]
    assert [pool.used_bytes() for pool in cupy.pools] == [0, 0]


def test_that_memory_of_the_threads_counts_too(machine: _Machine, simulated: SimulationProgram) -> None:
    failures = iter([FakeRuntimeError(2, "CUDA_ERROR_OUT_OF_MEMORY: out of memory")])

    def fail_once(number: int) -> None:
        for failure in failures:
            raise failure

    cupy = FakeCupy(before_launch=fail_once)
    backend, request = machine.backend(simulated.program, cupy), _request(simulated)

    assert_same(backend.run(request), _expected(simulated, request))

    assert cupy.tiles_by_launch == [4, 4]
    assert backend.warnings == ()


def test_that_the_cpu_goes_on_where_a_tile_does_not_fit(
    machine: _Machine, simulated: SimulationProgram
) -> None:
    cupy = FakeCupy(_layout(simulated).table_bytes + 8)
    backend, request = machine.backend(simulated.program, cupy), _request(simulated)

    assert_same(backend.run(request), _expected(simulated, request))

    assert len(backend.warnings) == 1
    assert "too little free memory" in backend.warnings[0]


def test_that_the_cpu_goes_on_where_the_gpu_is_lost(machine: _Machine, simulated: SimulationProgram) -> None:
    def lose(number: int) -> None:
        if number == 1:
            raise FakeRuntimeError(719, "cudaErrorLaunchFailure:\nunspecified launch failure")

    cupy = FakeCupy(before_launch=lose)
    backend = machine.backend(simulated.program, cupy)

    for first in (0, 500, 700):
        request = _request(simulated, first, 200)
        assert_same(backend.run(request), _expected(simulated, request))

    assert len(cupy.tiles_by_launch) == 1
    (warning,) = backend.warnings
    assert warning == (
        "The CPU went on, with the same results, where the GPU could not."
        " The GPU failed: cudaErrorLaunchFailure: unspecified launch failure"
    )


def test_that_the_cpu_goes_on_without_cupy(machine: _Machine, simulated: SimulationProgram) -> None:
    backend, request = machine.backend(simulated.program, None), _request(simulated)

    assert_same(backend.run(request), _expected(simulated, request))

    assert "CuPy cannot be loaded" in backend.warnings[0]


def test_that_the_cpu_goes_on_where_the_text_cannot_be_compiled(
    machine: _Machine, simulated: SimulationProgram
) -> None:
    def refuse(text: str) -> Path:
        raise RunFailed("NVRTC cannot compile the program for sm_90: error")

    backend = machine.backend(simulated.program, FakeCupy(), compile_text=refuse)
    request = _request(simulated)

    assert_same(backend.run(request), _expected(simulated, request))

    assert "NVRTC cannot compile" in backend.warnings[0]


def test_that_a_damaged_file_is_compiled_anew_next_time(
    machine: _Machine, simulated: SimulationProgram, tmp_path: Path
) -> None:
    damaged = tmp_path / "kernels.cubin"
    damaged.write_bytes(b"nothing")
    backend = machine.backend(simulated.program, FakeCupy(), compile_text=lambda text: damaged)

    backend.build(wanted_arrays(simulated))

    assert not damaged.exists()
    assert "INVALID_IMAGE" in backend.warnings[0]


def test_that_a_fault_of_ours_is_not_taken_for_the_gpu_s(
    machine: _Machine, simulated: SimulationProgram
) -> None:
    def fail(text: str) -> Path:
        raise ZeroDivisionError

    backend = machine.backend(simulated.program, FakeCupy(), compile_text=fail)

    with pytest.raises(ZeroDivisionError):
        backend.run(_request(simulated))


def test_that_a_cancel_is_seen_between_launches(
    machine: _Machine, simulated: SimulationProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launch_pace, "FIRST_TILES", 1)
    token = CancelToken()
    cupy = FakeCupy(before_launch=lambda number: token.cancel())
    backend = machine.backend(simulated.program, cupy)

    with pytest.raises(Cancelled):
        backend.run(_request(simulated), token)

    assert len(cupy.tiles_by_launch) == 1


def test_that_the_gpu_takes_over_from_the_first_trials(
    machine: _Machine, simulated: SimulationProgram
) -> None:
    cuda = machine.backend(simulated.program, FakeCupy())
    tiered = TieredBackend(simulated.program, (), expected_trials=10**9, compiled=cuda)
    request = _request(simulated)
    names = [tiered.name]

    for _ in range(2):
        assert_same(tiered.run(request), _expected(simulated, request))
        assert tiered._thread is not None
        tiered._thread.join()
        names.append(tiered.name)

    assert names == ["cpu", "cuda", "cuda"]


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


def test_that_a_cancel_does_not_wait_for_the_compiler(
    machine: _Machine,
    simulated: SimulationProgram,
    compile_text: Callable[[str], Path],
    gate: threading.Event,
) -> None:
    token = CancelToken()

    def compile_slowly(text: str) -> Path:
        token.cancel()
        gate.wait()
        return compile_text(text)

    backend = machine.backend(simulated.program, FakeCupy(), compile_text=compile_slowly)

    with pytest.raises(Cancelled):
        backend.run(_request(simulated), token)


_OVERFLOWING = ClosedForm(
    "overflow", {"A1": 0.0, "B1": "=IF(A1>7.5,EXP(A1*100),A1)*2"}, {"A1": "uniform(0, 8)"}, 0.0
)


def test_that_trials_in_doubt_are_run_again_as_they_are(
    machine: _Machine, compile_text: Callable[[str], Path], tmp_path: Path
) -> None:
    texts: list[str] = []

    def compiled(text: str) -> Path:
        texts.append(text)
        return compile_text(text)

    simulated = program_of(_OVERFLOWING, tmp_path, Sampling.PLAIN, _TRIALS)
    backend = machine.backend(simulated.program, FakeCupy(), compile_text=compiled)
    requests = [_request(simulated, first, 500) for first in (0, 500)]
    expected = [_expected(simulated, request) for request in requests]
    (output,) = simulated.outputs
    assert expected[0][output.error_array].any()

    for request, values in zip(requests, expected, strict=True):
        assert_same(backend.run(request), values)

    assert len(texts) == 2
    assert backend.warnings == ()


@pytest.mark.parametrize("count", [1, 128, 300])
@pytest.mark.parametrize("capacity", [1 << 30, 2 * 6 * 8 * TILE_TRIALS + 64])
def test_that_evaluated_stages_see_and_leave_their_trials(
    machine: _Machine, capacity: int, count: int
) -> None:
    program, out = with_evaluator()
    request = ChunkRequest(1, 40, count, (out,))

    found = machine.backend(program, FakeCupy(capacity), (evaluate,)).run(request)

    assert_same(found, ReferenceBackend(program, (evaluate,)).run(request))


def test_that_a_slow_launch_makes_the_next_one_shorter() -> None:
    pace = LaunchPace()

    pace.learn(64, 1.0)

    assert pace.tiles == 1


def test_that_a_launch_of_the_right_length_stays() -> None:
    pace = LaunchPace()
    for seconds in (0.001, 0.005, 0.02):
        pace.learn(pace.tiles, seconds)

    assert pace.tiles == 4 * launch_pace.FIRST_TILES


def test_that_the_rest_of_a_chunk_says_nothing_about_longer_launches() -> None:
    pace = LaunchPace()

    pace.learn(3, 0.0001)

    assert pace.tiles == launch_pace.FIRST_TILES
