"""How thorough statistics may be once somebody has asked for the end: nobody waits long after a cancel."""

from mcdesk.engine.statistics.sensitivity import SENSITIVITY_TRIALS

# With these limits sensitivity takes about a tenth of a second.
MOST_VALUES = 1 << 18
MOST_INPUTS = 40


def few_trials(input_count: int) -> int:
    """How many trials sensitivity looks at."""
    if input_count > MOST_INPUTS:
        return 0
    return min(MOST_VALUES // max(input_count, 1), SENSITIVITY_TRIALS)
