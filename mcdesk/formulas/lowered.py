"""Values while a formula is turned into instructions: a kind known beforehand, a value, an error."""

from dataclasses import dataclass, replace
from enum import Enum

from mcdesk.engine.builder import StageBuilder, Value
from mcdesk.engine.intervals import LARGEST
from mcdesk.engine.ir import Type
from mcdesk.formulas.coercion import to_number
from mcdesk.formulas.functions.definition import Outcome
from mcdesk.formulas.text_numbers import is_like_any_year
from mcdesk.formulas.values import Blank, Scalar
from mcdesk.foundation.error_codes import ErrorCode


class NotLowerable(Exception):
    """A formula that has no instructions; the evaluator runs it, trial by trial."""


class LoweredKind(Enum):
    """Kind of a value in every trial without error."""

    NUMBER = "number"
    LOGICAL = "logical"
    TEXT = "text"
    BLANK = "blank"
    ERROR = "error"  # every trial fails


TYPE_BY_KIND = {
    LoweredKind.NUMBER: Type.NUMBER,
    LoweredKind.LOGICAL: Type.LOGICAL,
    LoweredKind.TEXT: Type.TEXT,
}
KIND_BY_TYPE = {kind: lowered for lowered, kind in TYPE_BY_KIND.items()}


@dataclass(frozen=True, slots=True)
class Lowered:
    """One scalar; no `value` for BLANK and ERROR, no `error` where none is possible.

    `text` is the text where it is the same in all trials. With `may_be_blank` a 0 may stand for a blank cell.
    """

    kind: LoweredKind
    value: Value | None = None
    error: Value | None = None
    text: str | None = None
    may_be_blank: bool = False

    def surely(self) -> "Lowered":
        """The same, for whoever treats a blank otherwise than a 0.

        Raises:
            NotLowerable: if it may be a blank.
        """
        if self.may_be_blank:
            raise NotLowerable("a 0 that may be a blank cell")
        return self


def lowered_constant(ops: StageBuilder, value: Scalar) -> Lowered:
    """A value that is the same in every trial."""
    if isinstance(value, ErrorCode):
        return Lowered(LoweredKind.ERROR, None, ops.error(value))
    if isinstance(value, Blank):
        return Lowered(LoweredKind.BLANK)
    if isinstance(value, bool):
        return Lowered(LoweredKind.LOGICAL, ops.logical(value))
    if isinstance(value, str):
        return Lowered(LoweredKind.TEXT, ops.text(value), None, value)
    return Lowered(LoweredKind.NUMBER, ops.number(float(value)))


def first_error(ops: StageBuilder, *errors: Value | None) -> Value | None:
    """The first error that a trial has, in the order given."""
    found: Value | None = None
    for error in reversed(errors):
        if error is None:
            continue
        found = error if found is None else ops.select(is_error(ops, error), error, found)
    return found


def behind_error(ops: StageBuilder, error: Value | None, lowered: Lowered) -> Lowered:
    """The value, with an error that comes before its own.

    Raises:
        NotLowerable: if it is a blank that is an error in some trials only.
    """
    if lowered.kind is LoweredKind.BLANK and error is not None:
        if not ops.constant_of(error):
            raise NotLowerable("a blank that may be an error")
        return Lowered(LoweredKind.ERROR, None, error)
    return replace(lowered, error=first_error(ops, error, lowered.error))


def is_error(ops: StageBuilder, error: Value) -> Value:
    """Whether a trial has the error."""
    return ops.not_(ops.ieq(ops.error_code(error), ops.integer(0)))


def as_number(ops: StageBuilder, lowered: Lowered) -> Lowered:
    """Coerced to a number as an operator does."""
    match lowered.kind:
        case LoweredKind.LOGICAL:
            assert lowered.value is not None
            value = ops.select(lowered.value, ops.number(1.0), ops.number(0.0))
            return Lowered(LoweredKind.NUMBER, value, lowered.error)
        case LoweredKind.BLANK:
            return Lowered(LoweredKind.NUMBER, ops.number(0.0))
        case LoweredKind.ERROR:
            return Lowered(LoweredKind.NUMBER, ops.number(0.0), lowered.error)
        case LoweredKind.TEXT:
            if lowered.text is None:
                raise NotLowerable("a text that varies is used as a number")
            if not is_like_any_year(lowered.text):
                raise NotLowerable("a text that is a date")
            number = to_number(lowered.text)
            if isinstance(number, ErrorCode):
                error = first_error(ops, lowered.error, ops.error(number))
                return Lowered(LoweredKind.NUMBER, ops.number(0.0), error)
            return Lowered(LoweredKind.NUMBER, ops.number(number), lowered.error)
    return replace(lowered, may_be_blank=False) if lowered.may_be_blank else lowered


def as_logical(ops: StageBuilder, lowered: Lowered) -> Lowered:
    """Coerced to a logical value as a condition is."""
    match lowered.kind:
        case LoweredKind.NUMBER:
            assert lowered.value is not None
            value = ops.not_(ops.eq(lowered.value, ops.number(0.0)))
            return Lowered(LoweredKind.LOGICAL, value, lowered.error)
        case LoweredKind.BLANK:
            return Lowered(LoweredKind.LOGICAL, ops.logical(False))
        case LoweredKind.ERROR:
            return Lowered(LoweredKind.LOGICAL, ops.logical(False), lowered.error)
        case LoweredKind.TEXT:
            raise NotLowerable("a text is used as a condition")
    return lowered


def finished(ops: StageBuilder, outcome: Outcome[Value], before: Value | None, kind: LoweredKind) -> Lowered:
    """A body's result behind the errors of its arguments; what overflows is #NUM!."""
    value, error = outcome.value, first_error(ops, before, outcome.error)
    if kind is LoweredKind.NUMBER and not ops.interval_of(value).is_finite:
        fits = ops.le(ops.absolute(value), ops.number(LARGEST))
        overflow = ops.select(fits, ops.error(ErrorCode.NONE), ops.error(ErrorCode.NUM))
        error = first_error(ops, error, overflow)
        value = ops.within(ops.select(fits, value, ops.number(0.0)), -LARGEST, LARGEST)
    return Lowered(kind, value, error)


def select_lowered(ops: StageBuilder, condition: Value, yes: Lowered, no: Lowered) -> Lowered:
    """One of two results; they must be of one kind, a blank counts as 0."""
    known = ops.constant_of(condition)
    if known is not None:
        return yes if known else no
    yes, no = (_unblanked(ops, side, other) for side, other in ((yes, no), (no, yes)))
    if yes.kind is not no.kind and LoweredKind.ERROR not in (yes.kind, no.kind):
        raise NotLowerable("the branches differ in kind")
    kind = no.kind if yes.kind is LoweredKind.ERROR else yes.kind
    value = _chosen_value(ops, condition, yes, no)
    none = ops.error(ErrorCode.NONE)
    error: Value | None = None
    if yes.error is not None or no.error is not None:
        error = ops.select(condition, yes.error or none, no.error or none)
    text = yes.text if yes.text == no.text else None
    return Lowered(kind, value, error, text, yes.may_be_blank or no.may_be_blank)


def _chosen_value(ops: StageBuilder, condition: Value, yes: Lowered, no: Lowered) -> Value | None:
    if yes.value is None or no.value is None:
        return yes.value or no.value
    return ops.select(condition, yes.value, no.value)


def _unblanked(ops: StageBuilder, side: Lowered, other: Lowered) -> Lowered:
    if side.kind is not LoweredKind.BLANK:
        return side
    if other.kind is LoweredKind.TEXT:
        raise NotLowerable("a blank meets a text")
    return replace(as_number(ops, side), may_be_blank=True)
