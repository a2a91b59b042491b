"""Texts of a set-up looked up in a workbook."""

from dataclasses import replace
from pathlib import Path

import pytest

from mcdesk.engine.distributions import Distribution
from mcdesk.formulas.choice import InputChoice, OutputChoice
from mcdesk.formulas.choice_resolution import resolve_setup
from mcdesk.formulas.setup_option_texts import input_text, output_text, value_text
from mcdesk.formulas.setup_texts import InputText, LimitText, OutputText, SetupFile
from mcdesk.formulas.values import Scalar
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.foundation.errors import SetupInvalid
from mcdesk.model.addresses import CellAddress
from mcdesk.model.workbook import Workbook
from mcdesk.model.xlsx_reader import read_workbook
from tests.builders_xlsx import write_xlsx


@pytest.fixture
def workbook(tmp_path: Path) -> Workbook:
    sheets = {
        "S": {"A1": 1.0, "A2": 2.0, "A3": ("=A1+A2", 3.0), "A4": "north"},
        "My sheet": {"B4": 5.0},
    }
    return read_workbook(write_xlsx(tmp_path / "model.xlsx", sheets))


def setup(*, inputs: str = "", outputs: str = "", values: str = "") -> SetupFile:
    return SetupFile(
        inputs=tuple(map(input_text, filter(None, inputs.split("|")))),
        outputs=tuple(map(output_text, filter(None, outputs.split("|")))),
        values=tuple(map(value_text, filter(None, values.split("|")))),
    )


def test_that_cells_are_found_whatever_the_case_of_their_sheet(workbook: Workbook) -> None:
    asked = setup(inputs="s!$A$1=normal(0, 1)", outputs="S!A3=Sum", values="'my SHEET'!B4=7")

    choice = resolve_setup(asked, workbook)

    assert choice.inputs == (InputChoice(CellAddress(0, 0, 0), Distribution("normal", (0.0, 1.0))),)
    assert choice.outputs == (OutputChoice(CellAddress(0, 2, 0), "Sum"),)
    assert choice.fixed == {CellAddress(1, 3, 1): 7.0}


def test_that_an_input_may_replace_a_formula(workbook: Workbook) -> None:
    choice = resolve_setup(setup(inputs="S!A3=normal(0, 1)"), workbook)

    assert choice.inputs[0].cell == CellAddress(0, 2, 0)


def test_that_the_sheet_may_be_left_out_where_there_is_only_one(tmp_path: Path) -> None:
    workbook = read_workbook(write_xlsx(tmp_path / "one.xlsx", {"Only": {"A1": 1.0}}))

    assert resolve_setup(setup(outputs="A1"), workbook).outputs[0].cell == CellAddress(0, 0, 0)


SET = {
    "S!A1=8%": 0.08,
    "S!A1=7.3 %": 0.073,
    "S!A1=-5e-1%": -0.005,
    "S!A1=1e3": 1000.0,
    "S!A1=.5": 0.5,
    "S!A1=#N/A": ErrorCode.NA,
    "S!A1=#div/0!": ErrorCode.DIV0,
    "S!A1=true": True,
    'S!A1="8%"': "8%",
    "S!A4=8%": 0.08,
    "S!A4=1,5": "1,5",
    "S!A4=south": "south",
}


@pytest.mark.parametrize(("option", "value"), SET.items())
def test_that_a_set_value_is_read_as_a_person_means_it(
    workbook: Workbook, option: str, value: Scalar
) -> None:
    (found,) = resolve_setup(setup(values=option), workbook).fixed.values()

    assert (type(found), found) == (type(value), value)


REFUSED = {
    "an unknown sheet": (setup(outputs="T!A1"), "has no sheet 'T'"),
    "no sheet among several": (setup(outputs="A1"), "names no sheet"),
    "no address": (setup(outputs="S!total"), "not the address of a cell"),
    "an empty cell": (setup(outputs="S!Z9"), "S!Z9 is an empty cell"),
    "a formula to set": (setup(values="S!A3=4"), "S!A3 holds a formula"),
    "a text for a number": (setup(values="S!A1=1,5"), "S!A1 holds a number, and '1,5' would be a text"),
    "an input given twice": (setup(inputs="S!A1=normal(0,1)|s!a1=normal(0,2)"), "S!A1 was already"),
    "an input that is set too": (setup(inputs="S!A1=normal(0,1)", values="S!A1=3"), "S!A1 was already"),
    "an output given twice": (setup(outputs="S!A1|S!A1"), "S!A1 is an output twice"),
    "a distribution that is none": (setup(inputs="S!A1=normal(1)"), "S!A1: Distribution"),
}


@pytest.mark.parametrize(("asked", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_that_what_makes_no_sense_is_refused_with_source_and_cell(
    workbook: Workbook, asked: SetupFile, reason: str
) -> None:
    with pytest.raises(SetupInvalid, match=r"^--") as caught:
        resolve_setup(asked, workbook)

    assert reason in str(caught.value)


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (SetupFile(outputs=(OutputText("", "S!Z9"),)), "S!Z9 is an empty cell of "),
        (SetupFile(outputs=(OutputText("", "S!total"),)), '"S!total" is not the address of a cell'),
        (SetupFile(inputs=(InputText("", "S!A1", "normal(1)"),)), "S!A1: Distribution"),
        (
            SetupFile(inputs=(InputText("", "S!A1", "normal(0,1)"), InputText("", "S!A1", "normal(0,2)"))),
            "S!A1 was already given a value",
        ),
    ],
)
def test_that_nothing_stands_before_the_reason_where_no_file_or_option_is_to_blame(
    workbook: Workbook, asked: SetupFile, reason: str
) -> None:
    with pytest.raises(SetupInvalid) as caught:
        resolve_setup(asked, workbook)

    assert caught.value.title.startswith(reason)
    assert "by ." not in f"{caught.value.title}."


def test_that_an_output_may_have_very_many_limits(workbook: Workbook) -> None:
    limits = tuple(LimitText("model.toml", "S!A3", float(k)) for k in range(40_000))

    found = resolve_setup(replace(setup(outputs="S!A3"), limits=limits), workbook)

    assert found.limits == {CellAddress(0, 2, 0): tuple(each.limit for each in limits)}
