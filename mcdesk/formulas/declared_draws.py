"""One call of an add-in's distribution function, taken apart: parameters, properties, or a refusal."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mcdesk.formulas.dialects import (
    Dialect,
    DialectFunction,
    ListShape,
    Property,
    dialect_function,
    dialect_property,
    is_draw,
)
from mcdesk.formulas.syntax import (
    ArrayConstant,
    Binary,
    BinaryOperator,
    Call,
    MissingArgument,
    Node,
    RangeReference,
)

_ARGUMENT_COUNTS = {Property.SHIFT: (1,), Property.TRUNCATION: (1, 2), Property.CORRELATION: (2, 3)}


@dataclass(frozen=True, slots=True)
class DeclaredDraw:
    """What a distribution call draws from.

    Attributes:
        family: our name of the distribution.
        parameters: its parameters in our order; of a family with lists, what `shape` says.
        uniform: the probability whose quantile is taken instead of a random one.
        shifts: what is added to the value.
        borders: of the truncation, which comes before the shifts; None where there is none.
        name: what the input is called.
        correlation: a matrix, the place of the draw in it, and what tells its copies apart, if given.
        seed: the function that gives the draw a seed of its own, which is not heeded.
    """

    family: str
    parameters: tuple[Node, ...]
    shape: ListShape | None = None
    uniform: Node | None = None
    shifts: tuple[Node, ...] = ()
    borders: tuple[Node | None, Node | None] = (None, None)
    name: Node | None = None
    correlation: tuple[Node, ...] = ()
    seed: str = ""

    @property
    def operands(self) -> tuple[Node, ...]:
        """The nodes that decide the value."""
        uniform = () if self.uniform is None else (self.uniform,)
        return (*uniform, *self.sources, *self.shifts)

    @property
    def sources(self) -> tuple[Node, ...]:
        """The nodes that decide the distribution."""
        return (*self.parameters, *(each for each in self.borders if each is not None))


@dataclass(frozen=True, slots=True)
class DrawRefusal:
    """Why a call cannot be drawn as it stands, in words that follow the cell's address."""

    reason: str


def declared_draw(call: Call) -> DeclaredDraw | DrawRefusal:
    """Take a distribution call apart; `dialect_function` knows its name."""
    function = dialect_function(call.name)
    assert function is not None
    count = function.parameter_count
    parameters = call.arguments[:count]
    if len(parameters) < count or any(isinstance(each, MissingArgument) for each in parameters):
        return DrawRefusal(f"uses {call.name} with fewer than {count} parameters")
    if function.shape is ListShape.TABLE and _column_count(parameters[0]) not in (1, 2):
        return DrawRefusal(f"uses {call.name} with something else than one or two columns")
    draw = DeclaredDraw(function.family, parameters, function.shape)
    if function.numeric is not None:
        arranged = function.numeric.parameters(parameters), function.numeric.shifts(parameters)
        draw = replace(draw, parameters=arranged[0], shifts=arranged[1])
    rest = call.arguments[count:]
    if function.dialect is Dialect.CRYSTAL_BALL:
        return _with_cutoffs(call.name, draw, rest)
    if function.dialect is Dialect.MODEL_RISK and rest:
        if not isinstance(rest[0], MissingArgument):
            draw = replace(draw, uniform=rest[0])
        rest = rest[1:]
    return _with_properties(call.name, function, draw, rest)


def draws(node: Node) -> bool:
    """Whether a node is a call that draws a random number."""
    if not isinstance(node, Call) or not is_draw(node.name):
        return False
    if dialect_function(node.name) is None:
        return True
    found = declared_draw(node)
    return isinstance(found, DrawRefusal) or found.uniform is None


def table_columns(node: Node) -> int:
    """How many columns the values and weights of a table stand in."""
    count = _column_count(node)
    assert count in (1, 2)
    return count


def _with_properties(
    name: str, function: DialectFunction, draw: DeclaredDraw, rest: Sequence[Node]
) -> DeclaredDraw | DrawRefusal:
    for node in rest:
        if isinstance(node, MissingArgument):
            continue
        if not isinstance(node, Call):
            return DrawRefusal(f"gives {name} more arguments than mcdesk knows")
        meaning = dialect_property(function.dialect, node.name)
        if meaning is None or len(node.arguments) not in _ARGUMENT_COUNTS.get(meaning, range(256)):
            return DrawRefusal(
                f"gives {name} the property {node.name}, which mcdesk cannot take into account"
            )
        if meaning is Property.SHIFT:
            draw = replace(draw, shifts=(*draw.shifts, *node.arguments))
        elif meaning is Property.TRUNCATION:
            draw = replace(draw, borders=_borders(node.arguments, ()))
        elif meaning is Property.NAME and node.arguments:
            draw = replace(draw, name=node.arguments[0])
        elif meaning is Property.CORRELATION:
            draw = replace(draw, correlation=node.arguments)
        elif meaning is Property.SEED:
            draw = replace(draw, seed=node.name)
    return draw


def _with_cutoffs(name: str, draw: DeclaredDraw, rest: Sequence[Node]) -> DeclaredDraw | DrawRefusal:
    """Crystal Ball's further arguments: two cutoffs, but for a custom distribution, and a name."""
    cutoff_count = 0 if draw.shape is ListShape.TABLE else 2
    draw = replace(draw, borders=_borders(rest[:cutoff_count], draw.shifts))
    if len(rest) > cutoff_count + 1:
        return DrawRefusal(f"gives {name} more arguments than mcdesk knows")
    names = rest[cutoff_count:]
    return replace(draw, name=names[0]) if names else draw


def _borders(nodes: Sequence[Node], shifts: Sequence[Node]) -> tuple[Node | None, Node | None]:
    """The borders before the shifts, of borders that hold after them."""
    found: list[Node | None] = [None if isinstance(node, MissingArgument) else node for node in nodes]
    for shift in shifts:
        found = [None if each is None else Binary(BinaryOperator.SUBTRACT, each, shift) for each in found]
    low, high, *_ = (*found, None, None)
    return low, high


def _column_count(node: Node) -> int:
    if isinstance(node, ArrayConstant):
        return len(node.rows[0])
    if not isinstance(node, RangeReference) or node.left is None or node.right is None:
        return 0
    is_known = node.left.is_absolute is node.right.is_absolute
    return abs(node.right.offset - node.left.offset) + 1 if is_known else 0
