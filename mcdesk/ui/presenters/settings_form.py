"""The settings as fields to fill in: made from what the file may hold, so that none is forgotten."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mcdesk.foundation.settings import (
    DEFAULT_RESPONSE_SECONDS,
    DEFAULT_STATUS_PORT,
    MONITOR_SETTINGS,
    PRICE_SETTINGS,
    SCHEDULING_SETTINGS,
    TIER_NAMES,
    TIER_SETTINGS,
    Setting,
    Settings,
)
from mcdesk.scheduling.fair_share import SharePolicy
from mcdesk.scheduling.queue_snapshot import QueueCapacity
from mcdesk.scheduling.tiers import DEFAULT_TIERS, Tier

SCHEDULING, PRICES, MONITOR = "scheduling", "prices", "monitor"
# Where the name in the file has the unit in it.
TITLES = {
    "half_life_minutes": "Half-life",
    "credit_seconds": "Credit",
    "memory_mb": "Memory",
    "compute_percent": "Compute",
    "seconds_limit": "Longest run",
    "gpu": "GPU",
    "worker": "Worker of a cluster",
    "more_cores": "Twice the cores",
    "status_port": "Port of the status service",
    "response_seconds": "Response",
}


@dataclass(frozen=True, slots=True)
class FieldKey:
    """Which field: `scheduling`, `prices`, `monitor` or the name of a tier, and the name of the setting."""

    table: str
    name: str


@dataclass(frozen=True, slots=True)
class SettingField:
    """One number of the settings.

    Attributes:
        default: what holds while the field is empty; None where `unset` says what does.
    """

    key: FieldKey
    setting: Setting
    default: float | None
    unset: str = "by the machine"

    @property
    def title(self) -> str:
        """Its name in words."""
        return TITLES.get(self.key.name) or self.key.name.replace("_", " ").capitalize()

    @property
    def default_text(self) -> str:
        """What holds while nothing is written."""
        return self.unset if self.default is None else f"{self.default:g}"


class SettingsForm:
    """Texts of all fields, and what is wrong with them; an empty text leaves the default.

    Args:
        settings: of the file.
    """

    def __init__(self, settings: Settings) -> None:
        self.borrows_idle = settings.borrows_idle
        self.asks_rating, self.serves_status = settings.asks_rating, settings.serves_status
        self._texts = {each.key: _text(_stored(settings, each.key)) for each in FIELDS}

    def text(self, key: FieldKey) -> str:
        """What is written in a field."""
        return self._texts[key]

    def write(self, key: FieldKey, text: str) -> str | None:
        """Fill a field in; says what is wrong with the text."""
        self._texts[key] = text.strip()
        return self.problem(key)

    def problem(self, key: FieldKey) -> str | None:
        """What is wrong with a field, in words; None if it may stay."""
        text = self._texts[key]
        if not text:
            return None
        try:
            number = float(text.replace(",", ""))
        except ValueError:
            return f"\u201c{text}\u201d is no number."
        return _SETTINGS[key].refusal(number)

    @property
    def is_sound(self) -> bool:
        """Whether it can be kept."""
        return all(self.problem(key) is None for key in self._texts)

    def settings(self) -> Settings:
        """What is filled in; only of a form that is sound."""
        tables: dict[str, dict[str, float]] = {}
        for key, text in self._texts.items():
            if text:
                tables.setdefault(key.table, {})[key.name] = float(text.replace(",", ""))
        scheduling, prices, monitor = (tables.pop(name, {}) for name in (SCHEDULING, PRICES, MONITOR))
        return Settings(
            scheduling=scheduling,
            borrows_idle=self.borrows_idle,
            tiers=tables,
            prices=prices,
            monitor=monitor,
            asks_rating=self.asks_rating,
            serves_status=self.serves_status,
        )


def _fields() -> Sequence[SettingField]:
    policy, capacity = SharePolicy(), QueueCapacity(0)
    defaults: Mapping[str, float | None] = {
        "half_life_minutes": policy.half_life_seconds / 60.0,
        "credit_seconds": policy.credit_seconds,
        "simulations_at_once": capacity.jobs,
        "simulations_of_one_account": capacity.jobs_per_account,
        "memory_mb": None,
    }
    found = [
        SettingField(FieldKey(SCHEDULING, name), setting, defaults[name])
        for name, setting in SCHEDULING_SETTINGS.items()
    ]
    found += [
        SettingField(FieldKey(PRICES, name), setting, None, "none")
        for name, setting in PRICE_SETTINGS.items()
    ]
    watched = {"status_port": float(DEFAULT_STATUS_PORT), "response_seconds": DEFAULT_RESPONSE_SECONDS}
    found += [
        SettingField(FieldKey(MONITOR, name), setting, watched[name])
        for name, setting in MONITOR_SETTINGS.items()
    ]
    for tier in TIER_NAMES:
        terms = DEFAULT_TIERS[Tier(tier)]
        numbers = {
            "weight": terms.weight,
            "memory_mb": terms.limits.memory_mb,
            "compute_percent": terms.limits.compute_percent,
            "seconds_limit": terms.limits.seconds_limit,
        }
        found += [
            SettingField(FieldKey(tier, name), setting, numbers[name])
            for name, setting in TIER_SETTINGS.items()
        ]
    return found


def _stored(settings: Settings, key: FieldKey) -> float | None:
    tables = {SCHEDULING: settings.scheduling, PRICES: settings.prices, MONITOR: settings.monitor}
    return {**settings.tiers, **tables}.get(key.table, {}).get(key.name)


def _text(value: float | None) -> str:
    return "" if value is None else f"{value:.12g}"


FIELDS: Sequence[SettingField] = tuple(_fields())
_SETTINGS = {each.key: each.setting for each in FIELDS}
