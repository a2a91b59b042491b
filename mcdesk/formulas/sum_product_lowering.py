"""Lowering of SUMPRODUCT: ranges of one shape, and arithmetic and comparisons of such ranges."""

from collections.abc import Mapping, Sequence

from typing_extensions import override

from mcdesk.engine.builder import StageBuilder, Value
from mcdesk.formulas.aligned_cells import (
    Cursor,
    RangeCells,
    State,
    Strip,
    evened,
    fold_segments,
    segments_of,
)
from mcdesk.formulas.binding import children
from mcdesk.formulas.chains import chain_of
from mcdesk.formulas.functions.catalogue import FUNCTION_BY_NAME
from mcdesk.formulas.functions.definition import Outcome
from mcdesk.formulas.lowered import Lowered, LoweredKind, NotLowerable, finished, first_error
from mcdesk.formulas.lowering import FormulaLowering
from mcdesk.formulas.syntax import Binary, Call, Node, RangeReference
from mcdesk.formulas.values import BLANK
from mcdesk.foundation.error_codes import ErrorCode

# Functions of scalars with a lowering of their own: of arrays they give the array of results.
_MAPPED_NAMES = "IF IFERROR IFNA ISNUMBER ISERROR ISERR ISNA ISTEXT ISNONTEXT ISBLANK ISLOGICAL CHOOSE MATCH"
_MAPPED = frozenset(_MAPPED_NAMES.split())


class _ElementLowering(FormulaLowering):
    """Lowers what an array formula is at one element: a range stands for its cell there."""

    def __init__(self, whole: FormulaLowering, cursor_by_range: Mapping[Node, Cursor]) -> None:
        super().__init__(whole.reader, lambda _place: whole.draw(), whole.specials)
        self._cursor_by_range = cursor_by_range
        self.is_scalar_place = False

    @override
    def scalar(self, node: Node) -> Lowered:
        """A node as one scalar."""
        cursor = self._cursor_by_range.get(node) if isinstance(node, RangeReference) else None
        return super().scalar(node) if cursor is None else cursor.lowered()


def lower_sum_product(lowering: FormulaLowering, arguments: Sequence[Node]) -> Lowered:
    """SUMPRODUCT of arguments of one shape; what is no number counts as 0."""
    ops, reader = lowering.ops, lowering.reader
    by_argument = [_ranges_in(node) for node in arguments]
    if not arguments or not all(by_argument):
        raise NotLowerable("SUMPRODUCT of something without ranges")
    nodes = list(dict.fromkeys(node for found in by_argument for node in found))
    ranges = [RangeCells(reader, node) for node in nodes]
    shapes = {each.shape for each in ranges}
    if len(shapes) > 1 or shapes == {(1, 1)}:
        raise NotLowerable("SUMPRODUCT of ranges of different shape")
    ranges = evened(ranges)
    may_fail = False

    def step(state: State, cursors: Sequence[Cursor], _place: object) -> State:
        nonlocal may_fail
        element = _ElementLowering(lowering, dict(zip(nodes, cursors, strict=True)))
        factors = [element.scalar(node) for node in arguments]
        may_fail = may_fail or any(factor.error is not None for factor in factors)
        error = first_error(ops, state[1], *(factor.error for factor in factors))
        assert error is not None
        return [ops.add(state[0], _product(lowering, factors)), error]

    start = [ops.number(0.0), ops.error(ErrorCode.NONE)]
    state: State = fold_segments(reader, segments_of(ranges, by_kind=True), start, step)
    if ranges[0].count_beyond:
        blanks = [Cursor(reader, Strip(scalars=(BLANK,)), 0) for _ in ranges]
        state = _with_blanks(ops, ranges[0], state, step([ops.number(0.0), state[1]], blanks, 0))
    total, error = state
    return finished(ops, Outcome(total), error if may_fail else None, LoweredKind.NUMBER)


def _with_blanks(ops: StageBuilder, cells: RangeCells, state: State, one: State) -> State:
    """The total with the blank cells beyond the used ones; `one` is what a single one of them gives."""
    if ops.constant_of(one[0]) == 0.0:
        return [state[0], one[1]]
    times, each = 1, cells.count_beyond
    if cells.area.column_count == cells.whole.column_count:
        times = cells.area.column_count
    elif cells.whole.row_count > 1:
        raise NotLowerable("whole rows that end in something else than zeros")
    total = state[0]
    for _ in range(times):
        total = ops.add(total, ops.mul(one[0], ops.number(float(each // times))))
    return [total, one[1]]


def _product(lowering: FormulaLowering, factors: Sequence[Lowered]) -> Value:
    product: Value | None = None
    for factor in factors:
        is_number = factor.kind is LoweredKind.NUMBER and factor.value is not None
        value = factor.value if is_number and factor.value is not None else lowering.ops.number(0.0)
        product = value if product is None else lowering.ops.mul(product, value)
    assert product is not None
    return product


def _ranges_in(node: Node) -> list[Node]:
    """The ranges that give an array where they stand, not those that a function takes whole."""
    if isinstance(node, RangeReference):
        return [node]
    if isinstance(node, Call) and not _is_mapped(node.name):
        return []
    inner: Sequence[Node] = children(node)
    if isinstance(node, Call) and node.name == "MATCH":
        inner = node.arguments[:1]
    elif isinstance(node, Binary):
        first, operations = chain_of(node)
        inner = [first, *(each.right for each in operations)]
    return [found for child in inner for found in _ranges_in(child)]


def _is_mapped(name: str) -> bool:
    definition = FUNCTION_BY_NAME.get(name)
    return name in _MAPPED or (definition is not None and definition.elementwise is not None)
