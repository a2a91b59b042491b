"""Moments as they are stored."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from mcdesk.foundation.clock import moment_of, utc_now, utc_text


def test_that_text_order_is_order_in_time() -> None:
    start = datetime(2026, 9, 30, 23, 59, 59, tzinfo=UTC)
    moments = [start + timedelta(microseconds=step) for step in (0, 1, 999_999, 1_000_000, 10**12)]

    texts = [utc_text(moment) for moment in moments]

    assert texts == sorted(texts)
    assert {len(text) for text in texts} == {27}


def test_that_a_moment_comes_back_in_utc() -> None:
    moment = datetime(2026, 1, 1, 1, 30, tzinfo=timezone(timedelta(hours=2)))

    assert utc_text(moment) == "2025-12-31T23:30:00.000000Z"
    assert moment_of(utc_text(moment)) == moment


def test_that_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        utc_text(datetime(2026, 1, 1))


def test_that_now_has_a_zone() -> None:
    assert utc_now().tzinfo is UTC
