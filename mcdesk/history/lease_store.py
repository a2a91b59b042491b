"""What was granted and what was refused, by tier."""

from dataclasses import dataclass

from mcdesk.history.database import Database
from mcdesk.history.query_timing import QueryType


@dataclass(frozen=True, slots=True)
class LeaseStatistics:
    """Leases of one tier; waiting times are None where none was granted."""

    tier: str
    granted: int
    refused: int
    expired: int
    mean_waited_seconds: float | None
    longest_waited_seconds: float | None


class LeaseStore:
    """Reads leases, and keeps refusals, through a database that the caller owns."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def refuse(self, user_id: int, tier: str, reason: str) -> None:
        """Keep that a simulation was not taken in."""
        sql = "INSERT INTO refusals (user_id, tier, at, reason) VALUES (?, ?, ?, ?)"
        values = (user_id, tier, self._database.utc_text(), reason)
        self._database.execute(QueryType.PROGRESS_UPDATE, sql, values)

    def statistics(self, since: str = "") -> tuple[LeaseStatistics, ...]:
        """By tier, in the order of their names.

        Args:
            since: the first moment that counts, as `utc_text` writes it; by default all do.
        """
        refused_sql = "SELECT tier, count(*) FROM refusals WHERE at >= ? GROUP BY tier"
        rows = self._database.execute(QueryType.USER_HISTORY, refused_sql, (since,)).rows
        refused = {str(tier): int(count or 0) for tier, count in rows}
        sql = (
            "SELECT tier, count(*), sum(outcome IS 'expired'), avg(waited_seconds), max(waited_seconds)"
            " FROM leases WHERE granted_at >= ? GROUP BY tier"
        )
        found = {
            str(tier): LeaseStatistics(
                tier=str(tier),
                granted=int(granted or 0),
                refused=refused.get(str(tier), 0),
                expired=int(expired or 0),
                mean_waited_seconds=float(mean or 0.0),
                longest_waited_seconds=float(longest or 0.0),
            )
            for tier, granted, expired, mean, longest in self._database.execute(
                QueryType.USER_HISTORY, sql, (since,)
            ).rows
        }
        for tier, count in refused.items():
            found.setdefault(tier, LeaseStatistics(tier, 0, count, 0, None, None))
        return tuple(found[tier] for tier in sorted(found))
