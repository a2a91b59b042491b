"""Measures what one drawn value costs: models of a hundred inputs and their sum.

python -m tests.benchmarks.sampling_costs [--rounds 7] [--seconds 0.2]
"""

import argparse
import tempfile
from functools import partial
from pathlib import Path

from mcdesk.engine.backends.backend import ChunkRequest
from mcdesk.engine.backends.cpu import CpuBackend
from mcdesk.engine.sampling.sampler import Sampling
from tests.benchmarks.bench_program import SEED, arrays_of
from tests.benchmarks.interleaved import Contender, nanoseconds_per_trial
from tests.closed_forms import ClosedForm, program_of

_COUNT = 100
_CHUNK = 65_536
_RUNS = {
    "mc": (Sampling.PLAIN, 1_000_000),
    "lhs, 16 times 100,000 strata": (Sampling.LATIN_HYPERCUBE, 1_600_000),
    "lhs, 77,160 or 77,161": (Sampling.LATIN_HYPERCUBE, 1_234_567),
    "lhs, 65,536": (Sampling.LATIN_HYPERCUBE, 1_048_576),
    "sobol": (Sampling.SOBOL, 1_000_000),
}
_DISTRIBUTIONS = {
    "uniform": "uniform(0, 1)",
    "triangular": "triangular(0, 0.3, 1)",
    "normal": "normal(0, 1)",
    "lognormal": "lognormal2(0, 0.2)",
    "PERT": "pert(0, 0.3, 1)",
    "gamma": "gamma(2.5, 1)",
}
_FIRST = "uniform, as compiled first"


def main() -> None:
    """Print a row for each distribution."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.2)
    options = parser.parse_args()
    rows = {_FIRST: (_DISTRIBUTIONS["uniform"], False)}
    rows |= {name: (text, True) for name, text in _DISTRIBUTIONS.items()}
    contenders = [
        drawing(f"{name} {run}", *each, *_RUNS[run]) for name, each in rows.items() for run in _RUNS
    ]
    found = nanoseconds_per_trial(contenders, options.rounds, options.seconds)
    print(f"| CPU ns/value, a sum of {_COUNT} | {' | '.join(_RUNS)} |\n|---|{'---:|' * len(_RUNS)}")
    for name in rows:
        costs = " | ".join(f"{found[f'{name} {run}'] / _COUNT:.2f}" for run in _RUNS)
        print(f"| {name} | {costs} |")


def drawing(name: str, text: str, is_optimised: bool, sampling: Sampling, trials: int) -> Contender:
    """Draws inputs of one distribution and adds them up."""
    inputs = {f"A{row}": text for row in range(1, _COUNT + 1)}
    model = ClosedForm(name, {**dict.fromkeys(inputs, 0.5), "B1": f"=SUM(A1:A{_COUNT})"}, inputs, 0.0)
    with tempfile.TemporaryDirectory() as folder:
        program = program_of(model, Path(folder), sampling, trials)
    backend = CpuBackend(program.program, program.evaluators, threads=1, is_optimised=is_optimised)
    return Contender(name, partial(_run, backend, arrays_of(program.outputs), trials), 1024)


def _run(backend: CpuBackend, wanted: tuple[int, ...], whole: int, trials: int) -> None:
    # further trials are drawn as the first ones are, so that no run is longer than its sampler allows
    for first in range(0, trials, _CHUNK):
        start = first % (whole - _CHUNK)
        backend.run(ChunkRequest(SEED, start, min(_CHUNK, trials - first), wanted))


if __name__ == "__main__":
    main()
