"""What was left out of a bundle, in files and megabytes: the table of docs/bundle.md."""

from collections.abc import Iterable
from pathlib import Path

from bundling.contents import SYMLINK, Entry, LeftOut


def left_out_table(left: Iterable[tuple[LeftOut, Entry]]) -> str:
    """The largest first; files that are only links count nothing."""
    bytes_by_reason: dict[LeftOut, int] = {}
    for reason, (_, source, kind) in left:
        size = 0 if kind == SYMLINK else Path(source).stat().st_size
        bytes_by_reason[reason] = bytes_by_reason.get(reason, 0) + size
    rows = sorted(bytes_by_reason.items(), key=lambda row: -row[1])
    lines = [f"| {reason.what} | {size / 1e6:.1f} | {reason.why} |" for reason, size in rows]
    total = f"| in all | {sum(bytes_by_reason.values()) / 1e6:.1f} | |"
    return "\n".join(["| left out | MB | why |", "|---|---|---|", *lines, total, ""])
