"""What is loaded when: nobody waits for what the first picture and a window that can be used do without."""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source_tree import ROOT, Source, definitions, sources

PICTURE = """
import mcdesk.cli.window_wish
from mcdesk.application import Application
application = Application([])
application.frame.window.show()
application._qt.processEvents()
"""
USABLE = f"""
{PICTURE}
from mcdesk.foundation.paths import user_folders
from mcdesk.ui.background import Background
from mcdesk.ui.composition import compose
from mcdesk.ui.desk import Desk
compose(application.frame, user_folders(), Background(), Desk(user_folders()))
application._qt.processEvents()
"""
LOADED = """
from mcdesk.foundation.cancellation import CancelToken
from mcdesk.ui.workshop import load_all
load_all(CancelToken())
"""
LATE = {
    "the first picture": (
        PICTURE,
        (
            *(
                "numpy",
                "pyqtgraph",
                "PySide6.QtNetwork",
                "mcdesk.services",
                "mcdesk.dispatch",
                "mcdesk.engine",
            ),
            *("mcdesk.formulas", "mcdesk.history", "mcdesk.model", "mcdesk.scheduling"),
        ),
    ),
    "a window that can be used": (
        USABLE,
        (
            *("pyqtgraph", "llvmlite", "cupy", "scipy", "psutil", "pynvml", "argon2", "pyarrow", "filelock"),
            *("sqlite3", "sqlcipher3", "sqlite_utils", "mcdesk.history.database", "mcdesk.history.people"),
            *("mcdesk.services", "mcdesk.machine", "mcdesk.dispatch.model_preparation"),
            *("mcdesk.dispatch.run_simulation", "mcdesk.dispatch.queue_view", "mcdesk.model.xlsx_reader"),
            *("mcdesk.engine.backends", "mcdesk.engine.simulation", "mcdesk.engine.distributions"),
            *("mcdesk.engine.mathematics", "mcdesk.formulas.compiler", "mcdesk.formulas.evaluator"),
            *("mcdesk.formulas.functions", "mcdesk.formulas.lexer", "mcdesk.formulas.parser"),
        ),
    ),
}


def loaded_by(program: str, home: Path) -> frozenset[str]:
    """The modules that a process has at the end of a program."""
    variables = {"QT_QPA_PLATFORM": "offscreen", "MCDESK_HOME": str(home), "MCDESK_LOCKS": str(home)}
    telling = "import json, os, sys\nprint(json.dumps(sorted(sys.modules)), flush=True)\nos._exit(0)\n"
    command = [sys.executable, "-c", program + telling]
    environment = dict(os.environ) | variables
    told = subprocess.run(
        command, cwd=ROOT, env=environment, check=True, timeout=120, stdout=subprocess.PIPE
    ).stdout
    return frozenset(json.loads(told))


def loaded_in_functions(source: Source) -> Iterator[str]:
    """What functions of a file import: the modules themselves, and modules as names of their folders."""
    for _, function in definitions(source.tree):
        for node in ast.walk(function):
            if isinstance(node, ast.ImportFrom) and node.module is not None:
                yield node.module
                below = Path(ROOT, *node.module.split("."))
                yield from (
                    f"{node.module}.{name.name}"
                    for name in node.names
                    if (below / f"{name.name}.py").is_file()
                )


@pytest.mark.parametrize("what", LATE)
def test_that_it_does_not_wait_for_modules_that_are_needed_later(what: str, tmp_path: Path) -> None:
    program, late = LATE[what]

    loaded = loaded_by(program, tmp_path)

    assert {"mcdesk.application", "PySide6.QtWidgets"} <= loaded
    assert [name for name in late if name in loaded] == []


def test_that_every_door_stands_open_once_all_is_loaded(tmp_path: Path) -> None:
    behind = {name for source in sources("mcdesk/ui") for name in loaded_in_functions(source)}

    loaded = loaded_by(LOADED, tmp_path)

    assert {"mcdesk.ui.charts.ground", "mcdesk.dispatch.known_workbook"} <= behind
    assert {name for name in behind - loaded if name.startswith("mcdesk")} == set()
