"""The catalogue as a whole."""

import re

from mcdesk.formulas.functions.catalogue import FUNCTION_BY_NAME
from mcdesk.formulas.functions.definition import Kind
from mcdesk.formulas.functions.excel_names import is_excel_function
from tests.unit.formulas.functions import (
    test_date_time,
    test_financial,
    test_information,
    test_logical,
    test_lookup,
    test_mathematics,
    test_statistics,
    test_text,
)

MODULES = (
    test_date_time,
    test_financial,
    test_information,
    test_logical,
    test_lookup,
    test_mathematics,
    test_statistics,
    test_text,
)
# What draws has no value to compare; tests of evaluation cover it.
RANDOM = {"RAND"}


def test_that_every_function_has_a_case() -> None:
    formulas = " ".join(case.formula for module in MODULES for case in module.CASES)
    called = set(re.findall(r"([A-Z][A-Z0-9.]*)\(", formulas))

    assert set(FUNCTION_BY_NAME) - called - RANDOM == set()


def test_that_every_function_is_one_of_excel() -> None:
    assert [name for name in FUNCTION_BY_NAME if not is_excel_function(name)] == []


def test_that_every_function_has_one_way_to_evaluate() -> None:
    for definition in FUNCTION_BY_NAME.values():
        ways = (definition.evaluate, definition.elementwise, definition.aggregate)

        assert sum(way is not None for way in ways) == 1, definition.name


def test_that_numbers_are_the_last_parameter() -> None:
    for definition in FUNCTION_BY_NAME.values():
        assert all(parameter.kind is not Kind.NUMBERS for parameter in definition.parameters[:-1])
