"""What a cell depends on and what it influences, found beside the window and shown until it is ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from mcdesk.formulas.cell_labels import CellLabels
from mcdesk.foundation.cancellation import CancelToken
from mcdesk.foundation.errors import McdeskError
from mcdesk.model.addresses import CellAddress
from mcdesk.ui.background import Task
from mcdesk.ui.formatting import count_text
from mcdesk.ui.presenters.model_tracer import ModelTracer

if TYPE_CHECKING:
    from mcdesk.formulas.tracing import Tracer

# More are counted, but not tinted: the window would stand still while it sorts them by sheet.
MOST_TINTED = 50_000


class TraceWay(Enum):
    """Against the flow of the calculation, along it, or both."""

    DEPENDS_ON = "depends on"
    INFLUENCES = "influences"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class TraceSide:
    """The cells on one side of a cell; `text` counts them all, of which `cells` may be the first only.

    They are a set, made beside the window: to make one of a tuple takes the window too long.
    """

    cells: frozenset[CellAddress]
    text: str


@dataclass(frozen=True, slots=True)
class Trace:
    """What was found of a cell; a side that was not asked for is None."""

    cell: CellAddress
    title: str
    depends_on: TraceSide | None
    influences: TraceSide | None


class TracesPresenter(QObject):
    """One trace at a time; `changed` carries it, or None when there is none."""

    changed = Signal(object)
    failed = Signal(object)

    def __init__(self, tracer: ModelTracer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tracer = tracer
        self._task: Task | None = None
        self.trace: Trace | None = None

    def show(self, cell: CellAddress, way: TraceWay) -> None:
        """Trace a cell; what was traced before stays until this is there."""
        self._give_up()

        def work(tracer: "Tracer", labels: CellLabels, token: CancelToken) -> Trace:
            return find_trace(tracer, labels, token, cell, way)

        self._task = self._tracer.ask(work, self._take, self._fail)

    def end(self) -> None:
        """Show no trace any more."""
        self._give_up()
        self.trace = None
        self.changed.emit(None)

    def _give_up(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _take(self, trace: Trace) -> None:
        self._task, self.trace = None, trace
        self.changed.emit(trace)

    def _fail(self, error: McdeskError) -> None:
        self._task = None
        self.failed.emit(error)


def find_trace(
    tracer: "Tracer", labels: CellLabels, token: CancelToken, cell: CellAddress, way: TraceWay
) -> Trace:
    """What is on the sides of a cell that are asked for.

    Raises:
        Cancelled: if the token was cancelled meanwhile.
    """
    depends_on = influences = None
    if way is not TraceWay.INFLUENCES:
        depends_on = _side("Depends on", cell, tracer.direct_precedents(cell), tracer.all_precedents(cell))
        token.raise_if_cancelled()
    if way is not TraceWay.DEPENDS_ON:
        influences = _side("Influences", cell, tracer.direct_dependents(cell), tracer.all_dependents(cell))
        token.raise_if_cancelled()
    return Trace(cell, labels.label(cell) or "", depends_on, influences)


def _side(
    verb: str, cell: CellAddress, direct: Sequence[CellAddress], everything: Sequence[CellAddress]
) -> TraceSide:
    count = len(everything)
    if not count:
        return TraceSide(frozenset(), f"{verb} no other cell")
    text = f"{verb} {count_text(count)} {'cell' if count == 1 else 'cells'}"
    near = len(set(direct) - {cell})
    if near < count:
        text += f", {count_text(near)} directly"
    sheets = len({each.sheet for each in everything} | {cell.sheet})
    if sheets > 1:
        text += f", on {sheets} sheets"
    if count > MOST_TINTED:
        text += f"; the first {count_text(MOST_TINTED)} are tinted"
    return TraceSide(frozenset(everything[:MOST_TINTED]), text)
