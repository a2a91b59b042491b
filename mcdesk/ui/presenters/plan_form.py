"""The plan of a simulation as the texts of its fields: read as a person types, told in words."""

import re
from dataclasses import dataclass, replace

from mcdesk.engine.sampling.sampler import Sampling
from mcdesk.engine.simulation_types import SimulationPlan
from mcdesk.engine.stop_rule import StopRule, parse_stop_rule
from mcdesk.formulas.setup_texts import SetupFile, seed_number, trial_count
from mcdesk.foundation.errors import McdeskError, OptionInvalid
from mcdesk.ui.formatting import count_text

DEFAULT_TRIALS = 100_000
DEFAULT_SEED = 1
ALL_TRIALS = "when all trials are done"
STOP_EXAMPLES = 'Write "mean known to 1 %" or "P90 known to 0.5 %".'
_DEFAULT_CONFIDENCE = 0.95
_WORDS = re.compile(
    r"(?:when\s+)?(?P<statistic>.+?)\s+(?:is\s+)?known\s+to(?:\s+within)?\s+(?P<tolerance>[^%]+?)\s*(?P<share>%?)"
    r"(?:\s+(?:at|with)\s+(?P<confidence>[^%]+?)\s*%?(?:\s+confidence)?)?",
    re.IGNORECASE,
)
_STATISTICS = {
    "mean": "mean",
    "the mean": "mean",
    "sd": "sd",
    "standard deviation": "sd",
    "the standard deviation": "sd",
    "median": "p50",
    "the median": "p50",
}
_SHORT_FROM = 10_000_000
_LARGE_COUNTS = ((10**9, "billion"), (10**6, "million"))
_IN_WORDS = re.compile(r"(?P<number>[0-9.]+)(?P<size>k|thousand|m|million|b|bn|billion)", re.IGNORECASE)
_POWER_BY_LETTER = {"k": 3, "t": 3, "m": 6, "b": 9}
_PERCENTILE = re.compile(r"p\s*(?P<percent>[0-9.]+)", re.IGNORECASE)
_PROBABILITY = re.compile(
    r"(?:chance|probability)\s+(?:below|<)\s*(?P<limit>[^\s%]+)\s*(?P<share>%?)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class PlanTexts:
    """What stands in the fields."""

    trials: str
    seed: str
    stop: str
    sampling: Sampling


def plan_of(setup: SetupFile, seed_step: int = 0) -> SimulationPlan:
    """What is run, with what a set-up leaves open."""
    return SimulationPlan(
        trials=setup.trials or DEFAULT_TRIALS,
        seed=(DEFAULT_SEED if setup.seed is None else setup.seed) + seed_step,
        sampling=setup.sampling or Sampling.PLAIN,
        stop=setup.stop or "",
    )


def texts_of(setup: SetupFile) -> PlanTexts:
    """The plan of a set-up as it is shown."""
    plan = plan_of(setup)
    return PlanTexts(trials_text(plan.trials), str(plan.seed), stop_words(plan.stop), plan.sampling)


def trials_text(count: int) -> str:
    """So many trials, short enough for their field: `100,000`, `20 million`."""
    for size, name in _LARGE_COUNTS:
        if count >= max(size, _SHORT_FROM) and count * 100 % size == 0:
            return f"{count / size:,.12g} {name}"
    return count_text(count)


def setup_of(texts: PlanTexts, setup: SetupFile) -> SetupFile:
    """The set-up with another plan.

    Raises:
        OptionInvalid: naming the field, what is wrong with it and what to write.
    """
    trials = trial_count(_digits_of(texts.trials), "Trials")
    seed = seed_number(_whole(texts.seed), "Seed")
    stop = stop_rule_text(texts.stop)
    return replace(setup, trials=trials, seed=seed, sampling=texts.sampling, stop=stop or None)


def stop_words(rule: str) -> str:
    """A stop rule as a person says it: `p95 0.5%` is `P95 known to 0.5 %`."""
    if not rule:
        return ALL_TRIALS
    try:
        found = parse_stop_rule(rule, "Stop")
    except McdeskError:
        # whoever wrote it is told when it is read
        return rule
    at = "" if found.confidence == _DEFAULT_CONFIDENCE else f" at {_digits(found.confidence * 100)} %"
    is_share = found.is_relative or found.statistic == "probability"
    known = f"{_digits(found.tolerance * 100)} %" if is_share else _digits(found.tolerance)
    return f"{_statistic(found)} known to {known}{at}"


def stop_rule_text(words: str) -> str:
    """The stop rule that is meant, as the engine reads it; empty where all trials are to be done.

    Raises:
        OptionInvalid: if none is meant.
    """
    typed = " ".join(words.split())
    if not typed or typed.lower() == ALL_TRIALS:
        return ""
    match = _WORDS.fullmatch(typed)
    if match is None and "known" in typed.lower():
        raise OptionInvalid(f"Stop {typed!r}: how well it is to be known is missing", STOP_EXAMPLES)
    rule = typed if match is None else _rule_of(match)
    try:
        return parse_stop_rule(rule, "Stop").text
    except OptionInvalid as error:
        said = str(error.title).replace(repr(rule), repr(typed))
        raise OptionInvalid(said, STOP_EXAMPLES) from error


def _digits_of(typed: str) -> str:
    """A number of trials as the engine reads it: `20 million` is `20e6`."""
    text = re.sub(r"[,\s]", "", typed)
    words = _IN_WORDS.fullmatch(text)
    if words is None:
        return text
    return f"{words['number']}e{_POWER_BY_LETTER[words['size'][0].lower()]}"


def _rule_of(match: re.Match[str]) -> str:
    name = match["statistic"]
    percentile, probability = _PERCENTILE.fullmatch(name), _PROBABILITY.fullmatch(name)
    if percentile is not None:
        statistic = f"p{percentile['percent']}"
    elif probability is not None:
        statistic = f"prob<{probability['limit']}{probability['share']}"
    else:
        statistic = _STATISTICS.get(name.lower(), name.replace(" ", "-"))
    confidence = "" if match["confidence"] is None else f" {match['confidence']}%"
    return f"{statistic} {match['tolerance']}{match['share']}{confidence}"


def _statistic(rule: StopRule) -> str:
    if rule.statistic == "percentile":
        return f"P{_digits(rule.argument)}"
    if rule.statistic == "probability":
        return f"chance below {_digits(rule.argument)}"
    return "standard deviation" if rule.statistic == "sd" else "mean"


def _digits(value: float) -> str:
    """All that matter: 0.1 + 0.2 is 0.3, and a limit keeps its cents."""
    return f"{value:.12g}"


def _whole(text: str) -> int:
    try:
        return int(text.strip() or str(DEFAULT_SEED))
    except ValueError as error:
        raise OptionInvalid(f"Seed: {text!r} is no whole number", "Write a number such as 1.") from error
