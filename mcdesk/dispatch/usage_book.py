"""What each account has used of a device, in memory: charged after each chunk, written down with it."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace

from mcdesk.history.executor_store import LedgerEntry
from mcdesk.scheduling.fair_share import (
    SharePolicy,
    Usage,
    charged_usage,
    decayed_usage,
    kept_up_usage,
    placed_usage,
)


@dataclass(frozen=True, slots=True)
class _Line:
    usage: Usage
    device_seconds: float


class UsageBook:
    """The ledger of one device; times are seconds of the ledger's own clock."""

    def __init__(self, device: str, entries: Iterable[LedgerEntry] = ()) -> None:
        self._device = device
        self._lines = {
            entry.user_id: _Line(Usage(entry.usage_seconds, entry.usage_at), entry.device_seconds)
            for entry in entries
        }
        self._changed: set[int] = set()

    def usage(self, account: int, now: float, policy: SharePolicy) -> float:
        """Device seconds, decayed to now."""
        line = self._lines.get(account)
        return 0.0 if line is None else decayed_usage(line.usage, now, policy)

    def charge(self, account: int, device_seconds: float, now: float, policy: SharePolicy) -> None:
        """Add what a chunk took."""
        line = self._line(account, now)
        usage = charged_usage(line.usage, device_seconds, now, policy)
        self._lines[account] = replace(line, usage=usage, device_seconds=line.device_seconds + device_seconds)
        self._changed.add(account)

    def place(
        self, account: int, weight: float, scores: Mapping[int, float], now: float, policy: SharePolicy
    ) -> None:
        """Let an account begin to wait, beside others with these scores."""
        others = [score for other, score in scores.items() if other != account]
        usage = self.usage(account, now, policy)
        self._set(account, usage, placed_usage(usage, weight, others, policy), now)

    def keep_up(
        self, weight_by_account: Mapping[int, float], served_score: float, now: float, policy: SharePolicy
    ) -> None:
        """Leave accounts that have work no more than the credit, after a chunk of one with this score."""
        for account, weight in weight_by_account.items():
            usage = self.usage(account, now, policy)
            self._set(account, usage, kept_up_usage(usage, weight, served_score, policy), now)

    def stretch(self, account: int, factor: float, now: float, policy: SharePolicy) -> None:
        """Multiply a usage, as the weight of its account was."""
        usage = self.usage(account, now, policy)
        self._set(account, usage, usage * factor, now)

    def forget_all_but(self, accounts: Container[int]) -> None:
        """These are all that there are: the number of one that was erased may be given again."""
        self._lines = {account: line for account, line in self._lines.items() if account in accounts}
        self._changed = {account for account in self._changed if account in accounts}

    def take_changes(self) -> tuple[LedgerEntry, ...]:
        """What is not written down yet; from now on it counts as written."""
        changed, self._changed = sorted(self._changed), set()
        return tuple(self._entry(account) for account in changed)

    def put_back(self, entries: Iterable[LedgerEntry]) -> None:
        """These could not be written."""
        self._changed |= {entry.user_id for entry in entries}

    def _set(self, account: int, usage: float, changed: float, now: float) -> None:
        if changed != usage:
            self._lines[account] = replace(self._line(account, now), usage=Usage(changed, now))
            self._changed.add(account)

    def _line(self, account: int, now: float) -> _Line:
        return self._lines.get(account) or _Line(Usage(0.0, now), 0.0)

    def _entry(self, account: int) -> LedgerEntry:
        line = self._lines[account]
        usage = line.usage
        return LedgerEntry(account, self._device, usage.device_seconds, usage.at_seconds, line.device_seconds)
