"""How fast programs were run on each device, as measured; forecasts rest on it."""

from statistics import median

from mcdesk.history.database import Database
from mcdesk.history.query_timing import QueryType

MOST_RATES = 2_000
_JUDGED_RATES = 20


class RateStore:
    """Reads and writes rates through a database that the caller owns."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, device: str, program_sha256: str, steps: int, trials_per_second: float) -> None:
        """Keep what was measured, inside the caller's transaction."""
        sql = (
            "INSERT INTO rates (device, program_sha256, steps, trials_per_second, measured_at)"
            " VALUES (?, ?, ?, ?, ?) ON CONFLICT (device, program_sha256) DO UPDATE SET"
            " trials_per_second = excluded.trials_per_second, measured_at = excluded.measured_at"
        )
        values = (device, program_sha256, steps, trials_per_second, self._database.utc_text())
        self._database.execute(QueryType.PROGRESS_UPDATE, sql, values)
        sql = (
            "DELETE FROM rates WHERE device = ? AND measured_at <"
            " (SELECT measured_at FROM rates WHERE device = ? ORDER BY measured_at DESC LIMIT 1 OFFSET ?)"
        )
        self._database.execute(QueryType.PROGRESS_UPDATE, sql, (device, device, MOST_RATES))

    def trials_per_second(self, device: str, program_sha256: str, steps: int) -> float | None:
        """The rate of a program: its own, else by the instructions of others; None without any."""
        sql = "SELECT trials_per_second FROM rates WHERE device = ? AND program_sha256 = ?"
        rows = self._database.execute(QueryType.SIMULATION_LOOKUP, sql, (device, program_sha256)).rows
        if rows:
            return float(rows[0][0] or 0.0) or None
        sql = "SELECT steps * trials_per_second FROM rates WHERE device = ? ORDER BY measured_at DESC LIMIT ?"
        rows = self._database.execute(QueryType.SIMULATION_LOOKUP, sql, (device, _JUDGED_RATES)).rows
        speeds = [float(row[0] or 0.0) for row in rows]
        return median(speeds) / max(steps, 1) if speeds else None
