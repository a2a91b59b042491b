"""Lowering of INDEX over cells: one of them, or where 0 means a whole row or column the one in line."""

from collections.abc import Sequence
from dataclasses import dataclass

from mcdesk.engine.builder import StageBuilder, Value
from mcdesk.engine.ir import Affine
from mcdesk.formulas.aligned_cells import RangeCells
from mcdesk.formulas.element_reading import element_at
from mcdesk.formulas.lanes import LanePosition
from mcdesk.formulas.lowered import (
    Lowered,
    NotLowerable,
    behind_error,
    first_error,
    lowered_constant,
    select_lowered,
)
from mcdesk.formulas.lowering import FormulaLowering
from mcdesk.formulas.syntax import Node
from mcdesk.formulas.values import BLANK
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import Rectangle


@dataclass(frozen=True, slots=True)
class _Side:
    """Where the element stands in one direction: its place from 0, and what may be wrong with it.

    `is_blank`: it is beyond the used cells, and the place is not its own.
    """

    place: Value
    is_negative: Value
    is_beyond: Value
    is_whole: Value
    is_out_of_line: Value
    is_blank: Value


def lower_index(lowering: FormulaLowering, arguments: Sequence[Node]) -> Lowered:
    """INDEX with a row, a column or both."""
    if not 2 <= len(arguments) <= 3:
        raise NotLowerable("INDEX with areas")
    ops = lowering.ops
    cells = RangeCells(lowering.reader, arguments[0])
    area = cells.area
    numbers = [lowering.number(node) for node in arguments[1:]]
    row, column = numbers[0], numbers[1] if len(numbers) == 2 else None
    if column is None and cells.shape[0] == 1:
        row, column = lowered_constant(ops, 1.0), row
    column = column or lowered_constant(ops, 1.0)
    if 1 not in cells.shape and len(numbers) == 1:
        raise NotLowerable("INDEX gives a whole row")
    assert row.value is not None and column.value is not None
    sides = _side(lowering, row.value, cells, True), _side(lowering, column.value, cells, False)
    error = first_error(ops, row.error, column.error, _error(ops, sides))
    place = ops.iadd(ops.imul(sides[0].place, ops.integer(area.column_count)), sides[1].place)
    known = [ops.constant_of(side.place) for side in sides]
    element = element_at(lowering.reader, cells, place, _places(known, area))
    if cells.count_beyond:
        is_blank = ops.or_(sides[0].is_blank, sides[1].is_blank)
        element = select_lowered(ops, is_blank, lowered_constant(ops, BLANK), element)
    return behind_error(ops, error, element)


def _error(ops: StageBuilder, sides: Sequence[_Side]) -> Value | None:
    row, column = sides
    is_negative = ops.or_(row.is_negative, column.is_negative)
    is_beyond = ops.or_(row.is_beyond, column.is_beyond)
    is_out = ops.or_(row.is_out_of_line, column.is_out_of_line)
    is_out = ops.or_(is_out, ops.and_(row.is_whole, column.is_whole))
    unseen = ops.select(is_out, ops.error(ErrorCode.VALUE), ops.error(ErrorCode.NONE))
    beyond = ops.select(is_beyond, ops.error(ErrorCode.REF), unseen)
    error = ops.select(is_negative, ops.error(ErrorCode.VALUE), beyond)
    return None if ops.constant_of(error) == 0 else error


def _places(known: Sequence[object], area: Rectangle) -> list[int] | None:
    """The places that can be meant where the row or the column is known."""
    width = area.column_count
    row, column = known
    if isinstance(row, int):
        return [row * width + at for at in range(width)]
    if isinstance(column, int):
        return [at * width + column for at in range(area.row_count)]
    return None


def _side(lowering: FormulaLowering, number: Value, cells: RangeCells, is_row: bool) -> _Side:
    ops, never = lowering.ops, lowering.ops.logical(False)
    count = cells.whole.row_count if is_row else cells.whole.column_count
    used = cells.area.row_count if is_row else cells.area.column_count
    is_negative = ops.lt(number, ops.number(0.0))
    is_beyond = ops.le(ops.number(float(count + 1)), number)
    is_zero = ops.and_(ops.lt(number, ops.number(1.0)), ops.not_(is_negative))
    safe = ops.minimum(ops.maximum(ops.floor(number), ops.number(1.0)), ops.number(float(count)))
    place = ops.isub(ops.to_integer(safe), ops.integer(1))

    def side(at: Value, is_whole: Value, is_out: Value) -> _Side:
        is_blank = never if used == count else ops.ilt(ops.integer(used - 1), at)
        return _Side(ops.iclamp(at, 0, used - 1), is_negative, is_beyond, is_whole, is_out, is_blank)

    if count == 1 or ops.constant_of(is_zero) is False:
        return side(place, never, never)
    if not lowering.is_scalar_place:
        raise NotLowerable("INDEX that may give a whole row or column")
    in_line = _place_in_line(lowering, cells.whole, is_row)
    if in_line is None:
        return side(place, is_zero, is_zero)
    return side(ops.select(is_zero, in_line, place), is_zero, never)


def _place_in_line(lowering: FormulaLowering, area: Rectangle, is_row: bool) -> Value | None:
    """Where the formula's own row or column meets a range; None where it does not."""
    part, here = lowering.reader.part, lowering.reader.position
    if isinstance(here, LanePosition):
        raise NotLowerable("a row or column in line with many cells")
    loop = here.rows if is_row else here.columns
    first, last = (part.top, part.bottom) if is_row else (part.left, part.right)
    start = here.row if is_row else here.column
    if loop is None:
        first = last = start
    low, high = (area.top, area.bottom) if is_row else (area.left, area.right)
    if last < low or first > high:
        return None
    if first < low or last > high:
        raise NotLowerable("a row or column in line with some cells only")
    terms = () if loop is None else (loop,)
    return lowering.ops.affine(Affine(start - low, terms))
