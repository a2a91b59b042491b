"""What a process and all that descend from it take of the computer."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import psutil

PROCESSES = "/proc"
READ_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class ProcessUse:
    """Of one process: its own processor seconds, those of its children that ended, resident memory."""

    own_seconds: float
    ended_seconds: float
    memory_bytes: int


# by number and start, since numbers are used again
ProcessUses = Mapping[tuple[int, float], ProcessUse]


class UseMeter:
    """Compares the use of a process and its descendants with the time before; used by one thread.

    Args:
        process_id: the process.
        uses: what each of them has used, given its number.
    """

    def __init__(self, process_id: int, uses: Callable[[int], ProcessUses] | None = None) -> None:
        self._process_id = process_id
        self._uses = uses or process_uses
        self._core_count = os.cpu_count() or 1
        self._before: tuple[float, ProcessUses] | None = None

    def read(self, now: float) -> tuple[float | None, int | None]:
        """The fraction of all cores since the time before (None the first time), and bytes of memory.

        What a process used in its last moments counts where its parent has been told of its end and the
        system keeps it, which Linux does.

        Raises:
            OSError, psutil.Error: if the processes cannot be looked at.
        """
        uses = self._uses(self._process_id)
        before, self._before = self._before, (now, uses)
        if not uses:
            return None, None
        memory_bytes = sum(use.memory_bytes for use in uses.values())
        if before is None or not before[1] or now <= before[0]:
            return None, memory_bytes
        fraction = _seconds_between(before[1], uses) / (now - before[0]) / self._core_count
        return min(fraction, 1.0), memory_bytes


def process_uses(process_id: int) -> ProcessUses:
    """What a process and each of its descendants have used; nothing if it is gone."""
    # psutil looks at every process of the computer to find descendants, which takes tens of milliseconds
    if sys.platform == "linux" and os.path.exists(f"{PROCESSES}/{process_id}/task/{process_id}/children"):
        return linux_uses(process_id)
    return portable_uses(process_id)


def linux_uses(process_id: int) -> ProcessUses:
    """The same as the files of Linux tell it, at a cost of some 7 µs for each thread of each process."""
    ticks, page_bytes = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
    uses: dict[tuple[int, float], ProcessUse] = {}
    waiting = [process_id]
    while waiting:
        number = waiting.pop()
        try:
            # proc(5): the name may hold spaces and parentheses; what follows it begins with the state
            values = _content(f"{PROCESSES}/{number}/stat").rpartition(b")")[2].split()
            waiting += _children(number, thread_count=int(values[17]))
        except (FileNotFoundError, ProcessLookupError):
            continue
        user, system, ended_user, ended_system = (int(value) / ticks for value in values[11:15])
        started, memory_bytes = float(values[19]), int(values[21]) * page_bytes
        uses[number, started] = ProcessUse(user + system, ended_user + ended_system, memory_bytes)
    return uses


def portable_uses(process_id: int) -> ProcessUses:
    """The same as psutil tells it."""
    uses: dict[tuple[int, float], ProcessUse] = {}
    try:
        root = psutil.Process(process_id)
        processes = [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return uses
    for process in processes:
        try:
            times, memory = process.cpu_times(), process.memory_info()
            key = process.pid, process.create_time()
        except psutil.Error:
            continue
        ended_seconds = times.children_user + times.children_system
        uses[key] = ProcessUse(times.user + times.system, ended_seconds, memory.rss)
    return uses


def _children(process_id: int, thread_count: int) -> Iterator[int]:
    # each thread has the children that it started
    tasks = f"{PROCESSES}/{process_id}/task"
    for task in os.listdir(tasks) if thread_count > 1 else [str(process_id)]:
        try:
            children = _content(f"{tasks}/{task}/children")
        except (FileNotFoundError, ProcessLookupError):
            continue
        yield from map(int, children.split())


def _content(file: str) -> bytes:
    # a third of what Path.read_bytes takes, and there are hundreds of them
    descriptor = os.open(file, os.O_RDONLY)
    try:
        parts = []
        while part := os.read(descriptor, READ_BYTES):
            parts.append(part)
        return b"".join(parts)
    finally:
        os.close(descriptor)


def _seconds_between(before: ProcessUses, after: ProcessUses) -> float:
    # What a process had used passes to its parent when that is told of its end, so that the sum over
    # all is kept. Where the parent is not, or ended too, what those that are left have used is known.
    of_all = _total_seconds(after) - _total_seconds(before)
    of_those_left = sum(
        use.own_seconds - (before[key].own_seconds if key in before else 0.0) for key, use in after.items()
    )
    return max(of_all, of_those_left, 0.0)


def _total_seconds(uses: ProcessUses) -> float:
    return sum(use.own_seconds + use.ended_seconds for use in uses.values())
