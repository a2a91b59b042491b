"""Whether a run may stop early: a statistic of every output is known closely enough."""

from collections.abc import Sequence

from mcdesk.engine.sampling.replicates import Replicates
from mcdesk.engine.sampling.sampler import Sampling
from mcdesk.engine.statistics.accumulators import OutputAccumulator
from mcdesk.engine.statistics.interval_estimates import FEWEST_REPLICATES, Interval, IntervalEstimator, Sample
from mcdesk.engine.statistics.percentiles import percentile
from mcdesk.engine.statistics.tree_sums import BLOCK_TRIALS
from mcdesk.engine.stop_rule import StopRule

_FEWEST_TRIALS = 2 * BLOCK_TRIALS
_GROWTH = 16  # the next look comes after a sixteenth more trials


def is_met(rule: StopRule, outputs: Sequence[OutputAccumulator]) -> bool:
    """Whether a rule holds of every output."""
    return all(_is_known(rule, each.estimator(rule.confidence)) for each in outputs)


def next_look(sampling: Sampling, trials: int, done: int) -> int:
    """After how many trials a run of `trials` is looked at next: at block ends, of LHS at a replicate's."""
    if sampling is Sampling.LATIN_HYPERCUBE:
        replicates = Replicates(sampling, trials)
        ends = map(replicates.start, range(min(FEWEST_REPLICATES, replicates.count), replicates.count))
        return next((end for end in ends if end > done), trials)
    step = max(done // _GROWTH, 1)
    following = max(done + step, _FEWEST_TRIALS)
    return min(-(-following // BLOCK_TRIALS) * BLOCK_TRIALS, trials)


def _is_known(rule: StopRule, estimator: IntervalEstimator) -> bool:
    interval = _interval(rule, estimator)
    if interval is None:
        return False
    allowed = rule.tolerance * abs(_value(rule, estimator.whole)) if rule.is_relative else rule.tolerance
    return (interval[1] - interval[0]) / 2.0 <= allowed


def _interval(rule: StopRule, estimator: IntervalEstimator) -> Interval | None:
    if rule.statistic == "mean":
        return estimator.mean()
    if rule.statistic == "sd":
        return estimator.deviation()
    if rule.statistic == "percentile":
        return estimator.percentile(rule.argument)
    return estimator.probability(rule.argument)


def _value(rule: StopRule, whole: Sample) -> float:
    if rule.statistic == "percentile":
        return percentile(whole.ordered, rule.argument)
    moments = whole.moments
    return moments.mean if rule.statistic == "mean" else moments.deviation or 0.0
