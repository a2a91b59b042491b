"""The stamps of the chunks that were computed: who had the device, and for how long."""

import math

from mcdesk.history.database import Database
from mcdesk.history.query_timing import QueryType


class ChunkStore:
    """Reads stamps through a database that the caller owns."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def device_seconds_since(self, device: str, began_at: float) -> dict[int, float]:
        """Device seconds by account, of the chunks that began then or later (seconds since 1970)."""
        return self.device_seconds_between(device, began_at, math.inf)

    def device_seconds_between(self, device: str, began_at: float, ended_at: float) -> dict[int, float]:
        """The same of the chunks that began before `ended_at`."""
        sql = (
            "SELECT user_id, sum(device_seconds) FROM chunks WHERE began_at >= ? AND began_at < ?"
            " AND device = ? GROUP BY user_id"
        )
        values = (began_at, ended_at, device)
        rows = self._database.execute(QueryType.SIMULATION_LOOKUP, sql, values).rows
        return {int(user or 0): float(seconds or 0.0) for user, seconds in rows}

    def first_chunk_at(self, device: str, began_at: float) -> dict[int, float]:
        """When each account had its first chunk since then, seconds since 1970."""
        sql = "SELECT user_id, min(began_at) FROM chunks WHERE began_at >= ? AND device = ? GROUP BY user_id"
        rows = self._database.execute(QueryType.SIMULATION_LOOKUP, sql, (began_at, device)).rows
        return {int(user or 0): float(moment or 0.0) for user, moment in rows}
