"""Keeps the search for cyclic garbage away from work that makes many objects and drops few."""

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Pauses:
    """Those of this process; `lock` guards the others."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    count: int = 0
    was_enabled: bool = False


_pauses = _Pauses()


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
