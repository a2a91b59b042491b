"""The values of command-line options that say what a set-up file says."""

import math

from mcdesk.formulas.setup_texts import (
    CorrelationText,
    InputText,
    LimitText,
    OutputText,
    ValueText,
    quoted_text,
)
from mcdesk.formulas.values import Scalar
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.foundation.errors import OptionInvalid
from mcdesk.foundation.number_texts import number_or_percent

_INPUT_EXAMPLE = 'Write it like --input "Sheet1!B5=triangular(1, 2, 4)".'
_OUTPUT_EXAMPLE = 'Write it like --output "Sheet1!J25=Net value".'
_VALUE_EXAMPLE = 'Write it like --set "Sheet1!B7=0.08".'
_CORRELATION_EXAMPLE = 'Write it like --correlate "Sheet1!B5,Sheet1!B6=0.7".'
_LIMIT_EXAMPLE = 'Write it like --limit "Sheet1!J25=0".'


def input_text(option: str) -> InputText:
    """The value of `--input`: `Sheet1!B5=triangular(1, 2, 4)`.

    Raises:
        OptionInvalid: if it lacks a cell, `=` or a distribution.
    """
    cell, distribution = _split_assignment("--input", option, _INPUT_EXAMPLE)
    if not distribution:
        raise OptionInvalid(f"--input {option!r} has no distribution", _INPUT_EXAMPLE)
    return InputText("--input", cell, distribution)


def output_text(option: str) -> OutputText:
    """The value of `--output`: `Sheet1!J25` or `Sheet1!J25=Net value`.

    Raises:
        OptionInvalid: if it names no cell.
    """
    cell, name = _split_cell("--output", option, _OUTPUT_EXAMPLE)
    return OutputText("--output", cell, name or "")


def value_text(option: str) -> ValueText:
    """The value of `--set`: a number, a percent, TRUE or FALSE, an error, or text; in quotes it is text.

    Raises:
        OptionInvalid: if it lacks a cell, `=` or a value.
    """
    cell, value = _split_assignment("--set", option, _VALUE_EXAMPLE)
    if not value:
        raise OptionInvalid(f"--set {option!r} has no value", 'Write "" after the sign for an empty text.')
    quoted = quoted_text(value)
    if quoted is not None:
        return ValueText("--set", cell, quoted, is_quoted=True)
    return ValueText("--set", cell, _scalar(value))


def limit_text(option: str) -> LimitText:
    """The value of `--limit`: `Sheet1!J25=0`, the probability that J25 is below 0.

    Raises:
        OptionInvalid: if it is not an output and a number or percent.
    """
    cell, value = _split_assignment("--limit", option, _LIMIT_EXAMPLE)
    return LimitText("--limit", cell, _number(value, f"--limit {option!r}", _LIMIT_EXAMPLE))


def correlation_text(option: str) -> CorrelationText:
    """The value of `--correlate`: `Sheet1!B5,Sheet1!B6=0.7`, a rank correlation.

    Raises:
        OptionInvalid: if it is not two cells and a number or percent.
    """
    cells, value = _split_assignment("--correlate", option, _CORRELATION_EXAMPLE)
    names = _split_outside_quotes(cells, ",")
    if len(names) != 2 or not all(names):
        raise OptionInvalid(f"--correlate {option!r} does not name two cells", _CORRELATION_EXAMPLE)
    rank = _number(value, f"--correlate {option!r}", _CORRELATION_EXAMPLE)
    return CorrelationText("--correlate", names[0], names[1], rank)


def _split_assignment(name: str, option: str, example: str) -> tuple[str, str]:
    cell, value = _split_cell(name, option, example)
    if value is None:
        raise OptionInvalid(f"{name} {option!r} lacks an equals sign", example)
    return cell, value


def _split_cell(name: str, option: str, example: str) -> tuple[str, str | None]:
    """The cell before the first `=` that does not belong to a quoted sheet name, and what follows."""
    cell, *rest = _split_outside_quotes(option, "=", most=2)
    if not cell:
        raise OptionInvalid(f"{name} {option!r} names no cell", example)
    return cell, rest[0] if rest else None


def _split_outside_quotes(text: str, mark: str, most: int = 0) -> list[str]:
    """The pieces between marks that do not belong to a quoted sheet name, at most so many."""
    pieces: list[str] = []
    start, is_quoted = 0, False
    for place, letter in enumerate(text):
        if letter == "'":
            is_quoted = not is_quoted
        elif letter == mark and not is_quoted and len(pieces) + 1 != most:
            pieces.append(text[start:place].strip())
            start = place + 1
    return [*pieces, text[start:].strip()]


def _number(text: str, what: str, example: str) -> float:
    number = number_or_percent(text)
    if number is None or math.isinf(number):
        raise OptionInvalid(f"{what}: {text!r} is no number", example)
    return number


def _scalar(text: str) -> Scalar:
    if text.upper() in ("TRUE", "FALSE"):
        return text.upper() == "TRUE"
    number = number_or_percent(text)
    return (ErrorCode.from_text(text) or text) if number is None or math.isinf(number) else number
