"""`mcdesk --selftest`: whether this installation works on this computer; from a bundle too."""

import importlib
import os
import platform
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from mcdesk.foundation.paths import HOME_VARIABLE
from mcdesk.selftest.step_runner import Step, run_steps

PLATFORM_VARIABLE = "QT_QPA_PLATFORM"


def run_self_test() -> None:
    """Take every step, with a line about each; nothing of the person's own is read or written.

    Raises:
        RunFailed: naming the steps that failed.
    """
    with (
        # On Windows the log of the folder is still open when the folder is removed.
        tempfile.TemporaryDirectory(prefix="mcdesk-selftest-", ignore_cleanup_errors=True) as name,
        # The engine's child reads them too. A screen is not asked for, so that none is needed.
        _variables({HOME_VARIABLE: name, PLATFORM_VARIABLE: "offscreen"}),
    ):
        run_steps(_steps(Path(name)), _write)


def _steps(folder: Path) -> Iterator[Step]:
    """The libraries first: without them none of the others can be begun."""
    loaded = []

    def load() -> str:
        module = importlib.import_module("mcdesk.selftest.steps")
        loaded.append(module)
        return f"Python {platform.python_version()}, {platform.platform()}"

    yield Step("libraries", load)
    for module in loaded:
        yield from module.Bench(folder).steps()


def _write(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@contextmanager
def _variables(values: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            del os.environ[name]
            if value is not None:
                os.environ[name] = value
