"""The program as a person starts it: a real process, a real X server, a real mouse."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage

from mcdesk.foundation.paths import resources_folder
from mcdesk.ui.theme.tokens import LIGHT
from tests.functional.people import ROOT, SharedFolder, wait_until

SCREEN = "1440x900x24"
PATIENCE_SECONDS = 60.0
TOOLS = ("Xvfb", "xdotool", "import")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("device"),
    pytest.mark.skipif(
        any(shutil.which(tool) is None for tool in TOOLS), reason="Xvfb, xdotool or ImageMagick is missing"
    ),
]


@dataclass(slots=True)
class Screen:
    """An X server with a mouse, and one window on it."""

    display: str
    folder: SharedFolder
    pictures: Path
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "mcdesk", *arguments]
        process = subprocess.Popen(command, env=self.environment, cwd=ROOT)
        self.started.append(process)
        return process

    @property
    def environment(self) -> dict[str, str]:
        return dict(self.folder.environment) | {
            "DISPLAY": self.display,
            "QT_QPA_PLATFORM": "xcb",
            "QT_SCALE_FACTOR": "1",
            "MCDESK_THEME": "light",
        }

    def titles(self) -> str:
        found = self.tool("xdotool", "search", "--onlyvisible", "--name", "mcdesk")
        return "\n".join(self.tool("xdotool", "getwindowname", each) for each in found.split())

    def click(self, x: int, y: int) -> None:
        self.tool("xdotool", "mousemove", str(x), str(y), "click", "1")

    def picture(self, name: str) -> QImage:
        path = self.pictures / f"{name}.png"
        self.tool("import", "-window", "root", str(path))
        return QImage(str(path))

    def tool(self, *command: str) -> str:
        completed = subprocess.run(
            command,
            env=os.environ | {"DISPLAY": self.display},
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        return completed.stdout.strip()


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", SCREEN, "-nolisten", "tcp", "-noreset"],
        pass_fds=(writing,),
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    number = os.read(reading, 16).decode().strip()
    home = tmp_path / "home"
    home.mkdir()
    found = Screen(f":{number}", SharedFolder(home), tmp_path)
    try:
        yield found
    finally:
        for process in found.started:
            if process.poll() is None:
                process.kill()
            process.wait()
        server.kill()
        server.wait()
        # not before: it writes the end of the line after the number, and would die of a closed pipe
        os.close(reading)


def place_of(picture: QImage, colour: str, area: tuple[int, int, int, int]) -> tuple[int, int] | None:
    """The middle of what has this colour in an area (left, top, right, bottom)."""
    wanted = QColor(colour).rgb()
    left, top, right, bottom = area
    found = [
        (x, y)
        for y in range(top, bottom, 2)
        for x in range(left, right, 2)
        if picture.pixelColor(x, y).rgb() == wanted
    ]
    if len(found) < 100:
        return None
    return sum(x for x, _ in found) // len(found), sum(y for _, y in found) // len(found)


def click_run(screen: Screen) -> None:
    corner = (1100, 10, 1440, 100)
    places: list[tuple[int, int] | None] = [None]

    def is_steady() -> bool:
        # a picture may show a page that is about to go
        places.append(place_of(screen.picture("model"), LIGHT.accent, corner))
        return places[-1] is not None and places[-1] == places[-2]

    wait_until(is_steady, PATIENCE_SECONDS)
    place = places[-1]
    assert place is not None
    screen.click(*place)


def workbook(tmp_path: Path, trials: int) -> Path:
    """An example with a set-up beside it that asks for so many trials."""
    examples = resources_folder() / "examples"
    path = tmp_path / "launch.xlsx"
    path.write_bytes((examples / "product_launch.xlsx").read_bytes())
    text = (examples / "product_launch.toml").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("trials")]
    path.with_suffix(".toml").write_text("\n".join([f"trials = {trials}", *lines]), encoding="utf-8")
    return path


def test_that_a_person_gets_from_a_file_to_a_picture_with_one_click(screen: Screen, tmp_path: Path) -> None:
    process = screen.start(str(workbook(tmp_path, 50_000)))
    wait_until(lambda: "launch.xlsx" in screen.titles(), PATIENCE_SECONDS)

    click_run(screen)

    # the bars of the histogram, in the middle of the page
    area = (300, 280, 1000, 520)
    wait_until(lambda: place_of(screen.picture("result"), LIGHT.accent, area) is not None, PATIENCE_SECONDS)
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE_SECONDS) == 0


def test_that_a_window_which_closes_leaves_its_simulation_in_the_queue(
    screen: Screen, tmp_path: Path
) -> None:
    process = screen.start(str(workbook(tmp_path, 2_000_000_000)))
    wait_until(lambda: "launch.xlsx" in screen.titles(), PATIENCE_SECONDS)
    click_run(screen)
    wait_until(lambda: any(job["trials_done"] for job in screen.folder.jobs()), PATIENCE_SECONDS)

    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE_SECONDS) == 0
    seconds = time.monotonic() - began

    jobs = screen.folder.jobs()
    sys.stdout.write(f"closed in {seconds:.2f} s\n")
    assert [job["state"] for job in jobs] == ["waiting"]
    assert jobs[0]["trials_done"] > 0


def test_that_a_second_start_hands_its_file_to_the_window(screen: Screen, tmp_path: Path) -> None:
    first = screen.start()
    wait_until(lambda: "mcdesk" in screen.titles(), PATIENCE_SECONDS)

    second = screen.start(str(workbook(tmp_path, 1_000)))

    assert second.wait(PATIENCE_SECONDS) == 0
    wait_until(lambda: "launch.xlsx" in screen.titles(), PATIENCE_SECONDS)
    assert first.poll() is None
