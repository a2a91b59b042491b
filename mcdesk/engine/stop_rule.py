"""When a run may stop early, as a person writes it; whether it may is looked at in `stop_check`."""

import math
import re
from dataclasses import dataclass

from mcdesk.foundation.errors import OptionInvalid
from mcdesk.foundation.number_texts import number_or_percent

_EXAMPLES = 'Write "mean 1%", "sd 2%", "p95 0.5% 99%" or "prob<0 1%": statistic, tolerance, confidence.'
# of a rule that is refused
_MOST_TOLD = 80
_STATISTIC = re.compile(
    r"(?P<name>mean|sd)|p(?P<percent>[0-9.]+)|prob<(?P<limit>[-+0-9.e]+%?)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class StopRule:
    """Stop when half the interval is at most the tolerance.

    Attributes:
        statistic: `mean`, `sd`, `percentile` or `probability`.
        argument: the percentile (0 to 100), or the limit below which the probability is meant.
        tolerance: a share of the statistic's size if `is_relative`, else in its unit; of a
            probability always in its unit.
        confidence: between 0 and 1.
        text: as the person wrote it.
    """

    statistic: str
    argument: float
    tolerance: float
    is_relative: bool
    confidence: float
    text: str


def parse_stop_rule(text: str, source: str) -> StopRule:
    """`mean 1%`, `p95 0.5% 99%` or `prob<0 0.01`: statistic, tolerance and, unless it is 95 %, confidence.

    Raises:
        OptionInvalid: naming the source and what is wrong.
    """
    words = text.split()
    text = text if len(text) <= _MOST_TOLD else f"{text[: _MOST_TOLD - 3]}..."
    if not 2 <= len(words) <= 3:
        raise OptionInvalid(f"{source} {text!r} is no stop rule", _EXAMPLES)
    match = _STATISTIC.fullmatch(words[0])
    if match is None:
        raise OptionInvalid(f"{source} {text!r}: there is no statistic {words[0][:_MOST_TOLD]!r}", _EXAMPLES)
    statistic, argument = _statistic(match, source, text)
    tolerance, is_share = _number(words[1], source, text, "tolerance")
    if tolerance <= 0.0:
        raise OptionInvalid(f"{source} {text!r}: the tolerance must be above 0", _EXAMPLES)
    if statistic == "probability" and tolerance >= 1.0:
        raise OptionInvalid(f"{source} {text!r}: the tolerance of a probability is below 100 %", _EXAMPLES)
    confidence = 0.95 if len(words) < 3 else _number(words[2], source, text, "confidence")[0]
    if not 0.0 < confidence < 1.0:
        raise OptionInvalid(f"{source} {text!r}: the confidence must lie between 0 and 100 %", _EXAMPLES)
    is_relative = is_share and statistic != "probability"
    return StopRule(statistic, argument, tolerance, is_relative, confidence, " ".join(words))


def _statistic(match: re.Match[str], source: str, text: str) -> tuple[str, float]:
    if match["name"]:
        return match["name"].lower(), 0.0
    if match["limit"] is not None:
        return "probability", _number(match["limit"], source, text, "limit")[0]
    percent = _number(match["percent"], source, text, "percentile")[0]
    if not 0.0 < percent < 100.0:
        raise OptionInvalid(f"{source} {text!r}: a percentile lies between 0 and 100", _EXAMPLES)
    return "percentile", percent


def _number(word: str, source: str, text: str, what: str) -> tuple[float, bool]:
    value = number_or_percent(word)
    if value is None:
        raise OptionInvalid(f"{source} {text!r}: the {what} {word[:_MOST_TOLD]!r} is no number", _EXAMPLES)
    if math.isinf(value):
        raise OptionInvalid(f"{source} {text!r}: the {what} is not a finite number", _EXAMPLES)
    return value, word.endswith("%")
