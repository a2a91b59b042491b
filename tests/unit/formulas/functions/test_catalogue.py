"""The catalogue as a whole."""

import random
import re
from collections import Counter

from mcdesk.formulas.evaluator import Calculation
from mcdesk.formulas.functions.catalogue import FAMILIES, FUNCTION_BY_NAME
from mcdesk.formulas.functions.definition import Kind
from mcdesk.formulas.functions.excel_names import is_excel_function
from mcdesk.foundation.error_codes import ErrorCode
from tests.unit.formulas.functions import (
    test_complex_numbers,
    test_date_time,
    test_distributions,
    test_engineering,
    test_financial,
    test_grouping,
    test_information,
    test_logical,
    test_lookup,
    test_mathematics,
    test_regular_expressions,
    test_samples_compared,
    test_seasonal_forecasts,
    test_securities,
    test_statistics,
    test_text,
)
from tests.unit.formulas.functions.case_tables import CELLS
from tests.unit.formulas.small_workbooks import address, workbook_of

MODULES = (
    test_complex_numbers,
    test_date_time,
    test_distributions,
    test_engineering,
    test_financial,
    test_grouping,
    test_information,
    test_logical,
    test_lookup,
    test_mathematics,
    test_regular_expressions,
    test_samples_compared,
    test_seasonal_forecasts,
    test_securities,
    test_statistics,
    test_text,
)
# What draws has no value to compare; tests of evaluation cover it.
RANDOM = {"RAND"}


def test_that_every_function_has_a_case() -> None:
    formulas = " ".join(case.formula for module in MODULES for case in module.CASES)
    called = set(re.findall(r"([A-Z_][A-Z0-9._]*)\(", formulas))

    assert set(FUNCTION_BY_NAME) - called - RANDOM == set()


def test_that_no_function_is_defined_twice() -> None:
    names = Counter(definition.name for family in FAMILIES for definition in family)

    assert [name for name, count in names.items() if count > 1] == []


def test_that_every_function_is_one_of_excel() -> None:
    assert [name for name in FUNCTION_BY_NAME if not is_excel_function(name)] == []


def test_that_every_function_has_one_way_to_evaluate() -> None:
    for definition in FUNCTION_BY_NAME.values():
        ways = (definition.evaluate, definition.elementwise, definition.aggregate)

        assert sum(way is not None for way in ways) == 1, definition.name


def test_that_numbers_are_the_last_parameter() -> None:
    for definition in FUNCTION_BY_NAME.values():
        assert all(parameter.kind is not Kind.NUMBERS for parameter in definition.parameters[:-1])


ARGUMENT_TEXT = """
0 1 -1 3 0.5 1E9 1E300 -1E300 2958465 TRUE "x" "" "12" A1 A1:A8 B1:B6
H1 A:A {1,2,3} {1;"a";TRUE} (A1,C1:C3) #N/A LAMBDA(x,x) Z99 unknown
"""
ARGUMENTS = ARGUMENT_TEXT.split()


def test_that_no_arguments_make_a_function_fail() -> None:
    choice = random.Random(20)
    formulas = {}
    for row, definition in enumerate(FUNCTION_BY_NAME.values(), 1000):
        for column in "XY":
            count = choice.randint(definition.least_arguments, len(definition.parameters))
            arguments = ",".join(choice.choice(ARGUMENTS) for _ in range(count))
            formulas[f"{column}{row}"] = f"={definition.name}({arguments})"
    workbook = workbook_of({"Sheet1": {**CELLS, **formulas}})
    calculation = Calculation(workbook, now_serial=45000.0, random=lambda _cell, _draw: 0.5)

    found = {text: calculation.value(address(workbook, cell)) for cell, text in formulas.items()}

    kinds = (float, str, bool, ErrorCode)
    assert [text for text, value in found.items() if type(value) not in kinds] == []
    assert [text for text, value in found.items() if value in (float("inf"), float("-inf"))] == []
