"""What a worksheet function is: a name, its arguments as data, how it evaluates and how it lowers.

A function whose mathematics can be written against `Operations` is written once, as an elementwise
or an aggregate body; both its evaluation and its lowering follow from that.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Generic, Protocol, TypeVar

from mcdesk.engine.operations import Operations
from mcdesk.formulas.dates import DateReading
from mcdesk.formulas.values import ArrayValue, LambdaValue, Missing, Scalar, Value, as_number_or_error
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.workbook import Workbook

V = TypeVar("V")


class Kind(Enum):
    """How an argument is prepared before the function sees it."""

    NUMBER = "number"  # scalar, coerced to float; an error is the function's result
    TEXT = "text"  # scalar, coerced to str
    LOGICAL = "logical"  # scalar, coerced to bool
    SCALAR = "scalar"  # scalar as it is, blank included; an error is the function's result
    ANY = "any"  # scalar as it is, errors included
    NUMBERS = "numbers"  # this and all following: the numbers of ranges, arrays, direct values
    RANGE = "range"  # Reference, ArrayValue or Scalar as it is
    REFERENCE = "reference"  # Reference; anything else is #VALUE!
    LAZY = "lazy"  # a Thunk, evaluated when and if the function asks
    VALUE = "value"  # any Value, LambdaValue included


class Result(Enum):
    """What kind of scalar a function gives when it gives no error."""

    NUMBER = "number"
    TEXT = "text"
    LOGICAL = "logical"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter; an optional one that is absent is passed as `default` (None if so).

    An empty argument, as the second of F(1,,2), is 0, FALSE or "", as Excel's older functions have it;
    if `is_absent_when_empty` it is `default` too, as its newer ones do.
    """

    name: str
    kind: Kind
    is_optional: bool = False
    default: Scalar | None = None
    is_absent_when_empty: bool = False


@dataclass(frozen=True, slots=True)
class Outcome(Generic[V]):
    """A result over `Operations`: `error` is an ERROR value (NONE where there is none) or None.

    Where there is an error the value may be anything; a value that overflows becomes #NUM! later,
    so a body need not check for that.
    """

    value: V
    error: V | None = None


class Numbers(Protocol[V]):
    """The numbers that an aggregate sees, in row-major order of its arguments."""

    def count(self) -> V:
        """How many there are, as a NUMBER."""

    def total(self) -> V:
        """Their sum in order."""

    def extremes(self) -> "Numbers[V]":
        """Some or all of them, the least and the greatest among them."""

    def fold(self, initial: Sequence[V], step: Callable[[Sequence[V], V], Sequence[V]]) -> tuple[V, ...]:
        """Feed each number to `step(state, number)` in order; the last state."""

    def neighbours(self, place: V) -> tuple[V, V]:
        """The numbers at a place, a whole NUMBER from 0, and at the next, in ascending order.

        The place must be inside of all; the last has itself as the next. 0 and 0 of no numbers.
        """


class Pairs(Protocol[V]):
    """The pairs of numbers of two ranges, in row-major order."""

    def count(self) -> V:
        """How many there are, as a NUMBER."""

    def fold(self, initial: Sequence[V], step: Callable[[Sequence[V], V, V], Sequence[V]]) -> tuple[V, ...]:
        """Feed each pair to `step(state, x, y)` in order; the last state."""


class Pairing(Enum):
    """How two ranges are joined to pairs."""

    MATCHED = "matched"  # by place, those in which both are numbers; #N/A for unequal sizes
    DATED = "dated"  # what is not blank in each, in order; #NUM! for unequal counts or none


class Thunk(Protocol):
    """An argument that waits."""

    def __call__(self) -> Value:
        """Evaluate it; references are not read yet."""


class Context(Protocol):
    """What `evaluate` may ask of the evaluator."""

    @property
    def dates(self) -> DateReading:
        """How texts are read as dates."""

    @property
    def now_serial(self) -> float:
        """The run's moment as a date serial; the same for all cells and trials."""

    @property
    def position(self) -> tuple[int, int, int]:
        """Sheet, row and column (from 0) of the cell that is evaluated."""

    def scalar(self, value: Value) -> Scalar:
        """One scalar: a one-cell reference is read, a larger one meets the cell's row or column."""

    def array(self, value: Value) -> ArrayValue:
        """All cells of a reference or array."""

    def folded(self, value: Value) -> ArrayValue:
        """The same, folded where it is large and alike at its end."""

    def operand(self, value: Value) -> Scalar | Missing | ArrayValue | LambdaValue:
        """The value with references read: as `scalar` in a cell's formula, as `array` in an array formula."""

    def elements(self, value: Value) -> list[Scalar]:
        """All scalars of a value in row-major order, all areas of a reference.

        Of large areas without the blank cells beyond the used ones.
        """

    def first_places(self, value: Value) -> Mapping[Scalar, int]:
        """Where each scalar stands first among the elements; text in lower case, blank left out."""

    @property
    def workbook(self) -> Workbook:
        """The workbook of the formula."""

    def formula_of(self, sheet: int, row: int, column: int) -> str | None:
        """The formula text of a cell with its `=`, None for a constant."""

    def reference(self, text: str) -> Value:
        """The cells that a text such as "Sheet1!A1:B2" or a name stands for; #REF! if none."""

    def next_draw(self) -> int:
        """Number of this random draw within the formula, from 0."""

    def random(self, draw: int) -> float:
        """A uniform number in (0, 1) of this cell and trial; `draw` counts within the formula."""

    def call(self, function: LambdaValue, arguments: Sequence[Value]) -> Value:
        """Apply a LAMBDA."""

    def spend(self, units: int) -> None:
        """Count work before it is done; an obstacle where it is too much."""


Body = Callable[..., Outcome[Any]]


@dataclass(frozen=True, slots=True)
class FunctionDefinition:
    """One worksheet function.

    Attributes:
        name: as stored without prefix, upper case.
        parameters: in order; the last `repeating` of them may repeat as a group.
        evaluate: `(context, *arguments) -> Value`, arguments prepared by their kinds. A scalar
            parameter given an array is mapped over it by the evaluator. None where a body is given.
        returns: kind of a result without error.
        elementwise: `(operations, *values) -> Outcome` for NUMBER and LOGICAL parameters.
        needs_calendar: `elementwise` takes whether serial 0 is 1904-01-01 before its values.
        aggregate: `(operations, *scalar values, numbers) -> Outcome`; last parameter NUMBERS.
        over_samples: `(operations, *arguments) -> Outcome`, `Numbers` for each RANGE parameter, or with
            `pairing` one `Pairs` for the two of them; `evaluate` runs it too.
        is_volatile: changes at each recalculation without a change of its arguments.
    """

    name: str
    parameters: tuple[Parameter, ...]
    evaluate: Callable[..., Value] | None = None
    returns: Result = Result.ANY
    repeating: int = 0
    elementwise: Body | None = None
    aggregate: Body | None = None
    over_samples: Body | None = None
    pairing: Pairing | None = None
    needs_calendar: bool = False
    is_volatile: bool = False

    @property
    def least_arguments(self) -> int:
        """How many arguments there must be."""
        return sum(not parameter.is_optional for parameter in self.parameters)

    def parameter(self, position: int) -> Parameter | None:
        """The parameter that takes the argument at this position, None beyond the last."""
        if position < len(self.parameters):
            return self.parameters[position]
        if not self.repeating:
            return None
        start = len(self.parameters) - self.repeating
        return self.parameters[start + (position - start) % self.repeating]


def elementwise(
    name: str, parameters: Sequence[Parameter], body: Body, returns: Result = Result.NUMBER
) -> FunctionDefinition:
    """A function of scalars whose body is written against `Operations`."""
    return FunctionDefinition(name, tuple(parameters), None, returns, elementwise=body)


def of_calendar(name: str, parameters: Sequence[Parameter], body: Body) -> FunctionDefinition:
    """A function of scalars whose body is told the workbook's calendar first."""
    return FunctionDefinition(
        name, tuple(parameters), None, Result.NUMBER, elementwise=body, needs_calendar=True
    )


def aggregate(name: str, body: Body, before: Sequence[Parameter] = ()) -> FunctionDefinition:
    """A function over the numbers of its arguments, after the scalar parameters in `before`."""
    numbers = Parameter("numbers", Kind.NUMBERS)
    return FunctionDefinition(name, (*before, numbers), None, Result.NUMBER, repeating=1, aggregate=body)


def number(name: str, default: float | None = None) -> Parameter:
    """A NUMBER parameter, optional where a default is given."""
    return Parameter(name, Kind.NUMBER, default is not None, default)


def run_body(body: Body, operations: Operations[V], *arguments: object) -> Outcome[V]:
    """Call a body; the one place where its loose type meets a typed result."""
    outcome: Outcome[V] = body(operations, *arguments)
    return outcome


def scalar_result(outcome: Outcome[Any]) -> Scalar:
    """The scalar of a body's outcome over `ScalarOperations`; what is no number is #NUM!."""
    if outcome.error:
        return ErrorCode(int(outcome.error))
    value = outcome.value
    if isinstance(value, bool):
        return value
    return as_number_or_error(float(value))
