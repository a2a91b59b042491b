"""Generated formulas against other engines: where they differ, what Excel documents decides.

`MCDESK_SECOND_OPINIONS=50` draws fifty formulas of each function instead of three.
"""

import math
import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import pytest
from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st

from mcdesk.formulas.evaluator import Calculation
from mcdesk.formulas.functions.catalogue import FUNCTION_BY_NAME
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import CellAddress
from tests.builders_xlsx import CellContent
from tests.unit.formulas.second_opinions.array_formulas import NOT_ASKED
from tests.unit.formulas.second_opinions.explained_differences import EXPLAINED
from tests.unit.formulas.second_opinions.generated_formulas import (
    CELLS,
    Asked,
    formulas_of,
    function_of,
    signatures,
)
from tests.unit.formulas.second_opinions.other_engines import (
    COLUMN,
    Opinion,
    asked_formualizer,
    asked_ironcalc,
    asked_libreoffice,
    libreoffice,
    module,
)
from tests.unit.formulas.small_workbooks import workbook_of

FORMULAS_EACH = int(os.environ.get("MCDESK_SECOND_OPINIONS", "3"))
RELATIVE, ABSOLUTE = 1e-9, 1e-12
_DRAWN_TOGETHER = 20
# A function that an engine does not have is no opinion.
_NO_OPINION = ("#NAME?", "#Name", "#NImpl", "#N/IMPL!", "#ERROR!", "#SPILL!", "#Spill", "#CIRC!")


pytestmark = pytest.mark.slow

Ask = Callable[[Mapping[str, CellContent], Sequence[str]], list[Opinion]]


@pytest.fixture(scope="module", name="formulas")
def drawn_formulas() -> list[Asked]:
    """Some formulas of each function; the first are the simplest."""
    found: list[Asked] = []
    kinds = signatures()
    for start in range(0, len(kinds), _DRAWN_TOGETHER):
        some = map(formulas_of, kinds[start : start + _DRAWN_TOGETHER])

        @seed(20261127)
        @settings(max_examples=FORMULAS_EACH, database=None, deadline=None, phases=(Phase.generate,))
        @given(st.tuples(*some))
        def keep(drawn: tuple[Asked, ...]) -> None:
            found.extend(drawn)

        keep()
    return list(dict.fromkeys(found))


def ours(formulas: Sequence[str]) -> list[Opinion]:
    """What mcdesk calculates; errors as text."""
    workbook = workbook_of(
        {"Sheet1": {**CELLS, **{f"{COLUMN}{row}": f"={each}" for row, each in enumerate(formulas, 1)}}}
    )
    calculation = Calculation(workbook, now_serial=45_000.0)
    values = [calculation.value(CellAddress(0, row, 10)) for row in range(len(formulas))]
    return [each.text if isinstance(each, ErrorCode) else each for each in values]  # type: ignore[misc]


def differences(engine: str, asked: Sequence[Asked], ask: Ask) -> list[str]:
    """The formulas of which an engine thinks otherwise, but for those that are explained."""
    formulas = [each.formula for each in asked]
    return [
        f"{each.formula}: {own!r}, {engine} {other!r}"
        for each, own, other in zip(asked, ours(formulas), ask(CELLS, formulas), strict=True)
        if not agree(own, other) and not is_explained(engine, each, own, other)
    ]


def agree(own: Opinion, other: Opinion) -> bool:
    """Whether two values are the same, as `mcdesk check` has it; errors of any kind are."""
    if other is None or (isinstance(other, str) and other in _NO_OPINION):
        return True
    if isinstance(own, str) and own.startswith("#"):
        return isinstance(other, str) and other.startswith("#")
    if isinstance(own, bool) or isinstance(other, bool):
        # some engines have no logical values of their own
        return not isinstance(own, str) and not isinstance(other, str) and float(own or 0) == float(other)
    if isinstance(own, float) and isinstance(other, float | int):
        return math.isclose(own, other, rel_tol=RELATIVE, abs_tol=ABSOLUTE)
    return own == other


def is_explained(engine: str, asked: Asked, own: Opinion, other: Opinion) -> bool:
    """Whether what Excel documents tells who is right."""
    rules = EXPLAINED.get((engine, asked.function), ())
    return any(rule.applies(asked.formula, own, other) for rule in rules)


def test_that_every_explanation_is_of_a_function_that_is_asked_for() -> None:
    asked = set(map(function_of, signatures()))

    assert {function for _, function in EXPLAINED} <= asked


def test_that_every_function_is_asked_for_or_there_is_a_reason() -> None:
    asked = set(map(function_of, signatures()))

    assert asked.isdisjoint(NOT_ASKED)
    assert asked | NOT_ASKED.keys() == {*FUNCTION_BY_NAME, "LET", "LAMBDA"}


@pytest.mark.skipif(module("ironcalc") is None, reason="the package ironcalc is not installed")
def test_that_ironcalc_agrees_or_the_difference_is_explained(formulas: list[Asked]) -> None:
    assert differences("IronCalc", formulas, asked_ironcalc) == []


@pytest.mark.skipif(module("formualizer") is None, reason="the package formualizer is not installed")
def test_that_formualizer_agrees_or_the_difference_is_explained(formulas: list[Asked]) -> None:
    assert differences("formualizer", formulas, asked_formualizer) == []


@pytest.mark.skipif(libreoffice() is None, reason="LibreOffice is not installed")
def test_that_libreoffice_agrees_or_the_difference_is_explained(
    formulas: list[Asked], tmp_path: Path
) -> None:
    assert differences("LibreOffice", formulas, partial(asked_libreoffice, folder=tmp_path)) == []
