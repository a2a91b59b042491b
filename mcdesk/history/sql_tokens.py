"""SQL cut into tokens, and expressions found among them. Not a parser: what it misreads, SQLite sorts out."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

_PATTERN = re.compile(
    r"(?P<space>\s+|--[^\n]*|/\*.*?\*/)"
    r"|(?P<text>'(?:[^']|'')*')"
    r'|"(?P<quoted>(?:[^"]|"")*)"'
    r"|(?P<number>\d+(?:\.\d*)?)"
    r"|(?P<parameter>\?\d*|[:@$]\w+)"
    r"|(?P<word>[^\W\d]\w*)"
    r"|(?P<sign><>|!=|<=|>=|==|\|\||.)",
    re.DOTALL,
)
KEYWORDS = frozenset(
    re.findall(
        r"\w+",
        "ALL AND AS ASC BETWEEN BY CASE COLLATE CONFLICT CROSS DELETE DESC DISTINCT DO ELSE END EXCEPT "
        "EXISTS FROM GLOB GROUP HAVING IN INNER INSERT INTERSECT INTO IS JOIN LEFT LIKE LIMIT NOT NOTHING "
        "NULL OFFSET ON OR ORDER OUTER REPLACE RETURNING SELECT SET THEN UNION UPDATE USING VALUES WHEN "
        "WHERE WITH",
    )
)


@dataclass(frozen=True, slots=True)
class Token:
    """One token; `kind` is keyword, name, text, number, parameter or sign, `text` what SQLite may read again.

    A keyword is in capitals; a name is without its quotes.
    """

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Expression:
    """What an index may hold: `text` without the names of tables; it depends on columns of `table` only."""

    table: str
    text: str


@dataclass(frozen=True, slots=True)
class Scope:
    """What names mean in a statement: the table of each alias, and the columns of each table."""

    table_by_alias: Mapping[str, str]
    columns_by_table: Mapping[str, frozenset[str]]

    def tables(self) -> tuple[str, ...]:
        """The tables of the statement, each once."""
        return tuple(dict.fromkeys(self.table_by_alias.values()))

    def expressions(self, tokens: Sequence[Token]) -> Iterator[Expression]:
        """The expression in the terms of each table that it may be about; none if it has parameters."""
        if any(token.kind == "parameter" or token.text == "SELECT" for token in tokens):
            return
        for table in self.tables():
            parts = self._parts(tokens, table)
            if parts is not None:
                yield Expression(table, written(parts))

    def _parts(self, tokens: Sequence[Token], table: str) -> list[Token] | None:
        """The tokens without names of tables; None unless there is a column, and all are of this table."""
        kept: list[Token] = []
        has_column = False
        for i, token in enumerate(tokens):
            following = tokens[i + 1].text if i + 1 < len(tokens) else ""
            if token.kind == "name" and following == ".":
                if self.table_by_alias.get(token.text) != table:
                    return None
                continue
            if token.text == "." and token.kind == "sign":
                continue
            if token.kind == "name" and following != "(":
                if token.text not in self.columns_by_table[table]:
                    return None
                has_column = True
            kept.append(token)
        return kept if has_column else None


def tokens_of(sql: str) -> tuple[Token, ...]:
    """The tokens of a statement, in order."""
    return tuple(_token(match) for match in _PATTERN.finditer(sql) if match.lastgroup != "space")


def _token(match: re.Match[str]) -> Token:
    kind, text = str(match.lastgroup), match.group(str(match.lastgroup))
    if kind == "quoted":
        return Token("name", text.replace('""', '"'))
    if kind == "word":
        upper = text.upper()
        return Token("keyword", upper) if upper in KEYWORDS else Token("name", text)
    return Token(kind, text)


def written(tokens: Sequence[Token]) -> str:
    """The text of tokens."""
    text = ""
    for i, token in enumerate(tokens):
        is_call = token.text == "(" and i > 0 and tokens[i - 1].kind == "name"
        glued = i == 0 or token.text in (")", ",") or text.endswith("(") or is_call
        text += ("" if glued else " ") + _text(token, tokens[i + 1 : i + 2])
    return text


def _text(token: Token, following: Sequence[Token]) -> str:
    is_plain = token.kind != "name" or (token.text.isidentifier() and token.text.upper() not in KEYWORDS)
    is_function = bool(following) and following[0].text == "("
    return token.text if is_plain or is_function else quoted(token.text)


def quoted(name: str) -> str:
    """A name as SQLite reads it, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def scope_of(tokens: Sequence[Token], columns_by_table: Mapping[str, frozenset[str]]) -> Scope:
    """The tables that a statement names, subqueries included, under their aliases."""
    table_by_alias: dict[str, str] = {}
    for i, token in enumerate(tokens):
        is_table = token.kind == "name" and token.text in columns_by_table
        if not is_table or i == 0 or tokens[i - 1].text not in ("FROM", "JOIN", "UPDATE", "INTO", ","):
            continue
        table_by_alias[token.text] = token.text
        rest = tokens[i + 1 : i + 3]
        if rest and rest[0].text == "AS":
            rest = rest[1:]
        if rest and rest[0].kind == "name":
            table_by_alias[rest[0].text] = token.text
    return Scope(table_by_alias, columns_by_table)


def operand_before(tokens: Sequence[Token], end: int) -> Sequence[Token]:
    """What stands on the left of the token at `end`: a column, or a call."""
    start = end - 1
    if start >= 0 and tokens[start].text == ")":
        start = _opening(tokens, start)
        if start > 0 and tokens[start - 1].kind == "name":
            start -= 1
        return tokens[start:end]
    while start >= 2 and tokens[start - 1].text == ".":
        start -= 2
    return tokens[max(start, 0) : end]


def operand_after(tokens: Sequence[Token], start: int) -> Sequence[Token]:
    """What begins at `start`: a column, a call, or one value."""
    end = start + 1
    while end + 1 < len(tokens) and tokens[end].text == ".":
        end += 2
    if end < len(tokens) and tokens[end].text == "(" and tokens[start].kind == "name":
        end = closing(tokens, end) + 1
    return tokens[start:end]


def closing(tokens: Sequence[Token], opening: int) -> int:
    """Where the parenthesis closes that opens here; the last token if it does not."""
    depth = 0
    for i in range(opening, len(tokens)):
        depth += {"(": 1, ")": -1}.get(tokens[i].text, 0)
        if depth == 0:
            return i
    return len(tokens) - 1


def enclosing(tokens: Sequence[Token], i: int) -> int:
    """Where the parenthesis opens around this token; -1 if there is none."""
    depth = 0
    for j in range(i - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(tokens[j].text, 0)
        if depth < 0:
            return j
    return -1


def _opening(tokens: Sequence[Token], end: int) -> int:
    return max(enclosing(tokens, end), 0)


def split_at(tokens: Sequence[Token], separator: str) -> Iterator[Sequence[Token]]:
    """The parts between separators that stand in no parenthesis; the AND of a BETWEEN separates nothing."""
    start = depth = 0
    is_between = False
    for i, token in enumerate(tokens):
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if depth == 0 and token.text == "BETWEEN":
            is_between = True
        elif depth == 0 and token.text == separator and token.kind in ("keyword", "sign"):
            if is_between and separator == "AND":
                is_between = False
                continue
            yield tokens[start:i]
            start = i + 1
    if start < len(tokens):
        yield tokens[start:]
