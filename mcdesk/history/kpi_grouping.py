"""By what key figures are told apart."""

from enum import Enum


class Grouping(Enum):
    """By what figures are told apart; the value is its name in JSON."""

    NOTHING = "all"
    DAY = "day"
    TIER = "tier"
    ACCOUNT = "account"
    MODEL = "model"
