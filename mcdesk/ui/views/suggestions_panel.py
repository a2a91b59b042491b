"""Cells that are likely results and inputs: a click on the plus marks one, one beside it goes there."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from mcdesk.ui.presenters.progress_watch import Progress
from mcdesk.ui.presenters.suggestions_presenter import Suggestion, Suggestions
from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.theme.tokens import GUTTER
from mcdesk.ui.widgets.offer_list import Offer, OfferList
from mcdesk.ui.widgets.parts import ElidedLabel, button, card, label
from mcdesk.ui.widgets.progress_line import ProgressLine

NO_OUTPUTS = "No formula stands at the end of the model."
NO_INPUTS = "No constant moves this result."
ALL_MARKED = "All of them are marked."


class SuggestionsPanel(QWidget):
    """The signals carry a Suggestion; `look_wanted` asks to begin again."""

    output_taken = Signal(object)
    input_taken = Signal(object)
    cell_chosen = Signal(object)
    look_wanted = Signal()
    cancel_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("suggestionsPanel")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GUTTER - 6)
        self._outputs = _Offers(theme, "likelyOutputs", "Likely outputs", has_bars=False)
        self._inputs = _Offers(theme, "likelyInputs", "Likely inputs", has_bars=True)
        layout.addWidget(self._outputs, 4)
        layout.addWidget(self._inputs, 5)
        self._progress = ProgressLine(theme, "suggestionsProgress")
        self._progress.cancel_wanted.connect(self.cancel_wanted)
        layout.addWidget(self._progress)
        self._again = button("Look for likely cells", "suggestAgain", "link")
        self._again.clicked.connect(self.look_wanted)
        layout.addWidget(self._again)
        self._outputs.taken.connect(self.output_taken)
        self._inputs.taken.connect(self.input_taken)
        for part in (self._outputs, self._inputs):
            part.cell_chosen.connect(self.cell_chosen)
        self._is_complete = False
        self.show_suggestions(Suggestions())

    def show_suggestions(self, found: Suggestions) -> None:
        """Show these."""
        self._is_complete = found.is_complete
        self._outputs.show_offers(
            found.outputs, "Results that nothing reads", ALL_MARKED if found.has_outputs else NO_OUTPUTS
        )
        told = f"By how far \u00b110 % moves {found.basis}" if found.basis else ""
        self._inputs.show_offers(found.inputs, told, ALL_MARKED if found.has_inputs else NO_INPUTS)
        self._outputs.show_whether_known(found.is_complete)
        self._inputs.show_whether_known(found.is_complete)
        self._again.setVisible(not found.is_complete and not self._progress.isVisibleTo(self))

    def show_progress(self, progress: Progress | None) -> None:
        """How far the search is; None when it is over."""
        if progress is None:
            self._progress.hide()
        else:
            self._progress.show_progress(progress.text, progress.done, progress.total)
        self._again.setVisible(progress is None and not self._is_complete)


class _Offers(QFrame):
    taken = Signal(object)
    cell_chosen = Signal(object)

    def __init__(self, theme: Theme, name: str, title: str, has_bars: bool) -> None:
        super().__init__()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        frame, inside = card(f"{name}Card")
        inside.setSpacing(4)
        outer.addWidget(frame)
        inside.addWidget(label(title, "cardTitle", f"{name}Title"))
        self._told = ElidedLabel("", "small", f"{name}Told")
        inside.addWidget(self._told)
        self._none = label("", "small", f"{name}None")
        self._none.setWordWrap(True)
        inside.addWidget(self._none)
        self._list = OfferList(theme, f"{name}List", title, has_bars)
        inside.addWidget(self._list, 1)
        inside.addStretch(0)
        self._shown: tuple[Suggestion, ...] = ()
        self._list.taken.connect(lambda row: self.taken.emit(self._shown[row]))
        self._list.row_chosen.connect(lambda row: self.cell_chosen.emit(self._shown[row].cell))

    def show_offers(self, shown: Sequence[Suggestion], told: str, without: str) -> None:
        self._shown = tuple(shown)
        self._told.setText(told)
        self._none.setText(without)
        offers = [
            Offer(each.title, each.text, each.right, tip=each.tip, place=each.place, share=each.share)
            for each in self._shown
        ]
        self._list.show_offers(offers)

    def show_whether_known(self, is_known: bool) -> None:
        """Without the answer there is nothing to say about it."""
        self._told.setVisible(bool(self._shown))
        self._none.setVisible(is_known and not self._shown)
        self._list.setVisible(bool(self._shown))
