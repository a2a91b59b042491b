"""Lowers distribution functions of add-ins: from tables where their parameters are certain.

Uncertain parameters take the quantile that is solved in each trial, which is far slower for `pert`.
"""

from collections.abc import Sequence
from functools import reduce
from itertools import accumulate

import numpy as np

from mcdesk.engine.builder import StageBuilder, Value
from mcdesk.engine.distribution_variation import varying_quantile
from mcdesk.engine.distributions import Distribution
from mcdesk.engine.finite_quantile import bounded_quantile
from mcdesk.engine.intervals import LARGEST
from mcdesk.engine.ir import DTYPE_BY_TYPE, Affine, Table, Type
from mcdesk.formulas.binding import walk
from mcdesk.formulas.declared_distributions import (
    list_distribution,
    numeric_distribution,
    split_lists,
)
from mcdesk.formulas.declared_draws import DeclaredDraw, DrawRefusal, declared_draw, draws, table_columns
from mcdesk.formulas.dialects import ListShape
from mcdesk.formulas.emission import Position
from mcdesk.formulas.functions.definition import Outcome
from mcdesk.formulas.lowered import (
    Lowered,
    LoweredKind,
    NotLowerable,
    as_number,
    finished,
    first_error,
    lowered_constant,
)
from mcdesk.formulas.lowering import FormulaLowering, array_scalars
from mcdesk.formulas.reads import reads_of, reference_reads
from mcdesk.formulas.rectangles import cells_of
from mcdesk.formulas.syntax import ArrayConstant, Call, CellReference, Node, RangeReference
from mcdesk.formulas.values import Scalar
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import Rectangle

_MOST_CELLS = 100_000
_MOST_UNCERTAIN_ELEMENTS = 256
_MOST_UNCERTAIN_VALUES = 64  # each is compared with each
_LEAST_U = 2.0**-53


def lower_distribution(lowering: FormulaLowering, name: str, arguments: Sequence[Node]) -> Lowered:
    """An add-in's distribution function, its parameters certain or not."""
    draw = declared_draw(Call(name, tuple(arguments)))
    if isinstance(draw, DrawRefusal):
        raise NotLowerable(draw.reason)
    u = _uniform(lowering, draw)
    assert u.value is not None
    certain = _certain_distributions(lowering, draw)
    if certain is not None:
        found = _chosen(lowering, certain, u.value)
    elif draw.shape is None:
        found = _varying(lowering, draw, u.value)
    else:
        found = _varying_discrete(lowering, draw, draw.shape, u.value)
    shifted = _shifted(lowering, draw, found)
    return Lowered(shifted.kind, shifted.value, first_error(lowering.ops, u.error, shifted.error))


def _uniform(lowering: FormulaLowering, draw: DeclaredDraw) -> Lowered:
    """The draw's number in (0, 1), or the probability that the formula gives; #NUM! outside [0, 1]."""
    ops = lowering.ops
    if draw.uniform is None:
        return Lowered(LoweredKind.NUMBER, lowering.draw())
    given = lowering.number(draw.uniform)
    assert given.value is not None
    zero, one = ops.number(0.0), ops.number(1.0)
    fits = ops.and_(ops.le(zero, given.value), ops.le(given.value, one))
    inside = ops.minimum(ops.maximum(given.value, ops.number(_LEAST_U)), ops.number(1.0 - _LEAST_U))
    bounded = ops.within(inside, _LEAST_U, 1.0 - _LEAST_U)
    return Lowered(LoweredKind.NUMBER, bounded, first_error(ops, given.error, _num_unless(lowering, fits)))


def _num_unless(lowering: FormulaLowering, fits: Value) -> Value | None:
    ops = lowering.ops
    error = ops.select(fits, ops.error(ErrorCode.NONE), ops.error(ErrorCode.NUM))
    return None if ops.constant_of(error) == 0 else error


def _shifted(lowering: FormulaLowering, draw: DeclaredDraw, found: Lowered) -> Lowered:
    ops = lowering.ops
    for node in draw.shifts:
        by = lowering.number(node)
        assert found.value is not None and by.value is not None
        before = first_error(ops, found.error, by.error)
        found = finished(ops, Outcome(ops.add(found.value, by.value)), before, LoweredKind.NUMBER)
    return found


# certain parameters ----------------------------------------------------------------------------


def _certain_distributions(
    lowering: FormulaLowering, draw: DeclaredDraw
) -> list[Distribution | ErrorCode] | None:
    """The distribution of each cell that the body stands for; None if parameters are uncertain."""
    reader = lowering.reader
    here = reader.position
    if type(here) is not Position:
        raise NotLowerable("a draw among certain cells")
    area = (
        reader.part if here.is_moving else Rectangle(here.sheet, here.row, here.column, here.row, here.column)
    )
    reads = [reads_of(reader.cells.workbook, node, here.sheet) for node in draw.sources]
    if area.size > _MOST_CELLS or any(draws(each) for node in draw.sources for each in walk(node)):
        return None
    for each in reads:
        swept = [read.swept(area) for read in each.reads]
        if each.is_dynamic or not all(reader.cells.is_certain(one) for one in swept):
            return None
    if all(read.is_fixed for each in reads for read in each.reads):
        return [_distribution_at(lowering, draw, here.row, here.column)]
    return [_distribution_at(lowering, draw, row, column) for row, column in here.cells_of(area)]


def _distribution_at(
    lowering: FormulaLowering, draw: DeclaredDraw, row: int, column: int
) -> Distribution | ErrorCode:
    inner = lowering.certain_at(row, column)
    low, high = (None if node is None else _certain_number(inner, node) for node in draw.borders)
    if draw.shape is None:
        scalars = [_certain_number(inner, node) for node in draw.parameters]
        return numeric_distribution(draw.family, scalars, (low, high))
    lists = [_certain_list(lowering, node, row, column) for node in draw.parameters]
    return list_distribution(draw.family, draw.shape, lists, _columns_of(draw), (low, high))


def _columns_of(draw: DeclaredDraw) -> int:
    return table_columns(draw.parameters[0]) if draw.shape is ListShape.TABLE else 1


def _certain_number(inner: FormulaLowering, node: Node) -> Scalar:
    found = inner.number(node)
    assert found.value is not None
    code = 0 if found.error is None else inner.ops.constant_of(found.error)
    number = inner.ops.constant_of(found.value)
    if code is None or number is None:
        raise NotLowerable("a certain parameter that has no value yet")
    return ErrorCode(int(code)) if code else float(number)


def _certain_list(lowering: FormulaLowering, node: Node, row: int, column: int) -> list[Scalar]:
    if isinstance(node, ArrayConstant):
        return list(array_scalars(node))
    if not isinstance(node, CellReference | RangeReference):
        return [_certain_number(lowering.certain_at(row, column), node)]
    area = _area(lowering, node, row, column)
    cells = lowering.reader.cells
    return [cells.certain(area.sheet, at_row, at_column) for at_row, at_column in cells_of(area)]


def _area(
    lowering: FormulaLowering, node: CellReference | RangeReference, row: int, column: int
) -> Rectangle:
    reads = reference_reads(lowering.reader.cells.workbook, node, lowering.reader.position.sheet)
    if len(reads) != 1 or reads[0].at(row, column).size > _MOST_CELLS:
        raise NotLowerable("values and weights on several sheets, or without end")
    return reads[0].at(row, column)


def _chosen(lowering: FormulaLowering, found: Sequence[Distribution | ErrorCode], u: Value) -> Lowered:
    ops, reader = lowering.ops, lowering.reader
    good = [each for each in found if not isinstance(each, ErrorCode)]
    if not good:
        first = found[0]
        assert isinstance(first, ErrorCode)
        if len(set(found)) == 1:
            return Lowered(LoweredKind.NUMBER, ops.number(0.0), ops.error(first))
    place = ops.integer(0) if len(found) == 1 else reader.position.index_in(ops, reader.part)
    error: Value | None = None
    if len(good) < len(found):
        listed = [int(each) if isinstance(each, ErrorCode) else 0 for each in found]
        codes = np.array(listed, dtype=DTYPE_BY_TYPE[Type.ERROR])
        codes.flags.writeable = False
        error = ops.read_table(Table(Type.ERROR, codes), place)
    if not good:
        return Lowered(LoweredKind.NUMBER, ops.number(0.0), error)
    usable = [good[0] if isinstance(each, ErrorCode) else each for each in found]
    value = bounded_quantile(ops, usable, place, u)
    return finished(ops, Outcome(value), error, LoweredKind.NUMBER)


# uncertain parameters --------------------------------------------------------------------------


def _varying(lowering: FormulaLowering, draw: DeclaredDraw, u: Value) -> Lowered:
    ops = lowering.ops
    parameters = [lowering.number(node) for node in draw.parameters]
    values = [each.value for each in parameters if each.value is not None]
    assert len(values) == len(parameters)
    borders = [None if node is None else lowering.number(node) for node in draw.borders]
    low, high = (None if each is None else each.value for each in borders)
    value, valid = varying_quantile(ops, draw.family, values, u, (low, high))
    errors = (each.error for each in (*parameters, *borders) if each is not None)
    error = first_error(ops, *errors, _num_unless(lowering, valid))
    return finished(ops, Outcome(value), error, LoweredKind.NUMBER)


def _varying_discrete(lowering: FormulaLowering, draw: DeclaredDraw, shape: ListShape, u: Value) -> Lowered:
    ops = lowering.ops
    if shape is ListShape.RANGED or draw.borders != (None, None):
        raise NotLowerable("an uncertain list that is cut off or has a range")
    elements = [_elements(lowering, node) for node in draw.parameters]
    values, *rest = split_lists(shape, elements, _columns_of(draw))
    weights = rest[0] if rest else [lowered_constant(ops, 1.0) for _ in values]
    if len(weights) != len(values) or not values:
        return Lowered(LoweredKind.NUMBER, ops.number(0.0), ops.error(ErrorCode.NUM))
    chances = [each.value for each in weights if each.value is not None]
    heights = [each.value for each in values if each.value is not None]
    assert len(chances) == len(heights) == len(values)
    zero = ops.number(0.0)
    total, fits = zero, ops.logical(True)
    for chance in chances:
        fits = ops.and_(fits, ops.le(zero, chance))
        total = ops.add(total, chance)
    fits = ops.and_(fits, ops.and_(ops.lt(zero, total), ops.le(total, ops.number(LARGEST))))
    chosen = _least_reaching(ops, heights, chances, ops.mul(u, total))
    errors = (each.error for each in (*values, *weights))
    error = first_error(ops, *errors, _num_unless(lowering, fits))
    return finished(ops, Outcome(chosen), error, LoweredKind.NUMBER)


def _least_reaching(ops: StageBuilder, values: list[Value], weights: list[Value], wanted: Value) -> Value:
    """The least value up to which the weights sum to what is wanted."""
    known = [ops.constant_of(value) for value in values]
    if None not in known:
        ascending = sorted(range(len(values)), key=lambda i: known[i] or 0.0)
        sums = list(accumulate((weights[i] for i in ascending), ops.add))
        chosen = values[ascending[-1]]
        for i, reached in zip(ascending[-2::-1], sums[-2::-1], strict=True):
            chosen = ops.select(ops.le(wanted, reached), values[i], chosen)
        return chosen
    if len(values) > _MOST_UNCERTAIN_VALUES:
        raise NotLowerable("too many uncertain values to bring in order")
    chosen = reduce(ops.maximum, values)
    zero = ops.number(0.0)
    for value in values:
        below = (ops.select(ops.le(x, value), w, zero) for x, w in zip(values, weights, strict=True))
        is_reached = ops.le(wanted, reduce(ops.add, below))
        chosen = ops.select(ops.and_(is_reached, ops.lt(value, chosen)), value, chosen)
    return chosen


def _elements(lowering: FormulaLowering, node: Node) -> list[Lowered]:
    """The numbers of a list of which some are uncertain."""
    ops, reader = lowering.ops, lowering.reader
    if isinstance(node, ArrayConstant):
        return [as_number(ops, lowered_constant(ops, each)) for each in array_scalars(node)]
    if not isinstance(node, CellReference | RangeReference):
        return [lowering.number(node)]
    size = reader.area(node).size
    found: list[Lowered] = []
    for run in reader.runs(node) if size <= _MOST_UNCERTAIN_ELEMENTS else ():
        if run.block is None:
            found += [lowered_constant(ops, each) for each in run.scalars]
            continue
        for i in range(run.counts[0]):
            for j in range(run.counts[1]):
                shift = i * run.strides[0] + j * run.strides[1]
                found.append(reader.slot(run.block, Affine(run.start.base + shift, run.start.terms)))
    if len(found) != size:
        raise NotLowerable("empty cells among uncertain values or weights, or too many of them")
    return [as_number(ops, each) for each in found]
