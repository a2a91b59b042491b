"""What a simulation says of its outputs while it runs: only to who watches, and not at any price."""

import os
from pathlib import Path

import numpy as np
import pytest

from mcdesk.dispatch.live_results import WATCHED_SECONDS, LiveWriter, live_result, watch
from mcdesk.engine.simulation_types import OutputStatistics, Quantity
from mcdesk.engine.statistics.accumulators import OutputAccumulator


class Clock:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def glance() -> tuple[OutputStatistics, ...]:
    accumulator = OutputAccumulator(Quantity("S!A1", "Profit", 0, 0, None))
    accumulator.add(np.arange(1000.0), None)
    return (accumulator.glance(100),)


def test_that_nothing_is_written_while_nobody_watches(tmp_path: Path) -> None:
    LiveWriter(tmp_path).tell(1000, glance)

    assert live_result(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_that_a_watcher_reads_what_was_found_so_far(tmp_path: Path) -> None:
    watch(tmp_path)

    LiveWriter(tmp_path).tell(1000, glance)

    found = live_result(tmp_path)
    assert found is not None
    assert found.trials_done == 1000
    assert found.outputs == glance()


def test_that_a_watcher_who_went_away_is_forgotten(tmp_path: Path) -> None:
    watch(tmp_path)
    long_ago = (tmp_path / "watched").stat().st_mtime - WATCHED_SECONDS - 1.0
    os.utime(tmp_path / "watched", (long_ago, long_ago))

    LiveWriter(tmp_path).tell(1000, glance)

    assert live_result(tmp_path) is None


def test_that_what_takes_long_is_told_the_more_seldom(tmp_path: Path) -> None:
    watch(tmp_path)
    clock, told = Clock(), []
    writer = LiveWriter(tmp_path, clock)

    def slow() -> tuple[OutputStatistics, ...]:
        clock.seconds += 0.4
        told.append(clock.seconds)
        return glance()

    for _ in range(100):
        clock.seconds += 0.1
        writer.tell(1000, slow)

    # at most eight hundredths of the time, and each takes 0.4 s
    assert np.diff(told).min() >= 0.4 / 0.08
    assert 2 <= len(told) <= 4


def test_that_a_folder_that_is_gone_costs_nothing(tmp_path: Path) -> None:
    watch(tmp_path / "gone")

    LiveWriter(tmp_path / "gone").tell(1000, glance)

    assert live_result(tmp_path / "gone") is None


@pytest.mark.parametrize("text", ["", "12", "12\n{}", "many\n{}"])
def test_that_a_file_that_cannot_be_read_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "live.json").write_text(text)

    assert live_result(tmp_path) is None
