"""Turns the tree of a formula into instructions over a part's cells."""

from collections.abc import Callable, Sequence
from functools import partial

from mcdesk.engine.builder import ProgramDraft, StageBuilder, Value
from mcdesk.formulas import operators
from mcdesk.formulas.binding import walk
from mcdesk.formulas.calls import ANALYSIS_FUNCTIONS
from mcdesk.formulas.chains import REFERENCE_OPERATORS, chain_of
from mcdesk.formulas.coercion import to_text
from mcdesk.formulas.dialects import is_declaration
from mcdesk.formulas.emission import PartReader, Position, Run
from mcdesk.formulas.empty_arguments import with_defaults
from mcdesk.formulas.functions.catalogue import FUNCTION_BY_NAME
from mcdesk.formulas.functions.definition import (
    Body,
    FunctionDefinition,
    Kind,
    Outcome,
    Pairing,
    Parameter,
    Result,
    run_body,
)
from mcdesk.formulas.functions.mathematics.powers import power
from mcdesk.formulas.lane_windows import WindowNumbers, lane_window
from mcdesk.formulas.lowered import (
    Lowered,
    LoweredKind,
    NotLowerable,
    as_logical,
    as_number,
    finished,
    first_error,
    lowered_constant,
)
from mcdesk.formulas.lowered_numbers import LoweredNumbers
from mcdesk.formulas.lowered_pairs import LoweredPairs, lowered_pairs
from mcdesk.formulas.syntax import (
    ArrayConstant,
    Binary,
    BinaryOperator,
    Call,
    CellReference,
    ErrorLiteral,
    Logical,
    MissingArgument,
    Node,
    Number,
    RangeReference,
    Text,
    Unary,
    UnaryOperator,
    VaryingNumber,
    VaryingReference,
)
from mcdesk.formulas.text_lowering import compared_texts, lifted
from mcdesk.formulas.values import Scalar
from mcdesk.formulas.varying_lowering import varying_cell, varying_number
from mcdesk.model.addresses import Rectangle

SpecialLowering = Callable[["FormulaLowering", Sequence[Node]], Lowered]

_ARITHMETIC: dict[BinaryOperator, Body] = {
    BinaryOperator.ADD: operators.add,
    BinaryOperator.SUBTRACT: operators.subtract,
    BinaryOperator.MULTIPLY: operators.multiply,
    BinaryOperator.DIVIDE: operators.divide,
    BinaryOperator.POWER: power,
}
_LAST: dict[BinaryOperator, Body] = {
    BinaryOperator.ADD: operators.add_last,
    BinaryOperator.SUBTRACT: operators.subtract_last,
}
_COMPARISONS: dict[BinaryOperator, Body] = {
    BinaryOperator.EQUAL: operators.equal,
    BinaryOperator.NOT_EQUAL: operators.not_equal,
    BinaryOperator.LESS: operators.less,
    BinaryOperator.LESS_OR_EQUAL: operators.less_or_equal,
    BinaryOperator.GREATER: operators.greater,
    BinaryOperator.GREATER_OR_EQUAL: operators.greater_or_equal,
}
_CONSTANT_RESULT: dict[BinaryOperator, Callable[[int], bool]] = {
    BinaryOperator.EQUAL: lambda order: order == 0,
    BinaryOperator.NOT_EQUAL: lambda order: order != 0,
    BinaryOperator.LESS: lambda order: order < 0,
    BinaryOperator.LESS_OR_EQUAL: lambda order: order <= 0,
    BinaryOperator.GREATER: lambda order: order > 0,
    BinaryOperator.GREATER_OR_EQUAL: lambda order: order >= 0,
}
# What these give may be cells, in which text and logical values are no numbers.
_GIVES_CELLS = frozenset(("CHOOSE", "IF", "IFERROR", "IFNA", "IFS", "INDEX", "SWITCH", "XLOOKUP"))
_RANK = {LoweredKind.NUMBER: 0, LoweredKind.TEXT: 1, LoweredKind.LOGICAL: 2}


class FormulaLowering:
    """Lowers one formula at one position.

    `draw` gives the uniform number of the formula's n-th drawing call; `specials` are the functions
    that have a lowering of their own. `is_scalar_place`: whether a whole row or column means one cell.
    """

    def __init__(
        self,
        reader: PartReader,
        draw: Callable[[int], Value],
        specials: dict[str, SpecialLowering],
    ) -> None:
        self.reader = reader
        self.ops = reader.ops
        self._draw = draw
        self._draw_count = 0
        self.specials = specials
        self.is_scalar_place = True

    def formula(self, tree: Node) -> Lowered:
        """The whole formula; a blank result is 0."""
        is_sum = isinstance(tree, Binary) and tree.operator in _LAST
        lowered = self._binary(tree, True) if isinstance(tree, Binary) and is_sum else self.scalar(tree)
        if lowered.kind is LoweredKind.BLANK:
            return as_number(self.ops, lowered)
        return lowered

    def certain_at(self, row: int, column: int) -> "FormulaLowering":
        """The same formula at one cell, in a stage that is thrown away; what it reads must be certain."""
        here = Position(self.reader.position.sheet, row, column)
        area = Rectangle(here.sheet, row, column, row, column)
        reader = PartReader(StageBuilder(ProgramDraft()), self.reader.cells, area, here)
        return FormulaLowering(reader, self._draw, self.specials)

    def draw(self) -> Value:
        """The uniform number of the next drawing call, in reading order."""
        self._draw_count += 1
        return self._draw(self._draw_count - 1)

    def scalar(self, node: Node) -> Lowered:
        """A node as one scalar."""
        match node:
            case Number(value) | Text(value) | Logical(value):
                return lowered_constant(self.ops, value)
            case VaryingNumber():
                return varying_number(self.reader, node)
            case VaryingReference():
                return varying_cell(self.reader, node)
            case ErrorLiteral(code):
                return lowered_constant(self.ops, code)
            case CellReference():
                return self.reader.cell(node)
            case Unary(operator, operand):
                return self._unary(operator, operand)
            case Binary():
                return self._binary(node, False)
            case Call(name, _, is_addin) if not is_addin or is_declaration(name):
                return self._call(node)
            case MissingArgument():
                return Lowered(LoweredKind.BLANK)
        raise NotLowerable(f"{type(node).__name__} has no instructions")

    def direct(self, node: Node) -> Lowered:
        """A node as an argument of a function that takes ranges too.

        Raises:
            NotLowerable: if it may give cells that count otherwise than their value.
        """
        if not isinstance(node, Call) or node.name not in _GIVES_CELLS:
            return self.scalar(node).surely()
        before, self.is_scalar_place = self.is_scalar_place, False
        lowered = self.scalar(node)
        self.is_scalar_place = before
        is_number = lowered.kind in (LoweredKind.NUMBER, LoweredKind.ERROR)
        if not is_number or any(self.reader.may_be_blank(each) for each in walk(node)):
            raise NotLowerable("a function of ranges over cells that are no numbers")
        return lowered

    def number(self, node: Node) -> Lowered:
        """A node as a number."""
        return as_number(self.ops, self.scalar(node))

    def _unary(self, operator: UnaryOperator, operand: Node) -> Lowered:
        is_single = operator is UnaryOperator.SINGLE and isinstance(operand, Call)
        if operator is UnaryOperator.PLUS or is_single:
            return self.scalar(operand)
        bodies = {UnaryOperator.NEGATE: operators.negate, UnaryOperator.PERCENT: operators.percent}
        if operator not in bodies:
            raise NotLowerable(f"the operator {operator}")
        inner = self.number(operand)
        return self.apply(bodies[operator], [inner], LoweredKind.NUMBER)

    def _binary(self, last: Binary, is_last: bool) -> Lowered:
        first, operations = chain_of(last)
        if last.operator in REFERENCE_OPERATORS:
            raise NotLowerable(f"the operator {last.operator}")
        result = self.scalar(first)
        for node in operations:
            result = self._operation(node, result, is_last and node is last)
        return result

    def _operation(self, node: Binary, left: Lowered, is_last: bool) -> Lowered:
        """An operation whose left operand is lowered already."""
        if node.operator in _COMPARISONS:
            return self.compared(node.operator, left, self.scalar(node.right))
        if node.operator is BinaryOperator.CONCATENATE:
            return self._concatenation(node, left, self.scalar(node.right))
        body = (_LAST if is_last else _ARITHMETIC).get(node.operator, _ARITHMETIC[node.operator])
        return self.apply(body, [as_number(self.ops, left), self.number(node.right)], LoweredKind.NUMBER)

    def apply(self, body: Body, arguments: Sequence[Lowered], kind: LoweredKind) -> Lowered:
        """Run a body on lowered arguments."""
        before = first_error(self.ops, *(argument.error for argument in arguments))
        outcome: Outcome[Value] = run_body(body, self.ops, *(argument.value for argument in arguments))
        return finished(self.ops, outcome, before, kind)

    def compared(self, operator: BinaryOperator, left: Lowered, right: Lowered) -> Lowered:
        """The result of a comparison operator."""
        if {left.kind, right.kind} & {LoweredKind.TEXT, LoweredKind.LOGICAL}:
            left, right = left.surely(), right.surely()
        left, right = _alike(self.ops, left, right), _alike(self.ops, right, left)
        if LoweredKind.TEXT not in (left.kind, right.kind) and left.kind is right.kind:
            sides = [as_number(self.ops, left), as_number(self.ops, right)]
            return self.apply(_COMPARISONS[operator], sides, LoweredKind.LOGICAL)
        holds, error = _CONSTANT_RESULT[operator], first_error(self.ops, left.error, right.error)
        if left.kind is right.kind:
            return Lowered(LoweredKind.LOGICAL, compared_texts(self.ops, holds, left, right), error)
        order = _RANK[left.kind] - _RANK[right.kind]
        return Lowered(LoweredKind.LOGICAL, self.ops.logical(holds(order)), error)

    def _concatenation(self, node: Binary, left: Lowered, right: Lowered) -> Lowered:
        if any(side.kind is LoweredKind.TEXT and side.text is None for side in (left, right)):
            return lifted(self.reader, node, lambda side: left if side is node.left else right)
        texts = [self._constant_text(side) for side in (left, right)]
        lowered = lowered_constant(self.ops, texts[0] + texts[1])
        return Lowered(
            lowered.kind, lowered.value, first_error(self.ops, left.error, right.error), lowered.text
        )

    def _constant_text(self, side: Lowered) -> str:
        if side.surely().kind is LoweredKind.BLANK:
            return ""
        if side.text is not None:
            return side.text
        known = None if side.value is None else self.ops.constant_of(side.value)
        if known is None:
            raise NotLowerable("a number that varies becomes text")
        text = to_text(bool(known) if side.kind is LoweredKind.LOGICAL else float(known))
        assert isinstance(text, str)
        return text

    def _call(self, node: Call) -> Lowered:
        name, arguments = node.name, node.arguments
        known = self.reader.known(node)
        if known is not None:
            return known
        definition = FUNCTION_BY_NAME.get(name)
        if definition is not None:
            arguments = with_defaults(definition, arguments)
        special = self.specials.get(name)
        if special is not None:
            return special(self, arguments)
        if definition is None:
            raise NotLowerable(f"{name} is not a worksheet function")
        if definition.elementwise is not None:
            return self._elementwise(definition, definition.elementwise, arguments)
        if definition.aggregate is not None:
            return self._aggregate(definition, definition.aggregate, arguments)
        if definition.over_samples is not None:
            return self._over_samples(definition, definition.over_samples, arguments)
        return lifted(self.reader, node, self.scalar)

    def numbers(self, nodes: Sequence[Node]) -> LoweredNumbers | WindowNumbers:
        """The numbers that an aggregate sees in its arguments."""
        window = lane_window(self.reader, nodes[0]) if len(nodes) == 1 else None
        if window is not None:
            return window
        sources: list[Lowered | Run] = []
        for node in nodes:
            if isinstance(node, CellReference | RangeReference):
                sources.extend(self.reader.runs(node, moves=True))
            elif isinstance(node, ArrayConstant):
                sources.append(Run(scalars=array_scalars(node)))
            elif isinstance(node, MissingArgument):
                sources.append(lowered_constant(self.ops, 0.0))
            else:
                sources.append(as_number(self.ops, self.direct(node)))
        return LoweredNumbers(self.reader, sources)

    def _elementwise(self, definition: FunctionDefinition, body: Body, nodes: Sequence[Node]) -> Lowered:
        if not definition.least_arguments <= len(nodes) <= len(definition.parameters):
            raise NotLowerable("a wrong number of arguments")
        prepared = [
            self._argument(definition.name, parameter, nodes[position : position + 1])
            for position, parameter in enumerate(definition.parameters)
        ]
        if definition.needs_calendar:
            body = partial(_of_calendar, body, self.reader.cells.workbook.date_1904)
        kind = LoweredKind.LOGICAL if definition.returns is Result.LOGICAL else LoweredKind.NUMBER
        return self.apply(body, prepared, kind)

    def _over_samples(self, definition: FunctionDefinition, body: Body, nodes: Sequence[Node]) -> Lowered:
        if not definition.least_arguments <= len(nodes) <= len(definition.parameters):
            raise NotLowerable("a wrong number of arguments")
        arguments: list[Value | LoweredNumbers | WindowNumbers | LoweredPairs] = []
        errors: list[Value | None] = []
        samples: list[Node] = []
        for position, parameter in enumerate(definition.parameters):
            if parameter.kind is not Kind.RANGE:
                scalar = self._argument(definition.name, parameter, nodes[position : position + 1])
                assert scalar.value is not None
                arguments.append(scalar.value)
                errors.append(scalar.error)
                continue
            samples.append(nodes[position])
            if definition.pairing is None or len(samples) == 2:
                sample = self._sample(definition.pairing, samples[-2:])
                arguments.append(sample)
        found = [each for each in arguments if not isinstance(each, Value)]
        outcome: Outcome[Value] = run_body(body, self.ops, *arguments)
        before = first_error(self.ops, *errors, *(each.error() for each in found))
        return finished(self.ops, outcome, before, LoweredKind.NUMBER)

    def _sample(
        self, pairing: Pairing | None, nodes: Sequence[Node]
    ) -> LoweredNumbers | WindowNumbers | LoweredPairs:
        if pairing is None:
            return self.numbers(nodes[-1:])
        return lowered_pairs(self.reader, pairing, nodes)

    def _argument(self, name: str, parameter: Parameter, given: Sequence[Node]) -> Lowered:
        """A scalar argument, or its default."""
        if given and name in ANALYSIS_FUNCTIONS:
            scalar = self.scalar(given[0])
            if scalar.kind is LoweredKind.LOGICAL or isinstance(given[0], MissingArgument):
                raise NotLowerable("an argument that is no number to this function")
            return _coerced(self.ops, parameter.kind, scalar)
        if given:
            return _coerced(self.ops, parameter.kind, self.scalar(given[0]))
        if parameter.default is None:
            raise NotLowerable("an optional argument without a default")
        return _coerced(self.ops, parameter.kind, lowered_constant(self.ops, parameter.default))

    def _aggregate(self, definition: FunctionDefinition, body: Body, nodes: Sequence[Node]) -> Lowered:
        scalar_count = len(definition.parameters) - 1
        before = [
            _coerced(self.ops, definition.parameters[i].kind, self.scalar(node))
            for i, node in enumerate(nodes[:scalar_count])
        ]
        if len(before) < scalar_count or len(nodes) <= scalar_count:
            raise NotLowerable("a wrong number of arguments")
        numbers = self.numbers(nodes[scalar_count:])
        outcome: Outcome[Value] = run_body(body, self.ops, *(one.value for one in before), numbers)
        errors = first_error(self.ops, *(one.error for one in before), numbers.error())
        return finished(self.ops, outcome, errors, LoweredKind.NUMBER)


def array_scalars(node: ArrayConstant) -> tuple[Scalar, ...]:
    """The elements of an array constant in row-major order."""
    return tuple(
        literal.code if isinstance(literal, ErrorLiteral) else literal.value
        for row in node.rows
        for literal in row
    )


def _coerced(ops: StageBuilder, kind: Kind, lowered: Lowered) -> Lowered:
    if kind is Kind.NUMBER:
        return as_number(ops, lowered)
    if kind is Kind.LOGICAL:
        return as_logical(ops, lowered)
    raise NotLowerable(f"an argument taken as {kind.value}")


def _of_calendar(body: Body, date_1904: bool, ops: StageBuilder, *values: Value) -> Outcome[Value]:
    return run_body(body, ops, date_1904, *values)


def _alike(ops: StageBuilder, side: Lowered, other: Lowered) -> Lowered:
    if side.kind is LoweredKind.ERROR:
        return as_number(ops, side)
    if side.kind is not LoweredKind.BLANK:
        return side
    if other.kind is LoweredKind.TEXT:
        return lowered_constant(ops, "")
    return as_logical(ops, side) if other.kind is LoweredKind.LOGICAL else as_number(ops, side)
