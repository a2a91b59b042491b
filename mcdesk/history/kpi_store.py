"""What key figures are made of: simulations of the history that ended in a time, and their ratings."""

from collections.abc import Sequence
from dataclasses import dataclass

from mcdesk.foundation.errors import OptionInvalid, RecordMissing
from mcdesk.history.database import Database
from mcdesk.history.driver import SqlValue
from mcdesk.history.kpi_grouping import Grouping
from mcdesk.history.query_timing import QueryType
from mcdesk.history.run_record import RunStatus

LEAST_RATING, MOST_RATING = 1, 10


_GROUP_SQL = {
    Grouping.NOTHING: "''",
    Grouping.DAY: "substr(s.finished_at, 1, 10)",
    Grouping.TIER: "u.tier",
    Grouping.ACCOUNT: "u.email",
    Grouping.MODEL: "s.model_name",
}
_NEEDS_ACCOUNT = (Grouping.TIER, Grouping.ACCOUNT)


@dataclass(frozen=True, slots=True)
class RunTally:
    """The simulations of one group, status and back end.

    Attributes:
        group: its name, such as a day, a tier, an e-mail address or a model; empty for all.
        timed: how many of them have a duration; `seconds` is the sum of these.
        trials: that were simulated.
    """

    group: str
    status: RunStatus
    backend: str
    count: int
    timed: int
    seconds: float
    trials: int


@dataclass(frozen=True, slots=True)
class RatingTally:
    """What people said of simulations of a group that ended in a time; at least one rating."""

    group: str
    count: int
    mean: float


class KpiStore:
    """Reads figures, and keeps ratings, through a database that the caller owns.

    Times are UTC texts as `utc_text` writes them, from `begin` until before `end`.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def tallies(
        self, begin: str, end: str, grouping: Grouping = Grouping.NOTHING, user_id: int | None = None
    ) -> tuple[RunTally, ...]:
        """What ended in that time, in the order of the groups; of one account if one is named."""
        source, values = _source(grouping, begin, end, user_id)
        sql = (
            f"SELECT {_GROUP_SQL[grouping]} AS g, s.status, s.backend, count(*), count(s.seconds),"
            f" total(s.seconds), total(s.trials_done) {source} GROUP BY g, s.status, s.backend"
            " ORDER BY g, s.status, s.backend"
        )
        rows = self._database.execute(QueryType.RESULT_RETRIEVAL, sql, values).rows
        return tuple(
            RunTally(
                group=str(group),
                status=RunStatus(status),
                backend=str(backend),
                count=int(count or 0),
                timed=int(timed or 0),
                seconds=float(seconds or 0.0),
                trials=int(trials or 0),
            )
            for group, status, backend, count, timed, seconds, trials in rows
        )

    def durations(self, begin: str, end: str, user_id: int | None = None) -> list[float]:
        """How many seconds each simulation took that ended in that time, ascending."""
        source, values = _source(Grouping.NOTHING, begin, end, user_id)
        sql = f"SELECT s.seconds {source} AND s.seconds IS NOT NULL ORDER BY s.seconds"
        rows = self._database.execute(QueryType.RESULT_RETRIEVAL, sql, values).rows
        return [float(row[0] or 0.0) for row in rows]

    def ratings(
        self, begin: str, end: str, grouping: Grouping = Grouping.NOTHING, user_id: int | None = None
    ) -> tuple[RatingTally, ...]:
        """What people said of simulations that ended in that time."""
        source, values = _source(grouping, begin, end, user_id)
        sql = (
            f"SELECT {_GROUP_SQL[grouping]} AS g, count(*), avg(r.rating)"
            f" {source.replace(' WHERE ', _RATED, 1)} GROUP BY g ORDER BY g"
        )
        rows = self._database.execute(QueryType.RESULT_RETRIEVAL, sql, values).rows
        return tuple(
            RatingTally(str(group), int(count or 0), float(mean or 0.0)) for group, count, mean in rows
        )

    def rate(self, simulation_id: str, user_id: int, rating: int) -> None:
        """Keep what the owner of a simulation thinks of it, in place of what was said before.

        Raises:
            OptionInvalid: if the rating is not 1 to 10.
            RecordMissing: if this account has no such simulation that has ended.
        """
        if not LEAST_RATING <= rating <= MOST_RATING:
            raise OptionInvalid(f"A rating is a whole number from {LEAST_RATING} to {MOST_RATING}")
        sql = (
            "INSERT INTO run_ratings (simulation_id, rating, at)"
            " SELECT simulation_id, ?, ? FROM simulation_results"
            " WHERE simulation_id = ? AND user_id = ? AND finished_at IS NOT NULL"
            " ON CONFLICT (simulation_id) DO UPDATE SET rating = excluded.rating, at = excluded.at"
        )
        values = (rating, self._database.utc_text(), simulation_id, user_id)
        if self._database.execute(QueryType.SIMULATION_LOOKUP, sql, values).changed_count == 0:
            raise RecordMissing(f"There is no finished simulation {simulation_id}")

    def rating_of(self, simulation_id: str) -> int | None:
        """What its owner said; None if nothing."""
        sql = "SELECT rating FROM run_ratings WHERE simulation_id = ?"
        rows = self._database.execute(QueryType.SIMULATION_LOOKUP, sql, (simulation_id,)).rows
        return int(rows[0][0] or 0) if rows else None

    def active_accounts(self, begin: str, end: str) -> dict[str, int]:
        """How many accounts of each tier had a simulation that ended in that time."""
        sql = (
            "SELECT u.tier, count(*) FROM users u WHERE u.id IN (SELECT s.user_id FROM simulation_results s"
            " WHERE s.finished_at >= ? AND s.finished_at < ?) GROUP BY u.tier"
        )
        rows = self._database.execute(QueryType.RESULT_RETRIEVAL, sql, (begin, end)).rows
        return {str(tier): int(count or 0) for tier, count in rows}


_RATED = " JOIN run_ratings r ON r.simulation_id = s.simulation_id WHERE "


def _source(grouping: Grouping, begin: str, end: str, user_id: int | None) -> tuple[str, Sequence[SqlValue]]:
    source = "FROM simulation_results s"
    if grouping in _NEEDS_ACCOUNT:
        source += " JOIN users u ON u.id = s.user_id"
    source += " WHERE s.finished_at >= ? AND s.finished_at < ?"
    if user_id is None:
        return source, (begin, end)
    return f"{source} AND s.user_id = ?", (begin, end, user_id)
