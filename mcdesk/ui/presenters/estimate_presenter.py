"""Estimates what is set up while a person sets it up: compiled in a thread, judged at the desk."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from mcdesk.dispatch.run_types import RunRequest
from mcdesk.engine.sampling.sampler import Sampling
from mcdesk.formulas.setup_texts import SetupFile
from mcdesk.foundation.cancellation import Cancelled, CancelToken
from mcdesk.foundation.clock import utc_now
from mcdesk.foundation.errors import McdeskError
from mcdesk.model.workbook import Workbook
from mcdesk.ui import workshop
from mcdesk.ui.background import Background, Task
from mcdesk.ui.desk import Desk, DeskRoom
from mcdesk.ui.presenters.plan_form import plan_of
from mcdesk.ui.presenters.run_estimate import ESTIMATING, RunEstimate, refused_estimate, run_estimate

if TYPE_CHECKING:
    from mcdesk.dispatch.model_preparation import PreparedModel
    from mcdesk.dispatch.run_outlook import RunOutlook
    from mcdesk.history.account_store import Account

QUIET_MILLISECONDS = 300


class EstimatePresenter(QObject):
    """`estimated` carries a RunEstimate.

    What is asked while another one is under way takes its place: that is given up, and nothing is told of it.

    Args:
        clock: seconds, monotonic.
    """

    estimated = Signal(object)

    def __init__(
        self, background: Background, desk: Desk, clock: Callable[[], float], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._background, self._desk, self._clock = background, desk, clock
        self._account: Account | None = None
        self._device: str | None = None
        self._asked: _Asked | None = None
        self._task: Task | None = None
        self._prepared: tuple[_Compiled, PreparedModel] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(QUIET_MILLISECONDS)
        self._timer.timeout.connect(self._begin)

    def work_as(self, account: "Account | None") -> None:
        """Who would be charged."""
        self._account = account
        self.ask_again()

    def ask(self, workbook: Workbook, setup: SetupFile) -> None:
        """Estimate this, once a person has paused."""
        self._asked = _Asked(workbook, setup)
        self.estimated.emit(RunEstimate(ESTIMATING))
        self.ask_again()

    def ask_again(self) -> None:
        """The same once more, as what it rests on has changed; until then the one before is shown."""
        self._give_up()
        if self._asked is not None:
            self._timer.start()

    def forget(self, missing: str) -> None:
        """There is nothing to estimate; `missing` says what has to be done first."""
        self._give_up()
        self._asked = None
        self.estimated.emit(RunEstimate("Not ready to run", warning=missing))

    def _give_up(self) -> None:
        self._timer.stop()
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _begin(self) -> None:
        asked, known = self._asked, self._prepared
        if asked is None:
            return
        if known is not None and known[0] == _compiled_of(asked):
            # another number of trials: nothing has to be compiled for that
            self._judge(known[1])
            return
        clock, caches = self._clock, self._desk.caches

        def work(cancel: CancelToken) -> "PreparedModel":
            plan = plan_of(asked.setup)
            return workshop.known_model(asked.workbook, asked.setup, plan, clock, caches, cancel)

        def done(prepared: "PreparedModel") -> None:
            self._prepared = _compiled_of(asked), prepared
            self._judge(prepared)

        self._task = self._background.start(work, done, self._fail)

    def _judge(self, prepared: "PreparedModel") -> None:
        asked, account, device = self._asked, self._account, self._device
        if asked is None:
            return
        plan = plan_of(asked.setup)
        request = RunRequest(asked.workbook.path, asked.setup, plan, account=account)

        def work(room: DeskRoom) -> "tuple[RunOutlook, str]":
            context = replace(room.services.run_context, queue=room.queue)
            place = workshop.queue_place(room.services.settings)
            queue = None if room.services.database is None else (room.services.database, place)
            return workshop.run_outlook(request, prepared, context, queue, utc_now()), device or _device(room)

        self._task = self._desk.ask(work, self._tell, self._fail)

    def _tell(self, found: "tuple[RunOutlook, str]") -> None:
        self._task = None
        outlook, self._device = found
        self.estimated.emit(run_estimate(outlook, self._device))

    def _fail(self, error: McdeskError) -> None:
        self._task = None
        if not isinstance(error, Cancelled):
            self.estimated.emit(refused_estimate(error))


@dataclass(frozen=True, slots=True)
class _Asked:
    workbook: Workbook
    setup: SetupFile


@dataclass(frozen=True, slots=True)
class _Compiled:
    """What a compiled model depends on."""

    sha256: str
    setup: SetupFile
    sampling: Sampling
    trials: int


def _compiled_of(asked: _Asked) -> _Compiled:
    plan = plan_of(asked.setup)
    # plain draws are the same however many follow
    trials = 0 if plan.sampling is Sampling.PLAIN else plan.trials
    setup = replace(asked.setup, trials=None, seed=None, sampling=None, stop=None)
    return _Compiled(asked.workbook.sha256, setup, plan.sampling, trials)


def _device(room: DeskRoom) -> str:
    context = room.services.run_context
    return context.gpu_name() or context.device_name() or "this computer"
