"""Whether mcdesk calculates the open workbook as Excel did: counts, and each cell that is to be looked at."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from mcdesk.formulas.values import BLANK, Scalar
from mcdesk.foundation.cancellation import CancelToken
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.foundation.errors import McdeskError
from mcdesk.model.addresses import CellAddress
from mcdesk.ui import workshop
from mcdesk.ui.background import Background
from mcdesk.ui.formatting import count_text
from mcdesk.ui.presenters.model_presenter import OpenModel
from mcdesk.ui.presenters.progress_watch import ProgressBoard, ProgressWatch

if TYPE_CHECKING:
    from mcdesk.formulas.parity import Mismatch, ParityReport

# A workbook with more is compared only when somebody asks: it takes seconds of a whole core.
MOST_UNASKED = 20_000
LabelOf = Callable[[CellAddress], str]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to look at; `cell` is where, None where that is nowhere in particular.

    Attributes:
        mark: bad for what differs, warning for what cannot be calculated, muted for what was left out.
    """

    cell: CellAddress | None
    title: str
    text: str
    mark: str
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Certificate:
    """The whole comparison as it is shown.

    Attributes:
        open_count: cells that differ or cannot be calculated.
        differing: the cells to tint, at most 1,000.
    """

    sentence: str
    open_count: int
    findings: tuple[Finding, ...]
    differing: frozenset[CellAddress]


class CheckPresenter(QObject):
    """Compares once for each workbook that is opened; `changed` carries a Certificate, or None."""

    changed = Signal(object)
    failed = Signal(object)

    def __init__(self, background: Background, label_of: LabelOf, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.watch = ProgressWatch(self)
        self.certificate: Certificate | None = None
        self._background, self._label_of = background, label_of
        self._model: OpenModel | None = None

    def open(self, model: OpenModel) -> None:
        """Another workbook: it is compared at once unless that takes long."""
        self.watch.cancel()
        self._model, self.certificate = model, None
        self.changed.emit(None)
        if model.workbook.formula_cell_count <= MOST_UNASKED:
            self.want()

    def want(self) -> None:
        """Somebody looks at it: compare, if that is not done yet."""
        model = self._model
        if model is None or self.certificate is not None or self.watch.is_working:
            return
        board = ProgressBoard("Comparing with the values in the file")

        def work(token: CancelToken) -> "ParityReport":
            return workshop.compare_workbook(model.workbook, token, board.tell)

        self.watch.begin(self._background.start(work, self._take, self._fail), board)

    def cancel(self) -> None:
        """Stop comparing."""
        self.watch.cancel()

    def _take(self, report: "ParityReport") -> None:
        self.watch.end()
        if self._model is not None:
            self.certificate = certificate(self._model, report, self._label_of)
            self.changed.emit(self.certificate)

    def _fail(self, error: McdeskError) -> None:
        self.watch.end()
        self.failed.emit(error)


def certificate(model: OpenModel, report: "ParityReport", label_of: LabelOf) -> Certificate:
    """A report as it is shown."""
    differing = [_differing(model, each, label_of) for each in report.mismatches]
    findings = (
        *differing,
        *_unsupported(model, report),
        *_cycles(model, report),
        *_skipped(model, report),
    )
    cells = frozenset(each.cell for each in differing if each.cell is not None)
    return Certificate(_sentence(report), report.mismatched + report.unsupported, findings, cells)


def _sentence(report: "ParityReport") -> str:
    if not report.formula_cells:
        return "No formula cells"
    cells = "formula cell" if report.formula_cells == 1 else "formula cells"
    differ = "differs" if report.mismatched == 1 else "differ"
    parts = [
        f"{count_text(report.matched)} as Excel",
        f"{count_text(report.mismatched)} {differ}",
        f"{count_text(report.unsupported)} not supported",
    ]
    if report.skipped:
        parts.append(f"{count_text(report.skipped)} not compared")
    return f"{count_text(report.formula_cells)} {cells}: {', '.join(parts)}"


def _differing(model: OpenModel, each: "Mismatch", label_of: LabelOf) -> Finding:
    cell = model.cell_of(each.cell)
    name = "" if cell is None else label_of(cell)
    title = f"{each.cell}  {name}".strip()
    text = "in the file {}, here {}".format(*_told_apart(each.cached, each.computed))
    return Finding(cell, title, text, "bad", f"={each.formula.removeprefix('=')}")


def _unsupported(model: OpenModel, report: "ParityReport") -> Iterator[Finding]:
    for name, count in report.unsupported_functions.items():
        title = f"{name} is not supported"
        yield _counted(model, report, name, title, (count, "warning"))
    for reason, count in report.unsupported_reasons.items():
        yield _counted(model, report, reason, f"{reason[0].upper()}{reason[1:]}", (count, "warning"))


def _cycles(model: OpenModel, report: "ParityReport") -> Iterator[Finding]:
    for cells in report.cycles:
        yield Finding(
            model.cell_of(cells[0]), "Circular reference", " \u2192 ".join(cells), "warning", " ".join(cells)
        )


def _skipped(model: OpenModel, report: "ParityReport") -> Iterator[Finding]:
    for reason, count in report.skipped_by.items():
        yield _counted(model, report, reason, f"Not compared: {reason}", (count, "muted"))


def _counted(
    model: OpenModel, report: "ParityReport", name: str, title: str, how: tuple[int, str]
) -> Finding:
    count, mark = how
    cell = report.first_cells.get(name)
    text = f"{count_text(count)} {'cell' if count == 1 else 'cells'}"
    if cell is not None:
        text += f", {'' if count == 1 else 'the first is '}{model.cell_text(cell)}"
    return Finding(cell, title, text, mark)


def _told_apart(cached: Scalar, computed: Scalar) -> tuple[str, str]:
    """Both values, in as few digits as show that they differ."""
    for digits in (6, 9, 12):
        texts = _shown(cached, digits), _shown(computed, digits)
        if texts[0] != texts[1]:
            return texts
    return _shown(cached, 17), _shown(computed, 17)


def _shown(value: Scalar, digits: int) -> str:
    if isinstance(value, ErrorCode):
        return value.text
    if value is BLANK:
        return "nothing"
    if isinstance(value, bool):
        return str(value).upper()
    return f"{value:.{digits}g}" if isinstance(value, float) else f"\u201c{value}\u201d"
