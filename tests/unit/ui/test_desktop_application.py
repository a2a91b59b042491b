"""A file that is double-clicked on macOS arrives as an event."""

import json
import subprocess
import sys
from pathlib import Path

# a process of its own: there is one application object in each
ASKED = """
import json, sys
from PySide6.QtCore import QCoreApplication, QEvent, QUrl
from PySide6.QtGui import QFileOpenEvent
from mcdesk.ui.desktop_application import DesktopApplication

application = DesktopApplication(["mcdesk", "-platform", "offscreen"])
asked = []
application.file_asked.connect(lambda path: asked.append(str(path)))
QCoreApplication.sendEvent(application, QEvent(QEvent.Type.User))
QCoreApplication.sendEvent(application, QFileOpenEvent(QUrl("mailto:ann@example.org")))
QCoreApplication.sendEvent(application, QFileOpenEvent(QUrl.fromLocalFile(sys.argv[1])))
print(json.dumps(asked))
"""


def test_that_a_file_of_the_finder_is_asked_for_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "my plan.xlsx"

    completed = subprocess.run(
        [sys.executable, "-c", ASKED, str(path)], capture_output=True, text=True, check=False, timeout=60
    )

    assert json.loads(completed.stdout) == [str(path)], completed.stderr
