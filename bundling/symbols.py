"""Takes the symbols for debuggers out of the libraries where they are megabytes. For Linux."""

import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

# Not of the others: those that wheels carry for others were changed in a way that `strip` makes unloadable.
WITH_SYMBOLS = ("libllvmlite.so", "libpython3*.so.*", "sqlcipher3/_sqlite3.*.so")


def _run(command: Sequence[str]) -> None:
    subprocess.run(command, check=True)


def strip_symbols(folder: Path, run: Callable[[Sequence[str]], object] = _run) -> int:
    """Make them smaller, where the system has `strip`; how many were."""
    tool = shutil.which("strip")
    found = [path for pattern in WITH_SYMBOLS for path in sorted(folder.rglob(pattern))]
    if tool is None or not found:
        return 0
    run([tool, "--strip-unneeded", *map(str, found)])
    return len(found)
