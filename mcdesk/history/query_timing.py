"""How long queries take, by type: figures in memory, thresholds, and what to keep of the slow ones."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

KEPT_PER_TYPE = 2_000


class QueryType(Enum):
    """What a query is for; the value is its name in tables and in JSON."""

    PROGRESS_UPDATE = "progress_update"
    AUTHENTICATION = "authentication"
    SIMULATION_LOOKUP = "simulation_lookup"
    USER_HISTORY = "user_history"
    FILE_ACCESS = "file_access"
    RESULT_RETRIEVAL = "result_retrieval"
    # what mcdesk measures of itself: apart, as nobody waits for it
    MONITORING = "monitoring"

    @property
    def threshold_milliseconds(self) -> float:
        """The time above which a query of this type is slow."""
        return _THRESHOLD_MILLISECONDS[self]


def query_metric(query_type: QueryType) -> str:
    """The metric that tells how long queries of a type take."""
    return _METRICS[query_type]


_METRICS = {query_type: f"query.{query_type.value}" for query_type in QueryType}
_THRESHOLD_MILLISECONDS = {
    QueryType.PROGRESS_UPDATE: 50.0,
    QueryType.AUTHENTICATION: 100.0,
    QueryType.SIMULATION_LOOKUP: 200.0,
    QueryType.USER_HISTORY: 300.0,
    QueryType.FILE_ACCESS: 500.0,
    QueryType.RESULT_RETRIEVAL: 1000.0,
    QueryType.MONITORING: 500.0,
}


@dataclass(frozen=True, slots=True)
class QueryTiming:
    """One query that was run; `sql` and `plan` are kept of slow ones only, parameters never."""

    query_type: QueryType
    at: str
    milliseconds: float
    sql: str | None = None
    plan: str | None = None

    @property
    def is_slow(self) -> bool:
        """Whether it took longer than its type allows."""
        return self.milliseconds > self.query_type.threshold_milliseconds


@dataclass(frozen=True, slots=True)
class QueryStatistics:
    """What the queries of one type took, in milliseconds; None where none was run."""

    query_type: QueryType
    count: int
    slow_count: int
    p50_milliseconds: float | None
    p95_milliseconds: float | None
    p99_milliseconds: float | None
    max_milliseconds: float | None


class QueryLog:
    """The timings of one connection, the newest of each type; used by the connection's thread."""

    def __init__(self) -> None:
        self._timings = {query_type: deque[QueryTiming](maxlen=KEPT_PER_TYPE) for query_type in QueryType}
        self._unsaved: deque[QueryTiming] = deque(maxlen=KEPT_PER_TYPE)

    def add(self, timing: QueryTiming) -> None:
        """Take in one query."""
        self._timings[timing.query_type].append(timing)
        self._unsaved.append(timing)

    def take_unsaved(self) -> tuple[QueryTiming, ...]:
        """The timings that were not handed out yet, the oldest first."""
        unsaved = tuple(self._unsaved)
        self._unsaved.clear()
        return unsaved

    def put_back(self, timings: Sequence[QueryTiming]) -> None:
        """Keep timings for later that could not be saved now."""
        self._unsaved.extendleft(reversed(timings))

    def statistics(self, query_type: QueryType) -> QueryStatistics:
        """The figures of one type over the newest queries of this connection."""
        return summarize(query_type, self._timings[query_type])


def summarize(query_type: QueryType, timings: Sequence[QueryTiming]) -> QueryStatistics:
    """The figures over these timings, which are all of one type."""
    ordered = sorted(timing.milliseconds for timing in timings)
    return QueryStatistics(
        query_type=query_type,
        count=len(ordered),
        slow_count=sum(timing.is_slow for timing in timings),
        p50_milliseconds=percentile(ordered, 50),
        p95_milliseconds=percentile(ordered, 95),
        p99_milliseconds=percentile(ordered, 99),
        max_milliseconds=ordered[-1] if ordered else None,
    )


def percentile(ordered: Sequence[float], percent: int) -> float | None:
    """The smallest value that at least `percent` of the ascending values do not exceed; None of none."""
    if not ordered:
        return None
    rank = -(-percent * len(ordered) // 100)
    return ordered[max(rank, 1) - 1]
