"""A run that is ready to begin, and what is said of it wherever it is computed."""

import uuid
from dataclasses import dataclass, replace

from mcdesk.dispatch.job_estimate import JobEstimate
from mcdesk.dispatch.model_preparation import PreparedModel
from mcdesk.dispatch.run_document import statistics_of
from mcdesk.dispatch.run_identity import cache_key, setup_json
from mcdesk.dispatch.run_statistics import RunStatistics
from mcdesk.dispatch.run_types import ModelFacts, RunContext, RunReport, RunRequest, RunTiming
from mcdesk.foundation.clock import utc_now, utc_text
from mcdesk.history.account_store import Account
from mcdesk.history.run_record import RunRecord, RunStatus


@dataclass(frozen=True, slots=True)
class PreparedRun:
    """What was asked for, the compiled model, the account and the estimate.

    `began` is when the request came, seconds of the context's clock; `account` is None where the history
    cannot tell who asks.
    """

    request: RunRequest
    context: RunContext
    prepared: PreparedModel
    account: Account | None
    began: float
    estimate: JobEstimate

    @property
    def cache_key(self) -> str:
        """What an equal run is found again by."""
        return cache_key(self.prepared, self.request.plan)

    def record(self, backend: str, status: RunStatus) -> RunRecord:
        """The entry of the history that begins now."""
        workbook, plan = self.prepared.loaded.workbook, self.request.plan
        return RunRecord(
            simulation_id=uuid.uuid4().hex,
            user_id=self.account.id if self.account else 0,
            status=status,
            trials=plan.trials,
            seed=plan.seed,
            sampling=plan.sampling.value,
            backend=backend,
            cache_key=self.cache_key,
            model_name=workbook.path.name,
            model_sha256=workbook.sha256,
            setup_json=setup_json(self.prepared.loaded, plan),
            created_at=utc_text(utc_now()),
        )

    def report(self, simulation_id: str, backend: str, statistics: RunStatistics) -> RunReport:
        """The report of a run that has just ended with these statistics."""
        workbook, compiled = self.prepared.loaded.workbook, self.prepared.compiled
        return RunReport(
            simulation_id=simulation_id,
            model=ModelFacts(
                name=workbook.path.name,
                sha256=workbook.sha256,
                formula_cells=compiled.formula_cells,
                compiled_cells=compiled.compiled_cells,
                slow_cells=compiled.slow_cells,
            ),
            backend=backend,
            device=self.context.gpu_name() if backend == "cuda" else self.context.device_name(),
            plan=self.request.plan,
            trials_done=0,
            status=RunStatus.COMPLETED,
            is_cached=False,
            estimate=self.estimate,
            timing=self.timing(0.0, 0.0),
            statistics=statistics,
        )

    def kept_report(self, record: RunRecord, result_json: str | None) -> RunReport | None:
        """The report of a run that the history keeps; None where its statistics cannot be read."""
        statistics = None if result_json is None else statistics_of(result_json)
        if statistics is None:
            return None
        return replace(
            self.report(record.simulation_id, record.backend, statistics),
            trials_done=record.trials_done,
            status=record.status,
            stopped_by=record.stopped_by,
        )

    def timing(self, simulate_seconds: float, processor_seconds: float) -> RunTiming:
        """The seconds of each phase until now."""
        return RunTiming(
            load_seconds=self.prepared.load_seconds,
            compile_seconds=self.prepared.compile_seconds,
            simulate_seconds=simulate_seconds,
            total_seconds=self.context.clock() - self.began,
            cpu_seconds=processor_seconds,
        )
