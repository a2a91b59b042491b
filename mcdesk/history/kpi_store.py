"""What key figures are made of: simulations of the history that ended in a time, and their ratings."""

from collections.abc import Sequence
from dataclasses import dataclass

from mcdesk.foundation.errors import OptionInvalid, RecordMissing
from mcdesk.history.database import Database
from mcdesk.history.driver import Row, SqlValue
from mcdesk.history.kpi_grouping import Grouping
from mcdesk.history.query_timing import QueryType
from mcdesk.history.run_record import LEAST_RATING, MOST_RATING, RunStatus

# what stands in the row of a simulation, and what in that of its account
_OWN_GROUP = {Grouping.DAY: "substr(s.finished_at, 1, 10)", Grouping.MODEL: "s.model_name"}
_ENDED = "s.finished_at >= ? AND s.finished_at < ?"
_NAMED_GROUP = {Grouping.TIER: "u.tier", Grouping.ACCOUNT: "u.email"}


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
    """What people said of simulations of a group; at least one rating."""

    group: str
    count: int
    mean: float


class KpiStore:
    """Reads figures, and keeps ratings, through a database that the caller owns.

    Times are UTC texts as `utc_text` writes them, from `begin` until before `end`.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def tallies(self, begin: str, end: str, grouping: Grouping = Grouping.NOTHING) -> tuple[RunTally, ...]:
        """What ended in that time, in the order of the groups."""
        # of each account first: a join for each simulation would take longer than all the rest
        own, is_named = _OWN_GROUP.get(grouping, "''"), grouping in _NAMED_GROUP
        user = "s.user_id" if is_named else "0"
        parts = f"own, whose, {_TEXTS}" if grouping in _OWN_GROUP else _packed(user)
        sql = (
            f"SELECT {_NAMED_GROUP.get(grouping, 'own')} AS g, status, backend, sum(n), sum(timed),"
            f" sum(took), sum(done) FROM (SELECT {own} AS own, {user} AS whose, s.status, s.backend,"
            " count(*) AS n, count(s.seconds) AS timed, total(s.seconds) AS took,"
            " total(s.trials_done) AS done"
            f" FROM simulation_results s WHERE {_ENDED} GROUP BY {parts}) t"
            f"{_ACCOUNTS if is_named else ''} GROUP BY g, status, backend"
            " ORDER BY g, status, backend"
        )
        rows = self._database.execute(QueryType.RESULT_RETRIEVAL, sql, (begin, end)).rows
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

    def duration(self, begin: str, end: str, percent: int) -> float | None:
        """How many seconds those simulations took at most that so many of a hundred took; None of none.

        Args:
            percent: of those that ended in that time and have a duration, from the shortest on.
        """
        source = f"FROM simulation_results s WHERE {_ENDED} AND s.seconds IS NOT NULL"
        count = int(self._ask(f"SELECT count(*) {source}", (begin, end))[0][0] or 0)
        if not count:
            return None
        rank = max(-(-percent * count // 100), 1)
        # from the nearer end: of that many only so many have to be sorted
        order, skipped = ("", rank - 1) if 2 * rank <= count else (" DESC", count - rank)
        sql = f"SELECT s.seconds {source} ORDER BY s.seconds{order} LIMIT 1 OFFSET ?"
        return float(self._ask(sql, (begin, end, skipped))[0][0] or 0.0)

    def people(self, begin: str, end: str) -> int:
        """How many accounts had a simulation that ended in that time."""
        sql = f"SELECT count(DISTINCT s.user_id) FROM simulation_results s WHERE {_ENDED}"
        return int(self._ask(sql, (begin, end))[0][0] or 0)

    def ratings(self, begin: str, end: str, grouping: Grouping = Grouping.NOTHING) -> tuple[RatingTally, ...]:
        """What people said in that time."""
        group = _NAMED_GROUP.get(grouping) or _OWN_GROUP.get(grouping, "''")
        source = "run_ratings r"
        if group != "''":
            source += " JOIN simulation_results s ON s.simulation_id = r.simulation_id"
        if grouping in _NAMED_GROUP:
            source += " JOIN users u ON u.id = s.user_id"
        sql = (
            f"SELECT {group} AS g, count(*), avg(r.rating) FROM {source} WHERE r.at >= ? AND r.at < ?"
            " GROUP BY g ORDER BY g"
        )
        return tuple(
            RatingTally(str(found), int(count or 0), float(mean or 0.0))
            for found, count, mean in self._ask(sql, (begin, end))
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

    def _ask(self, sql: str, values: Sequence[SqlValue]) -> list[Row]:
        return self._database.execute(QueryType.RESULT_RETRIEVAL, sql, values).rows


_ACCOUNTS = " JOIN users u ON u.id = t.whose"
_TEXTS = "s.status, s.backend"
_STATUSES = " ".join(("", *(each.value for each in RunStatus)))
_BACKENDS = " reference cpu cuda"


def _packed(user: str) -> str:
    """A number for each account, status and back end: numbers are put in order in half of the time."""
    return f"({user} * 128 + instr('{_STATUSES}', s.status)) * 32 + instr('{_BACKENDS}', s.backend)"
