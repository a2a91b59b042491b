"""One simulation where it is computed: opened, run chunk by chunk, written down, ended."""

import logging
import time
from pathlib import Path
from typing import TYPE_CHECKING

from mcdesk.dispatch.caches import Caches
from mcdesk.dispatch.chunk_size import FIRST_TRIALS, FIRST_TRIALS_TOGETHER, ChunkSize
from mcdesk.dispatch.engine_messages import (
    ChunkDone,
    Committed,
    Ended,
    EngineFolders,
    EngineJob,
    Opened,
)
from mcdesk.dispatch.engine_program import (
    EngineProgram,
    read_own_file,
    read_program,
    write_own_file,
)
from mcdesk.dispatch.job_request import JobRequest, request_of
from mcdesk.dispatch.live_results import LIVE_VALUES, LiveResult, LiveWriter
from mcdesk.dispatch.quick_statistics import few_trials
from mcdesk.dispatch.reached_correlations import reached_correlations
from mcdesk.dispatch.run_document import statistics_text
from mcdesk.dispatch.run_statistics import RunStatistics
from mcdesk.engine.backends import open_backend
from mcdesk.engine.error_marks import marked
from mcdesk.engine.footprint import measure
from mcdesk.engine.simulation import Simulation
from mcdesk.engine.simulation_state import KeptTrialsMissing, read_state, write_state
from mcdesk.engine.simulation_types import SimulationResult, TrialValues
from mcdesk.foundation.cancellation import Cancelled, CancelToken
from mcdesk.foundation.errors import DiskFull, StoreError
from mcdesk.foundation.plain_data import PlainDataDamaged
from mcdesk.history.sample_store import MOST_KEPT_BYTES, SampleRole, StoredSamples, write_samples
from mcdesk.history.store_errors import told_file_error

if TYPE_CHECKING:
    from mcdesk.dispatch.engine_preparation import EnginePreparation

LONGEST_CHUNK_SECONDS = 0.15
STATE_PREFIX = "state-"

logger = logging.getLogger(__name__)


class EngineSimulation:
    """A simulation of the engine; its calls never overlap.

    Args:
        caches: of the engine.
        cancel: ends the chunk that is running, and preparation between its steps.
    """

    def __init__(self, job: EngineJob, folders: EngineFolders, caches: Caches, cancel: CancelToken) -> None:
        self._job = job
        self._folders = folders
        self._caches = caches
        self._cancel = cancel
        self._request: JobRequest = request_of(job.request_text)
        self._preparation: EnginePreparation | None = None
        program = read_program(self._folder)
        self._program: EngineProgram = program or self._prepare().program()
        simulated, plan = self._program.simulated, self._request.plan
        self._backend = open_backend(
            self._request.backend,
            simulated.program,
            simulated.evaluators,
            plan.trials,
            job.memory_bytes,
            caches.tell_code,
        )
        self._simulation = Simulation(simulated, plan, self._backend, kept=self._request.kept)
        footprint = measure(simulated, plan.trials, self._request.kept)
        self._size = ChunkSize(
            FIRST_TRIALS if simulated.evaluators else FIRST_TRIALS_TOGETHER,
            LONGEST_CHUNK_SECONDS,
            footprint.most_chunk_trials(job.memory_bytes),
        )
        self._trials_done = 0
        self._live = LiveWriter(self._folder)
        if job.committed_file is not None:
            self._resume(self._folder / job.committed_file)
        # others may use the device while the compiler works
        self._simulation.prepare(self._size.trials, cancel)

    @property
    def _folder(self) -> Path:
        return self._folders.running / self._job.simulation_id

    def opened(self) -> Opened:
        """How far it is."""
        return Opened(self._trials_done, self._simulation.is_done, self._backend.name)

    def run_chunk(self) -> ChunkDone:
        """Run the next trials."""
        first, began, processor_began = self._trials_done, time.monotonic(), time.process_time()
        is_at_full_speed = self._backend.is_at_full_speed
        try:
            progress = self._simulation.run_chunk(self._size.trials, self._cancel)
        except Cancelled:
            progress = None
        seconds = time.monotonic() - began
        if progress is not None:
            self._size.learn(progress.trials_done - first, seconds)
            self._trials_done = progress.trials_done
        return ChunkDone(
            first_trial=first,
            progress=progress,
            is_done=self._simulation.is_done,
            began_at=began,
            device_seconds=seconds,
            processor_seconds=time.process_time() - processor_began,
            backend=self._backend.name,
            # apart from the chunk: what takes long does not keep its end from being told
            is_glance_due=progress is not None and not self._simulation.is_done and self._live.is_due,
            is_at_full_speed=is_at_full_speed,
        )

    def glance(self) -> LiveResult | None:
        """What was found so far, for who watches."""
        return self._live.tell(self._trials_done, lambda: self._simulation.glance(LIVE_VALUES))

    def commit(self) -> Committed:
        """Write the state down, so that another process can go on from it.

        Raises:
            DiskFull, StoreError: if it cannot be written.
        """
        name = f"{STATE_PREFIX}{self._trials_done}"
        try:
            data = write_state(self._simulation.state(), self._folder)
            write_own_file(self._folder / name, data)
        except OSError as error:
            raise told_file_error(error, self._folder / name) from error
        return Committed(self._trials_done, name)

    def _resume(self, path: Path) -> None:
        """Go on from a state of this person's; from anything else begin anew, with the same bits."""
        data = read_own_file(path)
        if data is None:
            return
        try:
            self._simulation.resume(read_state(data, self._folder))
        except (OSError, KeptTrialsMissing, PlainDataDamaged) as error:
            logger.warning("simulation %s begins anew: %s", self._job.simulation_id, error)
        else:
            self._trials_done = self._simulation.trials_done

    def end(self, is_quick: bool) -> Ended:
        """Statistics of the trials that were run.

        Raises:
            Cancelled: if it was cancelled meanwhile; a quick end is not to be cancelled.
        """
        if is_quick:
            result = self._simulation.result(few_trials(len(self._program.simulated.inputs)))
        else:
            result = self._simulation.result(cancel=self._cancel)
            self._cancel.raise_if_cancelled()
        outputs = result.outputs
        if not is_quick and any(output.error_kinds for output in outputs):
            outputs = self._prepare().with_error_origins(outputs)
        arrays, losses = self._kept_arrays(result)
        statistics = RunStatistics(
            result.inputs,
            outputs,
            (*self._program.warnings, *result.warnings),
            reached_correlations(self._program.correlations, result.input_trials),
            is_whole=not is_quick,
        )
        return Ended(
            trials_done=result.trials,
            statistics_text=statistics_text(statistics),
            stopped_by=self._simulation.stopped_by,
            arrays=arrays,
            warnings=(*self._backend.warnings, *losses),
        )

    def close(self) -> None:
        """Give back the threads and the memory of the back end."""
        self._backend.close()

    def _prepare(self) -> "EnginePreparation":
        if self._preparation is None:
            # Half a second of imports, which a program that was handed over makes needless.
            from mcdesk.dispatch.engine_preparation import EnginePreparation

            files = self._folders.model_files
            self._preparation = EnginePreparation(self._request, files, self._caches, self._cancel)
        return self._preparation

    def _kept_arrays(self, result: SimulationResult) -> tuple[tuple[StoredSamples, ...], tuple[str, ...]]:
        """The trials that were put into the folder, and what to tell where they cannot be.

        Raises:
            DiskFull, StoreError: if all trials are to be saved and that fails.
        """
        outputs, keeps_all = result.output_trials, self._request.kept.is_all
        if not keeps_all and sum(each.values.nbytes for each in outputs) > MOST_KEPT_BYTES:
            return (), ()
        inputs = result.input_trials if keeps_all else ()
        try:
            arrays = (
                *(self._kept(SampleRole.INPUT, each) for each in inputs),
                *(self._kept(SampleRole.OUTPUT, each) for each in outputs),
            )
        except (DiskFull, StoreError) as error:
            if keeps_all:
                raise
            logger.warning("trials of %s not kept: %s", self._job.simulation_id, error)
            return (), (f"The trials are not kept in the history: {error}",)
        return arrays, ()

    def _kept(self, role: SampleRole, trials: TrialValues) -> StoredSamples:
        sha256 = write_samples(self._folders.samples, marked(trials))
        return StoredSamples(role, trials.cell, sha256, len(trials.values))
