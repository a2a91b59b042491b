"""How often something was known already, and what that takes on the disk."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from mcdesk.history import metric_names
from mcdesk.monitor.figures.metric_reader import MetricReader

TITLES: Mapping[str, str] = {
    metric_names.CACHE_RESULTS: "Results",
    metric_names.CACHE_PROGRAMS: "Compiled models",
    metric_names.CACHE_CODE: "Machine code",
    metric_names.CACHE_WORKBOOKS: "Workbooks read",
}


@dataclass(frozen=True, slots=True)
class CacheFigures:
    """One cache over a period.

    Attributes:
        hit_share: 0 to 1; None where nobody asked.
        disk_bytes: of its files; None where it is in memory, or a part of the history.
    """

    title: str
    hits: int
    misses: int
    disk_bytes: int | None = None

    @property
    def hit_share(self) -> float | None:
        """Of all questions, 0 to 1."""
        asked = self.hits + self.misses
        return self.hits / asked if asked else None


def read_caches(reader: MetricReader, code_folder: Path | None = None) -> tuple[CacheFigures, ...]:
    """The figures over the reader's period.

    Args:
        code_folder: where machine code is kept.
    """
    minute = int(reader.period.end // 60)
    return tuple(
        CacheFigures(
            title=title,
            hits=int(reader.total(f"{name}.hit")),
            misses=int(reader.total(f"{name}.miss")),
            disk_bytes=_bytes(code_folder, minute) if name == metric_names.CACHE_CODE else None,
        )
        for name, title in TITLES.items()
    )


@lru_cache(maxsize=1)
def _bytes(folder: Path | None, minute: int) -> int | None:
    """Looked at once in a minute: a folder of thousands of files takes as long as all the rest."""
    if folder is None:
        return None
    try:
        return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    except OSError:
        return 0
