"""What caches were asked, by the name of the metric."""

from mcdesk.foundation.metrics import Metrics


def cache_counts(metrics: Metrics) -> dict[str, float]:
    """Hits and misses since the last time."""
    found: dict[str, float] = {}
    for point in metrics.take():
        if point.name.startswith("cache."):
            found[point.name] = found.get(point.name, 0.0) + point.total
    return found
