"""Whether the queue stands still: simulations that are there, and no chunk of any that ends."""

from mcdesk.foundation.clock import moment_of
from mcdesk.history.database import Database
from mcdesk.history.query_timing import QueryType


def seconds_without_chunk(database: Database, device: str, now: float) -> float:
    """For how long simulations have been there without a chunk that ended; 0 where none is there.

    Args:
        device: that the queue computes on.
        now: seconds since 1970.
    """
    sql = "SELECT submitted_at FROM jobs WHERE state <> 'ending' AND device = ? ORDER BY arrival LIMIT 1"
    rows = database.execute(QueryType.MONITORING, sql, (device,)).rows
    if not rows:
        return 0.0
    since = moment_of(str(rows[0][0])).timestamp()
    # from the newest chunk back: the plus keeps SQLite from sorting all of the device's instead
    sql = (
        "SELECT began_at + device_seconds FROM chunks WHERE began_at > ? AND +device = ?"
        " ORDER BY began_at DESC LIMIT 1"
    )
    rows = database.execute(QueryType.MONITORING, sql, (since, device)).rows
    last = float(rows[0][0] or 0.0) if rows else since
    return max(now - last, 0.0)
