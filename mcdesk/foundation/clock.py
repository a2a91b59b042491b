"""Moments as they are stored: UTC, ISO 8601, one width, so that text order is order in time."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """The wall clock. For stamps only: durations and decisions use monotonic time."""
    return datetime.now(UTC)


def utc_text(moment: datetime) -> str:
    """A moment as `2026-11-25T04:34:19.012345Z`.

    Raises:
        ValueError: if the moment has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone cannot be stored")
    # a fifth of the time of strftime, for each statement that is timed
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def text_of_seconds(seconds: float) -> str:
    """A moment in seconds since 1970, as `utc_text` writes it."""
    return utc_text(datetime.fromtimestamp(seconds, UTC))


def moment_of(text: str) -> datetime:
    """The moment that `utc_text` wrote."""
    return datetime.fromisoformat(text).astimezone(UTC)
