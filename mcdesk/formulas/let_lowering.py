"""Lowering of LET: each name is replaced by what it stands for."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from mcdesk.formulas.binding import children, has_more_nodes, walk
from mcdesk.formulas.chains import with_operands
from mcdesk.formulas.dialects import is_declaration, is_draw
from mcdesk.formulas.lowered import Lowered, NotLowerable
from mcdesk.formulas.lowering import FormulaLowering
from mcdesk.formulas.syntax import Binary, Call, NameReference, Node, Unary

_MOST_NODES = 3_000


def lower_let(lowering: FormulaLowering, arguments: Sequence[Node]) -> Lowered:
    """LET(name, value, ..., result): each value sees the names before it."""
    if len(arguments) % 2 == 0:
        raise NotLowerable("LET without a result")
    values: dict[str, Node] = {}
    for name, value in zip(arguments[:-1:2], arguments[1:-1:2], strict=True):
        if not isinstance(name, NameReference) or name.sheet is not None:
            raise NotLowerable("LET of something that is no name")
        if any(isinstance(node, Call) and _varies(node.name) for node in walk(value)):
            raise NotLowerable("a random number that has a name")
        values[name.name.casefold()] = _substituted(value, values)
    result = _substituted(arguments[-1], values)
    if has_more_nodes(result, _MOST_NODES):
        raise NotLowerable("LET that grows too large")
    return lowering.scalar(result)


def _substituted(node: Node, values: Mapping[str, Node]) -> Node:
    match node:
        case NameReference(name, None):
            return values.get(name.casefold(), node)
        case Call(name, _, _) if name in ("LET", "LAMBDA") or name.casefold() in values:
            raise NotLowerable("names inside names")
        case Call():
            return replace(node, arguments=tuple(_substituted(each, values) for each in node.arguments))
        case Unary():
            return replace(node, operand=_substituted(node.operand, values))
        case Binary():
            return with_operands(node, lambda each: _substituted(each, values))
    if children(node):
        raise NotLowerable("a call of a value")
    return node


def _varies(name: str) -> bool:
    return is_draw(name) or is_declaration(name)
