"""Beside the grid: what is uncertain, what is wanted or likely to be, and how it will be simulated."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from mcdesk.ui.presenters.marks import Mark
from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.theme.tokens import GUTTER
from mcdesk.ui.views.check_panel import CheckPanel
from mcdesk.ui.views.estimate_card import EstimateCard
from mcdesk.ui.views.plan_panel import PlanPanel
from mcdesk.ui.views.suggestions_panel import SuggestionsPanel
from mcdesk.ui.widgets.parts import Segments, button, card, label
from mcdesk.ui.widgets.two_line_list import ROW_HEIGHT, Line, TwoLineList

WIDTH = 328
INPUT_HINT = "Select a cell and press I"
OUTPUT_HINT = "Select the result cell and press O"
VALUES_TIP = "Constants that have another value in runs than in the workbook. Delete takes one back."
# The upper and the lower list share the height by their rows, as long as none has very many.
HEAD_HEIGHT, MOST_ROWS = 70, 4
MARKED, SUGGESTED, CHECKED = range(3)


class MarksPanel(QWidget):
    """Tells which mark a person points at, opens or removes; `tab_shown` which of its pages is in front."""

    tab_shown = Signal(int)
    cell_chosen = Signal(object)
    input_opened = Signal(object)
    output_opened = Signal(object)
    remove_wanted = Signal(object)
    correlations_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("marksPanel")
        self.setFixedWidth(WIDTH)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GUTTER - 6)
        self._tabs = Segments(("Marked", "Suggested", "Check"), "sideTab")
        self._tabs.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._tabs.chosen.connect(self.show_tab)
        layout.addWidget(self._tabs)
        self._stack = QStackedWidget()
        layout.addWidget(self._stack, 1)
        self._stack.addWidget(self._marked(theme))
        self.suggestions = SuggestionsPanel(theme)
        self.check = CheckPanel(theme)
        for page in (self.suggestions, self.check):
            self._stack.addWidget(page)
        self.estimate = EstimateCard()
        layout.insertWidget(0, self.estimate)
        frame, inside = card("planCard")
        inside.addWidget(label("Simulation", "cardTitle"))
        self.plan = PlanPanel()
        inside.addWidget(self.plan)
        layout.addWidget(frame)
        for part in (self._inputs, self._outputs, self._values):
            part.order_keys()

    @property
    def inputs(self) -> tuple[Mark, ...]:
        """The inputs as they are shown."""
        return self._inputs.marks

    @property
    def outputs(self) -> tuple[Mark, ...]:
        """The outputs as they are shown."""
        return self._outputs.marks

    def show_tab(self, number: int) -> None:
        """Bring one of the pages to the front."""
        self._tabs.choose(number)
        self._stack.setCurrentIndex(number)
        self.tab_shown.emit(number)

    def show_marks(
        self, inputs: Sequence[Mark], outputs: Sequence[Mark], values: Sequence[Mark] = ()
    ) -> None:
        """Show these; outputs and other values take turns in one place, where there are such values."""
        are_outputs_changed = [each.cell for each in outputs] != [each.cell for each in self.outputs]
        self._inputs.show_marks(inputs, "accent")
        self._outputs.show_marks(outputs, "good")
        self._values.show_marks(values, "warning")
        self._to_values.setVisible(bool(values))
        self._to_values.setText(f"Other values  {len(values):,}")
        self._to_outputs.setText(f"Outputs  {len(outputs):,}")
        if are_outputs_changed or not values:
            self._lower.setCurrentWidget(self._outputs)
        for place, count in enumerate((len(inputs), max(len(outputs), len(values)))):
            self._lists.setStretch(place, HEAD_HEIGHT + ROW_HEIGHT * min(max(count, 1), MOST_ROWS))
        count = len(inputs) + len(outputs) + len(values)
        self._tabs.rename(MARKED, f"Marked  {count:,}" if count else "Marked")

    def show_correlation_count(self, count: int) -> None:
        """How many pairs of inputs are correlated."""
        self._correlations.setText(f"Correlations  {count:,}" if count else "Correlations")
        self._correlations.setVisible(len(self.inputs) > 1)

    def show_check_count(self, count: int) -> None:
        """How many cells are to be looked at."""
        self._tabs.rename(CHECKED, f"Check  {count:,}" if count else "Check")

    def _marked(self, theme: Theme) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GUTTER - 6)
        self._inputs = _MarkList(theme, "inputs", "Inputs", INPUT_HINT)
        self._correlations = button(
            "Correlations", "correlationsButton", "link", "How the inputs move together (Ctrl+K)"
        )
        self._correlations.clicked.connect(self.correlations_wanted)
        self._inputs.add_action(self._correlations)
        self._outputs = _MarkList(theme, "outputs", "Outputs", OUTPUT_HINT)
        self._values = _MarkList(theme, "values", "Other values", "")
        self._values.setToolTip(VALUES_TIP)
        self._lists, self._lower = layout, QStackedWidget()
        self._to_values = button("", "valuesButton", "link", VALUES_TIP)
        self._to_outputs = button("", "outputsButton", "link", "Back to what is wanted")
        for here, there, link in (
            (self._outputs, self._values, self._to_values),
            (self._values, self._outputs, self._to_outputs),
        ):
            here.add_action(link)
            link.clicked.connect(partial(self._lower.setCurrentWidget, there))
            self._lower.addWidget(here)
        layout.addWidget(self._inputs)
        layout.addWidget(self._lower)
        for part in (self._inputs, self._outputs, self._values):
            part.cell_chosen.connect(self.cell_chosen)
            part.remove_wanted.connect(self.remove_wanted)
        self._inputs.opened.connect(self.input_opened)
        self._outputs.opened.connect(self.output_opened)
        return page


class _MarkList(QWidget):
    cell_chosen = Signal(object)
    opened = Signal(object)
    remove_wanted = Signal(object)

    def __init__(self, theme: Theme, name: str, title: str, hint: str) -> None:
        super().__init__()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        frame, inside = card(f"{name}Card")
        outer.addWidget(frame)
        self._title_text = title
        self._title = label(title, "cardTitle", f"{name}Title")
        self._head = QHBoxLayout()
        self._head.addWidget(self._title, 1)
        inside.addLayout(self._head)
        self._hint = label(hint, "small", f"{name}Hint")
        self._hint.setWordWrap(True)
        inside.addWidget(self._hint)
        self._list = TwoLineList(theme, f"{name}List", title)
        inside.addWidget(self._list, 1)
        inside.addStretch(0)
        self.marks: tuple[Mark, ...] = ()
        self._actions: list[QPushButton] = []
        self._list.row_chosen.connect(lambda row: self.cell_chosen.emit(self.marks[row].cell))
        self._list.row_activated.connect(lambda row: self.opened.emit(self.marks[row].cell))
        self._list.remove_wanted.connect(self._remove)

    def add_action(self, action: QPushButton) -> None:
        """Something that is done with the whole list."""
        self._head.addWidget(action)
        self._actions.append(action)

    def order_keys(self) -> None:
        """Tab goes from what is above the list to the list; in force from when all are in one window."""
        for action in self._actions:
            QWidget.setTabOrder(action, self._list)

    def show_marks(self, marks: Sequence[Mark], colour: str) -> None:
        self.marks = tuple(marks)
        self._title.setText(f"{self._title_text}  {len(marks):,}" if marks else self._title_text)
        self._hint.setVisible(not marks)
        self._list.setVisible(bool(marks))
        self._list.show_lines([Line(mark.title, mark.text, "", colour, place=mark.place) for mark in marks])

    def _remove(self, row: int) -> None:
        if not self.marks[row].is_declared:
            self.remove_wanted.emit(self.marks[row].cell)
