"""Measures what each stage of a run costs, from the workbook's file to the statistics.

python -m tests.benchmarks.stage_costs [--models ABC] [--rounds 3] [--trials 1000000]
"""

import argparse
import statistics
import time
from collections.abc import Iterable, Mapping, Sequence
from functools import partial

import numpy as np

from mcdesk.engine.backends.backend import ChunkRequest, SlotValues
from mcdesk.engine.backends.cpu import CpuBackend
from mcdesk.engine.backends.llvm_machine import this_machine
from mcdesk.engine.ir import CompiledStage, Loop, Program, Statement
from mcdesk.engine.program_prefix import program_prefix
from mcdesk.engine.simulation import Simulation
from mcdesk.engine.simulation_types import SimulationPlan
from mcdesk.foundation.cancellation import CancelToken
from tests.benchmarks.bench_program import SEED, BenchProgram, arrays_of, read_bench_program
from tests.benchmarks.compile_times import measured
from tests.benchmarks.interleaved import Contender, cpu_seconds, nanoseconds_per_trial
from tests.benchmarks.without_errors import without_errors

# trials of a chunk: small enough that the inputs of all trials stay in the cache
_CHUNK = 4_096
_RECORDED = 16_384
_SECONDS = 0.25
_PREPARING = ("read", "build", "compile")
_CODES = ("machine code as every run begins", "as runs of middle length go on", "as long runs do")


def main() -> None:
    """Print three tables with a row for each model."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--models", default="ABC")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--trials", type=int, default=1_000_000)
    options = parser.parse_args()
    programs = [read_bench_program(name) for name in options.models]
    print_preparation(programs, options.rounds)
    print_running(programs, options.rounds, options.trials)
    print_instructions(programs)


def print_preparation(programs: Sequence[BenchProgram], rounds: int) -> None:
    """CPU time before the first trial."""
    titles = (*_PREPARING, *_CODES)
    print(f"| CPU milliseconds, once | {' | '.join(titles)} |\n|---|{'---:|' * len(titles)}")
    for program in programs:
        runs = [_preparation(program) for _ in range(rounds)]
        medians = [statistics.median(each) for each in zip(*runs, strict=True)]
        print(f"| {program.name} | {' | '.join(f'{1000 * each:,.0f}' for each in medians)} |", flush=True)


def print_running(programs: Sequence[BenchProgram], rounds: int, trials: int) -> None:
    """CPU time of the trials and of their statistics."""
    print(f"\n| CPU seconds, {trials:,} trials | sampling | formulas | statistics | result |")
    print("|---|---:|---:|---:|---:|")
    for program in programs:
        sampling, whole = _running(program, rounds)
        adding, result = _statistics(program, trials)
        shares = (sampling * trials, (whole - sampling) * trials, adding, result)
        print(f"| {program.name} | {' | '.join(f'{each:,.3g}' for each in shares)} |", flush=True)


def print_instructions(programs: Sequence[BenchProgram]) -> None:
    """How many instructions a trial executes, and how many there would be if none could fail."""
    print("\n| instructions of a trial | sampling | all | without error codes |\n|---|---:|---:|---:|")
    for program in programs:
        whole = program.simulated.program
        counts = map(_executed, (_sampling(program), whole, without_errors(whole)))
        print(f"| {program.name} | {' | '.join(f'{each:,}' for each in counts)} |")


def _preparation(program: BenchProgram) -> tuple[float, ...]:
    seconds, _ = measured(program.name, 0)
    whole = program.simulated.program
    backends = (
        CpuBackend(whole, (), lanes=this_machine().width, threads=1),
        CpuBackend(whole, (), threads=1),
        CpuBackend(whole, (), threads=1, is_optimised=True),
    )
    codes = [cpu_seconds(partial(each.build, program.wanted)) for each in backends]
    return (*(seconds[phase] for phase in _PREPARING), *codes)


def _running(program: BenchProgram, rounds: int) -> tuple[float, float]:
    """CPU seconds of a trial's sampling and of the whole trial."""
    inputs = arrays_of(program.simulated.inputs)
    contenders = []
    for name, whole, wanted in (
        ("sampling", _sampling(program), inputs),
        ("whole", program.simulated.program, program.wanted),
    ):
        backend = CpuBackend(whole, (), threads=1)
        contenders.append(Contender(name, partial(_run, backend, wanted), 1024))
    found = nanoseconds_per_trial(contenders, rounds, _SECONDS)
    return found["sampling"] / 1e9, found["whole"] / 1e9


def _run(backend: CpuBackend, wanted: tuple[int, ...], trials: int) -> None:
    for first in range(0, trials, _CHUNK):
        backend.run(ChunkRequest(SEED, first, min(_CHUNK, trials - first), wanted))


def _sampling(program: BenchProgram) -> Program:
    """The part of the program that draws."""
    return program_prefix(program.simulated.program, arrays_of(program.simulated.inputs))


class _Recorded:
    """A back end that hands out trials of before, each chunk a little different, and times itself."""

    name = "recorded"

    def __init__(self, slots: Mapping[int, SlotValues]) -> None:
        self._slots = slots
        self.seconds = 0.0

    def run(self, request: ChunkRequest, cancel: CancelToken | None = None) -> dict[int, SlotValues]:
        began = time.process_time()
        factor = 1.0 + 1e-9 * (request.first // _RECORDED)
        found = {
            array: values[:, : request.count] * factor
            if values.dtype == np.float64
            else values[:, : request.count]
            for array, values in self._slots.items()
        }
        self.seconds += time.process_time() - began
        return found


def _statistics(program: BenchProgram, trials: int) -> tuple[float, float]:
    """CPU seconds of adding the trials up and of the result."""
    simulated = program.simulated
    wanted = arrays_of((*simulated.inputs, *simulated.outputs))
    slots = CpuBackend(simulated.program, ()).run(ChunkRequest(SEED, 0, _RECORDED, wanted))
    recorded = _Recorded(slots)
    simulation = Simulation(simulated, SimulationPlan(trials, SEED), recorded)

    def add_all() -> None:
        while not simulation.is_done:
            simulation.run_chunk(_RECORDED)

    adding = cpu_seconds(add_all) - recorded.seconds
    return adding, cpu_seconds(simulation.result)


def _executed(program: Program) -> int:
    """Instructions of one trial."""
    bodies = (stage.body for stage in program.stages if isinstance(stage, CompiledStage))
    return sum(map(_count, bodies))


def _count(body: Iterable[Statement]) -> int:
    return sum(each.count * _count(each.body) if isinstance(each, Loop) else 1 for each in body)


if __name__ == "__main__":
    main()
