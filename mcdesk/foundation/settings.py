"""What a person may set in `settings.toml` of the data folder: how the device is shared, and the tiers."""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mcdesk.foundation.errors import SettingsInvalid
from mcdesk.foundation.whole_file import write_whole

FILE_NAME = "settings.toml"


@dataclass(frozen=True, slots=True)
class Setting:
    """One number of the file: its unit, and the least and the most it may be."""

    title: str
    unit: str
    least: float
    most: float = math.inf
    is_whole: bool = False

    @property
    def range_text(self) -> str:
        """The numbers it may be, in words."""
        most = "" if math.isinf(self.most) else f" to {self.most:,.12g}"
        least = f"{self.least:g}" if most else f"at least {self.least:g}"
        return f"{least}{most}{f' {self.unit}' if self.unit else ''}"

    def refusal(self, number: float) -> str | None:
        """Why it cannot be this number; None if it can."""
        if not self.least <= number <= self.most:
            return f"It is {self.range_text}: {self.title}."
        if self.is_whole and not number.is_integer():
            return "It is a whole number."
        return None


SCHEDULING_SETTINGS: Mapping[str, Setting] = {
    "half_life_minutes": Setting("after so long half of a usage is forgotten", "min", 1.0),
    "credit_seconds": Setting("how far ahead of others a newcomer may be", "s for each unit of weight", 0.0),
    "simulations_at_once": Setting("simulations that run in turns", "", 1, 256, is_whole=True),
    "simulations_of_one_account": Setting("of these, of one account", "", 1, 256, is_whole=True),
    "memory_mb": Setting("memory for all simulations together", "MB", 64, 1e9, is_whole=True),
}
TIER_SETTINGS: Mapping[str, Setting] = {
    "weight": Setting("share of a contested device, relative to other tiers", "", 0.001, 1000.0),
    "memory_mb": Setting("the most memory of one simulation", "MB", 64, 1e9, is_whole=True),
    "compute_percent": Setting("the most of a device", "%", 1, 100, is_whole=True),
    "seconds_limit": Setting("the longest run, in device seconds", "s", 1, 1e7, is_whole=True),
}
# in the person's own currency
PRICE_SETTINGS: Mapping[str, Setting] = {
    "enterprise": Setting("what an Enterprise account brings", "a month", 0.0, 1e12),
    "professional": Setting("what a Professional account brings", "a month", 0.0, 1e12),
    "standard": Setting("what a Standard account brings", "a month", 0.0, 1e12),
    "trial": Setting("what a Trial account brings", "a month", 0.0, 1e12),
    "more_cores": Setting("what a processor with twice the cores costs", "", 0.0, 1e12),
    "gpu": Setting("what a GPU costs", "", 0.0, 1e12),
    "worker": Setting("what a worker of a cluster costs", "", 0.0, 1e12),
}
MONITOR_SETTINGS: Mapping[str, Setting] = {
    "status_port": Setting("where the status service answers", "", 1024, 65535, is_whole=True),
    "response_seconds": Setting("after so long people want their result", "s", 0.1, 1e6),
}
TIER_NAMES = ("enterprise", "professional", "standard", "trial")
# where the file says nothing
DEFAULT_STATUS_PORT = 9750
DEFAULT_RESPONSE_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Settings:
    """What the file says; what it leaves open is absent or None.

    Attributes:
        scheduling: numbers by the names of SCHEDULING_SETTINGS.
        borrows_idle: whether ceilings are lifted while nobody else waits; None leaves it to the number of
            accounts.
        tiers: for each tier numbers by the names of TIER_SETTINGS.
        prices: numbers by the names of PRICE_SETTINGS.
        monitor: numbers by the names of MONITOR_SETTINGS.
        asks_rating: whether a person is asked what they think of a result; None is yes.
        serves_status: whether the status service answers on this computer; None is no.
    """

    scheduling: Mapping[str, float] = field(default_factory=dict)
    borrows_idle: bool | None = None
    tiers: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    prices: Mapping[str, float] = field(default_factory=dict)
    monitor: Mapping[str, float] = field(default_factory=dict)
    asks_rating: bool | None = None
    serves_status: bool | None = None


def read_settings(folder: Path) -> Settings:
    """The settings of a data folder; without a file, none are set.

    Raises:
        SettingsInvalid: if the file cannot be read, or a setting is unknown or out of its range.
    """
    path = folder / FILE_NAME
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return Settings()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise SettingsInvalid(f"{path} cannot be read: {error}") from error
    reader = _Reader(path)
    reader.refuse_unknown("", document, ("scheduling", "tiers", "prices", "monitor"))
    scheduling = dict(reader.table("scheduling", document.get("scheduling", {})))
    monitor = dict(reader.table("monitor", document.get("monitor", {})))
    prices = reader.table("prices", document.get("prices", {}))
    borrows_idle = reader.switch("scheduling", scheduling, "borrow_idle")
    asks_rating = reader.switch("monitor", monitor, "ask_rating")
    serves_status = reader.switch("monitor", monitor, "status_service")
    tiers = reader.table("tiers", document.get("tiers", {}))
    reader.refuse_unknown("tiers.", tiers, TIER_NAMES)
    return Settings(
        scheduling=reader.numbers("scheduling", scheduling, SCHEDULING_SETTINGS),
        borrows_idle=borrows_idle,
        tiers={
            name: reader.numbers(f"tiers.{name}", reader.table(f"tiers.{name}", values), TIER_SETTINGS)
            for name, values in tiers.items()
        },
        prices=reader.numbers("prices", prices, PRICE_SETTINGS),
        monitor=reader.numbers("monitor", monitor, MONITOR_SETTINGS),
        asks_rating=asks_rating,
        serves_status=serves_status,
    )


def settings_text(settings: Settings) -> str:
    """The settings as the file has them; what is left open is left out."""
    monitor = {"ask_rating": settings.asks_rating, "status_service": settings.serves_status}
    tables = {
        "scheduling": _texts(settings.scheduling, {"borrow_idle": settings.borrows_idle}),
        "prices": _texts(settings.prices, {}),
        "monitor": _texts(settings.monitor, monitor),
    } | {f"tiers.{tier}": _texts(numbers, {}) for tier, numbers in settings.tiers.items()}
    return "\n".join(
        f"[{table}]\n" + "".join(f"{name} = {text}\n" for name, text in entries.items())
        for table, entries in tables.items()
        if entries
    )


def write_settings(folder: Path, settings: Settings) -> None:
    """Put them into the file of a data folder.

    Raises:
        SettingsInvalid: if it cannot be written; then the file is as before.
    """
    path = folder / FILE_NAME
    try:
        write_whole(path, settings_text(settings).encode())
    except OSError as error:
        raise SettingsInvalid(f"{path} cannot be written: {error.strerror}") from error


def _texts(numbers: Mapping[str, float], switches: Mapping[str, bool | None]) -> dict[str, str]:
    found = {name: _number_text(value) for name, value in numbers.items()}
    chosen = {name: value for name, value in switches.items() if value is not None}
    return found | {name: "true" if value else "false" for name, value in chosen.items()}


def _number_text(value: float) -> str:
    return str(int(value)) if value.is_integer() else repr(value)


@dataclass(frozen=True, slots=True)
class _Reader:
    path: Path

    def table(self, name: str, value: object) -> Mapping[str, object]:
        if not isinstance(value, dict):
            raise SettingsInvalid(
                f"{self.path}: {name} is no table", f"Write [{name}] and its settings below."
            )
        return value

    def switch(self, table: str, values: dict[str, object], name: str) -> bool | None:
        """Take a switch out of a table; None where it is not there."""
        value = values.pop(name, None)
        if value is None or isinstance(value, bool):
            return value
        raise SettingsInvalid(f"{self.path}: {table}.{name} is neither true nor false")

    def refuse_unknown(self, prefix: str, values: Mapping[str, object], known: tuple[str, ...]) -> None:
        for name in values:
            if name not in known:
                advice = f"Known are {', '.join(known)}."
                raise SettingsInvalid(f"{self.path}: there is no setting {prefix}{name}", advice)

    def numbers(
        self, table: str, values: Mapping[str, object], known: Mapping[str, Setting]
    ) -> dict[str, float]:
        self.refuse_unknown(f"{table}.", values, tuple(known))
        return {name: self._number(f"{table}.{name}", value, known[name]) for name, value in values.items()}

    def _number(self, name: str, value: object, setting: Setting) -> float:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        number = float(str(value)) if is_number else math.nan
        refusal = setting.refusal(number)
        if refusal is not None:
            raise SettingsInvalid(f"{self.path}: {name} = {value!r} cannot be accepted", refusal)
        return number
