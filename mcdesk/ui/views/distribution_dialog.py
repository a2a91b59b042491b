"""The editor of an input: family, parameters or percentiles, truncation, shift, and what that looks like."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from mcdesk.engine.distribution_curve import (
    LARGEST,
    PERCENTS,
    DistributionCurve,
    distribution_curve,
    quantiles,
)
from mcdesk.engine.distributions import Distribution
from mcdesk.foundation.errors import McdeskError, SetupInvalid
from mcdesk.ui.background import Background, Task
from mcdesk.ui.charts.delimited_chart import Mark
from mcdesk.ui.charts.density_chart import DensityChart, DensityPicture
from mcdesk.ui.formatting import number_text
from mcdesk.ui.presenters.distribution_form import (
    GROUPS,
    HAS_PERCENTILES,
    USES,
    DistributionForm,
    first_form,
    form_of,
)
from mcdesk.ui.presenters.distribution_handles import Handle, even, handles_of, moved_form
from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.widgets.parts import ElidedLabel, Segments, answer_row, card, label
from mcdesk.ui.widgets.two_line_list import Line, TwoLineList

MOST_FIELDS = 4
# Most names of cells in workbooks are seen whole.
NAME_WIDTH = 264
_MARGIN_SHARE = 0.03


@dataclass(frozen=True, slots=True)
class Judged:
    """A form that means something, and what there is to draw of it."""

    form: DistributionForm
    distribution: Distribution
    curve: DistributionCurve
    handles: tuple[Handle, ...]

    @property
    def ends(self) -> tuple[float, float]:
        """The part of the axis that is shown: the curve and all handles, with a margin."""
        places = [*self.curve.values[[0, -1]].tolist(), *(each.value for each in self.handles)]
        low, high = min(places), max(places)
        margin = (high - low) * _MARGIN_SHARE or abs(low) * 0.05 or 0.5
        return low - margin, high + margin

    def picture(self, is_cumulative: bool) -> DensityPicture:
        """The density, or the cumulative curve."""
        curve = self.curve
        return DensityPicture(
            values=curve.values,
            densities=curve.heights,
            low=self.ends[0],
            high=self.ends[1],
            cumulative=curve.chances if is_cumulative else None,
            markers=tuple(Mark(_shown(each.name), each.value) for each in self.handles),
            is_discrete=curve.is_discrete,
            shows_cumulative=is_cumulative,
        )


class DistributionDialog(QDialog):
    """`form` and `name` are what was chosen once it was accepted.

    Args:
        cell_text: the address, for the heading.
        value: what the cell holds now.
    """

    def __init__(
        self, theme: Theme, background: Background, cell_text: str, value: float | None, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName("distributionDialog")
        self.setWindowTitle(f"Uncertainty of {cell_text}")
        self.setModal(True)
        self.resize(900, 600)
        self._background, self._value = background, value
        self._task: Task | None = None
        # asked for while another answer was still awaited: only the last of them counts
        self._next: Callable[[], Judged] | None = None
        self._judged: Judged | None = None
        # whether what is judged comes from a marker, not from the fields
        self._is_dragging = False
        self._kinds: tuple[str, ...] = ()
        self.form = first_form("normal", value)
        row = QHBoxLayout(self)
        row.setContentsMargins(22, 20, 22, 18)
        row.setSpacing(20)
        row.addLayout(self._families(theme))
        right = QVBoxLayout()
        right.setSpacing(10)
        row.addLayout(right, 1)
        held = "" if value is None else f"   the workbook has {number_text(value)}"
        right.addLayout(self._head(f"{cell_text}{held}"))
        self._use = label("", "cardTitle", "familyUse")
        right.addWidget(self._use)
        right.addWidget(self._picture(theme), 1)
        self._moments = label("", "small", "momentsText")
        right.addWidget(self._moments)
        self._ways = Segments(("Parameters", "Percentiles"), "describeBy")
        self._ways.chosen.connect(self._change_way)
        self._shape = Segments(("Density", "Cumulative"), "shape")
        self._shape.chosen.connect(lambda _: self._draw())
        choices = QHBoxLayout()
        choices.addWidget(self._ways)
        choices.addStretch(1)
        choices.addWidget(self._shape)
        right.addLayout(choices)
        right.addLayout(self._fields())
        # typed last, as what it is called says nothing of how it varies
        QWidget.setTabOrder(self._ends[-1], self._name)
        self._fault = label("", "bad", "distributionFault")
        self._fault.setWordWrap(True)
        self._fault.setMinimumHeight(34)
        right.addWidget(self._fault)
        right.addLayout(self._buttons())
        self.show_form(self.form, "")

    @property
    def name(self) -> str:
        """What the input is called."""
        return self._name.text().strip()

    @property
    def fault(self) -> str:
        """Why what was asked for cannot be; empty if it can."""
        return self._fault.text()

    def show_form(self, form: DistributionForm, name: str) -> None:
        """Fill the fields."""
        self._name.setText(name)
        # a long one is read from its beginning
        self._name.setCursorPosition(0)
        self._show(form)
        self._list_families("")
        self._values[0][1].setFocus()
        self._values[0][1].selectAll()

    def _show(self, form: DistributionForm) -> None:
        self._fill(form)
        self._look()

    def _fill(self, form: DistributionForm) -> None:
        self.form = form
        self._use.setText(f"{_title(form.kind)}: {USES[form.kind][0].lower()}{USES[form.kind][1:]}")
        self._ways.setVisible(form.kind in HAS_PERCENTILES)
        self._ways.choose(1 if form.is_percentiles else 0)
        for place, (caption, field) in enumerate(self._values):
            is_used = place < len(form.names)
            caption.setVisible(is_used)
            field.setVisible(is_used)
            if is_used:
                name = form.names[place]
                caption.setText(name.upper() if form.is_percentiles else name)
                field.setAccessibleName(name)
                _set_silently(field, form.values.get(name, ""))
        for field, text in zip(self._ends, (form.low, form.high, form.shift), strict=True):
            _set_silently(field, text)

    def _head(self, text: str) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(ElidedLabel(text, "muted", "dialogCell"), 1)
        row.addWidget(label("name", "muted"))
        self._name = QLineEdit()
        self._name.setObjectName("inputName")
        self._name.setAccessibleName("Name of the input")
        self._name.setFixedWidth(NAME_WIDTH)
        row.addWidget(self._name)
        return row

    def _picture(self, theme: Theme) -> QFrame:
        frame, inside = card("previewCard")
        inside.setContentsMargins(8, 10, 8, 8)
        self.chart = DensityChart(theme)
        self.chart.set_formatter(number_text)
        self.chart.marker_dragged.connect(self._drag)
        inside.addWidget(self.chart)
        return frame

    def _families(self, theme: Theme) -> QVBoxLayout:
        layout = QVBoxLayout()
        layout.setSpacing(8)
        self._search = QLineEdit()
        self._search.setObjectName("familySearch")
        self._search.setAccessibleName("Search distributions")
        self._search.setPlaceholderText("Search distributions")
        self._search.setFixedWidth(250)
        self._search.textChanged.connect(self._list_families)
        layout.addWidget(self._search)
        self._list = TwoLineList(theme, "familyList", "Distributions")
        self._list.setFixedWidth(250)
        self._list.row_chosen.connect(self._choose)
        layout.addWidget(self._list, 1)
        return layout

    def _fields(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        self._values: list[tuple[QLabel, QLineEdit]] = []
        for place in range(MOST_FIELDS):
            caption, field = label("", "muted"), QLineEdit()
            field.setObjectName(f"parameter{place}")
            field.textEdited.connect(self._read)
            grid.addWidget(caption, 0, place)
            grid.addWidget(field, 1, place)
            self._values.append((caption, field))
        self._ends: list[QLineEdit] = []
        ends = (("at least", "no limit"), ("at most", "no limit"), ("shift by", "0"))
        for place, (name, hint) in enumerate(ends):
            field = QLineEdit()
            field.setObjectName(name.replace(" ", "_"))
            field.setAccessibleName(name)
            field.setPlaceholderText(hint)
            field.textEdited.connect(self._read)
            grid.addWidget(label(name, "muted"), 2, place)
            grid.addWidget(field, 3, place)
            self._ends.append(field)
        return grid

    def _buttons(self) -> QHBoxLayout:
        row, self._accept = answer_row(self, "Use it", "acceptDistribution")
        return row

    def _list_families(self, wanted: str) -> None:
        folded = wanted.strip().casefold()
        found = [
            (group, kind)
            for group, kinds in GROUPS.items()
            for kind in kinds
            if folded in f"{group} {_title(kind)} {USES[kind]}".casefold()
        ]
        self._kinds = tuple(kind for _, kind in found)
        self._list.show_lines([Line(_title(kind), USES[kind]) for kind in self._kinds])
        if self.form.kind in self._kinds:
            self._list.choose(self._kinds.index(self.form.kind))

    def _choose(self, row: int) -> None:
        kind = self._kinds[row]
        if kind != self.form.kind:
            self._show(first_form(kind, self._value))

    def _change_way(self, way: int) -> None:
        """The same distribution, described the other way where that can be."""
        try:
            distribution = self.form.distribution()
        except SetupInvalid:
            self._show(replace(first_form(self.form.kind, self._value), is_percentiles=way == 1))
            return
        if way == 0:
            self._show(form_of(distribution))
            return
        whole = Distribution(distribution.kind, distribution.parameters, distribution.lists)
        names = replace(self.form, is_percentiles=True).names
        found = quantiles(whole, np.array([float(name[1:]) / 100.0 for name in names])).tolist()
        values = {name: f"{value:.6g}" for name, value in zip(names, found, strict=True)}
        self._show(replace(self.form, is_percentiles=True, values=values))

    def _read(self) -> None:
        values = {name: field.text() for name, (_, field) in zip(self.form.names, self._values, strict=False)}
        low, high, shift = (field.text() for field in self._ends)
        self.form = replace(self.form, values=values, low=low, high=high, shift=shift)
        self._look()

    def _look(self) -> None:
        """Judge what stands in the fields."""
        form = self.form
        self._is_dragging = False
        self._begin(lambda: _judge(form))

    def _drag(self, index: int, value: float) -> None:
        """A marker is at another place: find the fields that put it there."""
        judged = self._judged
        if judged is None:
            return
        place = even(value, *judged.ends)
        form, distribution = judged.form, judged.distribution
        self._is_dragging = True
        self._begin(lambda: _judge(moved_form(form, distribution, index, place)))

    def _begin(self, work: Callable[[], Judged]) -> None:
        """In another thread: some distributions make a table first, some are searched for."""
        self._accept.setEnabled(False)
        if self._task is not None:
            self._next = work
            return
        self._task = self._background.start(lambda _: work(), self._take, self._show_fault)

    def _begin_next(self) -> bool:
        """Whether the answer that came is out of date, as another is wanted."""
        self._task = None
        work, self._next = self._next, None
        if work is not None:
            self._begin(work)
        return work is not None

    def _take(self, judged: Judged) -> None:
        if self._begin_next():
            return
        if judged.form != self.form:
            self._fill(judged.form)
        self._judged = judged
        self._draw()
        curve = judged.curve
        shown = [f"Mean {number_text(curve.mean)}", f"standard deviation {number_text(curve.deviation)}"]
        shown += [
            f"P{percent} {number_text(value)}"
            for percent, value in zip(PERCENTS, curve.percentiles, strict=True)
        ]
        self._moments.setText("     ".join((", ".join(shown[:2]), ", ".join(shown[2:]))))
        self._fault.setText("")
        self._accept.setEnabled(True)

    def _draw(self) -> None:
        judged = self._judged
        self.chart.show_data(None if judged is None else judged.picture(self._shape.current == 1))

    def _show_fault(self, error: McdeskError) -> None:
        if self._begin_next():
            return
        # what stands in the fields need not be said again
        reason = error.title.partition(" cannot be used: ")[2] or error.title
        self._fault.setText(f"{reason[0].upper()}{reason[1:]}.")
        if self._is_dragging:
            # the marker goes back to what the fields still say
            self._accept.setEnabled(self._judged is not None)
        else:
            self._judged = None
            self._moments.setText("")
        self._draw()


def _judge(form: DistributionForm) -> Judged:
    distribution = form.distribution()
    handles = handles_of(form, distribution)
    # what lies beyond all that can be drawn cannot be dragged either
    shown = handles if all(abs(each.value) <= LARGEST for each in handles) else ()
    return Judged(form, distribution, distribution_curve(distribution), shown)


def _shown(name: str) -> str:
    return name.upper() if name[1:].isdigit() else name


def _title(kind: str) -> str:
    return kind.replace("_", " ").capitalize()


def _set_silently(field: QLineEdit, text: str) -> None:
    if field.text() != text:
        field.setText(text)
