"""What of a statement an index could serve: equalities, ranges, order, constant conditions, parameters.

It is generous: whether an index of these terms helps, SQLite's planner says.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from mcdesk.history.sql_tokens import (
    Expression,
    Scope,
    Token,
    closing,
    enclosing,
    operand_after,
    operand_before,
    scope_of,
    split_at,
    tokens_of,
)

_EQUAL = frozenset({"=", "==", "IS", "IN"})
_RANGE = frozenset({"<", "<=", ">", ">=", "BETWEEN"})
_ENDS = frozenset(
    {"GROUP", "ORDER", "LIMIT", "RETURNING", "UNION", "EXCEPT", "INTERSECT", "WHERE", "JOIN", "DO", "LEFT"}
)
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True, slots=True)
class OrderTerm:
    """One term of ORDER BY."""

    expression: Expression
    is_descending: bool


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a parameter is compared with: `operator` is =, <, >, LIMIT, OFFSET, or empty if nobody knows."""

    operator: str = ""
    table: str = ""
    column: str = ""


@dataclass(frozen=True, slots=True)
class StatementTerms:
    """The terms in the order of the statement; `columns` are all that it names.

    `predicates` are conditions without parameters.
    """

    table_by_alias: Mapping[str, str]
    equalities: tuple[Expression, ...]
    ranges: tuple[Expression, ...]
    orders: tuple[tuple[OrderTerm, ...], ...]
    predicates: tuple[Expression, ...]
    columns: tuple[Expression, ...]
    parameters: tuple[Parameter, ...]

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables of the statement, each once."""
        return tuple(dict.fromkeys(self.table_by_alias.values()))


def terms_of(sql: str, columns_by_table: Mapping[str, frozenset[str]]) -> StatementTerms:
    """The terms of a statement over these tables."""
    tokens = tokens_of(sql)
    scope = scope_of(tokens, columns_by_table)
    conditions = [*_clauses(tokens, "WHERE"), *_clauses(tokens, "ON")]
    return StatementTerms(
        table_by_alias=scope.table_by_alias,
        equalities=_distinct([*_joined(tokens, scope), *_compared(conditions, _EQUAL, scope)]),
        ranges=_distinct(_compared(conditions, _RANGE, scope)),
        orders=tuple(order for clause in _clauses(tokens, "ORDER") for order in _orders(clause[1:], scope)),
        predicates=_distinct(
            expression
            for clause in _clauses(tokens, "WHERE")
            for conjunct in split_at(clause, "AND")
            for expression in scope.expressions(conjunct)
        ),
        columns=_distinct(each for token in tokens for each in _columns(token, scope)),
        parameters=_parameters(tokens, scope),
    )


def parameter_count(sql: str) -> int:
    """How many values a statement takes."""
    return len(terms_of(sql, {}).parameters)


def _distinct(expressions: Iterable[Expression]) -> tuple[Expression, ...]:
    return tuple(dict.fromkeys(expressions))


def _columns(token: Token, scope: Scope) -> Iterator[Expression]:
    return scope.expressions((token,)) if token.kind == "name" else iter(())


def _clauses(tokens: Sequence[Token], keyword: str) -> Iterator[Sequence[Token]]:
    """What follows each such keyword, as far as the clause goes."""
    for i, token in enumerate(tokens):
        if token.text != keyword or token.kind != "keyword":
            continue
        end, depth = i + 1, 0
        while end < len(tokens):
            text = tokens[end].text
            depth += {"(": 1, ")": -1}.get(text, 0)
            if depth < 0 or (depth == 0 and tokens[end].kind == "keyword" and text in _ENDS):
                break
            end += 1
        yield tokens[i + 1 : end]


def _compared(
    clauses: Sequence[Sequence[Token]], operators: frozenset[str], scope: Scope
) -> Iterator[Expression]:
    for clause in clauses:
        for i, token in enumerate(clause):
            if token.kind not in ("keyword", "sign") or token.text not in operators or i == 0:
                continue
            yield from scope.expressions(operand_before(clause, i))
            if i + 1 < len(clause) and clause[i + 1].kind == "name":
                yield from scope.expressions(operand_after(clause, i + 1))


def _joined(tokens: Sequence[Token], scope: Scope) -> Iterator[Expression]:
    """The columns of USING, which are equal in both tables."""
    for i, token in enumerate(tokens[:-1]):
        if token.text == "USING" and tokens[i + 1].text == "(":
            for column in split_at(tokens[i + 2 : closing(tokens, i + 1)], ","):
                yield from scope.expressions(column)


def _orders(clause: Sequence[Token], scope: Scope) -> Iterator[tuple[OrderTerm, ...]]:
    """The order in the terms of each table that all of it may be about."""
    terms = list(split_at(clause, ","))
    for table in scope.tables():
        order: list[OrderTerm] = []
        for term in terms:
            is_descending = term[-1].text == "DESC"
            expression_tokens = term[:-1] if term[-1].text in ("ASC", "DESC") else term
            found = [each for each in scope.expressions(expression_tokens) if each.table == table]
            order += [OrderTerm(each, is_descending) for each in found]
        if terms and len(order) == len(terms):
            yield tuple(order)


def _parameters(tokens: Sequence[Token], scope: Scope) -> tuple[Parameter, ...]:
    """By their numbers; a number that comes twice is what it is at first."""
    numbered: dict[int, Parameter] = {}
    for i, token in enumerate(tokens):
        if token.kind == "parameter":
            number = int(token.text[1:]) if token.text[1:].isdigit() else max(numbered, default=0) + 1
            numbered.setdefault(number, _parameter(tokens, i, scope))
    return tuple(numbered.get(number, Parameter()) for number in range(1, max(numbered, default=0) + 1))


def _parameter(tokens: Sequence[Token], i: int, scope: Scope) -> Parameter:
    before = tokens[i - 1].text if i else ""
    after = tokens[i + 1].text if i + 1 < len(tokens) else ""
    if before in ("LIMIT", "OFFSET"):
        return Parameter(before)
    if before in _EQUAL or before in _RANGE:
        return _of_column(before, operand_before(tokens, i - 1), scope)
    if after in _EQUAL or after in _RANGE:
        return _of_column(_FLIPPED.get(after, after), operand_after(tokens, i + 2), scope)
    opening = enclosing(tokens, i)
    if opening > 0 and tokens[opening - 1].text == "IN":
        return _of_column("=", operand_before(tokens, opening - 1), scope)
    return Parameter()


def _of_column(operator: str, operand: Sequence[Token], scope: Scope) -> Parameter:
    sign = "=" if operator in _EQUAL else {"BETWEEN": ">"}.get(operator, operator[:1])
    for expression in scope.expressions(operand):
        if expression.text in scope.columns_by_table[expression.table]:
            return Parameter(sign, expression.table, expression.text)
    return Parameter()
