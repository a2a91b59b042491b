"""Measures how soon a simulation has its first trials when the same was simulated before with another seed.

python -m tests.benchmarks.second_runs [names of models]
"""

import argparse
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from mcdesk.dispatch.caches import Caches
from mcdesk.dispatch.run_simulation import run_simulation
from mcdesk.dispatch.run_types import RunContext, RunRequest
from mcdesk.engine.simulation_types import SimulationPlan, SimulationProgress
from mcdesk.formulas.setup_file import read_setup_file
from mcdesk.formulas.setup_option_texts import input_text, output_text
from mcdesk.formulas.setup_texts import SetupFile
from mcdesk.foundation.cancellation import Cancelled, CancelToken
from mcdesk.foundation.paths import HOME_VARIABLE
from mcdesk.services import folders_under, open_queue, open_services
from tests.benchmark_models import BENCH
from tests.corpus import CORPUS

ROUNDS = 5
# so many that the program is worth compiling, once; they are not waited for
TRIALS = 500_000
# the compiler works on when a run has ended
SECONDS_TO_SETTLE = 2.0
LIFELIB = SetupFile(
    tuple(
        map(
            input_text,
            (
                "prot_model!I5=normal(0.01, 0.003)",
                "prot_model!I6=triangular(50, 60, 80)",
                "prot_model!I7=triangular(250, 300, 400)",
                "prot_model!I8=uniform(0.4, 0.6)",
                "mortality!C1=uniform(0.00018, 0.00022)",
            ),
        )
    ),
    (output_text("prot_model!B11"),),
)


@dataclass(frozen=True, slots=True)
class Way:
    """What is left of the run before."""

    name: str
    has_memory: bool
    has_disk: bool


WAYS = (
    Way("nothing known", has_memory=False, has_disk=False),
    Way("machine code on the disk", has_memory=False, has_disk=True),
    Way("workbook and model in memory too", has_memory=True, has_disk=True),
)


def main() -> None:
    """Print a table with a row for each model and way."""
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", default=["B", "lifelib"])
    print("| | | first trials after, median | most | times sooner |\n|---|---|---:|---:|---:|")
    for name in parser.parse_args().names:
        seconds = measured(name)
        slowest = statistics.median(seconds[WAYS[0]])
        for way in WAYS:
            median = statistics.median(seconds[way])
            figures = f"{median:.3f} s | {max(seconds[way]):.3f} s | {slowest / median:.1f}"
            print(f"| {name} | {way.name} | {figures} |", flush=True)


def measured(name: str) -> dict[Way, list[float]]:
    """The seconds of each way, in turns, from the request to the first trials; each run has its own seed."""
    request = request_of(name)
    seconds: dict[Way, list[float]] = {way: [] for way in WAYS}
    seed = 0
    with open_context() as (context, code_folder):
        # the engine starts, and what will be known is made
        for each in (Caches(), context.caches):
            until_first_trials(replace(request, plan=SimulationPlan(TRIALS, seed)), context, each)
            seed += 1
        for _ in range(ROUNDS):
            for way in WAYS:
                if not way.has_disk:
                    shutil.rmtree(code_folder, ignore_errors=True)
                seed += 1
                asked = replace(request, plan=SimulationPlan(TRIALS, seed))
                caches = context.caches if way.has_memory else Caches()
                seconds[way].append(until_first_trials(asked, context, caches))
    return seconds


def request_of(name: str) -> RunRequest:
    """A model of the benchmarks by its letter, or the workbook of lifelib with five inputs."""
    if name == "lifelib":
        path, setup = CORPUS / "lifelib__basic_term_sample.xlsx", LIFELIB
    else:
        path, setup = BENCH / f"{name}.xlsx", read_setup_file(BENCH / f"{name}.toml")
    return RunRequest(path, setup, SimulationPlan(TRIALS, 0), uses_cache=False)


def until_first_trials(request: RunRequest, context: RunContext, caches: Caches) -> float:
    """Seconds from the request to the first trials that are told; the others are not waited for."""
    token, told = CancelToken(), list[float]()

    def tell(progress: SimulationProgress) -> None:
        if progress.trials_done > 0 and not told:
            told.append(time.perf_counter())
            token.cancel()

    time.sleep(SECONDS_TO_SETTLE)
    began = time.perf_counter()
    with suppress(Cancelled):
        run_simulation(request, replace(context, caches=caches), tell, token)
    return told[0] - began


@contextmanager
def open_context() -> Iterator[tuple[RunContext, Path]]:
    """A queue in a data folder of its own, and the folder of its machine code."""
    with tempfile.TemporaryDirectory() as home:
        # the engine looks there for machine code
        os.environ[HOME_VARIABLE] = home
        folders = folders_under(Path(home))
        with open_services(folders) as services, open_queue(services) as context:
            yield context, folders.cache


if __name__ == "__main__":
    main()
