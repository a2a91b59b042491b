"""How to simulate: trials, seed, sampling, stop rule; what is wrong is said while it is typed."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from mcdesk.formulas.setup_texts import SetupFile
from mcdesk.foundation.errors import McdeskError
from mcdesk.ui.presenters.plan_form import ALL_TRIALS, PlanTexts, setup_of, stop_words, texts_of, trials_text
from mcdesk.ui.presenters.results import SAMPLING_NAMES
from mcdesk.ui.widgets.parts import label

TRIAL_CHOICES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
STOP_CHOICES = ("", "mean 1%", "mean 0.1%", "p50 1%", "p90 1%", "p99 1%")
STOP_TIP = "Every output has to be known so well, at 95 % confidence. You can write another one."


class PlanPanel(QWidget):
    """Shows the plan of a set-up.

    `changed` carries one that was chosen, `typed` one that is under way; `fault_changed` says that `fault`,
    why what stands there is no plan, is another one.
    """

    changed = Signal(object)
    typed = Signal(object)
    fault_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("planPanel")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(7)
        form.setHorizontalSpacing(12)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._trials = _combo("trialsField", "Trials", [trials_text(each) for each in TRIAL_CHOICES])
        self._sampling = _combo("samplingField", "Sampling", list(SAMPLING_NAMES.values()), is_editable=False)
        self._stop = _combo("stopField", "Stop", [stop_words(each) for each in STOP_CHOICES])
        self._stop.setToolTip(STOP_TIP)
        self._seed = QLineEdit()
        self._seed.setObjectName("seedField")
        self._seed.setAccessibleName("Seed")
        self._seed.setMinimumWidth(60)
        # side by side: the lists of marks above need the height
        first = QHBoxLayout()
        first.setSpacing(12)
        first.addWidget(self._trials, 3)
        first.addWidget(label("Seed", "muted"))
        first.addWidget(self._seed, 2)
        form.addRow(_caption("Trials"), first)
        form.addRow(_caption("Sampling"), self._sampling)
        form.addRow(_caption("Stop"), self._stop)
        layout.addLayout(form)
        self._fault = label("", "bad", "planFault")
        self._fault.setWordWrap(True)
        self._fault.hide()
        layout.addWidget(self._fault)
        self._shown = SetupFile()
        self._connect()

    @property
    def fault(self) -> str:
        """What is wrong with what is typed; empty if nothing is."""
        return self._fault.text()

    def show_setup(self, setup: SetupFile) -> None:
        """Show a plan."""
        self._shown = setup
        texts = texts_of(setup)
        self._trials.setEditText(texts.trials)
        self._sampling.setCurrentIndex(list(SAMPLING_NAMES).index(texts.sampling))
        self._stop.setEditText(texts.stop)
        self._seed.setText(texts.seed)
        self._tell(None)

    def take(self) -> None:
        """Take what is typed, as when a field is left."""
        plan = self._read()
        if plan is not None and plan != self._shown:
            self._shown = plan
            self.changed.emit(plan)

    def _connect(self) -> None:
        editors = [self._seed]
        for combo in (self._trials, self._stop):
            combo.activated.connect(self.take)
            editor = combo.lineEdit()
            if editor is not None:
                editors.append(editor)
        for each in editors:
            each.textEdited.connect(self._typed)
            each.editingFinished.connect(self.take)
        self._sampling.activated.connect(self.take)

    def _typed(self) -> None:
        plan = self._read()
        if plan is not None:
            self.typed.emit(plan)

    def _read(self) -> SetupFile | None:
        """The plan as it stands there; None, with the fault in words, while there is none."""
        sampling = list(SAMPLING_NAMES)[self._sampling.currentIndex()]
        stop = self._stop.currentText() or ALL_TRIALS
        texts = PlanTexts(self._trials.currentText(), self._seed.text(), stop, sampling)
        try:
            plan = setup_of(texts, self._shown)
        except McdeskError as error:
            self._tell(error)
            return None
        self._tell(None)
        return plan

    def _tell(self, error: McdeskError | None) -> None:
        before, text = self._fault.text(), "" if error is None else str(error)
        self._fault.setVisible(error is not None)
        self._fault.setText(text)
        if text != before:
            self.fault_changed.emit()


def _caption(text: str) -> QLabel:
    made = label(text, "muted")
    made.setMinimumHeight(32)
    return made


def _combo(name: str, accessible_name: str, texts: list[str], is_editable: bool = True) -> QComboBox:
    made = QComboBox()
    made.setObjectName(name)
    made.setAccessibleName(accessible_name)
    made.setEditable(is_editable)
    made.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    made.addItems(texts)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return made
