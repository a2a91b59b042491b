"""Likely outputs and inputs of the open workbook, found beside the window, without those that are marked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from mcdesk.formulas.cell_labels import CellLabels
from mcdesk.foundation.cancellation import CancelToken
from mcdesk.foundation.errors import McdeskError
from mcdesk.model.addresses import CellAddress
from mcdesk.ui import workshop
from mcdesk.ui.formatting import count_text
from mcdesk.ui.presenters.marks import distinct_titles
from mcdesk.ui.presenters.model_presenter import ModelPresenter, OpenModel
from mcdesk.ui.presenters.model_tracer import ModelTracer
from mcdesk.ui.presenters.progress_watch import ProgressBoard, ProgressWatch

if TYPE_CHECKING:
    from mcdesk.formulas.suggestions import SuggestedInput, SuggestedOutput
    from mcdesk.formulas.tracing import Tracer

MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A cell that may be marked.

    Attributes:
        title: what it is called, told apart from others of the same name.
        text: its value as the workbook formats it.
        place: where it is.
        name: what it is called; empty where it is called by its address.
        right: how far it moves the output, as text; empty where that is not known.
        share: the same as a part of the largest, 0 to 1; None where that is not known.
        tip: the same in a sentence.
    """

    cell: CellAddress
    title: str
    text: str
    value: float
    right: str = ""
    share: float | None = None
    tip: str = ""
    place: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What is shown; `basis` says which output the inputs move.

    Attributes:
        has_outputs, has_inputs: whether some were found; where none is shown, all of them are marked.
    """

    outputs: tuple[Suggestion, ...] = ()
    inputs: tuple[Suggestion, ...] = ()
    basis: str = ""
    is_complete: bool = False
    has_outputs: bool = False
    has_inputs: bool = False


@dataclass(frozen=True, slots=True)
class _Found:
    outputs: "tuple[SuggestedOutput, ...]"
    inputs: "tuple[SuggestedInput, ...]"
    # the outputs whose inputs these are
    asked: tuple[CellAddress, ...]


class SuggestionsPresenter(QObject):
    """Begins when it is wanted, and again for the inputs whenever other outputs are chosen."""

    changed = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        model: ModelPresenter,
        tracer: ModelTracer,
        label_of: Callable[[CellAddress], str],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.watch = ProgressWatch(self)
        self._model, self._tracer, self._label_of = model, tracer, label_of
        self._found: _Found | None = None
        self._is_wanted = False
        # the outputs that are being asked about
        self._asking: tuple[CellAddress, ...] | None = None

    @property
    def is_complete(self) -> bool:
        """Whether everything was found that is wanted now."""
        return self._found is not None and not self.watch.is_working

    def forget(self) -> None:
        """Another workbook was opened."""
        self.watch.cancel()
        self._found, self._is_wanted = None, False
        self.changed.emit(Suggestions())

    def want(self) -> None:
        """Somebody looks at them: find them, if that is not done yet."""
        self._is_wanted = True
        self.follow_setup()

    def cancel(self) -> None:
        """Stop looking; what was found stays."""
        self._is_wanted = False
        self.watch.cancel()
        self._tell()

    def follow_setup(self) -> None:
        """Other cells are marked."""
        model = self._model.model
        if model is None:
            return
        self._tell()
        chosen = tuple(sorted(self._model.marked_outputs()))
        if self._is_wanted and not self._is_known(chosen):
            self._begin(chosen)

    def _is_known(self, chosen: tuple[CellAddress, ...]) -> bool:
        """Whether it was found, or is being looked for."""
        if self.watch.is_working:
            return self._asking == chosen
        return self._found is not None and self._found.asked == _basis(chosen, self._found.outputs)

    def _begin(self, chosen: tuple[CellAddress, ...]) -> None:
        known = None if self._found is None else self._found.outputs
        board = ProgressBoard("Reading what depends on what")

        def work(tracer: "Tracer", labels: CellLabels, token: CancelToken) -> _Found:
            return _look(tracer, labels, token, board, (chosen, known))

        task = self._tracer.ask(work, self._take, self._fail)
        if task is not None:
            self._asking = chosen
            self.watch.begin(task, board)

    def _take(self, found: _Found) -> None:
        self.watch.end()
        self._found = found
        self._tell()

    def _fail(self, error: McdeskError) -> None:
        self.watch.end()
        self.failed.emit(error)

    def _tell(self) -> None:
        model, found = self._model.model, self._found
        if model is None or found is None:
            self.changed.emit(Suggestions())
            return
        marked = self._model.marked_inputs() | self._model.marked_outputs()
        outputs = [each for each in found.outputs if each.cell not in marked][:MOST_SHOWN]
        inputs = [each for each in found.inputs if each.cell not in marked][:MOST_SHOWN]
        largest = max((each.swing or 0.0 for each in inputs), default=0.0)
        basis = _title(model, found.asked[0], self._label_of(found.asked[0])) if found.asked else ""
        shown = [
            _shown_input(model, each, (basis, found.asked[0], largest)) for each in inputs if found.asked
        ]
        results = [_shown_output(model, each) for each in outputs]
        self.changed.emit(
            Suggestions(
                outputs=_told_apart(model, results),
                inputs=_told_apart(model, shown),
                basis=basis,
                is_complete=True,
                has_outputs=bool(found.outputs),
                has_inputs=bool(found.inputs),
            )
        )


def _look(
    tracer: "Tracer",
    labels: CellLabels,
    token: CancelToken,
    board: ProgressBoard,
    asked: "tuple[tuple[CellAddress, ...], tuple[SuggestedOutput, ...] | None]",
) -> _Found:
    chosen, outputs = asked
    if outputs is None:
        board.begin("Looking for results that nothing reads")
        outputs = workshop.suggest_outputs(tracer, labels, token, board.tell)
    basis = _basis(chosen, outputs)
    board.begin("Moving each constant by \u00b110 %")
    inputs = workshop.suggest_inputs(tracer, labels, basis, token, board.tell)
    return _Found(outputs, inputs, basis)


def _basis(
    chosen: tuple[CellAddress, ...], outputs: "tuple[SuggestedOutput, ...]"
) -> tuple[CellAddress, ...]:
    """The outputs whose inputs are looked for: those that are chosen, else the likeliest."""
    return chosen or tuple(each.cell for each in outputs[:1])


def _shown_output(model: OpenModel, each: "SuggestedOutput") -> Suggestion:
    place = model.cell_text(each.cell)
    count = each.precedent_count
    tip = f"Nothing reads it; {count_text(count)} {'cell stands' if count == 1 else 'cells stand'} behind it."
    text = model.value_text(each.cell, each.value)
    name = each.label or ""
    return Suggestion(each.cell, name or place, text, each.value, tip=tip, place=place, name=name)


def _shown_input(
    model: OpenModel, each: "SuggestedInput", basis: tuple[str, CellAddress, float]
) -> Suggestion:
    name, output, largest = basis
    place = model.cell_text(each.cell)
    made = Suggestion(
        cell=each.cell,
        title=each.label or place,
        text=model.value_text(each.cell, each.value),
        value=each.value,
        tip=f"How far it moves {name} was not calculated.",
        place=place,
        name=each.label or "",
    )
    if each.swing is None:
        return made
    swing = model.value_text(output, each.swing)
    tip = f"{name} moves by {swing} when this goes from 10 % below to 10 % above."
    return replace(made, right=swing, share=each.swing / largest if largest else 0.0, tip=tip)


def _told_apart(model: OpenModel, shown: Sequence[Suggestion]) -> tuple[Suggestion, ...]:
    titles = distinct_titles(model, [(each.cell, each.title) for each in shown])
    return tuple(replace(each, title=title) for each, title in zip(shown, titles, strict=True))


def _title(model: OpenModel, cell: CellAddress, label: str) -> str:
    return label or model.cell_text(cell)
