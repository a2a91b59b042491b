"""What closed windows leave behind is freed in the thread of the window, whoever makes objects meanwhile."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.architecture.source_tree import ROOT

# In a process of its own: from then on that process collects in no other way.
PROGRAM = """
import json, os, threading, time
from PySide6.QtCore import QThread
from PySide6.QtWidgets import QDialog, QLineEdit, QVBoxLayout
from mcdesk.application import Application
from mcdesk.ui.background import Background

WINDOWS = 50
freed_in_thread_of_window = []

class Closed(QDialog):
    def __init__(self):
        super().__init__()
        QVBoxLayout(self).addWidget(QLineEdit())
        self.itself = self

    def __del__(self):
        freed_in_thread_of_window.append(QThread.isMainThread())

def make_objects(token):
    made = []
    while len(freed_in_thread_of_window) < WINDOWS and time.monotonic() < ends_at:
        made.append([len(made)])
        if len(made) > 100_000:
            made.clear()

application = Application([])
background = Background()
for _ in range(WINDOWS):
    window = Closed()
    window.show()
    application._qt.processEvents()
    window.close()
    del window
ends_at = time.monotonic() + 60.0
done = []
background.start(make_objects, done.append, done.append)
while not done:
    application._qt.processEvents()
print(json.dumps(freed_in_thread_of_window), flush=True)
os._exit(0)
"""


def test_that_another_thread_frees_no_closed_window(tmp_path: Path) -> None:
    variables = {"QT_QPA_PLATFORM": "offscreen", "MCDESK_HOME": str(tmp_path), "MCDESK_LOCKS": str(tmp_path)}

    told = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env=os.environ | variables,
        check=True,
        timeout=120,
        stdout=subprocess.PIPE,
    ).stdout

    assert json.loads(told) == [True] * 50
