"""Quantiles of constant distributions, with the claim that they are finite where no trial can overflow."""

from collections.abc import Sequence

import numpy as np

from mcdesk.engine.block_operations import UnfusedOperations
from mcdesk.engine.distribution_choice import chosen_quantile
from mcdesk.engine.distributions import Distribution
from mcdesk.engine.instruction_writer import Value
from mcdesk.engine.intervals import LARGEST
from mcdesk.engine.stage_builder import StageBuilder

_LEAST_U = 2.0**-53
# far below the largest number, so that no rounding on the way counts
_SURE = 1e300
_BLOCK = UnfusedOperations()


def bounded_quantile(
    ops: StageBuilder, distributions: Sequence[Distribution], place: Value, u: Value
) -> Value:
    """The quantile as in `chosen_quantile`; its interval is infinite only if some trial may overflow.

    Args:
        u: at least 2**-53 from 0 and from 1.
    """
    value = chosen_quantile(ops, distributions, place, u)
    if ops.interval_of(value).is_finite or may_overflow(distributions):
        return value
    return ops.within(value, -LARGEST, LARGEST)


def may_overflow(distributions: Sequence[Distribution]) -> bool:
    """Whether one of them has a value that is not far inside the range of numbers.

    A quantile grows with its probability, so that the outermost ones bound all others.
    """
    places = np.arange(len(distributions), dtype=np.int64)
    with np.errstate(all="ignore"):
        for u in (_LEAST_U, 1.0 - _LEAST_U):
            values = chosen_quantile(_BLOCK, distributions, places, np.full(len(places), u))
            if not np.all(np.abs(values) < _SURE):
                return True
    return False
