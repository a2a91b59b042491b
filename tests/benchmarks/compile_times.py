"""Measures the CPU seconds of each phase, from a file to the statistics of its outputs.

python -m tests.benchmarks.compile_times [--trials 200] [names of models]
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from mcdesk.engine.backends import open_backend
from mcdesk.engine.backends.cpu import CpuBackend
from mcdesk.engine.backends.llvm_machine import this_machine
from mcdesk.engine.ir import program_instructions
from mcdesk.engine.simulation import Simulation
from mcdesk.engine.simulation_types import SimulationPlan
from mcdesk.engine.verifier import check
from mcdesk.formulas.choice import SimulationChoice
from mcdesk.formulas.choice_resolution import resolve_setup
from mcdesk.formulas.compiler import compile_model
from mcdesk.formulas.setup_file import read_setup_file
from mcdesk.formulas.simulation_model import build_simulation_model
from mcdesk.foundation.paths import HOME_VARIABLE
from mcdesk.model.workbook import Workbook
from mcdesk.model.xlsx_reader import read_workbook
from tests.benchmark_models import BENCH
from tests.benchmarks.bench_program import arrays_of
from tests.benchmarks.tenfold import written_tenfold
from tests.large_models import MODELS

_NOW = 45_000.0
TENFOLD = "C, ten times the rows"
_PHASES = ("read", "build", "compile", "check", "machine code", "simulate", "statistics")

T = TypeVar("T")


def main() -> None:
    """Print a table with a row for each model; no trials: no simulation."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--trials", type=int, default=200)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    # no machine code that an earlier run kept
    home = tempfile.TemporaryDirectory()
    os.environ[HOME_VARIABLE] = home.name
    print(f"| CPU seconds | {' | '.join(_PHASES)} | instructions |\n|---|{'---|' * (len(_PHASES) + 1)}")
    for name in options.names or [*"ABC", TENFOLD, *MODELS]:
        seconds, count = measured(name, options.trials)
        figures = " | ".join("-" if (each := seconds.get(p)) is None else f"{each:.2f}" for p in _PHASES)
        print(f"| {name} | {figures} | {count:,} |", flush=True)


def measured(name: str, trials: int) -> tuple[dict[str, float], int]:
    """The seconds of each phase, and the instructions of the program."""
    seconds: dict[str, float] = {}

    def timed(phase: str, step: Callable[[], T]) -> T:
        began = time.process_time()
        result = step()
        seconds[phase] = time.process_time() - began
        return result

    with tempfile.TemporaryDirectory() as folder:
        path, choice_of = _written(name, Path(folder))
        workbook = timed("read", lambda: read_workbook(path))
    choice = choice_of(workbook)
    model = timed("build", lambda: build_simulation_model(workbook, choice, _NOW))
    simulated = timed("compile", lambda: compile_model(model)).simulated
    timed("check", lambda: check(simulated.program))
    count = sum(1 for _ in program_instructions(simulated.program))
    # as every run begins
    narrow = CpuBackend(simulated.program, simulated.evaluators, lanes=this_machine().width)
    wanted = arrays_of((*simulated.inputs, *simulated.outputs))
    timed("machine code", lambda: narrow.build(wanted))
    if trials:
        backend = open_backend("auto", simulated.program, simulated.evaluators)
        simulation = Simulation(simulated, SimulationPlan(trials, seed=1), backend)
        timed("simulate", lambda: simulation.run_chunk(trials))
        timed("statistics", simulation.result)
    return seconds, count


def _written(name: str, folder: Path) -> tuple[Path, Callable[[Workbook], SimulationChoice]]:
    if name in MODELS:
        make, size = MODELS[name]
        model = make(size)
        return model.written(folder), lambda _: model.choice()
    setup = read_setup_file(BENCH / f"{name[0]}.toml")
    path = written_tenfold(folder) if name == TENFOLD else BENCH / f"{name}.xlsx"
    return path, lambda workbook: resolve_setup(setup, workbook)


if __name__ == "__main__":
    main()
