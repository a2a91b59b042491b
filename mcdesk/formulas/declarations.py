"""What formulas declare with functions of add-ins: names of inputs and outputs, stored draws, refusals."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from mcdesk.formulas.binding import children, walk
from mcdesk.formulas.cell_store import Obstacle, key_of
from mcdesk.formulas.coercion import to_text
from mcdesk.formulas.declared_draws import DeclaredDraw, DrawRefusal, declared_draw, draws
from mcdesk.formulas.dialects import (
    is_declaration,
    is_distribution_call,
    is_draw,
    is_input_marker,
    is_output_marker,
)
from mcdesk.formulas.evaluator import Calculation
from mcdesk.formulas.functions.catalogue import FUNCTION_BY_NAME
from mcdesk.formulas.functions.excel_names import is_outside_function
from mcdesk.formulas.reads import reference_reads
from mcdesk.formulas.regions import Region
from mcdesk.formulas.syntax import (
    Binary,
    BinaryOperator,
    Call,
    CellReference,
    MissingArgument,
    Node,
    Number,
    Text,
)
from mcdesk.formulas.values import Scalar
from mcdesk.model.addresses import CellAddress, Rectangle
from mcdesk.model.workbook import CellKind

_SCOPING = frozenset(("LET", "LAMBDA"))


def is_drawing(tree: Node) -> bool:
    """Whether a formula draws random numbers of its own."""
    return any(draws(node) for node in walk(tree))


def is_declaring(tree: Node) -> bool:
    """Whether a formula has an add-in's distribution in it."""
    return any(isinstance(node, Call) and is_distribution_call(node.name) for node in walk(tree))


def keep_stored_draws(calculation: Calculation, regions: Iterable[Region]) -> None:
    """Let cells that draw have the numbers that the file keeps of them: the workbook as it stands."""
    for region in regions:
        if not is_drawing(region.tree):
            continue
        for cell in _stored_cells(calculation, region.rectangle):
            sheet = calculation.workbook.sheets[cell.sheet]
            place = sheet.position(cell.row, cell.column)
            if sheet.has_cache[place] and sheet.kinds[place] == CellKind.NUMBER:
                key = key_of(cell.sheet, cell.row, cell.column)
                calculation.cells[key] = float(sheet.numbers[place])


def input_name(calculation: Calculation, tree: Node, cell: CellAddress) -> str:
    """The name that a drawing formula gives to its cell; empty where it gives none."""
    for node in walk(tree):
        if not isinstance(node, Call):
            continue
        named: Node | None = None
        if is_input_marker(node.name) and node.arguments:
            named = node.arguments[0]
        elif is_distribution_call(node.name):
            draw = declared_draw(node)
            named = draw.name if isinstance(draw, DeclaredDraw) else None
        name = "" if named is None else _text(calculation, named, cell)
        if name:
            return name
    return ""


def marked_outputs(calculation: Calculation, regions: Iterable[Region]) -> Mapping[CellAddress, str]:
    """The cells that formulas mark as outputs, with their names, in reading order."""
    name_by_cell: dict[CellAddress, str] = {}
    for region in regions:
        markers = [n for n in walk(region.tree) if isinstance(n, Call) and is_output_marker(n.name)]
        for cell in _stored_cells(calculation, region.rectangle) if markers else ():
            for marker in markers:
                marked, name = _marked(calculation, marker, cell)
                name_by_cell[marked] = name_by_cell.get(marked) or name
    return name_by_cell


def refusal_of(tree: Node, names: set[str]) -> str | None:
    """Why a formula cannot be simulated, in words that follow its cell's address; None if it can."""
    for node in _meaningful(tree):
        if not isinstance(node, Call):
            continue
        if is_distribution_call(node.name):
            draw = declared_draw(node)
            if isinstance(draw, DrawRefusal):
                return draw.reason
        elif not _is_known(node.name, names):
            return f"uses {node.name}, which mcdesk does not know"
    return None


def seed_warnings(tree: Node) -> Iterator[str]:
    """What is said of draws that ask for a seed of their own, to follow the cell's address."""
    for node in walk(tree):
        draw = declared_draw(node) if isinstance(node, Call) and is_distribution_call(node.name) else None
        if isinstance(draw, DeclaredDraw) and draw.seed:
            yield f"asks for a seed of its own with {draw.seed}; the run's seed is used."


def _marked(calculation: Calculation, marker: Call, cell: CellAddress) -> tuple[CellAddress, str]:
    first = marker.arguments[0] if marker.arguments else MissingArgument()
    # in Analytic Solver the argument is the cell that is meant, elsewhere it is a name
    if marker.name == "PSIOUTPUT" and isinstance(first, CellReference):
        return _referred(calculation, first, cell) or cell, ""
    return cell, _text(calculation, first, cell)


def _text(calculation: Calculation, node: Node, cell: CellAddress) -> str:
    match node:
        case Text(value):
            return value
        case Number(number):
            return _shown(number)
        case CellReference():
            at = _referred(calculation, node, cell)
            found = None if at is None else calculation.value(at)
            return "" if found is None or isinstance(found, Obstacle) else _shown(found)
        case Binary(BinaryOperator.CONCATENATE, _, _):
            return _joined_text(calculation, node, cell)
    return ""


def _joined_text(calculation: Calculation, node: Node, cell: CellAddress) -> str:
    parts: list[str] = []
    while isinstance(node, Binary) and node.operator is BinaryOperator.CONCATENATE:
        parts.append(_text(calculation, node.right, cell))
        node = node.left
    return "".join([_text(calculation, node, cell), *reversed(parts)])


def _shown(value: Scalar) -> str:
    text = to_text(value)
    return text if isinstance(text, str) else ""


def _referred(calculation: Calculation, node: CellReference, cell: CellAddress) -> CellAddress | None:
    reads = reference_reads(calculation.workbook, node, cell.sheet)
    if len(reads) != 1:
        return None
    area = reads[0].at(cell.row, cell.column)
    return CellAddress(area.sheet, area.top, area.left)


def _stored_cells(calculation: Calculation, area: Rectangle) -> list[CellAddress]:
    sheet = calculation.workbook.sheets[area.sheet]
    places = sheet.positions_in(area)
    rows, columns = sheet.rows[places].tolist(), sheet.columns[places].tolist()
    return [CellAddress(area.sheet, row, column) for row, column in zip(rows, columns, strict=True)]


def _meaningful(tree: Node) -> Iterator[Node]:
    """The nodes that decide a value: names, remarks and arguments of markers are left out."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(_operands(node)))


def _operands(node: Node) -> Sequence[Node]:
    if not isinstance(node, Call) or not is_declaration(node.name):
        return children(node)
    draw = declared_draw(node) if is_distribution_call(node.name) else None
    return draw.operands if isinstance(draw, DeclaredDraw) else ()


def _is_known(name: str, names: set[str]) -> bool:
    special = name in FUNCTION_BY_NAME or name in names or name in _SCOPING or is_outside_function(name)
    return special or is_draw(name) or is_declaration(name)
