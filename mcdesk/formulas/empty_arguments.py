"""Arguments that are left empty where that means the default."""

from collections.abc import Sequence

from mcdesk.formulas.functions.definition import FunctionDefinition
from mcdesk.formulas.syntax import Logical, MissingArgument, Node, Number, Text
from mcdesk.formulas.values import Scalar


def with_defaults(definition: FunctionDefinition, nodes: Sequence[Node]) -> tuple[Node, ...]:
    """Return the arguments of a call with the defaults, as far as they are constants, for empty ones."""
    return tuple(_with_default(definition, place, node) for place, node in enumerate(nodes))


def _with_default(definition: FunctionDefinition, place: int, node: Node) -> Node:
    parameter = definition.parameter(place)
    if not isinstance(node, MissingArgument) or parameter is None or not parameter.is_absent_when_empty:
        return node
    return node if parameter.default is None else _constant(parameter.default)


def _constant(value: Scalar) -> Node:
    if isinstance(value, bool):
        return Logical(value)
    if isinstance(value, str):
        return Text(value)
    assert isinstance(value, float)
    return Number(value)
