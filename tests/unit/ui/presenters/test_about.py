"""The about box lists all that is locked, each with a licence and its text, without asking anybody."""

import re
from importlib import metadata

import pytest

from mcdesk.ui.presenters.about import FONT_ROW, LIBRARIES, about_rows, licence_text
from tests.architecture.source_tree import ROOT
from tests.architecture.test_locks import locked_names

ROWS = about_rows()


def test_that_every_locked_package_is_listed_and_no_other() -> None:
    assert sorted(LIBRARIES) == sorted(locked_names(ROOT / "requirements.lock"))


def test_that_what_is_installed_has_a_row() -> None:
    elsewhere = {
        "pywin32-ctypes",
        "backports-tarfile",
        "importlib-metadata",
        "lazy-importer",
        "zipp",
        "jeepney",
    }

    absent = set(LIBRARIES) - {row[0] for row in ROWS}

    assert absent <= elsewhere | {"jeepney", "secretstorage"}


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_that_each_row_names_a_licence_and_has_its_text(row: tuple[str, str, str]) -> None:
    name, version, licence = row

    text = licence_text(name)

    assert version
    assert re.search(r"Apache|BSD|MIT|PSF|LGPL|Zlib|CNRI|SIL", licence), licence
    assert len(text) > 400
    assert re.search(r"(?i)copyright|licen[cs]e", text)


def test_that_the_text_is_the_one_that_is_named() -> None:
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in licence_text("shiboken6")
    assert "GNU GENERAL PUBLIC LICENSE" in licence_text("pyside6-essentials")
    assert "NVIDIA Corporation" in licence_text("nvidia-ml-py")
    assert "Apache License" in licence_text("mcdesk")
    assert "SIL OPEN FONT LICENSE" in licence_text(FONT_ROW[0])
    assert "This software is provided 'as-is'" in licence_text("sqlcipher3")
    assert "Redistribution and use in source and binary forms" in licence_text("click-default-group")


def test_that_nothing_stands_under_the_gpl_alone() -> None:
    for name in LIBRARIES:
        try:
            found = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            continue
        licence = next(row[2] for row in ROWS if row[0] == name)
        assert "GPL" not in licence or "LGPL" in licence, found["Name"]
