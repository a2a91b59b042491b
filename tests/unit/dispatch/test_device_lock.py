"""A device that several data folders share."""

import itertools
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mcdesk.dispatch.device_lock import DeviceLock

HOLD = """
import sys, time
from pathlib import Path
from mcdesk.dispatch.device_lock import DeviceLock
with DeviceLock("cpu", Path(sys.argv[1])).turn():
    print("held", flush=True)
    time.sleep(60)
"""


def test_that_folders_have_the_device_in_turn_and_never_together(tmp_path: Path) -> None:
    order: list[str] = []
    inside = 0
    most_inside = 0

    def use(name: str) -> None:
        nonlocal inside, most_inside
        lock = DeviceLock("cpu", tmp_path)
        for _ in range(15):
            with lock.turn():
                inside += 1
                most_inside = max(most_inside, inside)
                order.append(name)
                time.sleep(0.005)
                inside -= 1

    people = [threading.Thread(target=use, args=(name,)) for name in "ab"]
    for person in people:
        person.start()
    for person in people:
        person.join()

    both = order[: max(order.index("a"), order.index("b")) + 20]
    changes = sum(left != right for left, right in itertools.pairwise(both))
    assert most_inside == 1
    assert changes >= 8


def test_that_a_cancel_ends_the_wait(tmp_path: Path) -> None:
    holder, other = DeviceLock("cpu", tmp_path), DeviceLock("cpu", tmp_path)

    with holder.turn(), other.turn(lambda: True) as has_turn:
        assert not has_turn


@pytest.mark.skipif(sys.platform == "win32", reason="Windows halts no process")
def test_that_a_halted_process_is_not_waited_for(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        process.stdout.readline()
        os.kill(process.pid, signal.SIGSTOP)
        began = time.monotonic()
        with DeviceLock("cpu", tmp_path).turn() as has_turn:
            seconds = time.monotonic() - began

        assert has_turn
        assert seconds < 5.0
    finally:
        process.kill()
        process.communicate()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows lets only administrators make links")
@pytest.mark.parametrize("name", ["cpu-device.lock", "cpu-turnstile.lock", "cpu-owner"])
@pytest.mark.parametrize("link", [os.symlink, os.link])
def test_that_a_link_in_the_folder_of_all_is_not_followed(
    tmp_path: Path, name: str, link: Callable[[Path, Path], None]
) -> None:
    mine, folder = tmp_path / "mine", tmp_path / "locks"
    folder.mkdir()
    mine.write_text("a key that nobody else is to read")
    mine.chmod(0o600)
    link(mine, folder / name)

    with DeviceLock("cpu", folder).turn() as has_turn:
        assert has_turn

    assert mine.read_text() == "a key that nobody else is to read"
    assert mine.stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(sys.platform == "win32", reason="Windows lets only administrators make links")
def test_that_a_folder_behind_a_link_keeps_its_rights(tmp_path: Path) -> None:
    mine, folder = tmp_path / "mine", tmp_path / "locks"
    mine.mkdir(mode=0o700)
    folder.symlink_to(mine)

    with DeviceLock("cpu", folder).turn() as has_turn:
        assert has_turn

    assert mine.stat().st_mode & 0o7777 == 0o700
