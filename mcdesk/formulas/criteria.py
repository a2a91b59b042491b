"""Criteria of COUNTIF and its like: operators, wildcards, blanks, text that reads as a number."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from mcdesk.formulas.comparison import compare_numbers, compare_texts
from mcdesk.formulas.dates import DateReading
from mcdesk.formulas.text_numbers import text_to_number
from mcdesk.formulas.values import BLANK, Blank, Scalar
from mcdesk.foundation.error_codes import ErrorCode

Criterion = Callable[[Scalar], bool]

_OPERATOR = re.compile(r"(<>|<=|>=|=|<|>)?(.*)", re.DOTALL)
_TESTS: dict[str, Callable[[int], bool]] = {
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
}


def criterion(condition: Scalar, dates: DateReading | None = None) -> Criterion:
    """Return the test that a criterion makes of a cell.

    A blank criterion is 0; "=" finds blank cells, "<>" those that are not; text that reads as a number,
    date, logical value or error finds cells of that kind (and for "=" numeric text).
    """
    if isinstance(condition, Blank):
        return _numeric("=", 0.0, dates)
    if isinstance(condition, ErrorCode):
        return lambda cell: cell is condition
    if isinstance(condition, bool):
        return _logical("=", condition)
    if isinstance(condition, float):
        return _numeric("=", condition, dates)
    match = _OPERATOR.fullmatch(condition)
    assert match is not None
    return _textual(match[1] or "", match[2], dates)


def has_wildcard(pattern: str) -> bool:
    """Tell whether a text holds `*`, `?` or an escape of one."""
    return any(mark in pattern for mark in "*?~")


def wildcard_pattern(pattern: str) -> re.Pattern[str]:
    """Return the regular expression of Excel's wildcards, in any case; `~` takes the next literally.

    It is for whole texts.
    """
    first, *others = _between_stars(pattern)
    if others:
        # Each at its first place, for good: what follows has most room then, and no other need be tried.
        first += "".join(f"(?>.*?{each})" for each in others[:-1]) + f".*{others[-1]}"
    return re.compile(first, re.IGNORECASE | re.DOTALL)


def find_wildcard(pattern: str, text: str, start: int) -> int | None:
    """The first place from `start` on where a text fits Excel's wildcards; anything may follow."""
    found = None
    for each in _between_stars(pattern):
        match = re.compile(each, re.IGNORECASE | re.DOTALL).search(text, start)
        # A later beginning leaves less for what comes after a star, so that it is not tried.
        if match is None:
            return None
        found, start = match.start() if found is None else found, match.end()
    return found


def _between_stars(pattern: str) -> list[str]:
    """Regular expressions of what stands before, between and after the stars, each of a fixed length."""
    parts = [""]
    place = 0
    while place < len(pattern):
        mark = pattern[place]
        if mark == "~" and pattern[place + 1 : place + 2] in ("*", "?", "~"):
            place += 1
            parts[-1] += re.escape(pattern[place])
        elif mark == "*":
            parts.append("")
        else:
            parts[-1] += "." if mark == "?" else re.escape(mark)
        place += 1
    return parts


def _textual(operator: str, operand: str, dates: DateReading | None) -> Criterion:
    if not operand:
        return _emptiness(operator)
    upper = operand.upper()
    if upper in ("TRUE", "FALSE"):
        return _logical(operator or "=", upper == "TRUE")
    error = ErrorCode.from_text(operand)
    if error is not None:
        return (lambda cell: cell is not error) if operator == "<>" else (lambda cell: cell is error)
    number = text_to_number(operand, dates)
    if number is not None:
        return _numeric(operator or "=", number, dates)
    if operator in _TESTS:
        test = _TESTS[operator]
        return lambda cell: isinstance(cell, str) and test(compare_texts(cell, operand))
    return _matching(operand, is_negated=operator == "<>")


def _emptiness(operator: str) -> Criterion:
    if operator == "=":
        return lambda cell: cell is BLANK
    if operator == "<>":
        return lambda cell: cell is not BLANK
    if operator:
        return lambda _cell: False
    return lambda cell: cell is BLANK or cell == ""


def _matching(operand: str, is_negated: bool) -> Criterion:
    if not has_wildcard(operand):
        wanted = operand.casefold()
        if is_negated:
            return lambda cell: not (isinstance(cell, str) and cell.casefold() == wanted)
        return TextCriterion(wanted)
    fits = wildcard_pattern(operand).fullmatch
    if is_negated:
        return lambda cell: not (isinstance(cell, str) and fits(cell))
    return lambda cell: isinstance(cell, str) and fits(cell) is not None


@dataclass(frozen=True, slots=True)
class TextCriterion:
    """Equality with a text, which stands here in lower case."""

    wanted: str

    def __call__(self, cell: Scalar) -> bool:
        """Whether a cell meets it."""
        return isinstance(cell, str) and cell.casefold() == self.wanted


@dataclass(frozen=True, slots=True)
class NumberCriterion:
    """A comparison with a number; `=` and `<>` take text that reads as one too."""

    operator: str
    number: float
    dates: DateReading | None = None

    def __call__(self, cell: Scalar) -> bool:
        """Whether a cell meets it."""
        if type(cell) is float:
            return self._holds(compare_numbers(cell, self.number))
        if self.operator in ("=", "<>") and isinstance(cell, str):
            read = text_to_number(cell, self.dates)
            is_equal = read is not None and compare_numbers(read, self.number) == 0
            return is_equal == (self.operator == "=")
        return self.operator == "<>"

    def _holds(self, order: int) -> bool:
        if self.operator == "=":
            return order == 0
        return order != 0 if self.operator == "<>" else _TESTS[self.operator](order)


def _numeric(operator: str, number: float, dates: DateReading | None) -> Criterion:
    return NumberCriterion(operator, number, dates)


def _logical(operator: str, wanted: bool) -> Criterion:
    if operator == "=":
        return lambda cell: cell is wanted
    if operator == "<>":
        return lambda cell: cell is not wanted
    test = _TESTS[operator]
    return lambda cell: isinstance(cell, bool) and test(int(cell) - int(wanted))
