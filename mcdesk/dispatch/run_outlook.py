"""What is said of a simulation before it runs: what it takes, what it may take, when it would start."""

from dataclasses import dataclass
from datetime import datetime

from mcdesk.dispatch.job_estimate import JobEstimate
from mcdesk.dispatch.model_preparation import PreparedModel
from mcdesk.dispatch.queue_view import QueuePlace, start_of_next
from mcdesk.dispatch.run_identity import cache_key
from mcdesk.dispatch.run_simulation import estimated, local_account
from mcdesk.dispatch.run_types import RunContext, RunRequest
from mcdesk.history.database import Database
from mcdesk.scheduling.tiers import ResourceLimits, Tier
from mcdesk.scheduling.waiting_reasons import WaitingExplanation


@dataclass(frozen=True, slots=True)
class RunOutlook:
    """The estimate of a run that was not handed in.

    Attributes:
        tier_limits: what the tier allows one simulation; None where the account could not be read.
        start: when it would start; None where there is no queue.
        is_known: whether an equal run is answered from the history.
    """

    trials: int
    estimate: JobEstimate
    tier_limits: ResourceLimits | None
    start: WaitingExplanation | None
    is_known: bool

    @property
    def trials_within_limit(self) -> int | None:
        """How many trials the longest allowed time is estimated to suffice for; None if for all."""
        seconds, limit = self.estimate.forecast.device_seconds, self.estimate.allocation.limits.seconds_limit
        return None if seconds is None or seconds <= limit else int(self.trials * limit / seconds)


def run_outlook(
    request: RunRequest,
    prepared: PreparedModel,
    context: RunContext,
    queue: tuple[Database, QueuePlace] | None,
    now: datetime,
) -> RunOutlook:
    """Judge a run; nothing is written.

    Args:
        queue: where it would be handed in.
        now: UTC.

    Raises:
        InputRefused: if it cannot be run, or not by this account.
        StoreError: if the history cannot be read.
    """
    account = request.account or local_account(context)
    estimate = estimated(request, context, prepared, account)
    start = None
    if queue is not None and account is not None:
        memory_mb = estimate.allocation.limits.memory_mb
        start = start_of_next(*queue, account.id, memory_mb, now)
    known = None
    if context.history is not None and request.uses_cache:
        owner = None if account is None else account.id
        known = context.history.runs.find_cached(cache_key(prepared, request.plan), owner)
    return RunOutlook(
        trials=request.plan.trials,
        estimate=estimate,
        tier_limits=None if account is None else context.tiers[Tier(account.tier)].limits,
        start=start,
        is_known=known is not None,
    )
