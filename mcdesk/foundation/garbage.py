"""When cyclic garbage is searched for: not in work that makes many objects, nor beside the window."""

import gc
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Pauses:
    """Those of this process; `lock` guards the others."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    count: int = 0
    was_enabled: bool = False


_pauses = _Pauses()
# A whole search costs at most this part of the time: what lives long is gone through again and again.
_WHOLE_PART = 0.01


class Collector:
    """Collects in the thread that calls `collect_due` a few times a second, and in no other.

    By itself Python collects in whichever thread makes an object at the moment. What a closed window leaves
    behind is freed by that, and Qt's objects may be freed in the thread of the window alone.
    """

    def __init__(self, now: Callable[[], float] = time.perf_counter) -> None:
        self._now = now
        self._whole_search_from = 0.0

    def take_over(self) -> None:
        """From now on nothing is collected but by this."""
        with _pauses.lock:
            _pauses.was_enabled = False
            gc.disable()

    def collect_due(self) -> None:
        """Go through what was made since the last time, and now and then through all; not during a pause."""
        made, _, searches = gc.get_count()
        most_made, _, most_searches = gc.get_threshold()
        if _pauses.count or made <= most_made:
            return
        began = self._now()
        if searches <= most_searches or began < self._whole_search_from:
            # the middle generation stays empty: its turn would take as long as ten of these
            gc.collect(1)
            return
        gc.collect()
        ended = self._now()
        self._whole_search_from = ended + (ended - began) / _WHOLE_PART


@contextmanager
def collection_paused() -> Iterator[None]:
    """No automatic collection meanwhile, in any thread; around functions and blocks, one inside another.

    A compiler's objects all live to its end, and each search goes through all of them: half of the time
    to compile 4,000 unlike formulas.
    """
    _pause()
    try:
        yield
    finally:
        _resume()


@contextmanager
def loading() -> Iterator[None]:
    """No collection while modules are loaded, and no search through them afterwards: they stay anyway.

    One search through all that the window has loaded takes 60 ms, and no thread can work meanwhile.
    """
    with collection_paused():
        yield
        gc.freeze()


def _pause() -> None:
    with _pauses.lock:
        if _pauses.count == 0:
            _pauses.was_enabled = gc.isenabled()
            gc.disable()
        _pauses.count += 1


def _resume() -> None:
    with _pauses.lock:
        _pauses.count -= 1
        if _pauses.count == 0 and _pauses.was_enabled:
            gc.enable()
