"""Alerts of the history: those that stand, those that were, who saw them, and what is muted."""

from collections.abc import Sequence
from dataclasses import dataclass

from mcdesk.history.database import Database
from mcdesk.history.driver import Row
from mcdesk.history.query_timing import QueryType

_COLUMNS = "id, rule, began, ended, value, worst, threshold, acknowledged"


@dataclass(frozen=True, slots=True)
class AlertRecord:
    """One alert; moments are seconds since 1970.

    Attributes:
        rule: the name of what was watched.
        ended: None while it stands.
        value: as it was when this began; `worst` until now.
        acknowledged: when somebody has seen it; None if nobody has.
    """

    id: int
    rule: str
    began: float
    ended: float | None
    value: float
    worst: float
    threshold: float
    acknowledged: float | None


class AlertStore:
    """Reads and writes alerts through a database that the caller owns."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, rule: str, now: float, value: float, threshold: float) -> bool:
        """Write down that something is wrong; False if another process has done so already."""
        sql = (
            "INSERT INTO alerts (rule, began, value, worst, threshold) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (rule) WHERE ended IS NULL DO NOTHING"
        )
        return self._change(sql, rule, now, value, value, threshold) > 0

    def worsen(self, rule: str, value: float) -> None:
        """The alert that stands has become worse."""
        self._change("UPDATE alerts SET worst = ? WHERE rule = ? AND ended IS NULL", value, rule)

    def end(self, rule: str, now: float) -> None:
        """All is well again; nothing if no such alert stands."""
        self._change("UPDATE alerts SET ended = ? WHERE rule = ? AND ended IS NULL", now, rule)

    def acknowledge(self, numbers: Sequence[int], now: float) -> None:
        """Somebody has seen these alerts; the first time counts."""
        sql = "UPDATE alerts SET acknowledged = ? WHERE id = ? AND acknowledged IS NULL"
        for number in numbers:
            self._change(sql, now, number)

    def mute(self, rule: str, until: float) -> None:
        """Show no alerts of a rule until then; they are kept all the same."""
        sql = (
            "INSERT INTO muted_alerts (rule, until) VALUES (?, ?)"
            " ON CONFLICT (rule) DO UPDATE SET until = excluded.until"
        )
        self._change(sql, rule, until)

    def unmute_all(self) -> None:
        """Show the alerts of all rules again."""
        self._change("DELETE FROM muted_alerts")

    def muted(self, now: float) -> dict[str, float]:
        """The rules that are muted now, and until when."""
        rows = self._rows("SELECT rule, until FROM muted_alerts WHERE until > ?", now)
        return {str(rule): float(until or 0.0) for rule, until in rows}

    def standing(self) -> tuple[AlertRecord, ...]:
        """The alerts that have not ended, the oldest first."""
        return self._records(f"SELECT {_COLUMNS} FROM alerts WHERE ended IS NULL ORDER BY began")

    def newest(self, limit: int = 100) -> tuple[AlertRecord, ...]:
        """Those that stand and those that were, the newest first."""
        return self._records(f"SELECT {_COLUMNS} FROM alerts ORDER BY began DESC LIMIT ?", limit)

    def forget_before(self, moment: float) -> None:
        """Let go of alerts that have ended before then."""
        self._change("DELETE FROM alerts WHERE began < ? AND ended < ?", moment, moment)

    def _change(self, sql: str, *values: float | str) -> int:
        return self._database.execute(QueryType.MONITORING, sql, values).changed_count

    def _rows(self, sql: str, *values: float | str) -> list[Row]:
        return self._database.execute(QueryType.MONITORING, sql, values).rows

    def _records(self, sql: str, *values: float | str) -> tuple[AlertRecord, ...]:
        return tuple(
            AlertRecord(
                id=int(number or 0),
                rule=str(rule),
                began=float(began or 0.0),
                ended=None if ended is None else float(ended),
                value=float(value or 0.0),
                worst=float(worst or 0.0),
                threshold=float(threshold or 0.0),
                acknowledged=None if seen is None else float(seen),
            )
            for number, rule, began, ended, value, worst, threshold, seen in self._rows(sql, *values)
        )
