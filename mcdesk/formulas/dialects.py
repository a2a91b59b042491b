"""Add-in functions that declare uncertainty: their names, and which argument means what.

Sources: the function references of @RISK, Analytic Solver, ModelRisk, Crystal Ball and XLRisk.
"""

from dataclasses import dataclass
from enum import Enum

from mcdesk.formulas import dialect_names
from mcdesk.formulas.dialect_names import NumericFunction
from mcdesk.formulas.functions.excel_names import is_excel_function


class Dialect(Enum):
    """An add-in, by what its function names begin with."""

    RISK = "RISK"  # @RISK, XLRisk
    SOLVER = "PSI"  # Analytic Solver
    MODEL_RISK = "VOSE"
    CRYSTAL_BALL = "CB."


class ListShape(Enum):
    """How the arguments of a distribution hold its lists."""

    WEIGHTED = "values, weights"
    EQUAL = "values"
    TABLE = "one range: values, or values beside weights"
    RANGED = "min, max, then one list or two"


class Property(Enum):
    """What a property function says of the distribution that it is an argument of."""

    NAME = "name"
    SHIFT = "shift"
    TRUNCATION = "truncation"
    SEED = "seed"
    CORRELATION = "correlation"
    REMARK = "remark"  # says nothing about the numbers


@dataclass(frozen=True, slots=True)
class DialectFunction:
    """A distribution function of an add-in.

    Attributes:
        family: our name of the distribution.
        parameter_count: how many arguments its parameters are made of; they come first.
        shape: for a family with lists, what its arguments are.
        numeric: for a family with numbers, how they are made of the arguments.
    """

    dialect: Dialect
    family: str
    parameter_count: int
    shape: ListShape | None = None
    numeric: NumericFunction | None = None


_NUMERIC = {
    Dialect.RISK: dialect_names.RISK,
    Dialect.SOLVER: dialect_names.SOLVER,
    Dialect.MODEL_RISK: dialect_names.MODEL_RISK,
    Dialect.CRYSTAL_BALL: dialect_names.CRYSTAL_BALL,
}
_DISCRETE = ("discrete", ListShape.WEIGHTED)
_EQUAL = ("discrete", ListShape.EQUAL)
_CUMULATIVE = ("cumulative", ListShape.RANGED)
_HISTOGRAM = ("histogram", ListShape.RANGED)
_LISTS = {
    Dialect.RISK: {
        "DISCRETE": _DISCRETE,
        "DUNIFORM": _EQUAL,
        "CUMUL": _CUMULATIVE,
        "HISTOGRM": _HISTOGRAM,
    },
    Dialect.SOLVER: {
        "DISCRETE": _DISCRETE,
        "DISUNIFORM": _EQUAL,
        "CUMUL": _CUMULATIVE,
        "HISTOGRAM": _HISTOGRAM,
    },
    Dialect.MODEL_RISK: {
        "DISCRETE": _DISCRETE,
        "DUNIFORM": _EQUAL,
        "CUMULA": _CUMULATIVE,
        "HISTOGRAM": _HISTOGRAM,
    },
    Dialect.CRYSTAL_BALL: {"CUSTOM": ("discrete", ListShape.TABLE)},
}
_COUNT_BY_LISTS = {
    _DISCRETE: 2,
    _EQUAL: 1,
    _CUMULATIVE: 4,
    _HISTOGRAM: 3,
}
_PROPERTIES = {
    Dialect.RISK: {
        "NAME": Property.NAME,
        "SHIFT": Property.SHIFT,
        "TRUNCATE": Property.TRUNCATION,
        "SEED": Property.SEED,
        "CORRMAT": Property.CORRELATION,
        "STATIC": Property.REMARK,
        "UNITS": Property.REMARK,
        "CATEGORY": Property.REMARK,
        "COLLECT": Property.REMARK,
        "CONVERGENCE": Property.REMARK,
        "ISDISCRETE": Property.REMARK,
        "ISDATE": Property.REMARK,
    },
    Dialect.SOLVER: {
        "NAME": Property.NAME,
        "SHIFT": Property.SHIFT,
        "TRUNCATE": Property.TRUNCATION,
        "SEED": Property.SEED,
        "CORRMATRIX": Property.CORRELATION,
        "BASECASE": Property.REMARK,
        "CATEGORY": Property.REMARK,
        "COLLECT": Property.REMARK,
    },
    Dialect.MODEL_RISK: {"SHIFT": Property.SHIFT, "XBOUNDS": Property.TRUNCATION},
    Dialect.CRYSTAL_BALL: {},
}
_OUTPUT_MARKERS = frozenset(("RISKOUTPUT", "PSIOUTPUT", "VOSEOUTPUT"))
_INPUT_MARKERS = frozenset(("VOSEINPUT",))
_DRAWS = frozenset(("RAND", "RANDBETWEEN", "RANDARRAY"))


def dialect_function(name: str) -> DialectFunction | None:
    """The distribution that a function (upper case, without the file's prefixes) draws from."""
    found = _split(name)
    if found is None:
        return None
    dialect, rest = found
    numeric = _NUMERIC[dialect].get(rest)
    if numeric is not None:
        return DialectFunction(dialect, numeric.family, numeric.count, None, numeric)
    lists = _LISTS[dialect].get(rest)
    if lists is None:
        return None
    return DialectFunction(dialect, lists[0], _COUNT_BY_LISTS.get(lists, 1), lists[1])


def dialect_property(dialect: Dialect, name: str) -> Property | None:
    """What a function says as an argument of a distribution; None if mcdesk cannot heed it."""
    found = _split(name)
    if found is None or found[0] is not dialect:
        return None
    return _PROPERTIES[dialect].get(found[1])


def is_distribution_call(name: str) -> bool:
    """Whether a function is an add-in's distribution that mcdesk knows."""
    return dialect_function(name) is not None


def is_draw(name: str) -> bool:
    """Whether a call may draw a random number."""
    return name in _DRAWS or is_distribution_call(name)


def is_output_marker(name: str) -> bool:
    """Whether a call marks its cell as an output; its value is 0."""
    return name in _OUTPUT_MARKERS


def is_input_marker(name: str) -> bool:
    """Whether a call names its cell as an input; its value is 0."""
    return name in _INPUT_MARKERS


def is_property(name: str) -> bool:
    """Whether a function says something of the distribution whose argument it is, and is heeded."""
    found = _split(name)
    return found is not None and found[1] in _PROPERTIES[found[0]]


def belongs_to_dialect(name: str) -> bool:
    """Whether an add-in has functions whose names begin so, known here or not."""
    return _split(name) is not None and not is_excel_function(name)


def is_declaration(name: str) -> bool:
    """Whether a function belongs to an add-in and has a meaning here: distribution or marker."""
    return is_distribution_call(name) or is_output_marker(name) or is_input_marker(name)


def _split(name: str) -> tuple[Dialect, str] | None:
    for dialect in Dialect:
        if name.startswith(dialect.value):
            return dialect, name.removeprefix(dialect.value)
    return None
