"""Where files are kept and found."""

from pathlib import Path

from mcdesk.foundation.paths import resources_folder, user_folders


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


def test_that_asking_for_folders_creates_none(tmp_path: Path) -> None:
    user_folders({"MCDESK_HOME": str(tmp_path / "new")})

    assert not (tmp_path / "new").exists()


def test_that_the_resources_are_found_in_the_source_tree() -> None:
    assert (resources_folder() / "README.md").is_file()
