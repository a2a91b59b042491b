"""The thread that has the history copied."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mcdesk.history.daily_copy import daily_copies
from mcdesk.history.opening import open_database
from mcdesk.monitor.copy_keeper import CopyKeeper

NOW = datetime(2026, 11, 27, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "mcdesk.db"
    open_database(path).close()
    return path


@pytest.fixture
def keeper(path: Path) -> Iterator[CopyKeeper]:
    keeper = CopyKeeper(path, seconds_before=0.01, now=lambda: NOW)
    yield keeper
    keeper.stop()


def test_that_the_history_is_copied_once_it_has_been_open_for_a_while(path: Path, keeper: CopyKeeper) -> None:
    keeper.start()
    deadline = time.monotonic() + 10.0
    while not daily_copies(path):
        assert time.monotonic() < deadline
        time.sleep(0.01)

    assert [each.name for each in daily_copies(path)] == ["mcdesk-2026-11-27.db"]


def test_that_what_is_over_soon_copies_nothing(path: Path) -> None:
    keeper = CopyKeeper(path)
    keeper.start()
    keeper.stop()

    assert daily_copies(path) == ()


def test_that_a_damaged_history_costs_a_line_of_the_log(
    path: Path, keeper: CopyKeeper, caplog: pytest.LogCaptureFixture
) -> None:
    path.write_bytes(b"no database" * 1_000)
    keeper.start()
    deadline = time.monotonic() + 10.0
    while "no copy of the history" not in caplog.text:
        assert time.monotonic() < deadline
        time.sleep(0.01)

    assert any(thread.name == "mcdesk-copies" for thread in threading.enumerate()), "it goes on"
