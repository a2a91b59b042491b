"""Lowerings of look-ups and of products over ranges."""

from collections.abc import Sequence
from itertools import pairwise

from mcdesk.engine.builder import Value
from mcdesk.engine.ir import Affine
from mcdesk.formulas.emission import Run, number_table
from mcdesk.formulas.functions.definition import Outcome
from mcdesk.formulas.lowered import (
    Lowered,
    LoweredKind,
    NotLowerable,
    as_number,
    behind_error,
    finished,
    first_error,
    lowered_constant,
)
from mcdesk.formulas.lowering import FormulaLowering
from mcdesk.formulas.syntax import Logical, Node, RangeReference
from mcdesk.formulas.values import Scalar
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import Rectangle


def lower_index(lowering: FormulaLowering, arguments: Sequence[Node]) -> Lowered:
    """INDEX with one row and column."""
    array = arguments[0]
    if not isinstance(array, RangeReference) or not 2 <= len(arguments) <= 3:
        raise NotLowerable("INDEX of something else than a range")
    ops = lowering.ops
    area = lowering.reader.area(array)
    numbers = [lowering.number(node) for node in arguments[1:]]
    row, column = numbers[0], numbers[1] if len(numbers) == 2 else None
    if column is None and area.row_count == 1:
        row, column = lowered_constant(ops, 1.0), row
    column = column or lowered_constant(ops, 1.0)
    if 1 not in (area.row_count, area.column_count) and len(numbers) == 1:
        raise NotLowerable("INDEX gives a whole row")
    assert row.value is not None and column.value is not None
    row_at, row_error = _inside(lowering, row.value, area.row_count)
    column_at, column_error = _inside(lowering, column.value, area.column_count)
    place = ops.iadd(ops.imul(row_at, ops.integer(area.column_count)), column_at)
    error = first_error(ops, row.error, column.error, row_error, column_error)
    element = _element(lowering, array, area, place)
    return behind_error(lowering.ops, error, element)


def _inside(lowering: FormulaLowering, number: Value, count: int) -> tuple[Value, Value | None]:
    ops = lowering.ops
    whole = ops.floor(number)
    zero_means_all = ops.lt(whole, ops.number(1.0))
    if ops.constant_of(zero_means_all) != 0 and count > 1:
        bounds = ops.interval_of(whole)
        if bounds.low < 1.0:
            raise NotLowerable("INDEX with a row or column that may be 0")
    beyond = ops.lt(ops.number(float(count)), whole)
    safe = ops.minimum(ops.maximum(whole, ops.number(1.0)), ops.number(float(count)))
    place = ops.iclamp(ops.isub(ops.to_integer(safe), ops.integer(1)), 0, count - 1)
    error = ops.select(beyond, ops.error(ErrorCode.REF), ops.error(ErrorCode.NONE))
    return place, None if ops.constant_of(error) == 0 else error


def _element(lowering: FormulaLowering, array: RangeReference, area: Rectangle, place: Value) -> Lowered:
    ops, reader = lowering.ops, lowering.reader
    bounded = ops.iclamp(place, 0, area.size - 1)
    runs = reader.runs(array)
    if len(runs) == 1 and runs[0].size == area.size:
        run = runs[0]
        if run.block is None:
            return reader.table_element([_unblanked(each) for each in run.scalars], bounded)
        if run.strides[0] == run.counts[1] or run.counts[0] == 1:
            return reader.slot(run.block, run.start, bounded)
        if run.counts[1] == 1:
            width = run.strides[0]
            shifted = ops.imul(bounded, ops.integer(width))
            return reader.slot(run.block, run.start, shifted)
    raise NotLowerable("INDEX over unlike cells")


def _unblanked(scalar: Scalar) -> Scalar:
    return scalar if isinstance(scalar, float | bool | str | ErrorCode) else 0.0


def _column(lowering: FormulaLowering, node: Node, offset: int) -> list[Scalar]:
    if not isinstance(node, RangeReference):
        raise NotLowerable("a look-up in something else than a range")
    area = lowering.reader.area(node)
    cells = lowering.reader.cells
    if offset >= area.column_count or area.row_count > 200_000:
        raise NotLowerable("a look-up outside its range")
    scalars: list[Scalar] = []
    for row in range(area.top, area.bottom + 1):
        if cells.block_at(area.sheet, row, area.left + offset) is not None:
            raise NotLowerable("a look-up in uncertain cells")
        scalars.append(cells.certain(area.sheet, row, area.left + offset))
    return scalars


def _sorted_keys(scalars: Sequence[Scalar]) -> list[float]:
    keys = [scalar for scalar in scalars if type(scalar) is float]
    if not keys or len(keys) != len(scalars) or any(a > b for a, b in pairwise(keys)):
        raise NotLowerable("a look-up in unsorted or mixed keys")
    return keys


def _last_not_above(lowering: FormulaLowering, keys: Sequence[float], wanted: Value) -> tuple[Value, Value]:
    """Place of the last key that is not above, and whether there is one."""
    ops = lowering.ops
    table = number_table(keys)
    low, high = ops.integer(0), ops.integer(len(keys))
    for _ in range(len(keys).bit_length()):
        middle = ops.iclamp(ops.ilshr(ops.iadd(low, high), 1), 0, len(keys) - 1)
        fits = ops.and_(ops.ilt(low, high), ops.le(ops.read_table(table, middle), wanted))
        above = ops.and_(ops.ilt(low, high), ops.not_(fits))
        low = ops.select(fits, ops.iadd(middle, ops.integer(1)), low)
        high = ops.select(above, middle, high)
    is_found = ops.ilt(ops.integer(0), low)
    return ops.iclamp(ops.isub(low, ops.integer(1)), 0, len(keys) - 1), is_found


def _placed(
    lowering: FormulaLowering, keys: Sequence[float], wanted: Value, is_exact: bool
) -> tuple[Value, Value]:
    ops = lowering.ops
    place, is_found = _last_not_above(lowering, keys, wanted)
    if not is_exact:
        return place, is_found
    if len(set(keys)) < len(keys):
        raise NotLowerable("an exact look-up among equal keys")
    is_equal = ops.eq(ops.read_table(number_table(keys), place), wanted)
    return place, ops.and_(is_found, is_equal)


def _is_exact(lowering: FormulaLowering, arguments: Sequence[Node], position: int) -> bool:
    if len(arguments) <= position:
        return False
    node = arguments[position]
    if isinstance(node, Logical):
        return not node.value
    mode = lowering.number(node)
    known = None if mode.value is None or mode.error is not None else lowering.ops.constant_of(mode.value)
    if known not in (0.0, 1.0):
        raise NotLowerable("a look-up mode that varies")
    return known == 0.0


def _wanted(lowering: FormulaLowering, node: Node) -> Lowered:
    wanted = lowering.scalar(node)
    if wanted.kind not in (LoweredKind.NUMBER, LoweredKind.BLANK):
        raise NotLowerable("a look-up of something else than a number")
    return as_number(lowering.ops, wanted)


def lower_vertical_lookup(lowering: FormulaLowering, arguments: Sequence[Node]) -> Lowered:
    """VLOOKUP of a number among certain sorted keys."""
    ops = lowering.ops
    wanted = _wanted(lowering, arguments[0])
    offset = lowering.number(arguments[2])
    known = None if offset.value is None else ops.constant_of(offset.value)
    if known is None or known < 1 or wanted.value is None:
        raise NotLowerable("a look-up column that varies")
    is_exact = _is_exact(lowering, arguments, 3)
    keys = _sorted_keys(_column(lowering, arguments[1], 0))
    results = [_unblanked(scalar) for scalar in _column(lowering, arguments[1], int(known) - 1)]
    place, is_found = _placed(lowering, keys, wanted.value, is_exact)
    element = lowering.reader.table_element(results, place)
    return _found(lowering, wanted.error, is_found, element)


def lower_match(lowering: FormulaLowering, arguments: Sequence[Node]) -> Lowered:
    """MATCH of a number among certain sorted keys."""
    ops = lowering.ops
    wanted = _wanted(lowering, arguments[0])
    is_exact = _is_exact(lowering, arguments, 2)
    keys = _sorted_keys(_column(lowering, arguments[1], 0))
    assert wanted.value is not None
    place, is_found = _placed(lowering, keys, wanted.value, is_exact)
    number = ops.within(ops.to_number(ops.iadd(place, ops.integer(1))), 1.0, float(len(keys)))
    return _found(lowering, wanted.error, is_found, Lowered(LoweredKind.NUMBER, number))


def _found(lowering: FormulaLowering, before: Value | None, is_found: Value, element: Lowered) -> Lowered:
    ops = lowering.ops
    missed = ops.select(is_found, ops.error(ErrorCode.NONE), ops.error(ErrorCode.NA))
    absent = None if ops.constant_of(missed) == 0 else missed
    return Lowered(element.kind, element.value, first_error(ops, before, absent, element.error), element.text)


def lower_sum_product(lowering: FormulaLowering, arguments: Sequence[Node]) -> Lowered:
    """SUMPRODUCT of ranges of one shape."""
    ops, reader = lowering.ops, lowering.reader
    if not arguments or not all(isinstance(node, RangeReference) for node in arguments):
        raise NotLowerable("SUMPRODUCT of something else than ranges")
    ranges = [node for node in arguments if isinstance(node, RangeReference)]
    areas = [reader.area(node) for node in ranges]
    if len({(area.row_count, area.column_count) for area in areas}) > 1 or areas[0].size > 20_000:
        raise NotLowerable("SUMPRODUCT of ranges of different shape")
    runs = [reader.runs(node) for node in ranges]
    if all(len(each) == 1 and each[0].size == areas[0].size for each in runs):
        return _product_of_grids(lowering, [each[0] for each in runs])
    total, error = ops.number(0.0), None
    for row in range(areas[0].row_count):
        for column in range(areas[0].column_count):
            elements = [_cell_of(lowering, area, row, column) for area in areas]
            total, error = _product_step(lowering, total, error, elements)
    return Lowered(LoweredKind.NUMBER, *_closed(lowering, total, error))


def _cell_of(lowering: FormulaLowering, area: Rectangle, row: int, column: int) -> Lowered:
    reader = lowering.reader
    if reader.position.is_moving:
        raise NotLowerable("SUMPRODUCT over windows of unlike cells")
    cell = (area.sheet, area.top + row, area.left + column)
    block = reader.cells.block_at(*cell)
    if block is None:
        return lowered_constant(reader.ops, reader.cells.certain(*cell))
    return reader.slot(block, Affine(block.place(cell[1], cell[2])))


def _product_step(
    lowering: FormulaLowering, total: Value, error: Value | None, elements: Sequence[Lowered]
) -> tuple[Value, Value | None]:
    ops = lowering.ops
    error = first_error(ops, error, *(element.error for element in elements))
    product: Value | None = None
    for element in elements:
        value = element.value if element.kind is LoweredKind.NUMBER else ops.number(0.0)
        assert value is not None
        product = value if product is None else ops.mul(product, value)
    assert product is not None
    return ops.add(total, product), error


def _product_of_grids(lowering: FormulaLowering, runs: Sequence[Run]) -> Lowered:
    ops, reader = lowering.ops, lowering.reader
    size = runs[0].size
    may_fail = any(run.block is not None and run.block.error_array is not None for run in runs)
    columns = [_elements_of(run) for run in runs]

    def body(index: Value, state: Sequence[Value]) -> Sequence[Value]:
        elements = [
            reader.table_element(column, index) if run.block is None else _grid_element(lowering, run, index)
            for run, column in zip(runs, columns, strict=True)
        ]
        total, error = _product_step(lowering, state[0], state[1] if may_fail else None, elements)
        return [total, error] if error is not None and may_fail else [total]

    start = [ops.number(0.0)] + ([ops.error(ErrorCode.NONE)] if may_fail else [])
    end = ops.repeat(size, start, body)
    return Lowered(LoweredKind.NUMBER, *_closed(lowering, end[0], end[1] if may_fail else None))


def _grid_element(lowering: FormulaLowering, run: Run, index: Value) -> Lowered:
    ops = lowering.ops
    assert run.block is not None
    stride = run.strides[1] if run.counts[0] == 1 else run.strides[0]
    if run.counts[0] > 1 and run.counts[1] > 1:
        raise NotLowerable("SUMPRODUCT over a block of rows and columns")
    reach = stride * (run.size - 1)
    shift = ops.iclamp(ops.imul(index, ops.integer(stride)), min(reach, 0), max(reach, 0))
    return lowering.reader.slot(run.block, run.start, shift)


def _elements_of(run: Run) -> list[Scalar]:
    if any(type(scalar) is not float for scalar in run.scalars):
        raise NotLowerable("SUMPRODUCT over cells that are no numbers")
    return list(run.scalars)


def _closed(lowering: FormulaLowering, total: Value, error: Value | None) -> tuple[Value, Value | None]:
    lowered = finished(lowering.ops, Outcome(total), error, LoweredKind.NUMBER)
    assert lowered.value is not None
    return lowered.value, lowered.error
