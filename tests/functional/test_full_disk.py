"""A disk without room (F4): a small one of memory is filled for real."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from mcdesk.foundation.paths import resources_folder
from mcdesk.history.ballast import BYTES, NAME, drop_ballast, keep_ballast
from mcdesk.history.opening import open_database
from tests.functional.people import mcdesk_on

Mcdesk = Callable[..., "subprocess.CompletedProcess[str]"]

pytestmark = pytest.mark.slow


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("this computer lets nobody mount a small disk here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def mcdesk(disk: Path) -> Mcdesk:
    return partial(mcdesk_on, disk)


def simulated(mcdesk: Mcdesk, seed: int) -> "subprocess.CompletedProcess[str]":
    example = resources_folder() / "examples" / "newsvendor"
    options = ("--setup", f"{example}.toml", "--trials", "20000", "--seed", str(seed), "--json")
    return mcdesk("run", f"{example}.xlsx", *options)


def fill(folder: Path) -> None:
    with (folder / "full").open("wb", buffering=0) as file:
        try:
            while file.write(bytes(1_000)):
                pass
        except OSError:
            return


def listed(mcdesk: Mcdesk) -> list[str]:
    found = mcdesk("history", "list", "--json")
    assert (found.returncode, found.stderr) == (0, "")
    return [each["simulation_id"] for each in json.loads(found.stdout)["simulations"]]


def test_that_the_ballast_is_given_up_so_that_a_full_history_can_be_read_and_tidied(
    disk: Path, mcdesk: Mcdesk
) -> None:
    assert simulated(mcdesk, 1).returncode == 0
    assert keep_ballast(disk, least_free_bytes=0)
    fill(disk)

    (kept,) = listed(mcdesk)

    assert not (disk / NAME).exists()
    assert mcdesk("history", "delete", kept).returncode == 0
    assert listed(mcdesk) == []


def test_that_a_run_on_a_full_disk_has_its_result_and_says_that_it_is_not_kept(
    disk: Path, mcdesk: Mcdesk
) -> None:
    expected = json.loads(simulated(mcdesk, 2).stdout)
    (before,) = listed(mcdesk)
    fill(disk)

    completed = simulated(mcdesk, 3)
    document = json.loads(completed.stdout)

    assert completed.returncode == 0
    assert document["trials"] == expected["trials"]
    assert any("full" in warning for warning in document["warnings"]), document["warnings"]
    refused = mcdesk("history", "list")
    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1
    assert "is full" in refused.stderr
    (disk / "full").unlink()
    assert listed(mcdesk) == [before]
    with open_database(disk / "mcdesk.db") as database:
        assert database.health().integrity == "ok"


def test_that_no_ballast_is_made_where_room_is_short(disk: Path) -> None:
    assert not keep_ballast(disk)
    assert list(disk.iterdir()) == []


def test_that_the_ballast_takes_its_room_for_real(disk: Path) -> None:
    before = shutil.disk_usage(disk).free
    assert keep_ballast(disk, least_free_bytes=0)
    assert before - shutil.disk_usage(disk).free >= BYTES
    assert drop_ballast(disk)
    assert not drop_ballast(disk)
