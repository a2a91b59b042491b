"""Measures what statistics cost beside the trials, and the memory of a long run.

The trials are plain ones in all rows; what is done with them is what each sampling asks for.

python -m tests.benchmarks.statistics_cost [--models AB] [--rounds 5] [--trials 1000000] [--long 60000000]
"""

import argparse
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import psutil

from mcdesk.engine.backends.backend import ChunkRequest, SlotValues
from mcdesk.engine.backends.cpu import CpuBackend
from mcdesk.engine.sampling.sampler import Sampling
from mcdesk.engine.simulation import Simulation
from mcdesk.engine.simulation_types import SimulationPlan
from mcdesk.foundation.cancellation import CancelToken
from tests.benchmarks.bench_program import SEED, BenchProgram, read_bench_program
from tests.benchmarks.interleaved import cpu_seconds

# the longest chunk that the dispatcher chooses
_CHUNK = 1 << 20
_LOOKS = 6


@dataclass(frozen=True)
class _Cost:
    """CPU seconds of the trials, of the statistics while they ran, and of the result."""

    trials: float
    running: float
    result: float


class _Timed:
    """A back end that times itself."""

    name = "timed"

    def __init__(self, program: BenchProgram) -> None:
        self._backend = CpuBackend(program.simulated.program, program.simulated.evaluators, threads=1)
        self.seconds = 0.0

    def prepare(self, request: ChunkRequest, cancel: CancelToken | None = None) -> None:
        self._backend.prepare(request, cancel)

    def run(self, request: ChunkRequest, cancel: CancelToken | None = None) -> dict[int, SlotValues]:
        began = time.process_time()
        found = self._backend.run(request, cancel)
        self.seconds += time.process_time() - began
        return found

    def close(self) -> None:
        """Nothing: there is one thread."""


def main() -> None:
    """Print two tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--models", default="AB")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--trials", type=int, default=1_000_000)
    parser.add_argument("--long", type=int, default=60_000_000)
    options = parser.parse_args()
    # first, while nothing else is in memory
    print_long_run(read_bench_program("A"), options.long)
    print_costs([read_bench_program(name) for name in options.models], options.rounds, options.trials)


def print_costs(programs: Sequence[BenchProgram], rounds: int, trials: int) -> None:
    """Medians of the rounds; the one before them, with compiling and new memory, does not count."""
    print(f"\n| CPU seconds, {trials:,} trials | trials | statistics | share | result |")
    print("|---|---:|---:|---:|---:|")
    backends = [(program, _Timed(program)) for program in programs]
    cases = [(*each, sampling) for each in backends for sampling in Sampling]
    costs: list[list[_Cost]] = [[] for _ in cases]
    for turn in range(rounds + 1):
        for found, (program, backend, sampling) in zip(costs, cases, strict=True):
            cost = _cost(program, backend, SimulationPlan(trials, SEED, sampling))
            if turn:
                found.append(cost)
    for found, (program, _, sampling) in zip(costs, cases, strict=True):
        run, running, result = (
            statistics.median(getattr(each, name) for each in found)
            for name in ("trials", "running", "result")
        )
        share = f"{100 * running / run:.1f} %"
        print(f"| {program.name}, {sampling.value} | {run:.3f} | {running:.4f} | {share} | {result:.2f} |")


def print_long_run(program: BenchProgram, trials: int) -> None:
    """What the run holds in memory as it goes on, and its statistics since the row before."""
    backend = _Timed(program)
    for sampling in Sampling:
        title = f"{program.name}, {trials:,} trials, {sampling.value}"
        print(f"| {title} | resident MB | mean | statistics |\n|---:|---:|---:|---:|")
        simulation = Simulation(program.simulated, SimulationPlan(trials, SEED, sampling), backend)
        for row in _rows(simulation, backend, trials):
            print(row, flush=True)
        result = cpu_seconds(simulation.result)
        print(f"\nThe result took {result:.2f} s; {_resident_megabytes():,.0f} MB are resident after it.\n")


def _rows(simulation: Simulation, backend: _Timed, trials: int) -> Iterator[str]:
    step = max(trials // _LOOKS, _CHUNK)
    done, since, next_row = 0.0, backend.seconds, step
    began = time.process_time()
    while not simulation.is_done:
        progress = simulation.run_chunk(_CHUNK)
        if progress.trials_done < next_row and not simulation.is_done:
            continue
        next_row += step
        whole = time.process_time() - began
        share = 100 * ((whole - done) / (backend.seconds - since) - 1)
        done, since = whole, backend.seconds
        estimate = f"{progress.mean:,.0f} ± {progress.half_width_95:,.0f}"
        yield f"| {progress.trials_done:,} | {_resident_megabytes():,.0f} | {estimate} | {share:.1f} % |"


def _cost(program: BenchProgram, backend: _Timed, plan: SimulationPlan) -> _Cost:
    simulation = Simulation(program.simulated, plan, backend)
    backend.seconds = 0.0

    def run_all() -> None:
        while not simulation.is_done:
            simulation.run_chunk(_CHUNK)

    whole = cpu_seconds(run_all)
    return _Cost(backend.seconds, whole - backend.seconds, cpu_seconds(simulation.result))


def _resident_megabytes() -> float:
    return float(psutil.Process().memory_info().rss) / 1e6


if __name__ == "__main__":
    main()
