"""Slow queries with their plans, indexes that are missing, and the care for the file of the database."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from mcdesk.foundation.clock import moment_of
from mcdesk.ui.formatting import count_text, number_text
from mcdesk.ui.presenters.dashboard_tables import QUERY_TITLES
from mcdesk.ui.presenters.queries_presenter import BACK_UP, CARE, QueriesSeen
from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.theme.tokens import GUTTER
from mcdesk.ui.widgets.parts import button, card, label, set_icon
from mcdesk.ui.widgets.progress_line import ProgressLine
from mcdesk.ui.widgets.table_card import TableCard

if TYPE_CHECKING:
    from mcdesk.history.index_advice import Advice
    from mcdesk.history.maintenance import MaintenanceResult

_SLOW = ("Query", "When", "Took", "Threshold", "Statement")
_ADVICE = ("Index", "Gain", "Before", "After")
_PLAN_HEIGHT = 150


class QueriesView(QScrollArea):
    """`apply_wanted` has a Recommendation, `undo_wanted` the name of an index, `care_wanted` one of CARE."""

    back_wanted = Signal()
    advice_wanted = Signal()
    apply_wanted = Signal(object)
    undo_wanted = Signal(str)
    care_wanted = Signal(str)
    backup_wanted = Signal(object)
    cancel_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("queriesPlace")
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        body = QWidget()
        body.setObjectName("scrolled")
        layout = QVBoxLayout(body)
        layout.setContentsMargins(0, 0, 2, 0)
        layout.setSpacing(GUTTER - 4)
        self._progress = ProgressLine(theme, "queriesProgress")
        self._progress.cancel_wanted.connect(self.cancel_wanted)
        layout.addLayout(self._head(theme))
        self._seen = QueriesSeen((), ())
        self._slow = TableCard("Slow queries", "slowTable", _SLOW, "without their parameters")
        self._plan = QPlainTextEdit()
        self._plan.setObjectName("queryPlan")
        self._plan.setAccessibleName("Statement and plan of the slow query")
        self._plan.setReadOnly(True)
        self._plan.setFixedHeight(_PLAN_HEIGHT)
        self._slow.add_below(self._plan)
        self._slow.table.currentCellChanged.connect(self._show_plan)
        self._advice = TableCard("Indexes that would help", "adviceTable", _ADVICE)
        self._advice_buttons = QWidget()
        self._advice_row = QVBoxLayout(self._advice_buttons)
        self._advice_row.setContentsMargins(0, 0, 0, 0)
        self._advice.add_below(self._advice_buttons)
        layout.addWidget(self._slow)
        layout.addWidget(self._advice)
        layout.addWidget(self._care_card())
        layout.addStretch(1)
        self.setWidget(body)
        self._found: Advice | None = None
        self.show_seen(self._seen)

    def show_seen(self, seen: QueriesSeen) -> None:
        """Show the slow queries, and what was made for them."""
        self._seen = seen
        rows = [
            (
                QUERY_TITLES[each.query_type],
                f"{moment_of(each.at).astimezone():%Y-%m-%d %H:%M:%S}",
                f"{number_text(each.milliseconds, 3)} ms",
                f"{number_text(each.query_type.threshold_milliseconds, 4)} ms",
                " ".join((each.sql or "").split()),
            )
            for each in seen.slow
        ]
        self._slow.show_table(_SLOW, rows, "No query ever took longer than its kind may take")
        self._plan.setVisible(bool(rows))
        self._show_advice()

    def show_advice(self, advice: "Advice") -> None:
        """Show what was found."""
        self._found = advice
        self._show_advice()

    def show_working(self, text: str) -> None:
        """Say what goes on; nothing once it is over."""
        self._progress.setVisible(bool(text))
        if text:
            self._progress.show_progress(text, 0, 0)
        for each in (*self._care.values(), self._advise):
            each.setEnabled(not text)

    def show_care(self, title: str, result: "MaintenanceResult") -> None:
        """Show what came of it, and how long it took."""
        mark = "" if result.is_sound else "Look at this: "
        took = f"{number_text(result.milliseconds, 3)} ms"
        self._cared.setText(f"{mark}{title}, {datetime.now():%H:%M}: {result.text} ({took})")

    def _head(self, theme: Theme) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setSpacing(GUTTER)
        back = button("Back", "queriesBack", "", "Back to all figures")
        set_icon(back, "left", theme)
        back.clicked.connect(self.back_wanted)
        head.addWidget(back)
        head.addWidget(label("Queries of the database", "cardTitle"))
        head.addWidget(self._progress, 1)
        head.addStretch(0)
        self._advise = button(
            "Look for missing indexes", "adviseButton", "", "Try indexes on a copy of the tables"
        )
        set_icon(self._advise, "search", theme)
        self._advise.clicked.connect(self.advice_wanted)
        head.addWidget(self._advise)
        return head

    def _show_plan(self, row: int, *_: int) -> None:
        if 0 <= row < len(self._seen.slow):
            query = self._seen.slow[row]
            self._plan.setPlainText(f"{query.sql or ''}\n\nPlan:\n{query.plan or 'not known'}")

    def _show_advice(self) -> None:
        found = self._found
        recommended = () if found is None else found.recommendations
        rows = [
            (
                each.create_sql,
                "not timed" if each.gain is None else f"{number_text(each.gain, 3)} times as fast",
                _milliseconds(each.milliseconds_before),
                _milliseconds(each.milliseconds_after),
            )
            for each in recommended
        ]
        self._advice.show_table(_ADVICE, rows, self._advice_text())
        while (item := self._advice_row.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for each in recommended:
            if each.name not in self._seen.applied:
                made = button(f"Make {each.name}", "applyIndex", "", each.plan_after)
                made.clicked.connect(lambda _, each=each: self.apply_wanted.emit(each))
                self._advice_row.addWidget(made, 0, Qt.AlignmentFlag.AlignLeft)
        for name in self._seen.applied:
            undo = button(f"Undo: take {name} away", "undoIndex", "", "Drop the index")
            undo.clicked.connect(lambda _, name=name: self.undo_wanted.emit(name))
            self._advice_row.addWidget(undo, 0, Qt.AlignmentFlag.AlignLeft)

    def _advice_text(self) -> str:
        if self._found is None:
            return "Not looked for yet. Nothing is changed by looking."
        count = count_text(self._found.statement_count)
        cut = "" if self._found.is_complete else ", and time ran out"
        return f"None is missing: {count} statements were tried on a copy{cut}."

    def _care_card(self) -> QWidget:
        frame, inside = card("careCard")
        inside.addWidget(label("Care for the file", "cardTitle"))
        grid = QGridLayout()
        self._care: dict[str, QPushButton] = {}
        for column, (name, text) in enumerate(CARE.items()):
            made = self._care[name] = button(text, f"care.{name}", "")
            made.clicked.connect(lambda _, name=name: self.care_wanted.emit(name))
            grid.addWidget(made, 0, column)
        made = self._care["back_up"] = button(BACK_UP, "care.back_up", "", "Copy the history to a file")
        made.clicked.connect(self._ask_backup)
        grid.addWidget(made, 0, len(CARE))
        grid.setColumnStretch(len(CARE) + 1, 1)
        inside.addLayout(grid)
        self._cared: QLabel = label("Nothing was done in this session.", "muted", "careText")
        self._cared.setWordWrap(True)
        inside.addWidget(self._cared)
        return frame

    def _ask_backup(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(self, "Back up", "mcdesk backup.db", "Databases (*.db)")
        if chosen:
            self.backup_wanted.emit(Path(chosen))


def _milliseconds(value: float | None) -> str:
    return "not timed" if value is None else f"{number_text(value, 3)} ms"
