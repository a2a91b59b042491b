"""What a process has read and compiled lately, and how often that was of use; light to load."""

from functools import partial
from typing import TYPE_CHECKING

from mcdesk.foundation.metrics import Metrics
from mcdesk.foundation.recent_values import RecentValues
from mcdesk.history import metric_names

if TYPE_CHECKING:
    from mcdesk.dispatch.model_preparation import PreparedModel
    from mcdesk.model.workbook import Workbook

# Those of a working day: a workbook of 20,000 cells takes 1 to 5 MB, its compiled model about 10 MB.
MOST_WORKBOOK_BYTES = 128_000_000
MOST_MODEL_BYTES = 256_000_000


class Caches:
    """Those of one process, for all of its threads.

    Attributes:
        metrics: are told whether what was asked for was there.
        workbooks: by the SHA-256 of the file.
        models: see `known_model`.
    """

    def __init__(self, metrics: Metrics | None = None) -> None:
        self.metrics = metrics or Metrics()
        self.workbooks: RecentValues[str, Workbook] = RecentValues(
            MOST_WORKBOOK_BYTES, partial(self._tell, metric_names.CACHE_WORKBOOKS)
        )
        self.models: RecentValues[str, PreparedModel] = RecentValues(
            MOST_MODEL_BYTES, partial(self._tell, metric_names.CACHE_PROGRAMS)
        )

    def tell_code(self, was_known: bool) -> None:
        """Count whether machine code was found on the disk."""
        self._tell(metric_names.CACHE_CODE, was_known)

    def _tell(self, name: str, was_known: bool) -> None:
        self.metrics.count(f"{name}.{'hit' if was_known else 'miss'}")
