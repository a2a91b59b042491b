"""Replaces defined names and structured references in a tree by the cells they mean."""

from mcdesk.formulas.chains import with_operands
from mcdesk.formulas.parser import FormulaSyntaxError, parse
from mcdesk.formulas.syntax import (
    Axis,
    Binary,
    Call,
    CellReference,
    Invoke,
    NameReference,
    Node,
    RangeReference,
    SheetSpan,
    StructuredReference,
    Unary,
)
from mcdesk.model.addresses import Rectangle
from mcdesk.model.workbook import Table, Workbook

_MAX_NESTING = 16
# Of all the texts that names stand for in one formula.
_MOST_LENGTH = 200_000
_SCOPING_CALLS = frozenset(("LET", "LAMBDA"))


class Binder:
    """Binds the trees of one workbook. What cannot be bound stays as it is."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._text_by_name = {(name.sheet, name.name.casefold()): name.text for name in workbook.names}
        self._tables = {table.name.casefold(): table for table in workbook.tables}
        self._bound: dict[tuple[int, int], Node] = {}
        self._kept: list[Node] = []
        self._length = 0

    def bind(self, tree: Node, sheet: int, where: Rectangle) -> Node:
        """The tree with its names replaced, for cells of `where` on a sheet."""
        if not _has_names(tree):
            return tree
        if _has_rows_of_table(tree):
            return self._all_replaced(tree, sheet, where)
        key = (id(tree), sheet)
        if key not in self._bound:
            self._bound[key] = self._all_replaced(tree, sheet, where)
            self._kept.append(tree)  # an id is only good while its tree lives
        return self._bound[key]

    def _all_replaced(self, tree: Node, sheet: int, where: Rectangle) -> Node:
        """The tree with its names replaced; as it is where names of names make it too large."""
        self._length = 0
        found = self._replaced(tree, sheet, where, 0)
        return tree if self._length > _MOST_LENGTH else found

    def _replaced(self, tree: Node, sheet: int, where: Rectangle, depth: int) -> Node:
        match tree:
            case NameReference(name, span):
                return self._named(tree, name, span, sheet, where, depth)
            case StructuredReference():
                return self._structured(tree, where)
            case Unary(operator, operand):
                return Unary(operator, self._replaced(operand, sheet, where, depth))
            case Binary():
                return with_operands(tree, lambda each: self._replaced(each, sheet, where, depth))
            case Call(name, arguments, is_addin) if name not in _SCOPING_CALLS:
                bound = tuple(self._replaced(each, sheet, where, depth) for each in arguments)
                return Call(name, bound, is_addin)
            case Invoke(function, arguments):
                bound = tuple(self._replaced(each, sheet, where, depth) for each in arguments)
                return Invoke(function, bound)
        return tree

    def _named(
        self, tree: Node, name: str, span: SheetSpan | None, sheet: int, where: Rectangle, depth: int
    ) -> Node:
        text = self._name_text(name, span, sheet)
        if text is None:
            table = self._tables.get(name.casefold())
            return _area(self._workbook, table, "#Data", None, None) if table and span is None else tree
        self._length += len(text)
        if depth >= _MAX_NESTING or self._length > _MOST_LENGTH:
            return tree
        try:
            return self._replaced(parse(text.removeprefix("=")), sheet, where, depth + 1)
        except FormulaSyntaxError:
            return tree

    def _name_text(self, name: str, span: SheetSpan | None, sheet: int) -> str | None:
        folded = name.casefold()
        if span is not None:
            if span.book is not None:
                return None
            own = self._workbook.sheet_index(span.first)
            return self._text_by_name.get((own, folded)) or self._text_by_name.get((None, folded))
        return self._text_by_name.get((sheet, folded)) or self._text_by_name.get((None, folded))

    def _structured(self, tree: StructuredReference, where: Rectangle) -> Node:
        if tree.table is not None:
            table = self._tables.get(tree.table.casefold())
        else:
            table = next(
                (each for each in self._workbook.tables if _holds(each, where)),
                None,
            )
        if table is None or len(tree.items) > 1:
            return tree
        item = tree.items[0] if tree.items else "#Data"
        return _area(self._workbook, table, item, tree.first, tree.last) or tree


def _holds(table: Table, where: Rectangle) -> bool:
    return table.extent.sheet == where.sheet and table.extent.contains(where.top, where.left)


def _area(workbook: Workbook, table: Table, item: str, first: str | None, last: str | None) -> Node:
    names = [name.casefold() for name in table.columns]
    unbound = StructuredReference(table.name, (item,), first, last)
    left, right = 0, len(names) - 1
    if first is not None:
        if first.casefold() not in names or (last or first).casefold() not in names:
            return unbound
        left, right = sorted((names.index(first.casefold()), names.index((last or first).casefold())))
    extent = table.extent
    columns = [Axis(extent.left + place, True) for place in (left, right)]
    span = SheetSpan(workbook.sheets[extent.sheet].name)
    if item == "#This Row":
        here = Axis(0, False)
        if left == right:
            return CellReference(here, columns[0], span)
        return RangeReference(here, columns[0], here, columns[1], span)
    rows = _rows(table, item)
    if rows is None:
        return unbound
    return RangeReference(Axis(rows[0], True), columns[0], Axis(rows[1], True), columns[1], span)


def _rows(table: Table, item: str) -> tuple[int, int] | None:
    top, bottom = table.extent.top, table.extent.bottom
    first, last = top + table.header_row_count, bottom - table.totals_row_count
    rows = {
        "#All": (top, bottom),
        "#Data": (first, last),
        "#Headers": (top, first - 1),
        "#Totals": (last + 1, bottom),
    }.get(item)
    return rows if rows is not None and rows[0] <= rows[1] else None


def children(tree: Node) -> tuple[Node, ...]:
    """The nodes right below one, in reading order."""
    match tree:
        case Unary(_, operand):
            return (operand,)
        case Binary(_, left, right):
            return (left, right)
        case Call(_, arguments, _):
            return arguments
        case Invoke(function, arguments):
            return (function, *arguments)
    return ()


def walk(tree: Node) -> list[Node]:
    """All nodes of a tree in reading order, the tree itself first."""
    found: list[Node] = []
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        found.append(node)
        waiting.extend(reversed(children(node)))
    return found


def has_more_nodes(tree: Node, most: int) -> bool:
    """Whether a tree has more than so many nodes, those that it shares counted each time."""
    waiting, count = [tree], 0
    while waiting and count <= most:
        waiting.extend(children(waiting.pop()))
        count += 1
    return count > most


def _has_names(tree: Node) -> bool:
    return any(isinstance(node, NameReference | StructuredReference) for node in walk(tree))


def _has_rows_of_table(tree: Node) -> bool:
    return any(isinstance(node, StructuredReference) and node.table is None for node in walk(tree))
