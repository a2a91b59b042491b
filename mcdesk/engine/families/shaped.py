"""Families without a closed form that rest on beta, gamma and Student's t."""

import math
from typing import TypeVar

from mcdesk.engine.families.closed_forms import triple_refusal, valid_triple
from mcdesk.engine.families.family import (
    Chance,
    Family,
    Moments,
    Numbers,
    both,
    is_positive,
    order_refusal,
    whole_line,
)
from mcdesk.engine.families.standard_shapes import (
    LEAST_SHAPE,
    MOST_BETA,
    MOST_GAMMA,
    MOST_VARYING_BETA,
    MOST_VARYING_GAMMA,
    Shape,
    StandardForm,
    effort_for,
    solved,
    varying_tails,
)
from mcdesk.engine.operations import Operations

V = TypeVar("V")

_LEAST_VARYING = 0.01
# of PERT the shapes are from 1 to 5
_PERT = effort_for(Shape.BETA, 1.0, 5.0)
_BETA = effort_for(Shape.BETA, _LEAST_VARYING, MOST_VARYING_BETA)
_GAMMA = effort_for(Shape.GAMMA, _LEAST_VARYING, MOST_VARYING_GAMMA)
_STUDENT = effort_for(Shape.STUDENT, 0.1, MOST_VARYING_BETA)


def standard_form(family: str, numbers: Numbers) -> StandardForm | None:
    """The standard form of one of these families; None for others."""
    match family, tuple(numbers):
        case "beta", (a, b):
            return StandardForm(Shape.BETA, a, b, 0.0, 1.0)
        case "beta4", (a, b, low, high):
            return StandardForm(Shape.BETA, a, b, low, high - low)
        case "pert", (low, mode, high):
            lean = (mode - low) / (high - low) if low < high else 0.0
            return StandardForm(Shape.BETA, 1.0 + 4.0 * lean, 1.0 + 4.0 * (1.0 - lean), low, high - low)
        case "gamma", (shape, scale):
            return StandardForm(Shape.GAMMA, shape, shape, 0.0, scale)
        case "student", (freedom,):
            return StandardForm(Shape.STUDENT, freedom, freedom, 0.0, 1.0)
    return None


# quantiles and cumulative functions with parameters that vary ------------------------------------


def _beta(ops: Operations[V], chance: Chance[V], a: V, b: V) -> V:
    return solved(ops, Shape.BETA, (a, b), chance, _BETA)


def _beta4(ops: Operations[V], chance: Chance[V], a: V, b: V, low: V, high: V) -> V:
    return ops.add(low, ops.mul(ops.sub(high, low), _beta(ops, chance, a, b)))


def _pert(ops: Operations[V], chance: Chance[V], low: V, mode: V, high: V) -> V:
    shapes, width = _pert_shapes(ops, low, mode, high)
    share = solved(ops, Shape.BETA, shapes, chance, _PERT)
    return ops.add(low, ops.mul(ops.maximum(width, ops.number(0.0)), share))


def _pert_shapes(ops: Operations[V], low: V, mode: V, high: V) -> tuple[tuple[V, V], V]:
    zero, one, four = ops.number(0.0), ops.number(1.0), ops.number(4.0)
    width = ops.sub(high, low)
    safe = ops.select(ops.le(width, zero), one, width)
    lean = ops.minimum(ops.maximum(ops.div(ops.sub(mode, low), safe), zero), one)
    return (ops.fma(four, lean, one), ops.fma(four, ops.sub(one, lean), one)), width


def _gamma(ops: Operations[V], chance: Chance[V], shape: V, scale: V) -> V:
    return ops.mul(scale, solved(ops, Shape.GAMMA, (shape, shape), chance, _GAMMA))


def _student(ops: Operations[V], chance: Chance[V], freedom: V) -> V:
    return solved(ops, Shape.STUDENT, (freedom, freedom), chance, _STUDENT)


def _beta_tails(ops: Operations[V], x: V, a: V, b: V) -> Chance[V]:
    return varying_tails(ops, Shape.BETA, (a, b), x, _BETA.terms)


def _beta4_tails(ops: Operations[V], x: V, a: V, b: V, low: V, high: V) -> Chance[V]:
    return varying_tails(ops, Shape.BETA, (a, b), _share(ops, x, low, ops.sub(high, low)), _BETA.terms)


def _pert_tails(ops: Operations[V], x: V, low: V, mode: V, high: V) -> Chance[V]:
    shapes, width = _pert_shapes(ops, low, mode, high)
    return varying_tails(ops, Shape.BETA, shapes, _share(ops, x, low, width), _PERT.terms)


def _share(ops: Operations[V], x: V, low: V, width: V) -> V:
    zero, one = ops.number(0.0), ops.number(1.0)
    is_flat = ops.le(width, zero)
    part = ops.sub(x, low)
    step = ops.select(ops.lt(part, zero), zero, one)
    share = ops.div(part, ops.select(is_flat, one, width))
    return ops.minimum(ops.maximum(ops.select(is_flat, step, share), zero), one)


def _gamma_tails(ops: Operations[V], x: V, shape: V, scale: V) -> Chance[V]:
    return varying_tails(ops, Shape.GAMMA, (shape, shape), ops.div(x, scale), _GAMMA.terms)


def _student_tails(ops: Operations[V], x: V, freedom: V) -> Chance[V]:
    return varying_tails(ops, Shape.STUDENT, (freedom, freedom), x, _STUDENT.terms)


# validity --------------------------------------------------------------------------------------


def _shape_refusal(names: tuple[str, ...], numbers: Numbers, most: float) -> str | None:
    for name, value in zip(names, numbers, strict=False):
        if value <= 0.0:
            return f"the {name} is not positive"
        if not LEAST_SHAPE <= value <= most:
            return f"the {name} is not from {LEAST_SHAPE:g} to {most:g}"
    return None


def _beta_refusal(numbers: Numbers) -> str | None:
    return _shape_refusal(("parameter a", "parameter b"), numbers, MOST_BETA)


def _beta4_refusal(numbers: Numbers) -> str | None:
    return _beta_refusal(numbers[:2]) or order_refusal(("min", "max"))(numbers[2:])


def _gamma_refusal(numbers: Numbers) -> str | None:
    return _shape_refusal(("shape",), numbers, MOST_GAMMA) or (
        "the scale is not positive" if numbers[1] <= 0.0 else None
    )


def _student_refusal(numbers: Numbers) -> str | None:
    if 0.0 < numbers[0] < 0.1:
        return "the number of degrees of freedom is not from 0.1 to 1e+07"
    return _shape_refusal(("number of degrees of freedom",), numbers, MOST_BETA)


def _within(ops: Operations[V], most: float, *values: V) -> V:
    limits = ops.number(_LEAST_VARYING), ops.number(most)
    return both(ops, *(ops.and_(ops.le(limits[0], value), ops.le(value, limits[1])) for value in values))


def _valid_beta(ops: Operations[V], a: V, b: V) -> V:
    return _within(ops, MOST_VARYING_BETA, a, b)


def _valid_beta4(ops: Operations[V], a: V, b: V, low: V, high: V) -> V:
    return ops.and_(_valid_beta(ops, a, b), ops.le(low, high))


def _valid_gamma(ops: Operations[V], shape: V, scale: V) -> V:
    return ops.and_(_within(ops, MOST_VARYING_GAMMA, shape), is_positive(ops, scale))


def _valid_student(ops: Operations[V], freedom: V) -> V:
    return ops.and_(_within(ops, MOST_VARYING_BETA, freedom), ops.le(ops.number(0.1), freedom))


# moments ---------------------------------------------------------------------------------------


def _form_moments(form: StandardForm) -> Moments:
    a, b = form.first, form.second
    total = a + b
    mean, variance = a / total, a * b / (total * total * (total + 1.0))
    skewness = 2.0 * (b - a) * math.sqrt(total + 1.0) / ((total + 2.0) * math.sqrt(a * b))
    above = 6.0 * ((a - b) ** 2 * (total + 1.0) - a * b * (total + 2.0))
    kurtosis = 3.0 + above / (a * b * (total + 2.0) * (total + 3.0))
    deviation = form.scale * math.sqrt(variance)
    if form.scale == 0.0:
        return Moments(form.location, 0.0)
    return Moments(form.location + form.scale * mean, deviation, skewness, kurtosis)


def _beta_moments(numbers: Numbers) -> Moments:
    form = standard_form("beta" if len(numbers) == 2 else "beta4", numbers)
    assert form is not None
    return _form_moments(form)


def _pert_moments(numbers: Numbers) -> Moments:
    form = standard_form("pert", numbers)
    assert form is not None
    return _form_moments(form)


def _gamma_moments(numbers: Numbers) -> Moments:
    shape, scale = numbers
    return Moments(shape * scale, scale * math.sqrt(shape), 2.0 / math.sqrt(shape), 3.0 + 6.0 / shape)


def _student_moments(numbers: Numbers) -> Moments:
    freedom = numbers[0]
    deviation = math.sqrt(freedom / (freedom - 2.0)) if freedom > 2.0 else None
    kurtosis = 3.0 + 6.0 / (freedom - 4.0) if freedom > 4.0 else None
    return Moments(0.0 if freedom > 1.0 else None, deviation, 0.0 if freedom > 3.0 else None, kurtosis)


FAMILIES = (
    Family(
        "pert", ("min", "mode", "max"), triple_refusal, _pert, _pert_tails, valid_triple,
        lambda numbers: (numbers[0], numbers[2]), _pert_moments,
    ),
    Family(
        "beta", ("a", "b"), _beta_refusal, _beta, _beta_tails, _valid_beta,
        lambda _: (0.0, 1.0), _beta_moments,
    ),
    Family(
        "beta4", ("a", "b", "min", "max"), _beta4_refusal, _beta4, _beta4_tails, _valid_beta4,
        lambda numbers: (numbers[2], numbers[3]), _beta_moments,
    ),
    Family(
        "gamma", ("shape", "scale"), _gamma_refusal, _gamma, _gamma_tails, _valid_gamma,
        lambda _: (0.0, math.inf), _gamma_moments,
    ),
    Family(
        "student", ("df",), _student_refusal, _student, _student_tails, _valid_student,
        lambda _: whole_line(), _student_moments,
    ),
)  # fmt: skip
