"""Measurements by second, minute and hour: written as they come, added up, and let go by age.

What was told in a second is a row of its own. Minutes are made of those rows and hours of minutes, again
each time, so that several processes may do it and one that is late changes what it has to.
"""

from collections.abc import Iterable, Sequence

from mcdesk.foundation.latency_sketch import LatencySketch
from mcdesk.foundation.metrics import (
    HOUR,
    MINUTE,
    RESOLUTIONS,
    SECOND,
    TEN_MINUTES,
    MetricKind,
    MetricPoint,
    joined,
)
from mcdesk.history.database import Database
from mcdesk.history.driver import Row, SqlValue
from mcdesk.history.query_timing import QueryType

# how long rows of each are kept, in seconds
KEPT_SECONDS = {
    SECOND: 3_600,
    MINUTE: 7 * 86_400,
    TEN_MINUTES: 35 * 86_400,
    HOUR: 366 * 86_400,
}
# of one metric in one statement, so that nobody who writes waits long
MOST_FORGOTTEN = 2_000

_COLUMNS = "at, count, total, least, most, sketch"


class MetricStore:
    """Reads and writes measurements through a database that the caller owns."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[str, tuple[int, MetricKind]] = {}

    def add(self, points: Sequence[MetricPoint]) -> None:
        """Write down what was told by second; what others told of the same second is added to.

        Raises:
            McdeskError: if the file is at fault; then nothing was written.
        """
        if not points:
            return
        try:
            with self._database.transaction():
                for point in points:
                    number = self._id_of(point)
                    held = self._points(point.name, point.kind, number, SECOND, (point.at, point.at + 1))
                    self._write(number, SECOND, joined((*held, point), SECOND)[0])
        except BaseException:
            # numbers that were given out in there are none any more
            self._known.clear()
            raise

    def roll_up(self, seconds: int, now: float) -> None:
        """Make rows of so many seconds of those that are finer, from where that ended the last time.

        Args:
            seconds: one of RESOLUTIONS, but not the finest.

        Raises:
            McdeskError: as `add`.
        """
        finer = RESOLUTIONS[RESOLUTIONS.index(seconds) - 1]
        for name, (number, kind) in self._all().items():
            sql = "SELECT max(at) FROM metric_rollups WHERE metric_id = ? AND seconds = ?"
            last = self._ask(sql, (number, seconds))[0][0]
            begin = 0 if last is None else int(last)
            points = self._points(name, kind, number, finer, (begin, int(now) + seconds))
            if not points:
                continue
            with self._database.transaction():
                for point in joined(points, seconds):
                    self._write(number, seconds, point)

    def forget_old(self, now: float) -> int:
        """Let go of rows that are older than their kind is kept; how many, as there may be more.

        Raises:
            McdeskError: as `add`.
        """
        forgotten = 0
        for seconds, kept in KEPT_SECONDS.items():
            # seconds of the same minute go together, as that minute may be made again
            coarser = RESOLUTIONS[min(RESOLUTIONS.index(seconds) + 1, len(RESOLUTIONS) - 1)]
            end = int(now - kept) // coarser * coarser
            sql = (
                "DELETE FROM metric_rollups WHERE metric_id = ? AND seconds = ? AND at < ? AND at <="
                " coalesce((SELECT at FROM metric_rollups WHERE metric_id = ? AND seconds = ?"
                " ORDER BY at LIMIT 1 OFFSET ?), ?)"
            )
            for number, _ in self._all().values():
                values = (number, seconds, end, number, seconds, MOST_FORGOTTEN, end)
                forgotten += self._database.execute(QueryType.MONITORING, sql, values).changed_count
        return forgotten

    def names(self) -> tuple[str, ...]:
        """The metrics of which anything was ever told."""
        return tuple(self._all())

    def series(
        self, name: str, begin: float, end: float, seconds: int, step: int | None = None
    ) -> tuple[MetricPoint, ...]:
        """The points of a metric from `begin` until before `end`, oldest first; none where nothing is known.

        Args:
            seconds: of the rows that are read, one of RESOLUTIONS.
            step: seconds of each point, a multiple of those; by default the same.
        """
        if name not in self._known:
            self._known = self._all()
        found = self._known.get(name)
        if found is None:
            return ()
        number, kind = found
        bounds = int(begin) // seconds * seconds, int(end)
        if step is None or step == seconds:
            return self._points(name, kind, number, seconds, bounds)
        if kind is MetricKind.LATENCY:
            # SQLite adds no sketches
            return joined(self._points(name, kind, number, seconds, bounds), step)
        sql = (
            "SELECT at - at % ? AS step, sum(count), sum(total), min(least), max(most), NULL"
            " FROM metric_rollups WHERE metric_id = ? AND seconds = ? AND at >= ? AND at < ?"
            " GROUP BY step ORDER BY step"
        )
        return tuple(_point(name, kind, row) for row in self._ask(sql, (step, number, seconds, *bounds)))

    def everything(self, begin: int, end: int, seconds: int) -> tuple[MetricPoint, ...]:
        """The points of all metrics from `begin` until before `end`.

        Args:
            seconds: of each point, one of RESOLUTIONS.
        """
        # the numbers of the metrics are listed so that each is looked up in the key
        sql = (
            f"SELECT metric_id, {_COLUMNS} FROM metric_rollups WHERE metric_id IN (SELECT id FROM metrics)"
            " AND seconds = ? AND at >= ? AND at < ?"
        )
        rows = self._ask(sql, (seconds, begin, end))
        known = {number: (name, kind) for name, (number, kind) in (self._all() if rows else {}).items()}
        return tuple(
            _point(*known[number], tuple(row))
            for number, *row in rows
            if isinstance(number, int) and number in known
        )

    def _id_of(self, point: MetricPoint) -> int:
        if point.name not in self._known:
            sql = "INSERT INTO metrics (name, kind) VALUES (?, ?) ON CONFLICT (name) DO NOTHING"
            self._ask(sql, (point.name, point.kind.value))
            self._known = self._all()
        return self._known[point.name][0]

    def _write(self, number: int, seconds: int, point: MetricPoint) -> None:
        sketch = None if point.sketch is None else point.sketch.to_bytes()
        sql = (
            f"INSERT OR REPLACE INTO metric_rollups (metric_id, seconds, {_COLUMNS})"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        )
        numbers = (point.at, point.count, point.total, point.least, point.most)
        self._ask(sql, (number, seconds, *numbers, sketch))

    def _points(
        self, name: str, kind: MetricKind, number: int, seconds: int, bounds: tuple[int, int]
    ) -> tuple[MetricPoint, ...]:
        sql = (
            f"SELECT {_COLUMNS} FROM metric_rollups"
            " WHERE metric_id = ? AND seconds = ? AND at >= ? AND at < ? ORDER BY at"
        )
        rows = self._ask(sql, (number, seconds, *bounds))
        return tuple(_point(name, kind, row) for row in rows)

    def _all(self) -> dict[str, tuple[int, MetricKind]]:
        rows = self._ask("SELECT name, id, kind FROM metrics ORDER BY name", ())
        return {str(name): (int(number or 0), MetricKind(kind)) for name, number, kind in rows}

    def _ask(self, sql: str, values: Iterable[SqlValue]) -> list[Row]:
        return self._database.execute(QueryType.MONITORING, sql, tuple(values)).rows


def _point(name: str, kind: MetricKind, row: Row) -> MetricPoint:
    at, count, total, least, most, sketch = row
    return MetricPoint(
        name=name,
        kind=kind,
        at=int(at or 0),
        count=int(count or 0),
        total=float(total or 0.0),
        least=float(least or 0.0),
        most=float(most or 0.0),
        sketch=_sketch(sketch) if isinstance(sketch, bytes) else None,
    )


def _sketch(data: bytes) -> LatencySketch | None:
    try:
        return LatencySketch.from_bytes(data)
    except ValueError:
        # the rest of the row is as good as before
        return None
