"""How much of a device each account has had of late, and who has had least for its weight.

`score = usage / weight`, the lowest goes first. Usage is device seconds that were really charged; it decays
with a half-life. With an infinite half-life and an infinite credit this is usage / weight and nothing else.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from mcdesk.foundation.settings import Settings

# So much is forgotten at most while nobody executes, whatever the wall clock says.
LONGEST_DECAY_SECONDS = 30 * 24 * 3600.0
# A little less than all, so that a ledger is not written anew at each chunk for each account that waits.
_CREDIT_LEFT = 0.9


@dataclass(frozen=True, slots=True)
class SharePolicy:
    """How a device is shared.

    Attributes:
        half_life_seconds: after so long half of a usage is forgotten; infinite to forget nothing.
        credit_seconds: who comes back is at most so many device seconds for each unit of weight ahead of
            those that waited; infinite for no bound.
        borrows_idle: whether ceilings are lifted while nobody else waits.
    """

    half_life_seconds: float = 3600.0
    credit_seconds: float = 5.0
    borrows_idle: bool = False

    def __post_init__(self) -> None:
        if not self.half_life_seconds > 0.0:
            raise ValueError("a half-life is above zero, or nothing would ever be shared")
        if not self.credit_seconds >= 0.0:
            raise ValueError("a credit is zero or more")


def policy_of(settings: Settings, account_count: int) -> SharePolicy:
    """The policy that the settings ask for; idle time is borrowed where one account is alone."""
    numbers, borrows = settings.scheduling, settings.borrows_idle
    default = SharePolicy()
    return SharePolicy(
        half_life_seconds=numbers.get("half_life_minutes", default.half_life_seconds / 60.0) * 60.0,
        credit_seconds=numbers.get("credit_seconds", default.credit_seconds),
        borrows_idle=account_count <= 1 if borrows is None else borrows,
    )


PLAIN_POLICY = SharePolicy(half_life_seconds=math.inf, credit_seconds=math.inf)


@dataclass(frozen=True, slots=True)
class Usage:
    """Device seconds of one account, decayed to `at_seconds` of a monotonic clock."""

    device_seconds: float
    at_seconds: float


def decayed_usage(usage: Usage, now: float, policy: SharePolicy) -> float:
    """What is left of a usage at `now`; a clock that went back changes nothing."""
    age = max(now - usage.at_seconds, 0.0)
    if age == 0.0 or math.isinf(policy.half_life_seconds):
        return usage.device_seconds
    return usage.device_seconds * math.exp2(-age / policy.half_life_seconds)


def charged_usage(usage: Usage, device_seconds: float, now: float, policy: SharePolicy) -> Usage:
    """The usage after so many more device seconds.

    Raises:
        ValueError: if they are negative or no number.
    """
    if not 0.0 <= device_seconds < math.inf:
        raise ValueError(f"{device_seconds} device seconds cannot be charged")
    return Usage(decayed_usage(usage, now, policy) + device_seconds, max(now, usage.at_seconds))


def credit_of(usage: float, weight: float, last_score: float) -> float:
    """How many device seconds an account may have before its score is that of the last of the others.

    Args:
        usage: device seconds, decayed to now.
    """
    ahead = last_score * weight - usage
    return ahead if ahead > 0.0 else 0.0


def placed_usage(
    usage: float, weight: float, waiting_scores: Collection[float], policy: SharePolicy
) -> float:
    """The usage of an account that begins to wait, beside others that have work already.

    It is at most the credit ahead of the last of them, so that nobody gains by staying away. And it is at
    most the credit behind the first, though never before the last: who used the device while those were
    away is where it would be had they come while it worked.

    Args:
        usage: device seconds, decayed to now.
        waiting_scores: of the others.
    """
    if not waiting_scores or math.isinf(policy.credit_seconds):
        return usage
    last = max(waiting_scores)
    excess = max(credit_of(usage, weight, last) - policy.credit_seconds * weight, 0.0)
    most = max(last, min(waiting_scores) + policy.credit_seconds)
    return min(usage + excess, most * weight)


def kept_up_usage(usage: float, weight: float, served_score: float, policy: SharePolicy) -> float:
    """The usage of an account that has work, after a chunk of one with this score.

    Who could not go on, because of a ceiling or for want of memory, keeps no more than the credit.
    """
    if credit_of(usage, weight, served_score) <= policy.credit_seconds * weight:
        return usage
    return (served_score - policy.credit_seconds * _CREDIT_LEFT) * weight


def entitled_shares(
    weight_by_account: Mapping[int, float], ceiling_by_account: Mapping[int, float]
) -> dict[int, float]:
    """Weighted max-min fair shares of a device under ceilings; they add up to 1 unless all are capped.

    Args:
        weight_by_account: of the accounts that have work.
        ceiling_by_account: the most each may have, as a fraction of the device.
    """
    shares: dict[int, float] = {}
    left, open_accounts = 1.0, dict(weight_by_account)
    while open_accounts:
        total = sum(open_accounts.values())
        capped = {
            account: ceiling_by_account[account]
            for account, weight in open_accounts.items()
            if ceiling_by_account[account] <= left * weight / total
        }
        if not capped:
            return shares | {account: left * weight / total for account, weight in open_accounts.items()}
        shares |= capped
        left -= sum(capped.values())
        open_accounts = {key: weight for key, weight in open_accounts.items() if key not in capped}
    return shares
