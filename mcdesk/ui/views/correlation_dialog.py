"""The correlations between the inputs as a matrix, judged while they are typed."""

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from mcdesk.foundation.errors import McdeskError
from mcdesk.ui.background import Background, Task
from mcdesk.ui.presenters.correlation_sheet import CorrelationSheet, Judgement, judge, typed_rank
from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.widgets.matrix_table import NAME_PIXELS, ROW_PIXELS, MatrixTable
from mcdesk.ui.widgets.parts import answer_row, button, label, set_icon

EXPLANATION = (
    "Rank correlations (Spearman) from \u22121 to 1, drawn with a normal copula: each input keeps its"
    " distribution. Type a number over a cell; Delete makes it 0."
)
NO_RANK = "A rank correlation is a number from \u22121 to 1, such as 0.7, \u22120.4 or 70 %."
_SIDES, _OTHER_PARTS = 66, 280
_LEAST, _MOST = (640, 420), (1080, 720)


class CorrelationDialog(QDialog):
    """`sheet` is what was chosen once it was accepted."""

    def __init__(
        self, theme: Theme, background: Background, sheet: CorrelationSheet, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName("correlationDialog")
        self.setWindowTitle("Correlations")
        self.setModal(True)
        self._background = background
        self._task: Task | None = None
        self._judgement: Judgement | None = None
        self._past: list[CorrelationSheet] = []
        self._future: list[CorrelationSheet] = []
        self.sheet = sheet
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 20, 22, 18)
        layout.setSpacing(12)
        layout.addLayout(self._head(theme))
        self.table = MatrixTable(theme, "correlationMatrix", "Correlations between the inputs")
        self.table.typed.connect(self._type)
        layout.addWidget(self.table, 1)
        layout.addLayout(self._check(theme))
        layout.addLayout(self._buttons())
        for keys, action in ((QKeySequence.StandardKey.Undo, self.undo), (QKeySequence("Ctrl+Y"), self.redo)):
            QShortcut(QKeySequence(keys), self, action)
        QShortcut(QKeySequence("Ctrl+Shift+Z"), self, self.redo)
        self._show()
        count = len(sheet.inputs)
        self.resize(
            min(max(NAME_PIXELS + count * self.table.column_pixels() + _SIDES, _LEAST[0]), _MOST[0]),
            min(max((count + 1) * ROW_PIXELS + _OTHER_PARTS, _LEAST[1]), _MOST[1]),
        )
        self.table.setFocus()

    @property
    def is_judged(self) -> bool:
        """Whether it is known if these can hold together."""
        return self._judgement is not None

    def undo(self) -> None:
        """Take the last number back."""
        if self._past:
            self._future.append(self.sheet)
            self.sheet = self._past.pop()
            self._show()

    def redo(self) -> None:
        """Do again what was taken back."""
        if self._future:
            self._past.append(self.sheet)
            self.sheet = self._future.pop()
            self._show()

    def use_nearest(self) -> None:
        """Take the nearest correlations that can hold together."""
        if self._judgement is not None and self._judgement.nearest is not None:
            self._change(self._judgement.nearest)

    def _head(self, theme: Theme) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        text = label(EXPLANATION, "muted", "correlationExplanation")
        text.setWordWrap(True)
        row.addWidget(text, 1)
        self._undo = button("", "undoCorrelation", "quiet", "Undo (Ctrl+Z)")
        self._redo = button("", "redoCorrelation", "quiet", "Redo (Ctrl+Y)")
        for each, name, action in ((self._undo, "undo", self.undo), (self._redo, "redo", self.redo)):
            set_icon(each, name, theme, 16)
            each.setAutoDefault(False)
            each.clicked.connect(action)
            row.addWidget(each)
        return row

    def _check(self, theme: Theme) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(12)
        self._told = label("", "muted", "correlationCheck")
        self._told.setWordWrap(True)
        self._told.setMinimumHeight(38)
        row.addWidget(self._told, 1)
        self._nearest = button("Use the nearest that can", "useNearest")
        self._nearest.setAutoDefault(False)
        self._nearest.clicked.connect(self.use_nearest)
        row.addWidget(self._nearest)
        return row

    def _buttons(self) -> QHBoxLayout:
        row, self._accept = answer_row(self, "Use them", "acceptCorrelations")
        return row

    def _type(self, row: int, column: int, text: str) -> None:
        rank = typed_rank(text)
        if rank is None:
            self._tell(NO_RANK, "bad")
            return
        self._change(self.sheet.with_rank(row, column, rank))

    def _change(self, sheet: CorrelationSheet) -> None:
        if sheet != self.sheet:
            self._past.append(self.sheet)
            self._future.clear()
            self.sheet = sheet
        self._show()

    def _show(self) -> None:
        self._undo.setEnabled(bool(self._past))
        self._redo.setEnabled(bool(self._future))
        self._judgement = None
        self._show_matrix()
        self._judge()

    def _show_matrix(self) -> None:
        wrong = None if self._judgement is None else self._judgement.pair
        self.table.show_matrix([each.title for each in self.sheet.inputs], dict(self.sheet.ranks), wrong)

    def _judge(self) -> None:
        """In another thread: a large matrix that cannot be takes a while."""
        if self._task is not None:
            self._task.cancel()
        sheet = self.sheet
        self._accept.setEnabled(False)
        self._nearest.setVisible(False)
        self._task = self._background.start(lambda _: judge(sheet), self._take, self._fail)

    def _take(self, judgement: Judgement) -> None:
        self._task, self._judgement = None, judgement
        self._tell(judgement.text, "muted" if judgement.is_possible else "bad")
        self._accept.setEnabled(judgement.is_possible)
        self._nearest.setVisible(judgement.nearest is not None)
        self._show_matrix()

    def _fail(self, error: McdeskError) -> None:
        self._task = None
        self._tell(str(error), "bad")

    def _tell(self, text: str, role: str) -> None:
        self._told.setText(text)
        self._told.setProperty("role", role)
        # the style is chosen by the role
        self._told.style().unpolish(self._told)
        self._told.style().polish(self._told)
