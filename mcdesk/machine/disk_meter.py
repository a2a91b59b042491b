"""What the disks of this computer read and write, and how busy they are."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import psutil

BLOCK_DEVICES = Path("/sys/block")


class Counters(Protocol):
    """Totals of one disk as psutil gives them; Linux counts `busy_time` in milliseconds too."""

    read_bytes: int
    write_bytes: int


@dataclass(frozen=True, slots=True)
class DiskUse:
    """Totals and rates of all disks, and how busy the busiest is (0 to 1); see `MachineReading`."""

    read_bytes: int
    written_bytes: int
    read_bytes_per_second: float | None = None
    written_bytes_per_second: float | None = None
    busy_fraction: float | None = None


class DiskMeter:
    """Compares the counters of disks with those of the time before; used by one thread.

    Args:
        counters: the totals of each disk, by name.
    """

    def __init__(self, counters: Callable[[], Mapping[str, Counters]] | None = None) -> None:
        self._counters = counters or disk_counters
        self._before: tuple[float, Mapping[str, Counters]] | None = None

    def read(self, now: float) -> DiskUse | None:
        """What the disks have done until now, or None where there is none that is counted.

        Raises:
            OSError, RuntimeError, psutil.Error: if the counters cannot be read.
        """
        disks = self._counters()
        before, self._before = self._before, (now, disks)
        if not disks:
            return None
        read_bytes = sum(disk.read_bytes for disk in disks.values())
        written_bytes = sum(disk.write_bytes for disk in disks.values())
        if before is None or now <= before[0]:
            return DiskUse(read_bytes, written_bytes)
        seconds = now - before[0]
        # one that was plugged in meanwhile has nothing to be compared with
        pairs = [(before[1][name], disk) for name, disk in disks.items() if name in before[1]]
        return DiskUse(
            read_bytes=read_bytes,
            written_bytes=written_bytes,
            read_bytes_per_second=_rate([(old.read_bytes, new.read_bytes) for old, new in pairs], seconds),
            written_bytes_per_second=_rate(
                [(old.write_bytes, new.write_bytes) for old, new in pairs], seconds
            ),
            busy_fraction=_busy_fraction(pairs, seconds),
        )


def disk_counters(block_devices: Path = BLOCK_DEVICES) -> Mapping[str, Counters]:
    """The counters of each disk that there really is.

    What Linux builds on top of disks (encrypted and logical volumes, arrays, loops) counts the same
    bytes again, and so do partitions.
    """
    by_name: Mapping[str, Counters] = psutil.disk_io_counters(perdisk=True, nowrap=False) or {}
    if sys.platform != "linux":
        return by_name
    return {name: disk for name, disk in by_name.items() if (block_devices / name / "device").exists()}


def _rate(pairs: list[tuple[int, int]], seconds: float) -> float | None:
    # A counter that fell began anew.
    deltas = [new - old for old, new in pairs if new >= old]
    return sum(deltas) / seconds if deltas else None


def _busy_fraction(pairs: list[tuple[Counters, Counters]], seconds: float) -> float | None:
    times = [(getattr(old, "busy_time", None), getattr(new, "busy_time", None)) for old, new in pairs]
    deltas = [new - old for old, new in times if old is not None and new is not None and new >= old]
    return min(max(deltas) / 1000.0 / seconds, 1.0) if deltas else None
