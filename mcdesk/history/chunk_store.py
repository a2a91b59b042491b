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
        return self._of_accounts("sum(device_seconds)", device, began_at, ended_at)

    def first_chunk_at(self, device: str, began_at: float) -> dict[int, float]:
        """When each account had its first chunk since then, seconds since 1970."""
        return self._of_accounts("min(began_at)", device, began_at, math.inf)

    def _of_accounts(self, figure: str, device: str, began_at: float, ended_at: float) -> dict[int, float]:
        """A figure of the chunks of each account that has some; account by account: nothing is sorted."""
        sql = (
            f"SELECT u.id, (SELECT {figure} FROM chunks c WHERE c.device = ? AND c.user_id = u.id"
            " AND c.began_at >= ? AND c.began_at < ?) AS found FROM users u WHERE found IS NOT NULL"
        )
        values = (device, began_at, ended_at)
        rows = self._database.execute(QueryType.RESULT_RETRIEVAL, sql, values).rows
        return {int(user or 0): float(found or 0.0) for user, found in rows}
