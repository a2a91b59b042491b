"""What is kept of a set-up between two openings of its workbook."""

from pathlib import Path

import pytest

from mcdesk.formulas.setup_carrying import Landmark, Landmarks
from mcdesk.formulas.setup_shelf import KeptSetup, SetupShelf
from mcdesk.formulas.setup_texts import (
    CorrelationText,
    InputText,
    LimitText,
    OutputText,
    SetupFile,
    ValueText,
)
from mcdesk.formulas.setup_writer import setup_text
from tests.encrypted_folder import encrypted, files_with, use_keyring

SETUP = SetupFile(inputs=(InputText("window", "Plan!B1", "normal(1, 2)", "Price"),), trials=5000)
LANDMARKS = Landmarks("abc", {"Plan!B1": Landmark("price", "Preis \u20ac\x85\n\u2028\x7f", 0, 1)})


def test_that_a_set_up_and_its_landmarks_are_found_again(tmp_path: Path) -> None:
    shelf = SetupShelf(tmp_path / "shelf")

    shelf.keep(tmp_path / "plan.xlsx", SETUP, LANDMARKS)
    found = shelf.find(tmp_path / "plan.xlsx")

    assert found is not None
    assert found.landmarks == LANDMARKS
    assert setup_text(found.setup) == setup_text(SETUP)
    assert shelf.find(tmp_path / "other.xlsx") is None


def test_that_a_set_up_in_an_encrypted_folder_is_sealed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_keyring(monkeypatch, tmp_path)
    shelf = SetupShelf(encrypted(tmp_path / "data") / "setups")

    shelf.keep(tmp_path / "plan.xlsx", SETUP, LANDMARKS)

    found = shelf.find(tmp_path / "plan.xlsx")
    assert found is not None and found.landmarks == LANDMARKS
    assert setup_text(found.setup) == setup_text(SETUP)
    assert files_with(tmp_path / "data", (b"Plan!B1", b"Price", b"price")) == []


def test_that_what_was_kept_names_no_file_of_the_shelf(tmp_path: Path) -> None:
    setup = SetupFile(
        inputs=(InputText("", "P!B1", "normal(1, 2)"), InputText("", "P!B2", "normal(1, 2)")),
        outputs=(OutputText("", "P!B4"),),
        values=(ValueText("", "P!B3", 2.0),),
        limits=(LimitText("", "P!B4", 0.0),),
        correlations=(CorrelationText("", "P!B1", "P!B2", 0.5),),
    )
    shelf = SetupShelf(tmp_path / "shelf")

    shelf.keep(tmp_path / "plan.xlsx", setup, LANDMARKS)

    assert shelf.find(tmp_path / "plan.xlsx") == KeptSetup(setup, LANDMARKS)


def test_that_a_file_beside_the_workbook_is_taken_where_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_text('[[outputs]]\ncell = "Plan!B4"\n', encoding="utf-8")

    found = SetupShelf(tmp_path / "shelf").find(tmp_path / "plan.xlsx")

    assert found == KeptSetup(SetupFile(outputs=(OutputText("plan.toml", "Plan!B4"),)))


def test_that_landmarks_that_cannot_be_read_cost_only_themselves(tmp_path: Path) -> None:
    shelf = SetupShelf(tmp_path / "shelf")
    shelf.keep(tmp_path / "plan.xlsx", SETUP, LANDMARKS)
    (place,) = (tmp_path / "shelf").iterdir()
    _, rest = place.read_text(encoding="utf-8").split("\n", 1)

    for line in (
        "# landmarks: {",
        '# landmarks: {"sha256": "a", "cells": {"x": {"wrong": 1}}}',
        "# landmarks: 3",
    ):
        place.write_text(f"{line}\n{rest}", encoding="utf-8")
        found = shelf.find(tmp_path / "plan.xlsx")
        assert found is not None
        assert (found.landmarks, found.setup.trials) == (None, 5000)
