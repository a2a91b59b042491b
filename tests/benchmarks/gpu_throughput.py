"""Trials a second of the benchmark models on a GPU, beside its limits.

python -m tests.benchmarks.gpu_throughput [--rounds 20] [names of models]

The kernels alone are timed, and the whole way to arrays on this side; shares are of what the device's clock,
its FP64 units and its memory allow at most.
"""

import argparse
import time
from collections.abc import Iterable

from mcdesk.engine.backends import cuda_obstacles
from mcdesk.engine.backends.backend import ChunkRequest
from mcdesk.engine.backends.cuda import CudaBackend
from mcdesk.engine.backends.cuda_device import CudaDevice
from mcdesk.engine.backends.cuda_layout import TILE_TRIALS
from mcdesk.engine.backends.reference import ReferenceBackend
from mcdesk.engine.ir import CompiledStage, Loop, Op, Program, Statement
from tests.benchmark_programs import benchmark_program, quick_kernels, wanted_arrays

_TRIALS = 1 << 20
_SIMPLE = {Op.ADD, Op.SUB, Op.MUL, Op.FMA, Op.MIN, Op.MAX, Op.LT, Op.LE, Op.EQ, Op.FLOOR, Op.TO_NUMBER}
_STEPS_OF_A_DIVISION = 10  # division and square root are Newton's iterations
_LANES_BY_ARCHITECTURE = {75: 2, 80: 32, 86: 2, 87: 2, 89: 2, 90: 64, 100: 64, 103: 2, 120: 2, 121: 2}


def main() -> None:
    """Print a row for each model."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("names", nargs="*", default=["A", "B", "C"])
    options = parser.parse_args()
    obstacle = next(cuda_obstacles(), None)
    if obstacle is not None:
        print(f"Nothing is measured: {obstacle}")
        return
    steps_limit, bytes_limit = limits()
    print("| model | kernels, trials/s | with arrays, trials/s | share of FP64 | share of bandwidth |")
    print("|---|---|---|---|---|")
    for name in options.names:
        kernels, whole = measured(name, options.rounds)
        text = quick_kernels(benchmark_program(name))
        layout = text.layout
        bytes_per_trial = (layout.kept_bytes + 2 * layout.scratch_bytes) / TILE_TRIALS
        shares = (
            kernels * fp64_steps(text.program) / steps_limit if steps_limit else None,
            kernels * bytes_per_trial / bytes_limit if bytes_limit else None,
        )
        told = " | ".join("no data" if share is None else f"{share:.1%}" for share in shares)
        print(f"| {name} | {kernels:.3g} | {whole:.3g} | {told} |", flush=True)


def measured(name: str, rounds: int) -> tuple[float, float]:
    """Trials a second of the kernels alone, and up to arrays on this side; the median of the rounds."""
    simulated = benchmark_program(name)
    backend = CudaBackend(simulated.program, (), lambda: ReferenceBackend(simulated.program, ()))
    wanted = wanted_arrays(simulated)
    seconds_in_kernels: list[float] = []
    launch = CudaDevice.launch

    def timed_launch(device: CudaDevice, *arguments: object) -> None:
        began = time.perf_counter()
        launch(device, *arguments)
        seconds_in_kernels.append(time.perf_counter() - began)

    CudaDevice.launch = timed_launch
    try:
        # the length of a launch is learnt first
        for number in range(5):
            backend.run(ChunkRequest(1, number * _TRIALS, _TRIALS, wanted))
        figures: list[tuple[float, float]] = []
        for number in range(rounds):
            seconds_in_kernels.clear()
            began = time.perf_counter()
            backend.run(ChunkRequest(1, number * _TRIALS, _TRIALS, wanted))
            figures.append((_TRIALS / sum(seconds_in_kernels), _TRIALS / (time.perf_counter() - began)))
    finally:
        CudaDevice.launch = launch
    if backend.warnings:
        raise SystemExit(backend.warnings[0])
    kernels, whole = (sorted(each)[rounds // 2] for each in zip(*figures, strict=True))
    return kernels, whole


def limits() -> tuple[float | None, float | None]:
    """FP64 instructions of a lane, and bytes of memory, a second; None where the device does not tell."""
    import cupy

    told = cupy.cuda.runtime.getDeviceProperties(0)
    lanes = _LANES_BY_ARCHITECTURE.get(int(cupy.cuda.Device(0).compute_capability))
    kilohertz, memory_kilohertz = told.get("clockRate", 0), told.get("memoryClockRate", 0)
    steps = told["multiProcessorCount"] * kilohertz * 1e3 * lanes if lanes and kilohertz else None
    return steps, 2 * memory_kilohertz * 1e3 * told.get("memoryBusWidth", 0) / 8 or None


def fp64_steps(program: Program) -> int:
    """FP64 instructions of one trial, estimated from the program."""
    return sum(_steps(stage.body) for stage in program.stages if isinstance(stage, CompiledStage))


def _steps(body: Iterable[Statement]) -> int:
    total = 0
    for statement in body:
        if isinstance(statement, Loop):
            total += statement.count * _steps(statement.body)
        elif statement.op in (Op.DIV, Op.SQRT):
            total += _STEPS_OF_A_DIVISION
        elif statement.op in _SIMPLE:
            total += 1
    return total


if __name__ == "__main__":
    main()
