"""Where files are kept and found."""

import os
import sys
from pathlib import Path

import pytest

from mcdesk.foundation.paths import (
    documentation_folder,
    machine_data_folder,
    resources_folder,
    user_folders,
)


def test_that_the_home_variable_holds_everything(tmp_path: Path) -> None:
    folders = user_folders({"MCDESK_HOME": str(tmp_path)})

    assert folders.data == tmp_path
    assert tmp_path in folders.cache.parents
    assert tmp_path in folders.logs.parents
    assert folders.database == tmp_path / "mcdesk.db"
    assert folders.samples == tmp_path / "samples"
    assert folders.model_files == tmp_path / "files"


def test_that_a_relative_home_is_made_absolute() -> None:
    assert user_folders({"MCDESK_HOME": "here"}).data == Path.cwd() / "here"


def test_that_without_the_variable_the_platform_decides() -> None:
    folders = user_folders({"MCDESK_HOME": ""})

    assert folders.data.is_absolute()
    assert "mcdesk" in str(folders.data)


def test_that_a_machine_wide_folder_holds_the_data_and_nothing_else(tmp_path: Path) -> None:
    own = user_folders({}, machine_data=tmp_path / "absent")
    shared = user_folders({}, machine_data=tmp_path)

    assert shared.data == tmp_path
    assert own.data != tmp_path
    assert (shared.cache, shared.logs) == (own.cache, own.logs)
    assert tmp_path not in shared.cache.parents


def test_that_the_home_variable_wins_over_the_machine_wide_folder(tmp_path: Path) -> None:
    assert user_folders({"MCDESK_HOME": str(tmp_path / "own")}, tmp_path).data == tmp_path / "own"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_that_a_machine_wide_folder_of_others_is_left_alone(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)

    assert user_folders({}, machine_data=tmp_path).data != tmp_path


def test_that_each_platform_has_its_place_for_the_data_of_all() -> None:
    assert machine_data_folder({}, "linux") == Path("/var/lib/mcdesk")
    assert machine_data_folder({}, "darwin") == Path("/Library/Application Support/mcdesk")
    assert machine_data_folder({"PROGRAMDATA": "D:/All"}, "win32") == Path("D:/All/mcdesk")
    assert machine_data_folder({}, "win32").name == "mcdesk"


def test_that_asking_for_folders_creates_none(tmp_path: Path) -> None:
    user_folders({"MCDESK_HOME": str(tmp_path / "new")})

    assert not (tmp_path / "new").exists()


def test_that_the_resources_are_found_in_the_source_tree() -> None:
    assert (resources_folder() / "README.md").is_file()


def test_that_the_documentation_is_found_in_the_source_tree() -> None:
    assert (documentation_folder() / "index.md").is_file()


def test_that_a_bundle_has_resources_and_documentation_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("resources", "docs"):
        (tmp_path / "mcdesk" / name).mkdir(parents=True)
    (tmp_path / "mcdesk" / "docs" / "index.md").touch()
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)

    assert resources_folder() == tmp_path / "mcdesk" / "resources"
    assert documentation_folder() == tmp_path / "mcdesk" / "docs"
