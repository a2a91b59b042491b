"""Compares every back end with the reference bit by bit: random programs, real workbooks, our examples.

python -m tests.benchmarks.same_bits [--programs 10000] [--trials 300] [--no-workbooks]
"""

import argparse
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np

from mcdesk.engine.backends.backend import ChunkRequest
from mcdesk.engine.backends.cpu import CpuBackend
from mcdesk.engine.backends.reference import ReferenceBackend
from mcdesk.engine.simulation_types import SimulationProgram
from mcdesk.formulas.choice import SimulationChoice
from mcdesk.formulas.choice_resolution import resolve_setup
from mcdesk.formulas.compiler import compile_model
from mcdesk.formulas.setup_option_texts import input_text, output_text
from mcdesk.formulas.setup_texts import SetupFile
from mcdesk.formulas.simulation_model import build_simulation_model
from mcdesk.foundation.errors import McdeskError
from mcdesk.foundation.paths import resources_folder
from mcdesk.model.addresses import format_cell
from mcdesk.model.workbook import CellKind, Workbook
from mcdesk.model.xlsx_reader import read_workbook
from tests.corpus import CORPUS
from tests.unit.engine.backends.random_programs import BoundedProgram, OverflowingProgram, RandomProgram
from tests.unit.engine.backends.same_bits import bits

_LANES = (4, 8, 16, 32)
_KINDS = (RandomProgram, OverflowingProgram, BoundedProgram)
_MOST_INPUTS, _MOST_OUTPUTS = 5, 12
_NOW = 45_000.0


def main() -> None:
    """Print what was compared and each difference."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", type=int, default=10_000)
    parser.add_argument("--trials", type=int, default=300)
    parser.add_argument("--no-workbooks", action="store_true")
    options = parser.parse_args()
    if options.programs:
        compare_programs(options.programs)
    if not options.no_workbooks:
        compare_workbooks(options.trials)


def compare_programs(count: int) -> None:
    """Random programs of three kinds in turn, each at one number of lanes, plain or optimised."""
    began, different = time.process_time(), 0
    for seed in range(count):
        lanes, is_optimised, kind = _LANES[seed % 4], seed % 8 >= 4, _KINDS[seed // 8 % 3]
        made = kind(seed)
        program, request = made.program(), ChunkRequest(seed, seed % 7, 83, tuple(made.arrays))
        expected = ReferenceBackend(program, ()).run(request)
        backend = CpuBackend(program, (), lanes=lanes, threads=1, is_optimised=is_optimised)
        found = backend.run(request)
        if any(not np.array_equal(bits(found[each]), bits(expected[each])) for each in expected):
            different += 1
            print(f"random program {seed} differs at {lanes} lanes, optimised: {is_optimised}")
    seconds = time.process_time() - began
    print(f"{count:,} random programs: {different} differ ({seconds:.0f} s of CPU)", flush=True)


def compare_workbooks(trials: int) -> None:
    """Each workbook with some of its constants made uncertain."""
    paths = sorted(CORPUS.glob("*.xls[xm]")) + sorted((resources_folder() / "examples").glob("*.xlsx"))
    compared = values = 0
    for path in paths:
        program = _program(path)
        if program is None:
            print(f"{path.name}: nothing to compare", flush=True)
            continue
        compared += 1
        values += _compare(path.name, program, trials)
    print(f"{compared} workbooks, {values:,} values, each {len(list(_variants()))} times", flush=True)


def _compare(name: str, simulated: SimulationProgram, trials: int) -> int:
    arrays = {each.array for each in (*simulated.inputs, *simulated.outputs)}
    arrays |= {each.error_array for each in simulated.outputs if each.error_array is not None}
    request = ChunkRequest(11, 0, trials, tuple(sorted(arrays)))
    program, evaluators = simulated.program, simulated.evaluators
    expected = ReferenceBackend(program, evaluators).run(request)
    for lanes, threads, is_optimised, cuts in _variants():
        backend = CpuBackend(program, evaluators, lanes=lanes, threads=threads, is_optimised=is_optimised)
        for first, last in pairwise((0, *cuts, trials)):
            found = backend.run(ChunkRequest(11, first, last - first, request.wanted))
            for array in arrays:
                if not np.array_equal(bits(found[array]), bits(expected[array][:, first:last])):
                    print(f"{name}: array {array} differs at {lanes} lanes, {threads} threads, {cuts}")
    return sum(each.size for each in expected.values())


def _variants() -> Iterator[tuple[int, int, bool, tuple[int, ...]]]:
    """Lanes, threads, optimised or not, and where chunks end."""
    for place, lanes in enumerate(_LANES):
        yield lanes, 1 + place % 2, False, ((), (1,), (64, 129))[place % 3]
        yield lanes, 2 - place % 2, True, ((64, 129), (), (1,))[place % 3]


def _program(path: Path) -> SimulationProgram | None:
    try:
        workbook = read_workbook(path)
        model = build_simulation_model(workbook, _choice(workbook), _NOW)
        return compile_model(model).simulated
    except McdeskError as error:
        print(f"{path.name}: {error}")
        return None


def _choice(workbook: Workbook) -> SimulationChoice:
    """Numbers of the first sheets as inputs, the last formulas of each sheet as outputs."""
    inputs: list[str] = []
    outputs: list[str] = []
    for sheet in workbook.sheets:
        is_number = (sheet.formulas < 0) & (sheet.kinds == CellKind.NUMBER) & (sheet.numbers != 0.0)
        for place in np.flatnonzero(is_number)[: _MOST_INPUTS - len(inputs)].tolist():
            cell = format_cell(sheet.name, int(sheet.rows[place]), int(sheet.columns[place]))
            mean = float(sheet.numbers[place])
            inputs.append(f"{cell}=normal({mean!r}, {abs(mean) / 20!r})")
        for place in np.flatnonzero(sheet.formulas >= 0)[-_MOST_OUTPUTS:].tolist():
            outputs.append(format_cell(sheet.name, int(sheet.rows[place]), int(sheet.columns[place])))
    setup = SetupFile(
        tuple(input_text(each) for each in inputs),
        tuple(output_text(each) for each in outputs[-_MOST_OUTPUTS:]),
    )
    return resolve_setup(setup, workbook)


if __name__ == "__main__":
    main()
