"""What functions of add-ins in formulas are taken for, call by call, and what is not understood."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mcdesk.formulas.binding import children
from mcdesk.formulas.declared_draws import DeclaredDraw, DrawRefusal, declared_draw
from mcdesk.formulas.dialects import (
    belongs_to_dialect,
    is_distribution_call,
    is_draw,
    is_input_marker,
    is_output_marker,
)
from mcdesk.formulas.regions import Region
from mcdesk.formulas.syntax import Call, Node
from mcdesk.formulas.unparser import unparse
from mcdesk.foundation.garbage import collection_paused
from mcdesk.model.addresses import Rectangle, format_a1, quote_sheet_name
from mcdesk.model.workbook import Workbook

_MEANING_BY_DRAW = {
    "RAND": "a number from 0 to 1",
    "RANDBETWEEN": "a whole number of a range",
    "RANDARRAY": "an array of numbers",
}


@dataclass(frozen=True, slots=True)
class Conversion:
    """One call in the formula of a cell or of a range of alike cells.

    Attributes:
        cells: the cell or range, as `Sheet1!B2` or `Sheet1!B2:B9`.
        function: the call as it is written in the first cell.
        meaning: what mcdesk takes it for; empty where it is not understood.
        reason: why it is not understood, in words that follow the cell; empty where it is.
    """

    cells: str
    function: str
    meaning: str = ""
    reason: str = ""

    @property
    def is_understood(self) -> bool:
        """Whether it is simulated as it is meant."""
        return not self.reason


@collection_paused()
def conversion_report(workbook: Workbook, regions: Iterable[Region]) -> tuple[Conversion, ...]:
    """All calls of add-ins' functions and all random numbers, in reading order of their cells."""
    found: list[Conversion] = []
    for region in sorted(regions, key=lambda each: _place(each.rectangle)):
        area = region.rectangle
        cells = _range_text(workbook, area)
        for call in _outermost_calls(region.tree):
            found.append(_converted(cells, call, area))
    return tuple(found)


def _converted(cells: str, call: Call, area: Rectangle) -> Conversion:
    written = unparse(call, area.top, area.left)
    if is_distribution_call(call.name):
        draw = declared_draw(call)
        if isinstance(draw, DrawRefusal):
            return Conversion(cells, written, reason=draw.reason)
        return Conversion(cells, written, _distribution(draw, area))
    if is_draw(call.name):
        return Conversion(cells, written, _MEANING_BY_DRAW[call.name])
    if is_output_marker(call.name):
        return Conversion(cells, written, "marks an output")
    if is_input_marker(call.name):
        return Conversion(cells, written, "names an input")
    return Conversion(cells, written, reason=f"uses {call.name}, which mcdesk does not know")


def _distribution(draw: DeclaredDraw, area: Rectangle) -> str:
    def text(node: Node) -> str:
        return unparse(node, area.top, area.left)

    parts = [f"{draw.family}({', '.join(map(text, draw.parameters))})"]
    if draw.borders != (None, None):
        low, high = ("" if each is None else text(each) for each in draw.borders)
        parts.append(f"truncate({low}, {high})")
    parts += [f"shift({text(each)})" for each in draw.shifts]
    if draw.uniform is not None:
        parts.append(f"at the probability {text(draw.uniform)}")
    if draw.name is not None:
        parts.append(f"named {text(draw.name)}")
    if draw.correlation:
        parts.append(f"correlated by {text(draw.correlation[0])}, place {text(draw.correlation[1])}")
    if draw.seed:
        parts.append(f"without the seed of {draw.seed}")
    return " ".join(parts)


def _outermost_calls(tree: Node) -> Iterator[Call]:
    """The calls that draw, mark or belong to an add-in; what describes a distribution belongs to it."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        inner = children(node)
        if isinstance(node, Call) and (is_draw(node.name) or belongs_to_dialect(node.name)):
            yield node
            draw = declared_draw(node) if is_distribution_call(node.name) else None
            inner = draw.operands if isinstance(draw, DeclaredDraw) else node.arguments
            if isinstance(draw, DrawRefusal):
                inner = ()
        waiting.extend(reversed(inner))


def _place(area: Rectangle) -> tuple[int, int, int]:
    return area.sheet, area.top, area.left


def _range_text(workbook: Workbook, area: Rectangle) -> str:
    first, last = format_a1(area.top, area.left), format_a1(area.bottom, area.right)
    cells = first if first == last else f"{first}:{last}"
    return f"{quote_sheet_name(workbook.sheets[area.sheet].name)}!{cells}"
