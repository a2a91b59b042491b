import gc

import pytest

from mcdesk.foundation.garbage import collection_paused, loading


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
