"""What is handed to the engine, and what it does not take."""

import os
import pickle
import random
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from mcdesk.dispatch import engine_program
from mcdesk.dispatch.engine_preparation import asked_correlations
from mcdesk.dispatch.engine_program import (
    FILE_NAME,
    EngineProgram,
    installation_stamp,
    program_format,
    read_own_file,
    read_program,
    write_own_file,
    write_program,
)
from mcdesk.engine.ir import EvaluatedStage, program_hash
from mcdesk.formulas.choice_resolution import resolve_setup
from mcdesk.formulas.compiler import compile_model
from mcdesk.formulas.setup_file import read_setup_file
from mcdesk.formulas.setup_option_texts import input_text, output_text
from mcdesk.formulas.setup_texts import SetupFile
from mcdesk.formulas.simulation_model import build_simulation_model
from mcdesk.foundation.paths import resources_folder
from mcdesk.foundation.plain_data import PlainDataDamaged
from mcdesk.model.xlsx_reader import read_workbook
from tests.benchmark_models import BENCH
from tests.benchmark_programs import benchmark_program
from tests.benchmarks.second_runs import LIFELIB
from tests.builders_xlsx import write_xlsx
from tests.corpus import CORPUS, requires_corpus
from tests.plain_trees import is_same, kinds_in

DATA = b"a program\nof two lines"
DAMAGES = 1_000
EXAMPLES = resources_folder() / "examples"
# a text, a choice of the trial, an error and a loop over rows
CELLS = {
    "A1": 1.0,
    "A2": ('=IF(A1>1,"much","little")', None),
    "A3": ('=IF(A2="much",1,1/0)', None),
    "A4": ("=INDEX(B1:B100,1+INT(ABS(A1)))", None),
    **{f"B{row}": float(row * row % 7) for row in range(1, 101)},
    **{f"C{row}": (f"=B{row}*A$1+N(C{row - 1})", None) for row in range(2, 101)},
}

requires_bench = pytest.mark.skipif(not BENCH.is_dir(), reason="the benchmark workbooks are not here")

on_posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")


class Ran:
    """A pickle that touches a file when it is read."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> object:
        return (Path.touch, (self._path,))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    written = tmp_path / FILE_NAME
    write_own_file(written, DATA)
    return written


def test_that_an_installation_reads_what_it_wrote(path: Path) -> None:
    assert read_own_file(path) == DATA


def test_that_what_another_installation_wrote_is_not_read(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_program, "installation_stamp", lambda: "another")

    assert read_own_file(path) is None


@on_posix
def test_that_what_another_person_wrote_is_not_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: other)

    assert read_own_file(path) is None


@on_posix
@pytest.mark.parametrize("mode", [0o620, 0o660, 0o602])
def test_that_what_another_person_may_write_is_not_read(path: Path, mode: int) -> None:
    path.chmod(mode)

    assert read_own_file(path) is None


def test_that_a_pickle_in_the_place_of_a_program_runs_nothing(tmp_path: Path) -> None:
    write_own_file(tmp_path / FILE_NAME, pickle.dumps(Ran(tmp_path / "ran")))

    assert read_program(tmp_path) is None
    assert not (tmp_path / "ran").exists()


@on_posix
def test_that_a_file_of_the_group_in_the_place_of_a_program_runs_nothing(tmp_path: Path) -> None:
    ran, copy = tmp_path / "ran", tmp_path / "copy.xlsx"
    copy.touch()
    copy.chmod(0o660)
    copy.write_bytes(installation_stamp().encode() + b"\n" + pickle.dumps(Ran(ran)))

    copy.rename(tmp_path / FILE_NAME)

    assert read_program(tmp_path) is None
    assert not ran.exists()


@cache
def program_of(workbook_path: Path, setup: SetupFile) -> EngineProgram:
    workbook = read_workbook(workbook_path)
    model = build_simulation_model(workbook, resolve_setup(setup, workbook), 45_000.0)
    return EngineProgram(compile_model(model).simulated, ("a warning",), asked_correlations(model))


def program_of_example(name: str) -> EngineProgram:
    return program_of(EXAMPLES / f"{name}.xlsx", read_setup_file(EXAMPLES / f"{name}.toml"))


def program_of_cells(folder: Path) -> EngineProgram:
    path = write_xlsx(folder / "cells.xlsx", {"S": CELLS})
    inputs = (input_text("S!A1=normal(10, 1)"),)
    return program_of(
        path, SetupFile(inputs=inputs, outputs=tuple(map(output_text, ("S!A3", "S!A4", "S!C100"))))
    )


def assert_comes_back(program: EngineProgram, folder: Path) -> None:
    assert write_program(folder, program)
    again = read_program(folder)
    assert again is not None
    assert is_same(again, program)
    # it is taken of what was read, never from the file: machine code is found by it
    assert again.simulated.program.known_hash == []
    assert program_hash(again.simulated.program) == program_hash(program.simulated.program)


@pytest.mark.parametrize("name", ["newsvendor", "product_launch"])
def test_that_the_program_of_an_example_comes_back(name: str, tmp_path: Path) -> None:
    assert_comes_back(program_of_example(name), tmp_path)


def test_that_a_program_with_texts_errors_and_loops_comes_back(tmp_path: Path) -> None:
    assert_comes_back(program_of_cells(tmp_path), tmp_path)


@requires_bench
@pytest.mark.parametrize("name", ["A", "B", "C"])
def test_that_the_program_of_a_benchmark_comes_back(name: str, tmp_path: Path) -> None:
    assert_comes_back(EngineProgram(benchmark_program(name), (), ()), tmp_path)


@requires_corpus
def test_that_the_program_of_a_large_workbook_comes_back(tmp_path: Path) -> None:
    assert_comes_back(program_of(CORPUS / "lifelib__basic_term_sample.xlsx", LIFELIB), tmp_path)


def test_that_all_kinds_of_a_program_are_met_in_these_tests(tmp_path: Path) -> None:
    programs = (program_of_example("product_launch"), program_of_cells(tmp_path))

    met = set[type]().union(*map(kinds_in, programs))

    # only programs with cells outside of them have it, and those are not written
    assert {*program_format().classes, *program_format().members} - met == {EvaluatedStage}
    assert met - set(program_format().kinds) == set()


def test_that_a_program_with_cells_outside_of_it_stays_where_it_is(tmp_path: Path) -> None:
    program = program_of_example("product_launch")
    simulated = replace(program.simulated, evaluators=(lambda first, slots, token: {},))

    assert not write_program(tmp_path, replace(program, simulated=simulated))
    assert not (tmp_path / FILE_NAME).exists()


def test_that_what_cannot_be_written_is_left_to_the_engine(tmp_path: Path) -> None:
    program = replace(program_of_example("product_launch"), warnings=(Path("no text"),))  # type: ignore[arg-type]  # on purpose

    assert not write_program(tmp_path, program)
    assert read_program(tmp_path) is None


def test_that_a_damaged_program_is_not_taken(tmp_path: Path) -> None:
    program, dice = program_of_example("product_launch"), random.Random(1)
    data = program_format().to_bytes(program)

    for _ in range(DAMAGES):
        changed = bytearray(data)
        changed[dice.randrange(len(data))] ^= dice.randrange(1, 256)
        with pytest.raises(PlainDataDamaged):
            program_format().from_bytes(
                bytes(changed[: dice.randrange(len(data) // 2, 2 * len(data))]), EngineProgram
            )
    write_own_file(tmp_path / FILE_NAME, bytes(changed))
    assert read_program(tmp_path) is None
