"""What of a distribution can be dragged along the axis, and the fields that come of dragging it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from mcdesk.engine.distribution_curve import quantiles
from mcdesk.engine.distributions import Distribution
from mcdesk.ui.presenters.distribution_form import (
    HAS_PERCENTILES,
    PERCENTILE_NAMES,
    DistributionForm,
    form_of,
    number,
    parameter_names,
)

# Parameters that are places on the axis.
_PLACES: Mapping[str, tuple[str, ...]] = {
    "triangular": ("min", "mode", "max"),
    "pert": ("min", "mode", "max"),
    "uniform": ("min", "max"),
    "integer_uniform": ("min", "max"),
    "beta4": ("min", "max"),
    "cumulative": ("min", "max"),
    "histogram": ("min", "max"),
    "poisson": ("mean",),
}
# Its percentiles take seconds to solve for; its median moves with its scale.
_SCALED = {"gamma": "scale"}
_STEPS_ACROSS = 400.0


@dataclass(frozen=True, slots=True)
class Handle:
    """A place on the axis, ascending in a list of them; `name` is a parameter or a percentile."""

    name: str
    value: float


def handles_of(form: DistributionForm, distribution: Distribution) -> tuple[Handle, ...]:
    """What can be dragged of a form that means this distribution; truncation moves nothing."""
    names = _names(form)
    values = _values(form, distribution, names)
    return tuple(Handle(name, value + distribution.shift) for name, value in zip(names, values, strict=True))


def moved_form(
    form: DistributionForm, distribution: Distribution, index: int, value: float
) -> DistributionForm:
    """The form with a handle at another place; all other handles stay, or as many as can.

    Raises:
        SetupInvalid: if there is no such distribution.
    """
    names = _names(form)
    name, place = names[index], value - distribution.shift
    if form.kind in _SCALED and not form.is_percentiles:
        scale = _SCALED[form.kind]
        median = _values(form, distribution, names)[index]
        before = distribution.parameters[parameter_names(form.kind).index(scale)]
        return _with(form, {scale: number(before * place / median)})
    if form.is_percentiles or form.kind in _PLACES:
        return _with(form, {name: number(place)})
    wanted = dict(zip(names, _values(form, distribution, names), strict=True)) | {name: place}
    asked = DistributionForm(
        form.kind, {each: number(at) for each, at in wanted.items()}, is_percentiles=True
    )
    return _with(form, form_of(asked.distribution()).values)


def even(value: float, low: float, high: float) -> float:
    """A value as a person would write it who sees the axis from `low` to `high`."""
    span = high - low
    if span <= 0.0:
        return value
    step = 10.0 ** math.floor(math.log10(span / _STEPS_ACROSS))
    return round(value / step) * step


def _names(form: DistributionForm) -> tuple[str, ...]:
    if form.is_percentiles:
        return form.names
    if form.kind in _PLACES:
        return _PLACES[form.kind]
    if form.kind in _SCALED:
        return ("p50",)
    return PERCENTILE_NAMES[len(parameter_names(form.kind))] if form.kind in HAS_PERCENTILES else ()


def _values(form: DistributionForm, distribution: Distribution, names: tuple[str, ...]) -> list[float]:
    if not names:
        return []
    if not form.is_percentiles and form.kind in _PLACES:
        own = parameter_names(form.kind)
        return [distribution.parameters[own.index(name)] for name in names]
    whole = Distribution(distribution.kind, distribution.parameters, distribution.lists)
    found = quantiles(whole, np.array([float(name[1:]) / 100.0 for name in names]))
    return [float(value) for value in found]


def _with(form: DistributionForm, values: Mapping[str, str]) -> DistributionForm:
    return replace(form, values={**form.values, **values})
