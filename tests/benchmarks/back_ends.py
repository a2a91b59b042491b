"""Compares the back ends with each other, with hand-written NumPy and with gcc, in one interleaved run.

python -m tests.benchmarks.back_ends [--models ABC] [--rounds 5] [--seconds 0.25]
"""

import argparse
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import numpy as np

from mcdesk.engine.backends.backend import ChunkRequest, SlotValues
from mcdesk.engine.backends.cpu import CpuBackend
from mcdesk.engine.backends.reference import ReferenceBackend
from mcdesk.engine.backends.timed_choice import long_run_backend
from tests.benchmark_models import Numbers
from tests.benchmarks.bench_program import CHUNK, BenchProgram, read_bench_program
from tests.benchmarks.interleaved import Contender, nanoseconds_per_trial
from tests.benchmarks.numpy_tapes import NumpyTape
from tests.benchmarks.plain_arithmetic import plain_arithmetic
from tests.benchmarks.recorded_tape import RecordedTape
from tests.benchmarks.strict_c import has_gcc
from tests.benchmarks.without_errors import without_errors

OURS, GCC = "CPU back end, long runs", "C by gcc -O3 -march=native, strict"
TWO_THREADS = "CPU back end, long runs, two threads"
LENIENT = "CPU back end, long runs, error codes ruled out"
PLAIN = "CPU back end, long runs, error codes ruled out, no snapping"
BY_HAND, TAPE = "NumPy by hand", "NumPy tape"
_LANES = (8, 16, 32)
TAPE_BLOCKS = (4096, 8192, 16_384)
_COMPARED_TRIALS, _REFERENCE_TRIALS = 16_384, 512
_ERRORS = 4.0

Run = Callable[[ChunkRequest], Mapping[int, SlotValues]]


def main() -> None:
    """Print a table for each model."""
    options = asked()
    for name in options.models:
        print_model(name, options.rounds, options.seconds)


def asked() -> argparse.Namespace:
    """Models, rounds, and the seconds of a turn."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--models", default="ABC")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.25)
    return parser.parse_args()


def print_model(name: str, rounds: int, seconds: float) -> None:
    """Check that all ways agree, time them, and print the rows of one model."""
    program = read_bench_program(name)
    contenders = list(_contenders(program))
    found = dict(nanoseconds_per_trial(contenders, rounds, seconds))
    by_hand, tape = (only_best(found, kind) for kind in (BY_HAND, TAPE))
    gcc = found.get(GCC)
    titles = (
        "",
        "trials/s and core",
        "CPU ns/trial",
        f"times {BY_HAND}",
        f"times {TAPE}",
        "share of gcc's time",
    )
    print(f"### Model {name}\n\n| {' | '.join(titles)} |")
    print("|---|---:|---:|---:|---:|---:|")
    for each, cost in found.items():
        share = "-" if gcc is None else f"{cost / gcc:.2f}"
        times = f"{by_hand / cost:.2f} | {tape / cost:.2f}"
        print(f"| {each} | {1e9 / cost:,.3g} | {cost:,.4g} | {times} | {share} |")
    two, lenient = _percent(found[TWO_THREADS], found[OURS]), _percent(found[OURS], found[LENIENT])
    snapping = _percent(found[LENIENT], found[PLAIN])
    print(f"\nTwo threads: {two} CPU time for the same trials. ", end="")
    print(f"Error codes: {lenient}. Snapping: {snapping}.\n", flush=True)


def only_best(found: dict[str, float], kind: str) -> float:
    """Leave the fastest of the block sizes, and give its cost."""
    costs = {name: cost for name, cost in found.items() if name.startswith(kind)}
    best = min(costs, key=lambda each: costs[each])
    for name in costs.keys() - {best}:
        del found[name]
    return costs[best]


def _percent(cost: float, other: float) -> str:
    return f"{100 * (cost / other - 1):+.1f} %"


def _contenders(program: BenchProgram) -> Iterator[Contender]:
    """All ways, each after it was seen to give the same numbers.

    Raises:
        ValueError: if one does not.
    """
    whole = program.simulated.program
    ours = long_run_backend(whole, program.simulated.evaluators, threads=1)
    expected = program.outputs(ours.run(program.request(_COMPARED_TRIALS)))
    yield chunked(OURS, program, ours.run)
    yield chunked(TWO_THREADS, program, long_run_backend(whole, (), threads=2).run)
    for lanes in _LANES:
        other = CpuBackend(whole, (), lanes=lanes, threads=1)
        require_same_bits(program, expected, other.run)
        yield chunked(f"CPU back end, {lanes} lanes, as compiled first", program, other.run)
    lenient = _lenient(program)
    numbers = long_run_backend(lenient.simulated.program, (), threads=1)
    require_same_bits(lenient, expected, numbers.run)
    yield chunked(LENIENT, lenient, numbers.run)
    with plain_arithmetic():
        plain = _lenient(read_bench_program(program.name))
    unsnapped = long_run_backend(plain.simulated.program, (), threads=1)
    _require_same_means(expected, plain.outputs(unsnapped.run(plain.request(_COMPARED_TRIALS))))
    yield chunked(PLAIN, plain, unsnapped.run)
    reference = ReferenceBackend(whole, ())
    require_same_bits(program, expected, reference.run, _REFERENCE_TRIALS)
    yield replace(chunked("reference back end", program, reference.run, 4096), is_slow=True)
    if has_gcc():
        compiled = program.strict_c()
        require_same_bits(program, expected, compiled.run)
        yield chunked(GCC, program, compiled.run)
    for block in TAPE_BLOCKS:
        for kind, tape in ((BY_HAND, program.tape(block)), (TAPE, program.recorded_tape(block))):
            _require_same_means(expected, tape.run(np.random.Generator(np.random.SFC64(1)), _COMPARED_TRIALS))
            yield tape_contender(kind, tape, block)


def chunked(name: str, program: BenchProgram, run: Run, step: int = 1024) -> Contender:
    def run_trials(trials: int) -> None:
        for first in range(0, trials, CHUNK):
            run(program.request(min(CHUNK, trials - first), first))

    return Contender(name, run_trials, step)


def tape_contender(kind: str, tape: NumpyTape | RecordedTape, block_trials: int) -> Contender:
    rng = np.random.Generator(np.random.SFC64(2))
    name = f"{kind}, blocks of {block_trials:,}"
    return Contender(name, lambda trials: tape.run(rng, trials), block_trials)


def _lenient(program: BenchProgram) -> BenchProgram:
    simulated = program.simulated
    outputs = tuple(replace(each, error_array=None) for each in simulated.outputs)
    changed = replace(simulated, program=without_errors(simulated.program), outputs=outputs)
    return replace(program, simulated=changed)


def require_same_bits(
    program: BenchProgram, expected: Mapping[str, Numbers], run: Run, trials: int = _COMPARED_TRIALS
) -> None:
    for cell, values in program.outputs(run(program.request(trials))).items():
        if not np.array_equal(values.view(np.int64), expected[cell][:trials].view(np.int64)):
            raise ValueError(f"{program.name}: {cell} differs")


def _require_same_means(expected: Mapping[str, Numbers], found: Mapping[str, Numbers]) -> None:
    for cell, values in expected.items():
        error = np.sqrt((values.var() + found[cell].var()) / len(values))
        if abs(values.mean() - found[cell].mean()) > _ERRORS * error:
            raise ValueError(f"the mean of {cell} differs by more than {_ERRORS} standard errors")


if __name__ == "__main__":
    main()
