"""Plans are read as a person types them and told in words."""

import pytest

from mcdesk.engine.sampling.sampler import Sampling
from mcdesk.formulas.setup_texts import SetupFile
from mcdesk.foundation.errors import OptionInvalid
from mcdesk.ui.presenters.plan_form import (
    ALL_TRIALS,
    PlanTexts,
    setup_of,
    stop_rule_text,
    stop_words,
    texts_of,
)

RULES = {
    "mean 1%": "mean known to 1 %",
    "p95 0.5%": "P95 known to 0.5 %",
    "p99.9 0.1% 99%": "P99.9 known to 0.1 % at 99 %",
    "sd 2%": "standard deviation known to 2 %",
    "mean 250": "mean known to 250",
    "prob<-1500.25 1%": "chance below -1500.25 known to 1 %",
}


@pytest.mark.parametrize(("rule", "words"), RULES.items())
def test_that_a_stop_rule_is_told_in_words_and_read_from_them(rule: str, words: str) -> None:
    assert stop_words(rule) == words
    assert stop_rule_text(words) == rule


@pytest.mark.parametrize(
    ("typed", "rule"),
    [
        ("  P90   known to within 2% ", "p90 2%"),
        ("when the median is known to 0.5 %", "p50 0.5%"),
        ("the mean known to 1% with 99% confidence", "mean 1% 99%"),
        ("mean 1%", "mean 1%"),
        ("chance below 9 % known to 1 %", "prob<9% 1%"),
        ("probability < 4.5% known to 0.01", "prob<4.5% 0.01"),
        (ALL_TRIALS, ""),
        ("", ""),
    ],
)
def test_that_a_stop_rule_may_be_written_in_other_words(typed: str, rule: str) -> None:
    assert stop_rule_text(typed) == rule


@pytest.mark.parametrize("typed", ["mode known to 1 %", "P190 known to 1 %", "mean known to -1 %", "soon"])
def test_that_what_is_no_stop_rule_is_refused_with_examples_in_words(typed: str) -> None:
    with pytest.raises(OptionInvalid) as refused:
        stop_rule_text(typed)

    assert repr(typed) in refused.value.title
    assert "P90 known to 0.5 %" in refused.value.detail


def test_that_the_fields_of_a_plan_give_that_plan_again() -> None:
    setup = SetupFile(trials=2_500_000, seed=2**64 - 1, sampling=Sampling.SOBOL, stop="p95 0.5%")

    texts = texts_of(setup)

    assert texts.trials == "2,500,000"
    assert setup_of(texts, SetupFile()) == setup


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (9_999_999, "9,999,999"),
        (10_000_000, "10 million"),
        (12_345_678, "12,345,678"),
        (1_250_000_000, "1.25 billion"),
        (10**12, "1,000 billion"),
    ],
)
def test_that_many_trials_are_short_to_read_and_read_back(count: int, text: str) -> None:
    assert texts_of(SetupFile(trials=count)).trials == text
    assert setup_of(PlanTexts(text, "1", "", Sampling.PLAIN), SetupFile()).trials == count


@pytest.mark.parametrize(("typed", "count"), [("2 M", 2_000_000), ("50k", 50_000), ("1e5", 100_000)])
def test_that_trials_may_be_typed_short(typed: str, count: int) -> None:
    assert setup_of(PlanTexts(typed, "1", "", Sampling.PLAIN), SetupFile()).trials == count


@pytest.mark.parametrize(
    ("texts", "named"),
    [
        (PlanTexts("ten", "1", "", Sampling.PLAIN), "Trials"),
        (PlanTexts("0", "1", "", Sampling.PLAIN), "Trials"),
        (PlanTexts("10", "one", "", Sampling.PLAIN), "Seed"),
        (PlanTexts("10", "-1", "", Sampling.PLAIN), "Seed"),
    ],
)
def test_that_a_field_which_cannot_be_read_is_named(texts: PlanTexts, named: str) -> None:
    with pytest.raises(OptionInvalid, match=f"^{named}"):
        setup_of(texts, SetupFile())
