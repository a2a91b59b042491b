"""Calls of add-ins' distribution functions, taken apart or refused."""

import pytest

from mcdesk.formulas.declared_draws import DeclaredDraw, DrawRefusal, declared_draw, draws
from mcdesk.formulas.parser import parse
from mcdesk.formulas.syntax import Binary, BinaryOperator, Call, MissingArgument, Number, Text, Unary


def _call(formula: str) -> Call:
    tree = parse(formula)
    tree = tree.operand if isinstance(tree, Unary) else tree
    assert isinstance(tree, Call)
    return tree


def _draw(formula: str) -> DeclaredDraw:
    found = declared_draw(_call(formula))
    assert isinstance(found, DeclaredDraw)
    return found


@pytest.mark.parametrize(
    ("formula", "family"),
    [
        ("RiskNormal(1,2)", "normal"),
        ("RiskLognorm(1,2)", "lognormal"),
        ("RiskLognorm2(1,2)", "lognormal2"),
        ("RiskTriang(1,2,3)", "triangular"),
        ("RiskPert(1,2,3)", "pert"),
        ("RiskUniform(1,2)", "uniform"),
        ("RiskDiscrete({1,2},{3,4})", "discrete"),
        ("RiskDuniform({1,2})", "discrete"),
        ("_xll.PsiNormal(1,2)", "normal"),
        ("PsiLogNormal(1,2)", "lognormal"),
        ("PsiLogNorm2(1,2)", "lognormal2"),
        ("PsiTriangular(1,2,3)", "triangular"),
        ("PsiPert(1,2,3)", "pert"),
        ("PsiUniform(1,2)", "uniform"),
        ("PsiDiscrete(A1:B1,A2:B2)", "discrete"),
        ("PsiDisUniform(A1:A9)", "discrete"),
        ("VoseNormal(1,2)", "normal"),
        ("VoseLogNormal(1,2)", "lognormal"),
        ("VoseTriangle(1,2,3)", "triangular"),
        ("VosePERT(1,2,3)", "pert"),
        ("VoseUniform(1,2)", "uniform"),
        ("VoseDiscrete({1,2},{3,4})", "discrete"),
        ("VoseDUniform({1,2})", "discrete"),
        ("CB.Normal(1,2)", "normal"),
        ("CB.Lognormal(1,2)", "lognormal"),
        ("CB.Triangular(1,2,3)", "triangular"),
        ("CB.BetaPert(1,2,3)", "pert"),
        ("CB.Uniform(1,2)", "uniform"),
        ("CB.Custom(A1:B9)", "discrete"),
        ("RiskIntUniform(1,6)", "integer_uniform"),
        ("RiskBeta(1,6)", "beta"),
        ("RiskBetaGeneral(1,6,0,9)", "beta4"),
        ("RiskGamma(1,6)", "gamma"),
        ("RiskErlang(1,6)", "gamma"),
        ("RiskChisq(6)", "gamma"),
        ("RiskExpon(6)", "exponential"),
        ("RiskWeibull(1,6)", "weibull"),
        ("RiskStudent(6)", "student"),
        ("RiskLogistic(1,6)", "logistic"),
        ("RiskPareto(1,6)", "pareto"),
        ("RiskPoisson(6)", "poisson"),
        ("RiskBinomial(6,0.5)", "binomial"),
        ("RiskGeomet(0.5)", "geometric"),
        ("RiskNegbin(6,0.5)", "negative_binomial"),
        ("RiskBernoulli(0.5)", "bernoulli"),
        ("RiskCumul(0,9,{3},{0.5})", "cumulative"),
        ("RiskHistogrm(0,9,{3,1})", "histogram"),
        ("PsiExponential(6)", "exponential"),
        ("PsiBetaGen(1,6,0,9)", "beta4"),
        ("PsiNegBinomial(6,0.5)", "negative_binomial"),
        ("PsiHistogram(0,9,{3,1})", "histogram"),
        ("VoseBeta4(1,6,0,9)", "beta4"),
        ("VoseExpon(6)", "exponential"),
        ("VoseCumulA(0,9,{3},{0.5})", "cumulative"),
        ("CB.Exponential(6)", "exponential"),
        ("CB.Gamma(1,2,3)", "gamma"),
        ("CB.DiscreteUniform(1,6)", "integer_uniform"),
        ("CB.YesNo(0.5)", "bernoulli"),
    ],
)
def test_that_each_dialect_has_its_names_of_our_distributions(formula: str, family: str) -> None:
    assert _draw(formula).family == family


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        ("RiskNormal(10,2,RiskCopula(A1:B2,1))", "the property RISKCOPULA"),
        ("RiskNormal(10,2,RiskCorrmat(A1:B2))", "the property RISKCORRMAT"),
        ("RiskNormal(10,2,RiskLock())", "the property RISKLOCK"),
        ("RiskNormal(10,2,RiskTruncateP(0.1,0.9))", "the property RISKTRUNCATEP"),
        ("RiskNormal(10,2,RiskTruncate())", "the property RISKTRUNCATE"),
        ("PsiNormal(10,2,RiskName(1))", "the property RISKNAME"),
        ("CB.Custom(A1:C9)", "one or two columns"),
        ("RiskNormal(10)", "fewer than 2 parameters"),
        ("RiskNormal(10,)", "fewer than 2 parameters"),
        ("RiskNormal(10,2,3)", "more arguments"),
        ("CB.Normal(10,2,,,1,1)", "more arguments"),
    ],
)
def test_that_what_cannot_be_heeded_is_refused(formula: str, reason: str) -> None:
    refused = declared_draw(_call(formula))

    assert isinstance(refused, DrawRefusal)
    assert reason in refused.reason


def test_that_properties_are_read_in_any_order() -> None:
    draw = _draw('RiskNormal(10,2,RiskSeed(1,2),RiskShift(3),RiskStatic(9),RiskName("Price"))')

    assert draw.name == Text("Price")
    assert draw.shifts == (Number(3.0),)
    assert draw.seed == "RISKSEED"


def test_that_crystal_ball_has_the_name_after_absent_cutoffs() -> None:
    assert _draw('CB.Triangular(1,2,3,,,"Price")').name == Text("Price")
    assert _draw('CB.Custom(A1:B3,"Price")').name == Text("Price")


def test_that_a_given_probability_draws_nothing() -> None:
    assert not draws(_call("VoseNormal(1,2,A1)"))
    assert draws(_call("VoseNormal(1,2,)"))
    assert draws(_call("RAND()"))
    assert not draws(MissingArgument())


@pytest.mark.parametrize(
    ("formula", "parameters", "shifts"),
    [
        ("CB.Binomial(0.3,10)", (Number(10.0), Number(0.3)), ()),
        ("CB.Weibull(1,2,3)", (Number(3.0), Number(2.0)), (Number(1.0),)),
        ("CB.Geometric(0.3)", (Number(0.3),), (Number(1.0),)),
        ("CB.NegBinomial(0.3,10)", (Number(10.0), Number(0.3)), (Number(10.0),)),
        ("CB.Pareto(1,2)", (Number(2.0), Number(1.0)), ()),
    ],
)
def test_that_arguments_in_another_order_become_our_parameters(
    formula: str, parameters: tuple[Number, ...], shifts: tuple[Number, ...]
) -> None:
    draw = _draw(formula)

    assert draw.parameters == parameters
    assert draw.shifts == shifts


@pytest.mark.parametrize(
    ("formula", "borders"),
    [
        ("RiskNormal(10,2,RiskTruncate(5,20))", (Number(5.0), Number(20.0))),
        ("RiskNormal(10,2,RiskTruncate(5))", (Number(5.0), None)),
        ("RiskNormal(10,2,RiskTruncate(,20))", (None, Number(20.0))),
        ("PsiNormal(10,2,PsiTruncate(5,20))", (Number(5.0), Number(20.0))),
        ("VoseNormal(10,2,,VoseXBounds(5,20))", (Number(5.0), Number(20.0))),
        ("CB.Normal(10,2,,20)", (None, Number(20.0))),
        ("CB.Normal(10,2)", (None, None)),
    ],
)
def test_that_a_truncation_is_heeded(formula: str, borders: tuple[Number | None, Number | None]) -> None:
    assert _draw(formula).borders == borders


def test_that_cutoffs_hold_after_the_location() -> None:
    low, high = _draw("CB.Gamma(1,2,3,5,)").borders

    assert low == Binary(BinaryOperator.SUBTRACT, Number(5.0), Number(1.0))
    assert high is None
