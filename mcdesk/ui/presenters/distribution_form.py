"""What a person fills in to describe uncertainty, and the text that comes of it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from mcdesk.engine.distribution_text import parse_distribution
from mcdesk.engine.distributions import Distribution, distribution_kind, list_kind
from mcdesk.foundation.errors import McdeskError, SetupInvalid

GROUPS: Mapping[str, tuple[str, ...]] = {
    "Common": ("normal", "triangular", "pert", "uniform", "lognormal"),
    "Continuous": (
        *("beta", "beta4", "gamma", "exponential", "weibull", "student", "logistic", "pareto", "lognormal2"),
    ),
    "Whole numbers": (
        *("integer_uniform", "poisson", "binomial", "geometric", "negative_binomial", "bernoulli"),
    ),
    "From data": ("discrete", "cumulative", "histogram", "empirical"),
}
USES: Mapping[str, str] = {
    "normal": "Errors and sums of many small effects",
    "triangular": "Lowest, likeliest and highest, as experts say them",
    "pert": "As triangular, with less weight on the ends",
    "uniform": "Anything between two ends is equally likely",
    "lognormal": "Never negative, with a long upper tail",
    "lognormal2": "Lognormal by the mean and deviation of its logarithm",
    "beta": "A share between 0 and 1",
    "beta4": "Beta between two ends",
    "gamma": "Waiting for several events; skewed amounts",
    "exponential": "Time to the next event",
    "weibull": "Life of a part; wind speeds",
    "student": "As normal, with heavier tails",
    "logistic": "As normal, somewhat heavier tails",
    "pareto": "A few very large values",
    "integer_uniform": "A die: each whole number equally likely",
    "poisson": "How often something happens",
    "binomial": "Successes among n tries",
    "geometric": "Failures before the first success",
    "negative_binomial": "Failures before the n-th success",
    "bernoulli": "Happens or does not",
    "discrete": "A few values with their weights",
    "cumulative": "Values with their cumulative probabilities",
    "histogram": "Weights of equal intervals",
    "empirical": "Measured values, all equally likely",
}
PERCENTILE_NAMES = {1: ("p50",), 2: ("p10", "p90"), 3: ("p10", "p50", "p90")}
HAS_PERCENTILES = frozenset(
    (
        *("normal", "lognormal", "lognormal2", "uniform", "logistic", "weibull", "pareto", "gamma"),
        *("exponential", "triangular", "pert"),
    )
)


@dataclass(frozen=True, slots=True)
class DistributionForm:
    """The fields as typed.

    Attributes:
        values: by parameter, or by percentile where `is_percentiles`.
    """

    kind: str
    values: Mapping[str, str] = field(default_factory=dict)
    is_percentiles: bool = False
    low: str = ""
    high: str = ""
    shift: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The fields that this family has."""
        if self.is_percentiles:
            return PERCENTILE_NAMES[len(parameter_names(self.kind))]
        return parameter_names(self.kind)

    def text(self) -> str:
        """The distribution as a set-up writes it."""
        values = [self.values.get(name, "").strip() for name in self.names]
        if self.is_percentiles:
            values = [f"{name}={value}" for name, value in zip(self.names, values, strict=True)]
        text = f"{self.kind}({', '.join(values)})"
        if self.low.strip() or self.high.strip():
            text += f" truncate({self.low.strip() or '-inf'}, {self.high.strip() or 'inf'})"
        return f"{text} shift({self.shift.strip()})" if self.shift.strip() else text

    def distribution(self) -> Distribution:
        """What the text means.

        Raises:
            SetupInvalid: with the reason in words.
        """
        missing = [name for name in self.names if not self.values.get(name, "").strip()]
        if missing:
            raise SetupInvalid(f"{_listed(missing)} still missing")
        return parse_distribution(self.text())


def parameter_names(kind: str) -> tuple[str, ...]:
    """The names of a family's numbers and lists."""
    family = distribution_kind(kind)
    if family is not None:
        return tuple(family.parameters)
    lists = list_kind(kind)
    return () if lists is None else (*lists.parameters, *lists.lists)


def form_of(distribution: Distribution) -> DistributionForm:
    """The fields that give this distribution."""
    texts = [number(value) for value in distribution.parameters]
    texts += ["{" + ", ".join(map(number, values)) + "}" for values in distribution.lists]
    low, high = distribution.ends
    is_cut = distribution.truncation is not None
    return DistributionForm(
        kind=distribution.kind,
        values=dict(zip(parameter_names(distribution.kind), texts, strict=True)),
        low=number(low) if is_cut and low != float("-inf") else "",
        high=number(high) if is_cut and high != float("inf") else "",
        shift=number(distribution.shift) if distribution.shift else "",
    )


def form_of_text(text: str, value: float) -> DistributionForm:
    """The fields of a distribution as a set-up writes it; those to start from where it is none."""
    try:
        return form_of(parse_distribution(text))
    except McdeskError:
        return first_form("pert" if value else "normal", value)


def first_form(kind: str, value: float | None) -> DistributionForm:
    """Fields to start from: around the value that the cell has, 10 % to each side."""
    centre = 1.0 if value is None else value
    spread = abs(centre) * 0.1
    spread = _rounded(spread, spread) or 1.0
    low, high = (_rounded(centre + each, spread) for each in (-spread, spread))
    size = abs(centre) or 1.0
    starts: Mapping[str, tuple[float, ...]] = {
        "normal": (centre, spread),
        "lognormal": (size, spread),
        "lognormal2": (0.0, 0.25),
        "triangular": (low, centre, high),
        "pert": (low, centre, high),
        "uniform": (low, high),
        "integer_uniform": (round(low), round(high)),
        "beta": (2.0, 5.0),
        "beta4": (2.0, 5.0, low, high),
        "gamma": (4.0, size / 4.0),
        "exponential": (size,),
        "weibull": (2.0, size),
        "student": (5.0,),
        "logistic": (centre, spread / 2.0),
        "pareto": (3.0, size),
        "poisson": (size,),
        "binomial": (10.0, 0.5),
        "geometric": (0.3,),
        "negative_binomial": (5.0, 0.5),
        "bernoulli": (0.5,),
    }
    texts = [number(each) for each in starts.get(kind, ())]
    if not texts:
        texts = _list_start(kind, low, centre, high)
    return DistributionForm(kind, dict(zip(parameter_names(kind), texts, strict=True)))


def _rounded(value: float, spread: float) -> float:
    """A value to about a thousandth of the spread: nobody means the digits behind it."""
    if not spread or not math.isfinite(value):
        return value
    return round(value, 2 - math.floor(math.log10(spread)))


def number(value: float) -> str:
    """A number as a person types it."""
    return f"{value:.10g}"


def _list_start(kind: str, low: float, centre: float, high: float) -> list[str]:
    values = "{" + ", ".join(map(number, (low, centre, high))) + "}"
    return {
        "discrete": [values, "{1, 2, 1}"],
        "cumulative": [number(low), number(high), "{" + number(centre) + "}", "{0.5}"],
        "histogram": [number(low), number(high), "{1, 2, 1}"],
        "empirical": [values],
    }[kind]


def _listed(names: list[str]) -> str:
    verb = "is" if len(names) == 1 else "are"
    return f"{', '.join(names)} {verb}"
