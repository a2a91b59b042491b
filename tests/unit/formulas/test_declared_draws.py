"""Calls of add-ins' distribution functions, taken apart or refused."""

import pytest

from mcdesk.formulas.declared_draws import DeclaredDraw, DrawRefusal, declared_draw, draws
from mcdesk.formulas.parser import parse
from mcdesk.formulas.syntax import Call, MissingArgument, Number, Text, Unary


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
    ],
)
def test_that_each_dialect_has_its_names_of_our_distributions(formula: str, family: str) -> None:
    assert _draw(formula).family == family


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        ("RiskNormal(10,2,RiskTruncate(5,20))", "the property RISKTRUNCATE"),
        ("RiskNormal(10,2,RiskCorrmat(A1:B2,1))", "the property RISKCORRMAT"),
        ("RiskNormal(10,2,RiskLock())", "the property RISKLOCK"),
        ("PsiNormal(10,2,PsiTruncate(5,20))", "the property PSITRUNCATE"),
        ("PsiNormal(10,2,RiskName(1))", "the property RISKNAME"),
        ("VoseNormal(10,2,,VoseXBounds(5,20))", "the property VOSEXBOUNDS"),
        ("CB.Normal(10,2,5,20)", "cuts CB.NORMAL off"),
        ("CB.Normal(10,2,,20)", "cuts CB.NORMAL off"),
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
