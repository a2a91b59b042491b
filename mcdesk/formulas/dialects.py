"""Add-in functions that declare uncertainty: their names, and which argument means what.

Sources: the function references of @RISK, Analytic Solver, ModelRisk, Crystal Ball and XLRisk.
"""

from dataclasses import dataclass
from enum import Enum


class Dialect(Enum):
    """An add-in, by what its function names begin with."""

    RISK = "RISK"  # @RISK, XLRisk
    SOLVER = "PSI"  # Analytic Solver
    MODEL_RISK = "VOSE"
    CRYSTAL_BALL = "CB."


class ListShape(Enum):
    """How the arguments of a discrete distribution hold its values and weights."""

    WEIGHTED = "values, weights"
    EQUAL = "values"
    TABLE = "one range: values, or values beside weights"


class Property(Enum):
    """What a property function says of the distribution that it is an argument of."""

    NAME = "name"
    SHIFT = "shift"
    SEED = "seed"
    REMARK = "remark"  # says nothing about the numbers


@dataclass(frozen=True, slots=True)
class DialectFunction:
    """A distribution function of an add-in.

    Attributes:
        family: our name of the distribution, whose parameters come first and in our order.
        parameter_count: how many arguments those are.
        shape: for `discrete`, what its arguments are.
    """

    dialect: Dialect
    family: str
    parameter_count: int
    shape: ListShape | None = None


_PAIR_OR_TRIPLE = {
    "NORMAL": ("normal", 2),
    "UNIFORM": ("uniform", 2),
    "PERT": ("pert", 3),
}
_NUMERIC = {
    Dialect.RISK: _PAIR_OR_TRIPLE
    | {
        "TRIANG": ("triangular", 3),
        "LOGNORM": ("lognormal", 2),
        "LOGNORMAL": ("lognormal", 2),
        "LOGNORM2": ("lognormal2", 2),
        "LOGNORMAL2": ("lognormal2", 2),
    },
    Dialect.SOLVER: _PAIR_OR_TRIPLE
    | {
        "TRIANGULAR": ("triangular", 3),
        "LOGNORMAL": ("lognormal", 2),
        "LOGNORM": ("lognormal", 2),
        "LOGNORM2": ("lognormal2", 2),
        "LOGNORMAL2": ("lognormal2", 2),
    },
    Dialect.MODEL_RISK: _PAIR_OR_TRIPLE
    | {"TRIANGLE": ("triangular", 3), "TRIANGULAR": ("triangular", 3), "LOGNORMAL": ("lognormal", 2)},
    # CB.Lognormal2 has a location before its mean and is not our lognormal2
    Dialect.CRYSTAL_BALL: {
        "NORMAL": ("normal", 2),
        "UNIFORM": ("uniform", 2),
        "BETAPERT": ("pert", 3),
        "TRIANGULAR": ("triangular", 3),
        "LOGNORMAL": ("lognormal", 2),
    },
}
_DISCRETE = {
    Dialect.RISK: {"DISCRETE": ListShape.WEIGHTED, "DUNIFORM": ListShape.EQUAL},
    Dialect.SOLVER: {"DISCRETE": ListShape.WEIGHTED, "DISUNIFORM": ListShape.EQUAL},
    Dialect.MODEL_RISK: {"DISCRETE": ListShape.WEIGHTED, "DUNIFORM": ListShape.EQUAL},
    Dialect.CRYSTAL_BALL: {"CUSTOM": ListShape.TABLE},
}
_PROPERTIES = {
    Dialect.RISK: {
        "NAME": Property.NAME,
        "SHIFT": Property.SHIFT,
        "SEED": Property.SEED,
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
        "SEED": Property.SEED,
        "BASECASE": Property.REMARK,
        "CATEGORY": Property.REMARK,
        "COLLECT": Property.REMARK,
    },
    Dialect.MODEL_RISK: {"SHIFT": Property.SHIFT},
    Dialect.CRYSTAL_BALL: {},
}
_OUTPUT_MARKERS = frozenset(("RISKOUTPUT", "PSIOUTPUT", "VOSEOUTPUT"))
_INPUT_MARKERS = frozenset(("VOSEINPUT",))
_DRAWS = frozenset(("RAND", "RANDBETWEEN"))


def dialect_function(name: str) -> DialectFunction | None:
    """The distribution that a function (upper case, without the file's prefixes) draws from."""
    found = _split(name)
    if found is None:
        return None
    dialect, rest = found
    if rest in _NUMERIC[dialect]:
        return DialectFunction(dialect, *_NUMERIC[dialect][rest])
    shape = _DISCRETE[dialect].get(rest)
    if shape is None:
        return None
    return DialectFunction(dialect, "discrete", 2 if shape is ListShape.WEIGHTED else 1, shape)


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


def is_declaration(name: str) -> bool:
    """Whether a function belongs to an add-in and has a meaning here: distribution or marker."""
    return is_distribution_call(name) or is_output_marker(name) or is_input_marker(name)


def _split(name: str) -> tuple[Dialect, str] | None:
    for dialect in Dialect:
        if name.startswith(dialect.value):
            return dialect, name.removeprefix(dialect.value)
    return None
