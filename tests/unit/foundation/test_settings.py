"""settings.toml: what may be set, and that everything else is refused in a line that says how."""

import math
from pathlib import Path

import pytest

from mcdesk.foundation.errors import SettingsInvalid
from mcdesk.foundation.settings import FILE_NAME, Settings, read_settings


def read(folder: Path, text: str) -> Settings:
    """The settings of a folder with this file."""
    (folder / FILE_NAME).write_text(text, encoding="utf-8")
    return read_settings(folder)


def test_that_without_a_file_nothing_is_set(tmp_path: Path) -> None:
    assert read_settings(tmp_path) == Settings()


def test_that_an_empty_file_sets_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, "") == Settings()


def test_that_all_settings_are_read(tmp_path: Path) -> None:
    text = """
        [scheduling]
        half_life_minutes = 30
        credit_seconds = 2.5
        simulations_at_once = 8
        simulations_of_one_account = 2
        memory_mb = 16_000
        borrow_idle = true
        [tiers.trial]
        weight = 0.25
        memory_mb = 512
        compute_percent = 10
        seconds_limit = 60
        [tiers.enterprise]
        weight = 10
        [prices]
        enterprise = 250
        gpu = 1_999.5
        [monitor]
        status_port = 9751
        ask_rating = false
        status_service = true
    """

    assert read(tmp_path, text) == Settings(
        scheduling={
            "half_life_minutes": 30.0,
            "credit_seconds": 2.5,
            "simulations_at_once": 8.0,
            "simulations_of_one_account": 2.0,
            "memory_mb": 16000.0,
        },
        borrows_idle=True,
        tiers={
            "trial": {"weight": 0.25, "memory_mb": 512.0, "compute_percent": 10.0, "seconds_limit": 60.0},
            "enterprise": {"weight": 10.0},
        },
        prices={"enterprise": 250.0, "gpu": 1999.5},
        monitor={"status_port": 9751.0},
        asks_rating=False,
        serves_status=True,
    )


def test_that_nothing_needs_to_be_forgotten(tmp_path: Path) -> None:
    settings = read(tmp_path, "scheduling.half_life_minutes = inf\nscheduling.credit_seconds = inf")

    assert settings.scheduling == {"half_life_minutes": math.inf, "credit_seconds": math.inf}


REFUSED = {
    "no TOML": ("[scheduling", "cannot be read"),
    "a table that is unknown": ("[schedule]", "there is no setting schedule"),
    "a setting that is unknown": ("scheduling.halflife = 1", "there is no setting scheduling.halflife"),
    "a tier that is unknown": ("tiers.gold.weight = 1", "there is no setting tiers.gold"),
    "a setting of a tier that is unknown": ("tiers.trial.price = 1", "there is no setting tiers.trial.price"),
    "a table that is a number": ("scheduling = 1", "scheduling is no table"),
    "tiers that are a list": ("tiers = []", "tiers is no table"),
    "a tier that is a number": ("tiers.trial = 1", "tiers.trial is no table"),
    "a half-life of nothing": ("scheduling.half_life_minutes = 0", "half_life_minutes = 0 cannot"),
    "a half-life that is no number": ("scheduling.half_life_minutes = nan", "half_life_minutes = nan cannot"),
    "a negative credit": ("scheduling.credit_seconds = -1", "credit_seconds = -1 cannot"),
    "a text": ("scheduling.credit_seconds = '5'", "credit_seconds = '5' cannot"),
    "a truth value": ("scheduling.credit_seconds = true", "credit_seconds = True cannot"),
    "a date": ("scheduling.credit_seconds = 2026-11-26", "credit_seconds = .* cannot"),
    "too many at once": ("scheduling.simulations_at_once = 257", "simulations_at_once = 257 cannot"),
    "none at once": ("scheduling.simulations_at_once = 0", "simulations_at_once = 0 cannot"),
    "half a simulation": (
        "scheduling.simulations_at_once = 1.5",
        "simulations_at_once = 1.5 cannot be accepted. It is a whole",
    ),
    "no weight": ("tiers.trial.weight = 0", "tiers.trial.weight = 0 cannot"),
    "an infinite weight": ("tiers.trial.weight = inf", "tiers.trial.weight = inf cannot"),
    "more than all": ("tiers.trial.compute_percent = 101", "tiers.trial.compute_percent = 101 cannot"),
    "a price that is unknown": ("prices.gold = 1", "there is no setting prices.gold"),
    "a negative price": ("prices.gpu = -1", "prices.gpu = -1 cannot"),
    "a port of the system": ("monitor.status_port = 80", "status_port = 80 cannot"),
    "a service that is a number": ("monitor.status_service = 1", "status_service is neither true nor false"),
    "borrowing that is a number": ("scheduling.borrow_idle = 1", "borrow_idle is neither true nor false"),
}


@pytest.mark.parametrize(("text", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_that_a_setting_that_makes_no_sense_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SettingsInvalid, match=message) as caught:
        read(tmp_path, text)

    assert caught.value.title.startswith(str(tmp_path / FILE_NAME))


def test_that_a_refusal_says_what_may_be_set(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid) as caught:
        read(tmp_path, "tiers.trial.compute_percent = 0")

    assert caught.value.detail == "It is 1 to 100 %: the most of a device."


def test_that_a_refusal_names_a_least_without_a_most(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid) as caught:
        read(tmp_path, "scheduling.half_life_minutes = 0.5")

    assert caught.value.detail == "It is at least 1 min: after so long half of a usage is forgotten."


def test_that_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"\xff\xfe\x00")

    with pytest.raises(SettingsInvalid, match="cannot be read"):
        read_settings(tmp_path)


def test_that_a_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()

    with pytest.raises(SettingsInvalid, match="cannot be read"):
        read_settings(tmp_path)
