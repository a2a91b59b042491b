"""Short ways to say what a worksheet function takes."""

from collections.abc import Callable
from dataclasses import replace

from mcdesk.formulas.functions.definition import FunctionDefinition, Kind, Parameter, Result
from mcdesk.formulas.values import BLANK, Scalar, Value


def text(name: str, default: str | None = None) -> Parameter:
    """A TEXT parameter, optional where a default is given."""
    return Parameter(name, Kind.TEXT, default is not None, default)


def logical(name: str, default: bool | None = None) -> Parameter:
    """A LOGICAL parameter, optional where a default is given."""
    return Parameter(name, Kind.LOGICAL, default is not None, default)


def scalar(name: str, default: Scalar | None = None) -> Parameter:
    """A SCALAR parameter, optional where a default is given."""
    return Parameter(name, Kind.SCALAR, default is not None, default)


def anything(name: str) -> Parameter:
    """A scalar parameter that takes errors too."""
    return Parameter(name, Kind.ANY)


def cells(name: str, is_optional: bool = False) -> Parameter:
    """A RANGE parameter; None is passed where an optional one is absent."""
    return Parameter(name, Kind.RANGE, is_optional)


def lazy(name: str, is_optional: bool = False) -> Parameter:
    """A parameter that is evaluated when the function asks."""
    return Parameter(name, Kind.LAZY, is_optional)


def value(name: str, is_optional: bool = False) -> Parameter:
    """A parameter that takes any value as it is."""
    return Parameter(name, Kind.VALUE, is_optional)


def optional_number(name: str) -> Parameter:
    """A NUMBER parameter that is passed as None where it is absent."""
    return Parameter(name, Kind.NUMBER, True)


def absent_if_empty(parameter: Parameter) -> Parameter:
    """The same parameter, whose default an empty argument means too."""
    return replace(parameter, is_absent_when_empty=True)


def function(
    name: str, evaluate: Callable[..., Value], *parameters: Parameter, repeating: int = 0
) -> FunctionDefinition:
    """A function that is only evaluated."""
    return FunctionDefinition(name, parameters, evaluate, Result.ANY, repeating)


def is_given(argument: object) -> bool:
    """Tell whether an optional argument is there and not blank."""
    return argument is not None and argument is not BLANK
