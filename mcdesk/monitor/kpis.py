"""Key figures of the simulations in the history, and how healthy that is. Pure; unknown is None."""

from collections.abc import Sequence
from dataclasses import dataclass

from mcdesk.history.query_timing import percentile
from mcdesk.history.run_record import RunRecord, RunStatus

GPU_BACKEND = "cuda"
EXCELLENT_PROGRESS_MILLISECONDS = 100.0
GOOD_PROGRESS_MILLISECONDS = 500.0
EXCELLENT_ERROR_SHARE = 0.01
GOOD_ERROR_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Kpis:
    """Figures over simulations that have ended; shares are 0 to 1, None where nothing ended.

    `success_share` leaves out what a person cancelled. `trials_per_second` is over all of their time.
    """

    simulation_count: int
    success_share: float | None
    gpu_share: float | None
    mean_seconds: float | None
    p50_seconds: float | None
    p95_seconds: float | None
    trials_per_second: float | None


def kpis_of(records: Sequence[RunRecord]) -> Kpis:
    """The figures over these records."""
    ended = [record for record in records if record.status.is_final]
    judged = [record for record in ended if record.status is not RunStatus.CANCELLED]
    seconds = sorted(record.seconds for record in ended if record.seconds is not None)
    successes = [record for record in judged if record.status in (RunStatus.COMPLETED, RunStatus.PARTIAL)]
    total_seconds = sum(seconds)
    return Kpis(
        simulation_count=len(ended),
        success_share=_share(len(successes), len(judged)),
        gpu_share=_share(sum(record.backend == GPU_BACKEND for record in ended), len(ended)),
        mean_seconds=total_seconds / len(seconds) if seconds else None,
        p50_seconds=percentile(seconds, 50),
        p95_seconds=percentile(seconds, 95),
        trials_per_second=sum(r.trials_done for r in ended) / total_seconds if total_seconds > 0 else None,
    )


def health_status(integrity: str, error_share: float | None, progress_milliseconds: float | None) -> str:
    """`excellent`, `good` or `degraded`; without a measured progress response it is never excellent."""
    is_sound = integrity == "ok"
    errors = 0.0 if error_share is None else error_share
    progress = GOOD_PROGRESS_MILLISECONDS - 1 if progress_milliseconds is None else progress_milliseconds
    if is_sound and errors < EXCELLENT_ERROR_SHARE and progress < EXCELLENT_PROGRESS_MILLISECONDS:
        return "excellent"
    if is_sound and errors < GOOD_ERROR_SHARE and progress < GOOD_PROGRESS_MILLISECONDS:
        return "good"
    return "degraded"


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
