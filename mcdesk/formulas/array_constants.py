"""Array constants such as `{1,-2;"a",TRUE}`: rows of constants, not nested."""

from mcdesk.formulas.lexer import FormulaSyntaxError, Token, TokenKind
from mcdesk.formulas.operands import operand_node
from mcdesk.formulas.syntax import ArrayConstant, ErrorLiteral, Literal, Logical, Number, Text

_CONSTANT_KINDS = (TokenKind.TEXT, TokenKind.NUMBER, TokenKind.NAME, TokenKind.ERROR)


def read_array(tokens: list[Token], start: int, text: str) -> tuple[ArrayConstant, int]:
    """Read the array whose `{` stands before `tokens[start]`; return it and the place after its `}`.

    Raises:
        FormulaSyntaxError: if it is not closed, is ragged, or holds anything but constants.
    """
    rows: list[tuple[Literal, ...]] = []
    row: list[Literal] = []
    place = start
    while True:
        element, place = _element(tokens, place, text)
        row.append(element)
        token = tokens[place]
        place += 1
        if token.text not in (",", ";", "}"):
            raise FormulaSyntaxError("an array constant that is not closed", text, token.position)
        if token.text != ",":
            rows.append(tuple(row))
            row = []
        if token.text == "}":
            break
    if len({len(row) for row in rows}) > 1:
        raise FormulaSyntaxError("an array constant with rows of unequal length", text, token.position)
    return ArrayConstant(tuple(rows)), place


def _element(tokens: list[Token], place: int, text: str) -> tuple[Literal, int]:
    sign = {"-": -1.0, "+": 1.0}.get(tokens[place].text)
    if sign is not None:
        place += 1
    token = tokens[place]
    if token.kind in _CONSTANT_KINDS:
        node = operand_node(token, text, 0, 0)
        if isinstance(node, Number):
            return Number(node.value * (sign or 1.0)), place + 1
        if sign is None and isinstance(node, Text | Logical | ErrorLiteral):
            return node, place + 1
    raise FormulaSyntaxError("an array constant may hold only constants", text, token.position)
