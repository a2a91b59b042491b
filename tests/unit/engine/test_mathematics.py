"""Elementary functions against mpmath, with the error bounds that their modules state."""

import math
from collections.abc import Callable

import mpmath
import numpy as np
import pytest
from scipy import special

from mcdesk.engine.backends import open_backend
from mcdesk.engine.backends.backend import ChunkRequest
from mcdesk.engine.block_operations import BlockOperations
from mcdesk.engine.builder import ProgramDraft, StageBuilder
from mcdesk.engine.ir import Affine, SlotAccess, Table, Type
from mcdesk.engine.mathematics import beta, exponential, gamma, normal, trigonometry
from mcdesk.engine.scalar_operations import ScalarOperations

mpmath.mp.prec = 160
_BLOCK, _SCALAR = BlockOperations(), ScalarOperations()


def _spread(low: float, high: float, count: int = 300) -> np.ndarray:
    return np.random.default_rng(7).uniform(low, high, count)


_WIDE = np.exp(_spread(-600.0, 600.0))
_ONE_ARGUMENT = {
    "exp": (exponential.exp, mpmath.exp, np.concatenate([_spread(-700, 709), _spread(-1, 1)]), 1.0),
    "expm1": (exponential.expm1, mpmath.expm1, np.concatenate([_spread(-9, 9), _spread(-1e-7, 1e-7)]), 2.0),
    "log": (exponential.log, mpmath.log, np.concatenate([_WIDE, _spread(0.5, 2.0)]), 1.0),
    "log1p": (exponential.log1p, mpmath.log1p, _spread(-0.9, 3.0), 2.0),
    "log10": (exponential.log10, mpmath.log10, np.concatenate([_WIDE, _spread(0.5, 2.0)]), 0.51),
    "sin": (trigonometry.sin, mpmath.sin, np.concatenate([_spread(-9, 9), _spread(-1e8, 1e8)]), 1.0),
    "cos": (trigonometry.cos, mpmath.cos, np.concatenate([_spread(-9, 9), _spread(-1e8, 1e8)]), 1.0),
    "tan": (trigonometry.tan, mpmath.tan, _spread(-9, 9), 3.0),
    "atan": (trigonometry.atan, mpmath.atan, np.concatenate([_spread(-4, 4), _spread(-1e5, 1e5)]), 1.0),
    "asin": (trigonometry.asin, mpmath.asin, _spread(-1, 1), 3.0),
    "acos": (trigonometry.acos, mpmath.acos, _spread(-1, 1), 3.0),
    "sinh": (trigonometry.sinh, mpmath.sinh, np.concatenate([_spread(-3, 3), _spread(-700, 700)]), 3.0),
    "cosh": (trigonometry.cosh, mpmath.cosh, np.concatenate([_spread(-3, 3), _spread(-700, 700)]), 3.0),
    "tanh": (trigonometry.tanh, mpmath.tanh, _spread(-5, 5), 3.0),
    "asinh": (trigonometry.asinh, mpmath.asinh, np.concatenate([_spread(-3, 3), _spread(1e151, 1e160)]), 3.0),
    "acosh": (trigonometry.acosh, mpmath.acosh, 1.0 + np.exp(_spread(-9, 9)), 3.0),
    "atanh": (trigonometry.atanh, mpmath.atanh, _spread(-0.99, 0.99), 3.0),
}


def _ulps(found: float, exact: mpmath.mpf) -> float:
    return float(abs(mpmath.mpf(found) - exact) / math.ulp(float(abs(exact))))


@pytest.mark.parametrize("name", sorted(_ONE_ARGUMENT))
def test_that_a_function_keeps_its_error_bound(name: str) -> None:
    function, judge, arguments, bound = _ONE_ARGUMENT[name]

    with np.errstate(all="ignore"):
        found = function(_BLOCK, arguments)

    worst = max(_ulps(float(y), judge(mpmath.mpf(float(x)))) for x, y in zip(arguments, found, strict=True))
    assert worst <= bound


@pytest.mark.parametrize("name", sorted(_ONE_ARGUMENT))
def test_that_scalars_blocks_and_programs_give_the_same_bits(name: str) -> None:
    function, _, arguments, _ = _ONE_ARGUMENT[name]
    some = arguments[:: max(len(arguments) // 64, 1)]

    with np.errstate(all="ignore"):
        block = np.asarray(function(_BLOCK, some))
    scalars = np.array([function(_SCALAR, float(x)) for x in some])

    assert np.array_equal(block, scalars)
    assert np.array_equal(block, _run(function, some))


def _run(function: Callable[..., object], arguments: np.ndarray) -> np.ndarray:
    draft = ProgramDraft()
    ops = StageBuilder(draft)
    out = draft.slot_array(Type.NUMBER, 1)
    x = ops.read_table(Table(Type.NUMBER, arguments), ops.iclamp(ops.trial(), 0, len(arguments) - 1))
    ops.write_slot(SlotAccess(out, Affine(0)), function(ops, x))
    ops.finish("function")
    backend = open_backend("auto", draft.program(), ())
    return backend.run(ChunkRequest(1, 0, len(arguments), (out,)))[out][0]


def test_that_powers_keep_their_error_bound() -> None:
    bases, exponents = np.exp(_spread(-5, 5)), _spread(-60, 60)[::-1]

    with np.errstate(all="ignore"):
        found = exponential.power(_BLOCK, bases, exponents)

    exact = [mpmath.power(float(x), float(y)) for x, y in zip(bases, exponents, strict=True)]
    assert max(_ulps(float(y), e) for y, e in zip(found, exact, strict=True)) <= 1.0


def test_that_exact_powers_and_logarithms_come_out_exact() -> None:
    for base in (2, 3, 5, 7, 10, 12, 99):
        exponent = 1
        while base**exponent < 2**53:
            assert exponential.power(_SCALAR, float(base), float(exponent)) == base**exponent
            exponent += 1
    assert [exponential.log10(_SCALAR, 10.0**k) for k in range(-20, 23)] == list(range(-20, 23))
    assert exponential.log_base(_SCALAR, 8.0, 2.0) == 3.0


def test_that_exp_overflows_to_infinity_and_vanishes_below() -> None:
    assert exponential.exp(_SCALAR, 710.0) == math.inf
    assert exponential.exp(_SCALAR, -800.0) < 1e-300
    assert exponential.power(_SCALAR, 10.0, 400.0) == math.inf


def test_that_the_normal_distribution_keeps_its_bounds() -> None:
    x = np.concatenate([_spread(-37, 8), _spread(-2, 2)])

    found = normal.normal_cdf(_BLOCK, x)
    densities = normal.normal_density(_BLOCK, x)

    for at, cdf, density in zip(x, found, densities, strict=True):
        exact, exact_density = mpmath.ncdf(float(at)), mpmath.npdf(float(at))
        assert abs(mpmath.mpf(float(cdf)) - exact) <= 4e-15 * exact
        assert abs(mpmath.mpf(float(density)) - exact_density) <= 4e-15 * exact_density


def test_that_the_normal_quantile_inverts_the_distribution() -> None:
    u = np.concatenate([_spread(1e-9, 1 - 1e-9), np.exp(_spread(-36, -1))])

    z = normal.normal_quantile(_BLOCK, u)

    assert np.allclose(z, special.ndtri(u), rtol=2e-15, atol=0)


def test_that_the_error_function_agrees_with_mpmath() -> None:
    for x in np.concatenate([_spread(-5, 5, 100), _spread(-0.5, 0.5, 100)]):
        exact = mpmath.erf(float(x))
        assert abs(mpmath.mpf(float(normal.erf(_SCALAR, float(x)))) - exact) <= 4e-15 * abs(exact)


def test_that_the_complementary_error_function_agrees_with_mpmath() -> None:
    for x in np.concatenate([_spread(-6, 26, 200), _spread(-0.5, 0.5, 100)]):
        exact = mpmath.erfc(float(x))
        assert abs(mpmath.mpf(float(normal.erfc(_SCALAR, float(x)))) - exact) <= 4e-15 * exact
    assert normal.erfc(_SCALAR, 1e300) == 0.0
    assert normal.erfc(_SCALAR, -1e300) == 2.0


@pytest.mark.parametrize(
    "shapes", [(3.0, 3.0), (1.0, 5.0), (5.0, 1.0), (1.8, 4.2), (30.0, 2.0), (0.05, 20.0)]
)
def test_that_beta_quantiles_keep_their_bound(shapes: tuple[float, float]) -> None:
    a, b = shapes
    z = np.linspace(-7.5, 7.5, 401)
    below, above = special.ndtr(z), special.ndtr(-z)
    exact = np.where(z < 0, special.betaincinv(a, b, below), 1 - special.betaincinv(b, a, above))
    first, second = np.full(401, a), np.full(401, b)

    with np.errstate(all="ignore"):
        offset = beta.beta_offset(
            _BLOCK, first, second, (below, above), beta.beta_effort(min(shapes), max(shapes))
        )
        x, _ = beta.beta_shares(_BLOCK, first, second, offset)

    assert np.abs(x - exact).max() <= 1e-13


@pytest.mark.parametrize("shape", [0.01, 0.3, 1.0, 2.5, 50.0, 1e4])
def test_that_the_incomplete_gamma_function_agrees_with_mpmath(shape: float) -> None:
    for offset in _spread(-1.0, 1.0, 40) * min(1.0, 5.0 / math.sqrt(shape)):
        x = mpmath.mpf(shape) * mpmath.exp(float(offset))
        terms = gamma.gamma_effort(shape, shape).terms

        below, above, _ = gamma.gamma_tails(_SCALAR, shape, float(offset), terms)

        assert abs(float(below / mpmath.gammainc(shape, 0, x, regularized=True)) - 1) <= 1e-13
        assert abs(float(above / mpmath.gammainc(shape, x, mpmath.inf, regularized=True)) - 1) <= 1e-13
