"""Formula text to its tree: operator precedence over explicit stacks, so that no nesting exhausts Python's.

All binary operators group to the left, `^` too; the sign binds tighter than `^`, so `-2^2` is 4.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mcdesk.formulas.array_constants import read_array
from mcdesk.formulas.chains import continues_chain
from mcdesk.formulas.lexer import FormulaSyntaxError, Token, TokenKind, tokenize
from mcdesk.formulas.operands import has_addin_prefix, operand_node, strip_prefixes
from mcdesk.formulas.precedence import PERCENT_POWER, POSTFIX_POWER, POWER_BY_OPERATOR, UNARY_POWER
from mcdesk.formulas.relative_text import FillPattern, fill_pattern, relative_key, shift_formula
from mcdesk.formulas.syntax import (
    Binary,
    BinaryOperator,
    Call,
    CellReference,
    Invoke,
    MissingArgument,
    Node,
    RangeReference,
    Unary,
    UnaryOperator,
)
from mcdesk.formulas.unparser import unparse

__all__ = ["FormulaCache", "FormulaSyntaxError", "parse", "relative_key", "shift_formula", "unparse"]

# Excel nests 64 calls. Readers of the tree are recursive and spend a few of Python's 1,000 frames per level.
MAX_DEPTH = 256

_BINARY_BY_TEXT = {str(operator): operator for operator in BinaryOperator if operator.value not in ", "}
_PREFIX_BY_TEXT = {"-": UnaryOperator.NEGATE, "+": UnaryOperator.PLUS, "@": UnaryOperator.SINGLE}


def parse(text: str, row: int = 0, column: int = 0) -> Node:
    """Parse a formula without its `=` that stands at (row, column).

    Raises:
        FormulaSyntaxError: if the text is no formula, or too long or too deep to be one.
    """
    return _Parser(text, row, column).parse()


class FormulaCache:
    """Trees by relative text, so that each formula of a region is parsed once. For one thread.

    Most formulas are those of the cell above, filled down, which is seen faster than their key is made.
    """

    __slots__ = ("_fill_by_column", "_node_by_column", "_node_by_key")

    def __init__(self) -> None:
        self._node_by_key: dict[str, Node] = {}
        self._node_by_column: dict[int, Node] = {}
        self._fill_by_column: dict[int, FillPattern] = {}

    @property
    def fills(self) -> Mapping[int, FillPattern]:
        """For each column the pattern of the formula that was parsed last, where it has one."""
        return self._fill_by_column

    def parse(self, text: str, row: int, column: int) -> Node:
        """Return the tree of the formula at (row, column), as `parse` does."""
        fill = self._fill_by_column.get(column)
        if fill is not None and fill.fits(text, row):
            return self._node_by_column[column]
        node = self._parsed(text, row, column)
        self._fill_by_column.pop(column, None)
        # a pattern is worth its making where the formula is the second of its kind
        if self._node_by_column.get(column) is node and (found := fill_pattern(text, row)) is not None:
            self._fill_by_column[column] = found
        self._node_by_column[column] = node
        return node

    def _parsed(self, text: str, row: int, column: int) -> Node:
        key = relative_key(text, row, column)
        node = self._node_by_key.get(key)
        if node is None:
            node = self._node_by_key[key] = parse(text, row, column)
        return node


@dataclass(slots=True)
class _Frame:
    """What is open: a parenthesis, a call by name, or a call of an expression; and its pending operators."""

    opened_at: int
    call: Token | None = None
    function: Node | None = None
    arguments: list[Node] = field(default_factory=list)
    operators: list[UnaryOperator | BinaryOperator] = field(default_factory=list)
    depth: int = 0

    @property
    def is_call(self) -> bool:
        return self.call is not None or self.function is not None


class _Parser:
    """One parse. Operands wait on a stack with the depth of each; operators wait in the open frame."""

    def __init__(self, text: str, row: int, column: int) -> None:
        self._text, self._row, self._column = text, row, column
        self._tokens = tokenize(text)
        self._next = 0
        self._frames = [_Frame(0)]
        self._operands: list[tuple[Node, int]] = []
        self._wants_operand = True

    def parse(self) -> Node:
        while True:
            token = self._tokens[self._next]
            self._next += 1
            if token.kind is TokenKind.END:
                return self._finish(token)
            if self._wants_operand:
                self._read_operand(token)
            else:
                self._read_operator(token)

    def _finish(self, token: Token) -> Node:
        if len(self._frames) > 1:
            raise self._error("a parenthesis that is not closed", self._frames[-1].opened_at)
        if self._wants_operand:
            raise self._error("an operand is missing", token.position)
        self._reduce(0)
        return self._operands[-1][0]

    def _read_operand(self, token: Token) -> None:
        if token.kind is TokenKind.FUNCTION:
            self._open(_Frame(token.position, call=token))
        elif token.kind is not TokenKind.OPERATOR:
            self._push(operand_node(token, self._text, self._row, self._column), 1)
        elif token.text in _PREFIX_BY_TEXT:
            self._frames[-1].operators.append(_PREFIX_BY_TEXT[token.text])
        elif token.text == "(":
            self._open(_Frame(token.position))
        elif token.text == "{":
            node, self._next = read_array(self._tokens, self._next, self._text)
            self._push(node, 1)
        else:
            self._read_missing_argument(token)

    def _read_missing_argument(self, token: Token) -> None:
        frame = self._frames[-1]
        if frame.is_call and not frame.operators and token.text in ",)":
            if token.text == ")" and not frame.arguments:
                self._close_call()
                return
            self._push(MissingArgument(), 1)
            self._read_operator(token)
            return
        raise self._error(f"unexpected {token.text!r}", token.position)

    def _read_operator(self, token: Token) -> None:
        if token.kind is not TokenKind.OPERATOR or token.text in "{@":
            self._read_intersection(token)
        elif token.text == "(":
            self._open_after_operand(token)
        elif token.text == ")":
            self._close(token)
        elif token.text == ",":
            self._read_comma()
        elif token.text == "#":
            self._apply_postfix(UnaryOperator.SPILL, POSTFIX_POWER)
        elif token.text == "%":
            self._apply_postfix(UnaryOperator.PERCENT, PERCENT_POWER)
        elif token.text in _BINARY_BY_TEXT:
            self._push_binary(_BINARY_BY_TEXT[token.text])
        else:
            raise self._error(f"unexpected {token.text!r}", token.position)

    def _read_intersection(self, token: Token) -> None:
        """Two operands with only space between them intersect."""
        if not token.follows_space:
            raise self._error("an operator is missing", token.position)
        self._push_binary(BinaryOperator.INTERSECTION)
        self._next -= 1

    def _open_after_operand(self, token: Token) -> None:
        if token.follows_space:
            self._read_intersection(token)
            return
        function, depth = self._operands.pop()
        self._open(_Frame(token.position, function=function, depth=depth))

    def _open(self, frame: _Frame) -> None:
        if len(self._frames) > MAX_DEPTH:
            raise self._error("it is nested too deep", frame.opened_at)
        self._frames.append(frame)
        self._wants_operand = True

    def _read_comma(self) -> None:
        frame = self._frames[-1]
        if frame.is_call:
            self._take_argument(frame)
            self._wants_operand = True
        else:
            self._push_binary(BinaryOperator.UNION)

    def _close(self, token: Token) -> None:
        if len(self._frames) == 1:
            raise self._error("a parenthesis that was not opened", token.position)
        frame = self._frames[-1]
        if frame.is_call:
            self._take_argument(frame)
            self._close_call()
        else:
            self._reduce(0)
            self._frames.pop()

    def _take_argument(self, frame: _Frame) -> None:
        self._reduce(0)
        node, depth = self._operands.pop()
        frame.arguments.append(node)
        frame.depth = max(frame.depth, depth)

    def _close_call(self) -> None:
        frame = self._frames.pop()
        arguments = tuple(frame.arguments)
        node: Node
        if frame.call is None:
            assert frame.function is not None
            node = Invoke(frame.function, arguments)
        else:
            node = _call(frame.call, arguments)
        self._push(node, frame.depth + 1)

    def _push(self, node: Node, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise self._error("it is nested too deep", self._tokens[self._next - 1].position)
        self._operands.append((node, depth))
        self._wants_operand = False

    def _push_binary(self, operator: BinaryOperator) -> None:
        self._reduce(POWER_BY_OPERATOR[operator])
        self._frames[-1].operators.append(operator)
        self._wants_operand = True

    def _apply_postfix(self, operator: UnaryOperator, power: int) -> None:
        self._reduce(power)
        node, depth = self._operands.pop()
        self._push(Unary(operator, node), depth + 1)

    def _reduce(self, power: int) -> None:
        """Apply the open frame's operators that bind at least as tightly as `power`."""
        operators = self._frames[-1].operators
        while operators and _power(operators[-1]) >= power:
            operator = operators.pop()
            right, depth = self._operands.pop()
            if isinstance(operator, UnaryOperator):
                self._push(Unary(operator, right), depth + 1)
            else:
                left, left_depth = self._operands.pop()
                # a chain nests no deeper than the deepest of its operands
                left_depth += not continues_chain(left, operator)
                self._push(_binary(operator, left, right), max(left_depth, depth + 1))

    def _error(self, reason: str, position: int) -> FormulaSyntaxError:
        return FormulaSyntaxError(reason, self._text, position)


def _power(operator: UnaryOperator | BinaryOperator) -> int:
    return UNARY_POWER if isinstance(operator, UnaryOperator) else POWER_BY_OPERATOR[operator]


def _binary(operator: BinaryOperator, left: Node, right: Node) -> Node:
    if operator is BinaryOperator.RANGE:
        match left, right:
            # `Sheet1!A1:Sheet1!B2` and `A1 : B2` are plain ranges, written otherwise.
            case CellReference(sheet=sheet), CellReference(sheet=end) if end in (None, sheet):
                return RangeReference(left.row, left.column, right.row, right.column, sheet)
            case _:
                pass
    return Binary(operator, left, right)


def _call(token: Token, arguments: tuple[Node, ...]) -> Node:
    written = token.text[:-1]
    name = strip_prefixes(written).upper()
    if len(arguments) == 1 and written.lower().startswith("_xlfn."):
        if name == "SINGLE":
            return Unary(UnaryOperator.SINGLE, arguments[0])
        if name == "ANCHORARRAY":
            return Unary(UnaryOperator.SPILL, arguments[0])
    return Call(name, arguments, token.sheet is not None or has_addin_prefix(written))
