"""Names of add-ins' distribution functions, and how their arguments make the parameters of ours.

Sources: the function references of @RISK, Analytic Solver, ModelRisk, Crystal Ball and XLRisk.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mcdesk.formulas.syntax import Binary, BinaryOperator, Node, Number

Nodes = Sequence[Node]
Arrangement = Callable[[Nodes], tuple[Node, ...]]


def _as_given(nodes: Nodes) -> tuple[Node, ...]:
    return tuple(nodes)


def _nothing(_nodes: Nodes) -> tuple[Node, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class NumericFunction:
    """A function whose first arguments are numbers.

    Attributes:
        family: our name of the distribution.
        count: how many arguments those are.
        parameters: our parameters, in our order, of those arguments.
        shifts: what is added to our value.
    """

    family: str
    count: int
    parameters: Arrangement = _as_given
    shifts: Arrangement = _nothing


def _reversed(nodes: Nodes) -> tuple[Node, ...]:
    return tuple(reversed(nodes))


def _first(nodes: Nodes) -> tuple[Node, ...]:
    return tuple(nodes[:1])


def _shape_then_scale(nodes: Nodes) -> tuple[Node, ...]:
    # of location, scale, shape
    return nodes[2], nodes[1]


def _one(_nodes: Nodes) -> tuple[Node, ...]:
    return (Number(1.0),)


def _successes(nodes: Nodes) -> tuple[Node, ...]:
    return tuple(nodes[1:2])


def _half_and_two(nodes: Nodes) -> tuple[Node, ...]:
    return Binary(BinaryOperator.DIVIDE, nodes[0], Number(2.0)), Number(2.0)


def _inverse(nodes: Nodes) -> tuple[Node, ...]:
    return (Binary(BinaryOperator.DIVIDE, Number(1.0), nodes[0]),)


_PAIRS = ("NORMAL", "UNIFORM", "GAMMA", "BETA", "WEIBULL", "LOGISTIC", "PARETO", "BINOMIAL")
_COMMON = {name: NumericFunction(name.lower(), 2) for name in _PAIRS} | {
    "PERT": NumericFunction("pert", 3),
    "POISSON": NumericFunction("poisson", 1),
    "STUDENT": NumericFunction("student", 1),
    "BERNOULLI": NumericFunction("bernoulli", 1),
    "INTUNIFORM": NumericFunction("integer_uniform", 2),
    "ERLANG": NumericFunction("gamma", 2),
    "LOGNORM": NumericFunction("lognormal", 2),
    "LOGNORMAL": NumericFunction("lognormal", 2),
    "EXPON": NumericFunction("exponential", 1),
    "CHISQ": NumericFunction("gamma", 1, _half_and_two),
    "NEGBIN": NumericFunction("negative_binomial", 2),
}
_SECOND_LOGNORMALS = {
    "LOGNORM2": NumericFunction("lognormal2", 2),
    "LOGNORMAL2": NumericFunction("lognormal2", 2),
}
RISK = (
    _COMMON
    | _SECOND_LOGNORMALS
    | {
        "TRIANG": NumericFunction("triangular", 3),
        "BETAGENERAL": NumericFunction("beta4", 4),
        "GEOMET": NumericFunction("geometric", 1),
    }
)
SOLVER = (
    _COMMON
    | _SECOND_LOGNORMALS
    | {
        "TRIANGULAR": NumericFunction("triangular", 3),
        "EXPONENTIAL": NumericFunction("exponential", 1),
        "BETAGEN": NumericFunction("beta4", 4),
        "GEOMETRIC": NumericFunction("geometric", 1),
        "NEGBINOMIAL": NumericFunction("negative_binomial", 2),
        "CHISQUARE": NumericFunction("gamma", 1, _half_and_two),
    }
)
MODEL_RISK = _COMMON | {
    "TRIANGLE": NumericFunction("triangular", 3),
    "TRIANGULAR": NumericFunction("triangular", 3),
    "BETA4": NumericFunction("beta4", 4),
    "GEOMETRIC": NumericFunction("geometric", 1),
}
# CB.Lognormal2 has a location before its mean and is not our lognormal2; counts of trials include
# the successes, which ours leave out
CRYSTAL_BALL = {
    "NORMAL": NumericFunction("normal", 2),
    "UNIFORM": NumericFunction("uniform", 2),
    "BETAPERT": NumericFunction("pert", 3),
    "TRIANGULAR": NumericFunction("triangular", 3),
    "LOGNORMAL": NumericFunction("lognormal", 2),
    "EXPONENTIAL": NumericFunction("exponential", 1, _inverse),
    "GAMMA": NumericFunction("gamma", 3, _shape_then_scale, _first),
    "WEIBULL": NumericFunction("weibull", 3, _shape_then_scale, _first),
    "LOGISTIC": NumericFunction("logistic", 2),
    "PARETO": NumericFunction("pareto", 2, _reversed),
    "POISSON": NumericFunction("poisson", 1),
    "BINOMIAL": NumericFunction("binomial", 2, _reversed),
    "GEOMETRIC": NumericFunction("geometric", 1, _as_given, _one),
    "NEGBINOMIAL": NumericFunction("negative_binomial", 2, _reversed, _successes),
    "DISCRETEUNIFORM": NumericFunction("integer_uniform", 2),
    "YESNO": NumericFunction("bernoulli", 1),
}
