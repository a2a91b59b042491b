"""The two cards of charts: the distribution of an output, and what drives it."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from mcdesk.engine.simulation_types import OutputStatistics
from mcdesk.ui.cell_formatting import Formatter
from mcdesk.ui.charts.convergence_chart import ConvergenceChart, ConvergencePicture
from mcdesk.ui.charts.cumulative_chart import CumulativeChart
from mcdesk.ui.charts.histogram_chart import HistogramChart
from mcdesk.ui.charts.labels import TextOf
from mcdesk.ui.charts.plot_frame import PlotFrame
from mcdesk.ui.charts.scatter_chart import ScatterChart, ScatterPicture
from mcdesk.ui.charts.tornado_chart import TornadoChart
from mcdesk.ui.formatting import percent_text
from mcdesk.ui.presenters.chart_data import (
    Driver,
    Overlay,
    cumulative_picture,
    drivers_of,
    histogram_picture,
    tornado_cells,
    tornado_picture,
)
from mcdesk.ui.presenters.failed_trials import all_failed_text
from mcdesk.ui.presenters.results import ShownResult
from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.theme.tokens import GUTTER
from mcdesk.ui.views.chart_menu import ChartMenu
from mcdesk.ui.widgets.parts import Segments, bounded_choice, card, label

_SHAPES = ("Histogram", "Cumulative", "Convergence")
_DRIVER_SHAPES = ("Tornado", "Scatter")
_DRIVERS = tuple(Driver)
_LATER, _NO_DRIVER = "Known once the run has ended", "No input moves this output"
_NOTHING_YET = "No trials yet"
_CONVERGENCE, _SCATTER = 2, 1


class ResultCharts(QWidget):
    """Shows one output at a time; delimiters stay where they are while it is the same one of the same model.

    What takes long is asked for when it is looked at: `convergence_wanted`, and `scatter_wanted` for the
    input of the choice.
    """

    convergence_wanted = Signal()
    scatter_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("resultCharts")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GUTTER - 4)
        self._shown: tuple[ShownResult, OutputStatistics] | None = None
        # model and cell of the output that was shown last: what was asked of it is asked of its next run
        self._asked = ("", "")
        self._text_of = Formatter()
        self._overlays: Sequence[Overlay] = ()
        # inputs by their strength, as numbers among those of the run
        self._inputs: list[int] = []
        self.histogram, self.cumulative = HistogramChart(theme), CumulativeChart(theme)
        self.convergence, self.tornado, self.scatter = (
            ConvergenceChart(theme),
            TornadoChart(theme),
            ScatterChart(theme),
        )
        self.menus = (
            ChartMenu(theme, "distributionMenu", lambda: self._current(self._distributions)),
            ChartMenu(theme, "driversMenu", lambda: self._current(self._driver_stack)),
        )
        column.addWidget(self._distribution(), 6)
        column.addWidget(self._drivers(), 5)

    @property
    def input_number(self) -> int:
        """Which input the scatter is of, among those of the run; -1 for none."""
        place = self._input_choice.currentIndex()
        return self._inputs[place] if 0 <= place < len(self._inputs) else -1

    def show_output(
        self, result: ShownResult | None, output: OutputStatistics | None, text_of: Formatter | None
    ) -> None:
        """Show an output, or that there is none yet."""
        self._shown = None
        if result is None or output is None or text_of is None:
            for chart in (self.histogram, self.cumulative, self.tornado):
                chart.set_empty_text(_NOTHING_YET)
                chart.show_data(None)
            self._show_inputs((), [])
            return
        self._shown, self._text_of = (result, output), text_of
        for menu in self.menus:
            menu.title = output.name or output.cell
        before, self._asked = self._asked, (result.model_sha256, output.cell)
        for plot in (self.histogram, self.cumulative):
            plot.set_formatter(text_of)
            if before != self._asked:
                plot.reset_delimiters()
        self.convergence.set_formatter(text_of)
        self.scatter.set_formatter(text_of)
        self._show_distribution()
        names = [each.name or each.cell for each in result.statistics.inputs]
        self._show_inputs(names, drivers_of(output, result.statistics.inputs))
        self._show_drivers()
        if not result.is_live:
            self.show_convergence(None, "Takes a moment\u2026")
            self.show_scatter(None, "Takes a moment\u2026")
            self._want_details()

    def show_overlays(self, overlays: Sequence[Overlay]) -> None:
        """Show other runs beside the one that is shown."""
        if overlays or self._overlays:
            self._overlays = overlays
            self._show_distribution()

    def show_convergence(self, picture: ConvergencePicture | None, empty_text: str = "") -> None:
        """Show how the estimates settled, or why that is not known."""
        self.convergence.set_empty_text(self._why_empty(empty_text or _NOTHING_YET))
        self.convergence.show_data(picture)

    def show_scatter(self, picture: ScatterPicture | None, empty_text: str = "") -> None:
        """Show the output against the chosen input, or why that is not known."""
        self.scatter.set_empty_text(self._why_empty(empty_text or _LATER))
        self.scatter.show_data(picture)

    def _distribution(self) -> QFrame:
        frame, inside = card("distributionCard")
        head = QHBoxLayout()
        head.addWidget(label("Distribution", "cardTitle"), 1)
        shapes = Segments(_SHAPES, "shapeChoice")
        head.addWidget(shapes)
        head.addWidget(self.menus[0])
        inside.addLayout(head)
        self._distributions = QStackedWidget()
        for chart in (self.histogram, self.cumulative, self.convergence):
            self._distributions.addWidget(chart)
            self.menus[0].serve(chart)
        shapes.chosen.connect(self._distributions.setCurrentIndex)
        shapes.chosen.connect(lambda _: self._want_details())
        self.histogram.delimiters_moved.connect(self.cumulative.set_delimiters)
        self.cumulative.delimiters_moved.connect(self.histogram.set_delimiters)
        inside.addWidget(self._distributions, 1)
        return frame

    def _drivers(self) -> QFrame:
        frame, inside = card("driversCard")
        head = QHBoxLayout()
        head.addWidget(label("Drivers", "cardTitle"), 1)
        self._modes = bounded_choice("driverChoice", "Measure of the drivers")
        self._modes.addItems([driver.value for driver in _DRIVERS])
        self._modes.activated.connect(lambda _: self._show_drivers())
        self._input_choice = bounded_choice("inputChoice", "Input of the scatter")
        self._input_choice.activated.connect(lambda _: self._want_details())
        self._shapes = Segments(_DRIVER_SHAPES, "driverShape")
        for part in (self._modes, self._input_choice, self._shapes, self.menus[1]):
            head.addWidget(part)
        inside.addLayout(head)
        self._driver_stack = QStackedWidget()
        for chart in (self.tornado, self.scatter):
            self._driver_stack.addWidget(chart)
            self.menus[1].serve(chart)
        self._shapes.chosen.connect(self._choose_driver_shape)
        self.tornado.input_chosen.connect(self._scatter_of_row)
        inside.addWidget(self._driver_stack, 1)
        self._choose_driver_shape(0)
        return frame

    def _choose_driver_shape(self, number: int) -> None:
        self._driver_stack.setCurrentIndex(number)
        self._modes.setVisible(number != _SCATTER)
        self._input_choice.setVisible(number == _SCATTER)
        self._want_details()

    def _scatter_of_row(self, row: int) -> None:
        """The bar of an input leads to its scatter."""
        if self._shown is None:
            return
        result, output = self._shown
        cell = tornado_cells(output, _DRIVERS[self._modes.currentIndex()])[row]
        numbers = [number for number, each in enumerate(result.statistics.inputs) if each.cell == cell]
        if numbers and numbers[0] in self._inputs:
            self._input_choice.setCurrentIndex(self._inputs.index(numbers[0]))
            self._shapes.choose(_SCATTER)
            self._choose_driver_shape(_SCATTER)

    def _want_details(self) -> None:
        if self._shown is None or self._shown[0].is_live:
            return
        if self._distributions.currentIndex() == _CONVERGENCE and self.convergence.is_empty:
            self.convergence_wanted.emit()
        if self._driver_stack.currentIndex() == _SCATTER:
            self.scatter_wanted.emit()

    def _show_inputs(self, names: Sequence[str], order: list[int]) -> None:
        chosen = self._input_choice.currentText()
        self._inputs = order
        self._input_choice.clear()
        self._input_choice.addItems([names[number] for number in order])
        self._input_choice.setCurrentIndex(max(self._input_choice.findText(chosen), 0))

    def _show_distribution(self) -> None:
        if self._shown is not None:
            output = self._shown[1]
            for chart in (self.histogram, self.cumulative):
                chart.set_empty_text(self._why_empty(_NOTHING_YET))
            self.histogram.show_data(histogram_picture(output, self._overlays))
            self.cumulative.show_data(cumulative_picture(output, self._overlays))

    def _why_empty(self, otherwise: str) -> str:
        failed = "" if self._shown is None else all_failed_text(self._shown[1])
        return failed or otherwise

    def _show_drivers(self) -> None:
        if self._shown is None:
            return
        result, output = self._shown
        driver = _DRIVERS[self._modes.currentIndex()]
        texts: dict[Driver, TextOf] = {Driver.MEAN_CHANGE: self._text_of, Driver.VARIANCE: percent_text}
        self.tornado.set_formatter(texts.get(driver, _coefficient_text))
        self.tornado.set_empty_text(self._why_empty(_LATER if result.is_live else _NO_DRIVER))
        self.tornado.show_data(tornado_picture(output, result.statistics.inputs, driver))

    def _current(self, stack: QStackedWidget) -> PlotFrame:
        chart = stack.currentWidget()
        assert isinstance(chart, PlotFrame)
        return chart


def _coefficient_text(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}".replace("-", "\u2212")
