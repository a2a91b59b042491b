"""One admitted simulation: does what it is ordered, in a thread of its own, and tells what came of it."""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from queue import SimpleQueue
from typing import TypeVar

from mcdesk.dispatch.device_lock import DeviceLock
from mcdesk.dispatch.engine_host import EngineHost, EngineSlot
from mcdesk.dispatch.engine_messages import (
    ChunkDone,
    Close,
    Commit,
    Committed,
    End,
    Ended,
    EngineJob,
    Glance,
    Open,
    Opened,
    Request,
    RunChunk,
)
from mcdesk.dispatch.live_results import LiveResult
from mcdesk.foundation.cancellation import Cancelled, CancelToken
from mcdesk.foundation.errors import DiskFull, EngineDied, McdeskError, RunFailed, StoreError

T = TypeVar("T")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class IsOpen:
    """The simulation is ready for its next chunk."""

    job: str
    opened: Opened


@dataclass(frozen=True, slots=True)
class HasRun:
    """Its chunk is over."""

    job: str
    done: ChunkDone


@dataclass(frozen=True, slots=True)
class HasGlanced:
    """Who watches may see what it has found; None where nobody does any more."""

    job: str
    live: LiveResult | None


@dataclass(frozen=True, slots=True)
class HasCommitted:
    """Its state is written down; None if it cannot be, and the last one counts on."""

    job: str
    committed: Committed | None


@dataclass(frozen=True, slots=True)
class HasEnded:
    """Its statistics are made."""

    job: str
    ended: Ended


@dataclass(frozen=True, slots=True)
class IsSuspended:
    """It is closed; what was committed last is what it goes on from."""

    job: str
    committed: Committed | None


@dataclass(frozen=True, slots=True)
class HasDied:
    """The engine died; `at_work` says whether while it did something for this simulation, or before."""

    job: str
    at_work: bool


@dataclass(frozen=True, slots=True)
class HasFailed:
    """It cannot go on; Cancelled if it was cancelled where nothing was there to keep."""

    job: str
    error: McdeskError


RunnerMessage = IsOpen | HasRun | HasGlanced | HasCommitted | HasEnded | IsSuspended | HasDied | HasFailed


@dataclass(frozen=True, slots=True)
class RunTurn:
    """Run a chunk."""


@dataclass(frozen=True, slots=True)
class GlanceNow:
    """Say what was found so far."""


@dataclass(frozen=True, slots=True)
class CommitNow:
    """Write the state down."""


@dataclass(frozen=True, slots=True)
class EndNow:
    """Make the statistics."""

    is_quick: bool


@dataclass(frozen=True, slots=True)
class SuspendNow:
    """Write the state down and close."""


@dataclass(frozen=True, slots=True)
class OpenAgain:
    """Open it once more, after the engine died, from this state."""

    committed_file: str | None


@dataclass(frozen=True, slots=True)
class Leave:
    """Nothing more is to be done."""


Order = RunTurn | GlanceNow | CommitNow | EndNow | SuspendNow | OpenAgain | Leave


class JobRunner:
    """Runs in a thread of the executor that dispatch is given; orders come one at a time.

    Args:
        tell: takes the messages to the dispatcher, from any thread.
    """

    def __init__(
        self, job: EngineJob, slot: EngineSlot, lock: DeviceLock, tell: Callable[[RunnerMessage], None]
    ) -> None:
        self._job = job
        self._name = job.simulation_id
        self._slot = slot
        self._lock = lock
        self._tell = tell
        self._orders: SimpleQueue[Order] = SimpleQueue()
        self._token = CancelToken()
        # the engine that has it open; another one knows nothing of it
        self._host: EngineHost | None = None
        # when it was asked last
        self._was_alive = False

    def order(self, order: Order) -> None:
        """Have this done next."""
        self._orders.put(order)

    def cancel(self) -> None:
        """End what is being done for it soon: its chunk is dropped."""
        self._token.cancel()
        host = self._host
        if host is not None:
            host.cancel(self._name)

    def run(self) -> None:
        """Until the simulation has ended, one way or another."""
        order: Order = OpenAgain(self._job.committed_file)
        while not isinstance(order, Leave):
            try:
                if self._is_over(order):
                    return
            except EngineDied:
                self._tell(HasDied(self._name, self._was_alive))
            except McdeskError as error:
                self._tell(HasFailed(self._name, error))
            except Exception:
                logger.exception("simulation %s met a fault", self._name)
                fault = RunFailed("The simulation met a fault of mcdesk", "The log has the details.")
                self._tell(HasFailed(self._name, fault))
            order = self._orders.get()
        self._leave()

    def _leave(self) -> None:
        """Give back the memory of what failed: the engine has work for others."""
        with suppress(McdeskError):
            self._ask(Close(self._name))

    def _is_over(self, order: Order) -> bool:
        match order:
            case OpenAgain(committed_file):
                if self._token.is_cancelled and committed_file is None:
                    raise Cancelled("Interrupted")
                self._host = self._slot.host()
                answer = self._ask(Open(replace(self._job, committed_file=committed_file)))
                opened = _expected(answer, Opened)
                if self._token.is_cancelled and opened.trials_done == 0:
                    self._ask(Close(self._name))
                    raise Cancelled("Interrupted")
                self._tell(IsOpen(self._name, opened))
            case RunTurn():
                with self._lock.turn(lambda: self._token.is_cancelled):
                    done = _expected(self._ask(RunChunk(self._name)), ChunkDone)
                self._tell(HasRun(self._name, done))
            case GlanceNow():
                live = self._ask(Glance(self._name))
                self._tell(HasGlanced(self._name, live if isinstance(live, LiveResult) else None))
            case CommitNow():
                self._tell(HasCommitted(self._name, self._committed()))
            case EndNow(is_quick):
                ended = _expected(self._ask(End(self._name, is_quick)), Ended)
                self._ask(Close(self._name))
                self._tell(HasEnded(self._name, ended))
                return True
            case SuspendNow():
                committed = self._committed()
                self._ask(Close(self._name))
                self._tell(IsSuspended(self._name, committed))
                return True
            case Leave():
                return True
        return False

    def _committed(self) -> Committed | None:
        try:
            return _expected(self._ask(Commit(self._name)), Committed)
        except (DiskFull, StoreError) as error:
            logger.warning("state of %s not written: %s", self._name, error)
            return None

    def _ask(self, request: Request) -> object:
        self._was_alive = self._host is not None and self._host.is_alive
        if self._host is None:
            raise EngineDied("The simulation is not open")
        return self._host.ask(request)


def _expected(answer: object, kind: type[T]) -> T:
    if not isinstance(answer, kind):
        raise RunFailed(f"The engine answered {type(answer).__name__} instead of {kind.__name__}")
    return answer
