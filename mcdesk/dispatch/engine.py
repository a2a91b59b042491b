"""The engine: the simulations that are open, and what is asked of each."""

import logging
import threading
from dataclasses import replace

from mcdesk.dispatch.caches import Caches
from mcdesk.dispatch.engine_messages import (
    Answer,
    ChunkDone,
    Close,
    Commit,
    End,
    Ended,
    EngineFolders,
    Glance,
    Open,
    Opened,
    Request,
    RunChunk,
)
from mcdesk.dispatch.engine_simulation import EngineSimulation
from mcdesk.foundation.cancellation import CancelToken
from mcdesk.foundation.errors import RunFailed
from mcdesk.foundation.metrics import MetricPoint

logger = logging.getLogger(__name__)


class Engine:
    """Answers requests in the threads that bring them; chunks one after the other."""

    def __init__(self, folders: EngineFolders) -> None:
        self._folders = folders
        self._simulations: dict[str, EngineSimulation] = {}
        self._tokens: dict[str, CancelToken] = {}
        self._caches = Caches()
        # guards the taking of what was counted, which is for one thread at a time
        self._counting = threading.Lock()
        # guards the device: one chunk at a time
        self._device = threading.Lock()

    def expect(self, simulation_id: str) -> None:
        """Be ready to cancel a simulation that is about to be opened."""
        self._tokens[simulation_id] = CancelToken()

    def cancel(self, simulation_id: str) -> None:
        """Drop the chunk that is running, and end preparation or statistics at their next step."""
        token = self._tokens.get(simulation_id)
        if token is not None:
            token.cancel()

    def answer(self, request: Request) -> Answer:
        """Do what is asked.

        Raises:
            McdeskError: if it cannot be done, or was cancelled.
        """
        try:
            answer = self._answer(request)
        except MemoryError as error:
            reason = "There is not enough memory for this simulation"
            raise RunFailed(reason, "Use fewer trials.") from error
        if isinstance(answer, Opened | ChunkDone | Ended):
            return replace(answer, counted=self._counted())
        return answer

    def _counted(self) -> tuple[MetricPoint, ...]:
        with self._counting:
            return self._caches.metrics.take()

    def _answer(self, request: Request) -> Answer:
        match request:
            case Open(job):
                token = self._tokens.setdefault(job.simulation_id, CancelToken())
                opened = EngineSimulation(job, self._folders, self._caches, token)
                self._simulations[job.simulation_id] = opened
                return opened.opened()
            case RunChunk(simulation_id):
                with self._device:
                    return self._simulation(simulation_id).run_chunk()
            case Glance(simulation_id):
                return self._simulation(simulation_id).glance()
            case Commit(simulation_id):
                return self._simulation(simulation_id).commit()
            case End(simulation_id, is_quick):
                return self._simulation(simulation_id).end(is_quick)
            case Close(simulation_id):
                closed = self._simulations.pop(simulation_id, None)
                if closed is not None:
                    with self._device:
                        closed.close()
                self._tokens.pop(simulation_id, None)
                return None

    def _simulation(self, simulation_id: str) -> EngineSimulation:
        found = self._simulations.get(simulation_id)
        if found is None:
            raise RunFailed("The simulation is not open in the engine")
        return found
