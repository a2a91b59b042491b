"""What was made lately and may be wanted again, within a limit of memory; for any thread."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from mcdesk.foundation.cancellation import CancelToken

K = TypeVar("K")
V = TypeVar("V")

_SECONDS_BETWEEN_LOOKS = 0.02


@dataclass(frozen=True, slots=True)
class _Kept(Generic[V]):
    value: V
    byte_count: int


class RecentValues(Generic[K, V]):
    """Values by what decides them; the one that was asked for longest ago makes room first.

    Whoever asks for a value that another thread is making waits for it. What is handed out is shared: it is
    not to be changed.

    Args:
        most_bytes: of all values together, as they are weighed.
        told: whether a value was known, for each that is asked for.
    """

    def __init__(self, most_bytes: int, told: Callable[[bool], None] = lambda _: None) -> None:
        self._most_bytes = most_bytes
        self._told = told
        self._kept: OrderedDict[K, _Kept[V]] = OrderedDict()
        self._being_made: dict[K, threading.Event] = {}
        self._byte_count = 0
        # guards what is kept, and what is being made
        self._lock = threading.Lock()

    @property
    def byte_count(self) -> int:
        """Of the values that are kept."""
        return self._byte_count

    def value(
        self, key: K, make: Callable[[], V], weigh: Callable[[V], int | None], cancel: CancelToken
    ) -> V:
        """The value of a key, made if it is not known.

        Args:
            weigh: bytes that a value takes; None for one that is not to be kept.

        Raises:
            Cancelled: if `cancel` was cancelled while another thread made it.
        """
        mine = threading.Event()
        try:
            known = self._awaited(key, mine, cancel)
            self._told(known is not None)
            if known is not None:
                return known.value
            made = make()
            self._keep(key, made, weigh(made))
            return made
        finally:
            # also where a signal has ended the work, at whatever place
            with self._lock:
                if self._being_made.get(key) is mine:
                    del self._being_made[key]
            mine.set()

    def _awaited(self, key: K, mine: threading.Event, cancel: CancelToken) -> _Kept[V] | None:
        """What is kept, if need be once others have made it; None where it is now the caller's to make."""
        while True:
            with self._lock:
                known = self._kept.get(key)
                if known is not None:
                    self._kept.move_to_end(key)
                    return known
                theirs = self._being_made.setdefault(key, mine)
            if theirs is mine:
                return None
            while not theirs.wait(_SECONDS_BETWEEN_LOOKS):
                cancel.raise_if_cancelled()

    def _keep(self, key: K, value: V, byte_count: int | None) -> None:
        if byte_count is None or byte_count > self._most_bytes:
            return
        with self._lock:
            self._kept[key] = _Kept(value, byte_count)
            self._byte_count += byte_count
            while self._byte_count > self._most_bytes:
                self._byte_count -= self._kept.popitem(last=False)[1].byte_count
