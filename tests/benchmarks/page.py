"""Runs benchmarks and puts what they print, with machine and date, into docs/benchmarks.md.

python -m tests.benchmarks.page [names of sections]
"""

import argparse
import importlib.metadata
import os
import platform
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

_PAGE = Path(__file__).parent.parent.parent / "docs" / "benchmarks.md"
_VECTOR_EXTENSIONS = ("avx512f", "avx2", "avx", "sse4_2", "asimd")
_HEAD = """# Benchmarks

`python3 dev.py bench` measures this page again, `python3 dev.py bench back_ends` one section of it. Times are
CPU time, of all threads together. What is compared ran in turns, round after round, in one process; medians
of the rounds are given. The models A, B and C are workbooks beside the repository: a cash flow (62 cells, 13
inputs), a project finance (60 months of 30 rows, 40 inputs), a wide sheet (20,000 cells, 2,000 look-ups).
"""


@dataclass(frozen=True)
class _Section:
    title: str
    how: str
    # where it is not called as the section
    module: str = ""


SECTIONS: Mapping[str, _Section] = {
    "queue_costs": _Section(
        "The queue",
        "Wall-clock times of one process with its engine, each measurement in a fresh data folder. `Cancel`"
        " is from the request until no more trials are run and the history says so; statistics of those that"
        " were run follow. Moments are spread over the run. Jobs handed in are those of a hundred people.",
    ),
    "second_runs": _Section(
        "The same again with another seed",
        "Wall-clock times from the request to the first trials, of a process with a queue and an engine that"
        " has started, in turns, five of each; `lifelib` is a workbook of 20,705 formulas with five"
        " inputs. Nothing known: neither workbook nor model in memory, and no machine code on the disk; then"
        " the first trials come from the reference back end while the program is compiled.",
    ),
    "check_speed": _Section(
        "Checking large sheets",
        "`mcdesk check` on 100,000 formulas in ten columns over 10,000 rows: the same formula over a range,"
        " each reading the cell beside or above it, look-ups, and whole columns. `MB` is the most that the"
        " process has held so far. At least 300,000 cells a second are asked for of regular sheets.",
    ),
    "decision_times": _Section(
        "A decision of the scheduler",
        "Snapshot, admissions and the next turn together, with a long queue and as many simulations at once;"
        " `charge` is what follows a chunk. At most 1 ms is asked for.",
    ),
    "four_simulations": _Section(
        "Four simulations in one window",
        "Measured by mcdesk itself, as its dashboard shows it: the page of results with one of them in"
        " front, twenty seconds. What changed nothing are chunks of the other three. At most 33 ms is asked"
        " for of 99 %.",
    ),
    "monitoring_costs": _Section(
        "What measuring costs",
        "Processor time of a value that is told, wall-clock time of a simulation through the queue with its"
        " engine, and processor time of the window's process with its threads; the process that reads the"
        " computer is apart. At most 2 \u00b5s a value, 1 % of a simulation and 3 % of a core are asked for.",
    ),
    "large_history": _Section(
        "A large history",
        "A million simulations of a hundred accounts, ten million measurements, in a real file that was"
        " opened a moment before. At most a tenth of the threshold of the type is asked for, at most 2 ms for"
        " progress, 100 ms for a list of the history and 300 ms for all of the dashboard.",
    ),
    "telemetry_costs": _Section(
        "Readings of the computer",
        "Once a second, from a process of its own, over half a minute, beside a driver that is not there:"
        " the answers for two GPUs come from a module that looks at a file for each. The children are those"
        " of the process that is told, so that all of them are read too; the others only are there.",
    ),
    "status_times": _Section(
        "The status service",
        "From a new connection to the end of the answer, asked 50 times a second by another process, beside a"
        " simulation that keeps all cores busy, over a history of 20,000. The bare socket is a process that"
        " answers with a line and knows nothing: what is above its figures is ours, what is in them is the"
        " computer's. Shares of a core are of the process that serves, without the engine.",
    ),
    "back_ends": _Section(
        "Back ends against NumPy and C",
        "A trial from its random numbers to the outputs. `NumPy tape` has one ufunc into a buffer for each"
        " operation of a cell, equal ones once, and the distributions of NumPy's own generator `SFC64`; "
        "`NumPy by hand` is written for each model, with what is the same in all months or rows taken out "
        "of the loop and faster draws. Of each the fastest of three sizes of blocks of trials. `C` is "
        "written from the same program as our back ends are given, before any pass over it, in loops over "
        "32 trials that gcc vectorises, without contraction and fast-math. Before the timing all ways of "
        "ours and C gave the same bits, and NumPy the same means within four standard errors. `Error codes"
        " ruled out` is our program without the instructions that carry errors from cell to cell: the "
        "difference is their price. `No snapping` adds sums and compares numbers as the processor does, "
        "and NumPy, not as Excel does near zero and to 15 digits. Two threads tell something only where "
        "both cores are free: at a load near the number of cores they take turns with other programs, and "
        "their figure moves by a fifth.",
    ),
    "avx2": _Section(
        "Code for AVX2",
        "The same processor as if it had no AVX-512, for our code, optimised, and for NumPy; on one that has"
        " none the section before measures it. The code is tuned as for Alder Lake, which loads the elements"
        " of a vector by their places at once; as for Haswell, which does not, C takes half as long again. At"
        " least 60 % of the speed is asked for.",
    ),
    "stage_costs": _Section(
        "Stages of a run",
        "`Sampling` is the part of the program that draws; `formulas` is the rest of a trial. `Statistics` is"
        " what is added up while trials run, `result` what follows when they are done, with sensitivities."
        " `Compile` is from formulas to the program, which computes every cell once. Every run begins with"
        " code that is soon made; longer ones go on with wider or optimised code. At most 200 ms are asked"
        " for.",
    ),
    "statistics_cost": _Section(
        "Statistics",
        "`Trials` is the back end with one thread, `statistics` what is added up while trials run, `share` of"
        " the one in the other; `result` follows when they are done, with sensitivities. The first tables are"
        " runs that are too long for exact percentiles: shares are those since the row before, and the first"
        " row pays for the memory of the trials that are kept.",
    ),
    "sampling_costs": _Section(
        "Drawing a value",
        "A model of a hundred inputs of one distribution and their sum; a hundredth of a trial. All but the"
        " first row are as long runs are compiled. Asked for are 2.5 ns for a stratum, 0.61 ns where their"
        " number is a power of two, and 0.86 ns for a Sobol value, on AVX-512;"
        " `docs/decisions/0013-cheaper-strata-and-points.md` counts instructions.",
    ),
    "compile_times": _Section(
        "Large models, from the file to 200 trials",
        "Models that are hard for a compiler: each cell reads its neighbours, every cell draws, formulas"
        " alternate, look-ups and counts over uncertain cells. `tests/large_models.py` has them. C has 20,003"
        " formulas, ten times the rows 200,003. `Compile` is from formulas to the program, which computes"
        " every cell once; `machine code` is what every run begins with.",
    ),
    "window": _Section(
        "The window",
        "Wall-clock times of real processes on an X server without a screen, drawn by the processor. All but"
        " the starts are beside two simulations without end that the window executes on the same cores, the"
        " second one on the page of results. A chunk is finished when the engine has its trials, and shown"
        " when the event loop is back from painting their number; of chunks that share a picture the oldest"
        " counts. The window of another process is open beside all of that. The lag is of a timer of 5 ms;"
        " processor time is of the process of the window, without the engine. The first start, which"
        " compiles the program, is not counted.",
        "window_times",
    ),
    "theme_change": _Section(
        "A change of theme",
        "The whole window with a workbook and its results open, on a screen that is not there. A change goes"
        " from the choice to the picture; what is not in sight is dressed in the turns of the loop after it.",
    ),
    "queue_page": _Section(
        "The page of the queue",
        "Ten thousand simulations that wait, in a database on disk; a frame is a step of the scroll bar with"
        " all that follows from it in the window's thread. A look goes from the question to the picture.",
    ),
}


def main() -> None:
    """Measure the named sections, or all."""
    parser = argparse.ArgumentParser()
    parser.add_argument("sections", nargs="*", metavar="section", help=", ".join(SECTIONS))
    names = parser.parse_args().sections or list(SECTIONS)
    if unknown := [name for name in names if name not in SECTIONS]:
        parser.error(f"no section {unknown[0]!r}; there are {', '.join(SECTIONS)}")
    measured = {name: _measured(name) for name in names}
    before = _PAGE.read_text("utf-8") if _PAGE.is_file() else ""
    _PAGE.write_text(merged(before, measured), "utf-8")


def merged(page: str, measured: Mapping[str, str]) -> str:
    """The page with these sections instead of its own, in the order of `SECTIONS`."""
    texts = {**_sections_of(page), **measured}
    return "\n".join([_HEAD, *(texts[name] for name in SECTIONS if name in texts)])


def _sections_of(page: str) -> dict[str, str]:
    name_by_title = {section.title: name for name, section in SECTIONS.items()}
    found: dict[str, str] = {}
    for text in re.split(r"^(?=## )", page, flags=re.MULTILINE)[1:]:
        name = name_by_title.get(text.partition("\n")[0].removeprefix("## "))
        if name is not None:
            found[name] = text.rstrip("\n") + "\n"
    return found


def _measured(name: str) -> str:
    print(f"== {name}", file=sys.stderr, flush=True)
    command = [sys.executable, "-m", f"tests.benchmarks.{SECTIONS[name].module or name}"]
    printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    section = SECTIONS[name]
    parts = (f"## {section.title}", section.how, f"{_machine()}; {date.today().isoformat()}.", printed)
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _machine() -> str:
    processor = _processor()
    versions = [f"Python {platform.python_version()}"]
    versions += [f"{name} {importlib.metadata.version(name)}" for name in ("numpy", "llvmlite")]
    system = f"{platform.system()} {platform.release().partition('-')[0]}"
    load = (
        f"load {os.getloadavg()[0]:.1f}, of which 1 is the benchmark; " if hasattr(os, "getloadavg") else ""
    )
    return f"{processor}, {os.cpu_count()} cores; {load}{system}; {', '.join([*versions, *_gcc()])}"


def _processor() -> str:
    """Name and vector extension, as far as the system tells them."""
    information = Path("/proc/cpuinfo")
    fields = information.read_text("utf-8") if information.is_file() else ""
    values = dict(
        re.findall(r"^(model name|cpu family|model|flags|Features)\s*:\s*(.*)$", fields, re.MULTILINE)
    )
    name = values.get("model name") or platform.processor() or platform.machine()
    if "model" in values:
        name += f" (family {values.get('cpu family', '?')}, model {values['model']})"
    flags = (values.get("flags") or values.get("Features") or "").split()
    widest = next((each for each in _VECTOR_EXTENSIONS if each in flags), "vector extension unknown")
    return f"{name}, {widest}"


def _gcc() -> Sequence[str]:
    try:
        found = subprocess.run(["gcc", "-dumpfullversion"], capture_output=True, text=True, check=True)
    except OSError:
        return []
    return [f"gcc {found.stdout.strip()}"]


if __name__ == "__main__":
    main()
