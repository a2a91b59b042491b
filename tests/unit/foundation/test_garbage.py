import gc
import threading
from collections.abc import Iterator
from itertools import pairwise

import pytest

from mcdesk.foundation.garbage import Collector, collection_paused, loading


class Knot:
    """Garbage that only a search finds; it writes down which thread found it."""

    def __init__(self, found_by: list[str]) -> None:
        self.itself = self
        self.found_by = found_by

    def __del__(self) -> None:
        self.found_by.append(threading.current_thread().name)


@pytest.fixture
def collector() -> Iterator[Collector]:
    gc.collect()
    made = Collector(now=iter(range(1_000)).__next__)
    made.take_over()
    yield made
    gc.enable()


def made_in_another_thread(count: int) -> list[list[int]]:
    """So many objects that Python would search for garbage, and in that thread."""
    made: list[list[int]] = []
    thread = threading.Thread(target=lambda: made.extend([number] for number in range(count)), name="another")
    thread.start()
    thread.join()
    return made


def test_that_nothing_is_collected_until_the_last_pause_ends() -> None:
    with collection_paused():
        with collection_paused():
            inside = gc.isenabled()
        between = gc.isenabled()

    assert (inside, between, gc.isenabled()) == (False, False, True)


def test_that_collection_goes_on_after_an_exception() -> None:
    with pytest.raises(ValueError, match="meanwhile"), collection_paused():
        raise ValueError("meanwhile")

    assert gc.isenabled()


def test_that_collection_stays_off_where_it_was_off() -> None:
    gc.disable()
    try:
        with collection_paused():
            pass
        stays_off = not gc.isenabled()
    finally:
        gc.enable()

    assert stays_off


def test_that_what_was_loaded_is_not_searched_any_more() -> None:
    before = gc.get_freeze_count()
    try:
        with loading():
            loaded = [[number] for number in range(1_000)]
            inside = gc.isenabled()
        found = gc.get_freeze_count() - before
    finally:
        gc.unfreeze()

    assert not inside
    assert gc.isenabled()
    assert found >= len(loaded)


def test_that_only_its_own_thread_frees_what_is_in_cycles(collector: Collector) -> None:
    found_by: list[str] = []
    Knot(found_by)

    made = made_in_another_thread(100_000)
    before = list(found_by)
    collector.collect_due()

    assert (len(made), before, found_by) == (100_000, [], [threading.current_thread().name])


def test_that_nothing_is_searched_where_little_was_made(collector: Collector) -> None:
    found_by: list[str] = []
    Knot(found_by)

    collector.collect_due()

    assert found_by == []


def test_that_a_pause_of_another_keeps_it_from_collecting(collector: Collector) -> None:
    found_by: list[str] = []
    with collection_paused():
        Knot(found_by)
        made = made_in_another_thread(10_000)
        collector.collect_due()
        inside = list(found_by)
    collector.collect_due()

    assert (len(made), inside, len(found_by), gc.isenabled()) == (10_000, [], 1, False)


def test_that_all_is_searched_seldom(collector: Collector) -> None:
    found_by: list[str] = []
    old = [Knot(found_by)]
    gc.collect()
    old.clear()
    rounds, made = [], []
    for number in range(300):
        made.append(made_in_another_thread(1_000))
        collector.collect_due()
        if found_by:
            rounds.append(number)
            found_by.clear()
            old.append(Knot(found_by))
            gc.collect(1)
            old.clear()

    # the first after ten small ones, then not before a hundred times as long as that took
    assert rounds[0] >= 10
    assert all(after - before > 50 for before, after in pairwise(rounds))
