"""The settings as fields: everything that the file may hold, and words for what it may not."""

from pathlib import Path

import pytest

from mcdesk.foundation.settings import (
    MONITOR_SETTINGS,
    PRICE_SETTINGS,
    SCHEDULING_SETTINGS,
    TIER_NAMES,
    TIER_SETTINGS,
    Settings,
    read_settings,
    settings_text,
    write_settings,
)
from mcdesk.ui.presenters.settings_form import FIELDS, SCHEDULING, FieldKey, SettingsForm

SETTINGS = Settings(
    scheduling={"half_life_minutes": 30.0, "credit_seconds": 2.5},
    borrows_idle=False,
    tiers={"trial": {"weight": 0.25, "memory_mb": 512.0}},
    prices={"trial": 0.0, "worker": 1_500.5},
    monitor={"status_port": 9751.0, "response_seconds": 5.0},
    asks_rating=False,
    serves_status=True,
)


def test_that_every_setting_has_a_field() -> None:
    tables = (SCHEDULING_SETTINGS, PRICE_SETTINGS, MONITOR_SETTINGS)
    assert len(FIELDS) == sum(map(len, tables)) + len(TIER_NAMES) * len(TIER_SETTINGS)
    assert all(each.title and each.default_text for each in FIELDS)


def test_that_a_form_gives_back_what_it_was_made_of() -> None:
    assert SettingsForm(SETTINGS).settings() == SETTINGS
    assert SettingsForm(Settings()).settings() == Settings()


def test_that_the_file_gives_back_what_was_written(tmp_path: Path) -> None:
    write_settings(tmp_path, SETTINGS)
    assert read_settings(tmp_path) == SETTINGS
    assert settings_text(Settings()) == ""


@pytest.mark.parametrize(
    ("table", "name", "text", "words"),
    [
        ("trial", "weight", "much", "is no number"),
        ("trial", "weight", "0", "0.001 to 1,000"),
        ("trial", "compute_percent", "101", "1 to 100 %"),
        ("trial", "seconds_limit", "1.5", "whole number"),
        (SCHEDULING, "half_life_minutes", "nan", "at least 1 min"),
        (SCHEDULING, "memory_mb", "1e12", "64 to 1,000,000,000 MB"),
    ],
)
def test_that_what_cannot_be_is_told_in_words(table: str, name: str, text: str, words: str) -> None:
    form = SettingsForm(SETTINGS)
    problem = form.write(FieldKey(table, name), text)
    assert problem is not None
    assert words in problem
    assert not form.is_sound
    assert form.write(FieldKey(table, name), "") is None
    assert form.is_sound


def test_that_thousands_may_be_written_with_commas() -> None:
    form = SettingsForm(Settings())
    assert form.write(FieldKey("trial", "memory_mb"), " 2,048 ") is None
    assert form.settings().tiers == {"trial": {"memory_mb": 2048.0}}
