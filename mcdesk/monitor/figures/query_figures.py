"""How long the queries of each type took over a period."""

from mcdesk.history.query_timing import QueryStatistics, QueryType, query_metric
from mcdesk.monitor.figures.experience import latency_of
from mcdesk.monitor.figures.metric_reader import MetricReader


def read_queries(reader: MetricReader) -> tuple[QueryStatistics, ...]:
    """The figures of each type; quantiles are within a hundredth."""
    return tuple(_statistics(reader, query_type) for query_type in QueryType)


def _statistics(reader: MetricReader, query_type: QueryType) -> QueryStatistics:
    whole = reader.whole(query_metric(query_type))
    latency = latency_of(whole)
    if whole is None or latency is None:
        return QueryStatistics(query_type, 0, 0, None, None, None, None)
    share = (
        0.0 if whole.sketch is None else whole.sketch.share_above(query_type.threshold_milliseconds) or 0.0
    )
    return QueryStatistics(
        query_type=query_type,
        count=whole.count,
        slow_count=round(share * whole.count),
        p50_milliseconds=latency.p50,
        p95_milliseconds=latency.p95,
        p99_milliseconds=latency.p99,
        max_milliseconds=latency.most,
    )
