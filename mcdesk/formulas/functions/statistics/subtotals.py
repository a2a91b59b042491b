"""SUBTOTAL and AGGREGATE: statistics that leave out hidden rows, errors and nested subtotals."""

import re
from collections.abc import Callable

import numpy as np

from mcdesk.engine.scalar_operations import ScalarOperations
from mcdesk.formulas.arrays import array_of, cut_rows
from mcdesk.formulas.collected_numbers import CollectedNumbers
from mcdesk.formulas.functions.definition import (
    Body,
    Context,
    FunctionDefinition,
    Numbers,
    number,
    run_body,
    scalar_result,
)
from mcdesk.formulas.functions.mathematics import sums
from mcdesk.formulas.functions.parameters import cells, function
from mcdesk.formulas.functions.statistics import moments, order, ranks
from mcdesk.formulas.values import BLANK, ArrayValue, Reference, Scalar, Value
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import Rectangle
from mcdesk.model.workbook import Workbook

_OPERATIONS = ScalarOperations()
_NESTED = re.compile(r"(?<![A-Z0-9_.])(?:SUBTOTAL|AGGREGATE)\(", re.IGNORECASE)
_FIRST_WITHOUT_HIDDEN = 101


def _over_numbers(body: Body) -> Callable[[list[Scalar]], Scalar]:
    def reduce(elements: list[Scalar]) -> Scalar:
        numbers: Numbers[float] = CollectedNumbers([x for x in elements if type(x) is float])
        return scalar_result(run_body(body, _OPERATIONS, numbers))

    return reduce


def _count(elements: list[Scalar]) -> Scalar:
    return float(sum(type(element) is float for element in elements))


def _count_all(elements: list[Scalar]) -> Scalar:
    return float(sum(element is not BLANK for element in elements))


# By kind less 1; None for the two that count.
BODIES: tuple[Body | None, ...] = (
    moments.mean,
    None,
    None,
    sums.highest,
    sums.lowest,
    sums.product,
    moments.sample_deviation,
    moments.population_deviation,
    sums.total,
    moments.sample_variance,
    moments.population_variance,
)
_REDUCTIONS: tuple[Callable[[list[Scalar]], Scalar], ...] = tuple(
    (_count, _count_all)[place - 1] if body is None else _over_numbers(body)
    for place, body in enumerate(BODIES)
)


# AGGREGATE's kinds 14 to 19.
ORDERED_BODIES: tuple[Body, ...] = (
    order.largest,
    order.smallest,
    order.quantile_inclusive,
    order.quartile_inclusive,
    order.quantile_exclusive,
    order.quartile_exclusive,
)


def subtotal(context: Context, kind: float, *sources: Value) -> Scalar:
    """SUBTOTAL; kinds above 100 leave out hidden rows, all leave out nested subtotals."""
    whole = int(kind)
    leaves_hidden = whole >= _FIRST_WITHOUT_HIDDEN
    place = whole - _FIRST_WITHOUT_HIDDEN if leaves_hidden else whole - 1
    if not 0 <= place < len(_REDUCTIONS):
        return ErrorCode.VALUE
    elements: list[Scalar] = []
    for source in sources:
        if not isinstance(source, Reference):
            return source if isinstance(source, ErrorCode) else ErrorCode.VALUE
        elements.extend(_visible(context, source, leaves_hidden, leaves_nested=True, leaves_filtered=True))
    if place not in (1, 2):
        error = next((element for element in elements if isinstance(element, ErrorCode)), None)
        if error is not None:
            return error
    return _REDUCTIONS[place](elements)


def aggregate(context: Context, kind: float, options: float, *sources: Value) -> Scalar:
    """AGGREGATE; options 0 to 7 say whether hidden rows, errors and nested subtotals are left out."""
    whole, option = int(kind), int(options)
    if not (1 <= whole <= 19 and 0 <= option <= 7):
        return ErrorCode.VALUE
    takes_k = whole >= 14
    elements: list[Scalar] = []
    for source in sources[:1] if takes_k else sources:
        elements.extend(_chosen(context, source, option))
    error = next((element for element in elements if isinstance(element, ErrorCode)), None)
    if error is not None and whole not in (2, 3):
        return error
    if whole <= len(_REDUCTIONS):
        return _REDUCTIONS[whole - 1](elements)
    numbers = [element for element in elements if type(element) is float]
    if whole == 13:
        return ranks.most_frequent(context, array_of([numbers]))
    if not takes_k:
        return _over_numbers(order.median)(elements)
    if len(sources) < 2:
        return ErrorCode.VALUE
    k = context.scalar(sources[1])
    if not isinstance(k, float):
        return ErrorCode.VALUE
    return scalar_result(run_body(ORDERED_BODIES[whole - 14], _OPERATIONS, CollectedNumbers(numbers), k))


def _chosen(context: Context, source: Value, option: int) -> list[Scalar]:
    leaves_errors = option in (2, 3, 6, 7)
    if isinstance(source, Reference):
        elements = _visible(context, source, option in (1, 3, 5, 7), leaves_nested=option < 4)
    else:
        if leaves_errors and isinstance(source, ArrayValue) and isinstance(source.rows[-1][0], ErrorCode):
            source = cut_rows(source, 0, len(source.rows)) if source.column_count == 1 else source
        elements = context.elements(source)
    return [x for x in elements if not isinstance(x, ErrorCode)] if leaves_errors else elements


def _visible(
    context: Context,
    reference: Reference,
    leaves_hidden: bool,
    leaves_nested: bool,
    leaves_filtered: bool = False,
) -> list[Scalar]:
    found: list[Scalar] = []
    for area in reference.areas:
        hidden: frozenset[int] = frozenset()
        if leaves_hidden:
            hidden = frozenset(context.workbook.sheets[area.sheet].hidden_rows.tolist())
        elif leaves_filtered:
            hidden = context.workbook.filtered_rows(area.sheet)
        elements = context.elements(Reference((area,)))
        nested = nested_cells(context.workbook, area) if leaves_nested else frozenset()
        if not hidden and not nested:
            found.extend(elements)
            continue
        width = context.workbook.used_part(area).column_count
        for place, element in enumerate(elements):
            row, column = area.top + place // width, area.left + place % width
            if row not in hidden and (row, column) not in nested:
                found.append(element)
    return found


def nested_cells(workbook: Workbook, area: Rectangle) -> frozenset[tuple[int, int]]:
    """Rows and columns of the cells of an area that are subtotals themselves.

    A formula that is copied has the functions of the one that it was copied from.
    """
    sheet = workbook.sheets[area.sheet]
    places = sheet.positions_in(area)
    owners = sheet.owners[places]
    indices = np.where(owners >= 0, owners, sheet.formulas[places])
    used = set(indices.tolist()) - {-1}
    nested = [index for index in used if _NESTED.search(workbook.formulas[index].text)]
    found = places[np.isin(indices, nested)]
    return frozenset(zip(sheet.rows[found].tolist(), sheet.columns[found].tolist(), strict=True))


FUNCTIONS: tuple[FunctionDefinition, ...] = (
    function("SUBTOTAL", subtotal, number("kind"), cells("reference"), repeating=1),
    function("AGGREGATE", aggregate, number("kind"), number("options"), cells("reference"), repeating=1),
)
