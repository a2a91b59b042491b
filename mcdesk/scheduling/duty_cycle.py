"""Holds a simulation to a fraction of the device: after each chunk it pauses as long as that takes."""

# A commit, or the turn of somebody else, may take so long.
MOST_MADE_GOOD_SECONDS = 0.2


def eligible_again_at(eligible_at: float, chunk_began: float, chunk_seconds: float, ceiling: float) -> float:
    """When the next chunk may begin, so that the chunks take `ceiling` of the time (0 to 1) and no more.

    What is lost between the end of a pause and the next chunk is made good, if it is not too much.

    Args:
        eligible_at: when this chunk might have begun.
        chunk_began: when it did, seconds of the same monotonic clock.
    """
    if ceiling >= 1.0:
        # not its end: rounded up, that would pass over who may go on
        return chunk_began
    from_when = max(eligible_at, chunk_began - MOST_MADE_GOOD_SECONDS)
    return from_when + chunk_seconds / ceiling
