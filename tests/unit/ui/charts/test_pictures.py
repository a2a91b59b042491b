"""What stands in the charts of one output, for usual and for unusual values."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from mcdesk.ui.charts.chart_export import picture
from mcdesk.ui.charts.convergence_chart import ConvergenceChart, ConvergencePicture, EstimateLine
from mcdesk.ui.charts.cumulative_chart import CumulativeChart, CumulativePicture
from mcdesk.ui.charts.density_chart import DensityChart
from mcdesk.ui.charts.histogram_chart import Bins, HistogramChart, HistogramPicture
from mcdesk.ui.charts.plot_frame import PlotFrame
from mcdesk.ui.charts.scale import Floats
from mcdesk.ui.charts.scatter_chart import ScatterChart, ScatterPicture
from mcdesk.ui.charts.tornado_chart import TornadoChart
from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.theme.tokens import DARK, LIGHT, Tokens

SPREAD = np.sort(np.random.default_rng(7).lognormal(0.0, 0.3, 5_000))
UNUSUAL = {
    "tiny values": SPREAD * 1e-12,
    "huge values": SPREAD * 1e15,
    "huge values close together": 1e15 + SPREAD * 10.0,
    "negative values": -SPREAD[::-1].copy(),
    "the largest values": SPREAD * 1e307,
}
CHARTS = (
    HistogramChart,
    CumulativeChart,
    TornadoChart,
    ScatterChart,
    ConvergenceChart,
    DensityChart,
)
Ink = Callable[..., int]
Show = Callable[[PlotFrame], PlotFrame]


@pytest.mark.parametrize("kind", CHARTS)
def test_that_a_chart_without_data_says_so(
    kind: type[HistogramChart], theme: Theme, ink: Ink, show: Show
) -> None:
    chart = show(kind(theme))

    chart.show_data(None)  # type: ignore[attr-defined]  # every chart has it
    chart.set_empty_text("Nothing here")

    assert chart.accessibleDescription() == "Nothing here"
    assert ink(chart, LIGHT.accent) == 0
    assert ink(chart, LIGHT.card) < chart.width() * chart.height()
    assert list(chart.rows()) == []


@pytest.mark.parametrize("kind", CHARTS)
def test_that_every_chart_has_names_for_people_and_tests(kind: type[HistogramChart], theme: Theme) -> None:
    chart = kind(theme)

    assert chart.objectName()
    assert chart.accessibleName()
    chart.deleteLater()


@pytest.mark.parametrize("values", UNUSUAL.values(), ids=UNUSUAL.keys())
def test_that_unusual_values_are_drawn_as_bars(
    values: Floats,
    theme: Theme,
    ink: Ink,
    show: Callable[[HistogramChart], HistogramChart],
    histogram: Callable[..., HistogramPicture],
) -> None:
    chart = show(HistogramChart(theme))

    chart.show_data(histogram(values, 40))

    assert ink(chart, LIGHT.accent) > 10_000
    # of the values close together many are the same number
    assert chart.probabilities() == pytest.approx((0.1, 0.8, 0.1), abs=2e-2)


@pytest.mark.parametrize("values", UNUSUAL.values(), ids=UNUSUAL.keys())
def test_that_the_curve_of_unusual_values_is_where_that_of_usual_ones_is(
    values: Floats,
    theme: Theme,
    ink: Ink,
    show: Callable[[CumulativeChart], CumulativeChart],
    cumulative: Callable[..., CumulativePicture],
) -> None:
    chart = show(CumulativeChart(theme))

    chart.show_data(cumulative(values))

    assert ink(chart, LIGHT.accent) > 400


@pytest.mark.parametrize("bins", [1, 2, 200])
def test_that_bars_fill_the_axis_whatever_their_number(
    bins: int,
    theme: Theme,
    ink: Ink,
    show: Callable[[HistogramChart], HistogramChart],
    histogram: Callable[..., HistogramPicture],
) -> None:
    chart = show(HistogramChart(theme))
    values = np.linspace(0.0, 1.0, 10_000)
    chart.show_data(histogram(values, bins))

    chart.set_delimiters(0.0, 1.0)

    assert ink(chart, LIGHT.accent) > 0.5 * chart.width() * chart.height()


def test_that_values_which_are_all_equal_have_a_bar_that_can_be_clicked(
    theme: Theme,
    ink: Ink,
    qtbot: QtBot,
    show: Callable[[HistogramChart], HistogramChart],
    histogram: Callable[..., HistogramPicture],
) -> None:
    chart = show(HistogramChart(theme))
    chart.show_data(histogram(np.full(100, 42.5)))

    # beside the delimiters, which stand in the middle of it
    place = QPoint(round(chart.handle_place(0)) + 15, 200)
    with qtbot.waitSignal(chart.value_chosen) as told:
        qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=place)

    assert told.args == [42.5]
    assert ink(chart, LIGHT.accent) > 2_000


def test_that_a_click_chooses_the_value_of_its_bar(
    theme: Theme,
    qtbot: QtBot,
    show: Callable[[HistogramChart], HistogramChart],
    histogram: Callable[..., HistogramPicture],
) -> None:
    chart = show(HistogramChart(theme))
    shown = histogram()
    chart.show_data(shown)
    chart.set_delimiters(float(shown.bins.edges[20]), float(shown.bins.edges[50]))
    place = QPoint(round(chart.handle_place(0) + chart.handle_place(1)) // 2, 200)

    with qtbot.waitSignal(chart.value_chosen) as told:
        qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=place)

    middle = (shown.bins.edges[20] + shown.bins.edges[50]) / 2.0
    assert told.args[0] == pytest.approx(middle, abs=np.diff(shown.bins.edges)[0])


def test_that_what_is_outside_of_the_delimiters_is_pale(
    theme: Theme,
    ink: Ink,
    show: Callable[[HistogramChart], HistogramChart],
    histogram: Callable[..., HistogramPicture],
) -> None:
    chart = show(HistogramChart(theme))
    chart.show_data(histogram())
    wide = ink(chart, LIGHT.accent)

    low, _ = chart.delimiters or (0.0, 0.0)
    chart.set_delimiters(low, low)

    assert ink(chart, LIGHT.accent) < wide / 10


def test_that_other_runs_are_outlined_in_colours_of_their_own(
    theme: Theme,
    ink: Ink,
    show: Callable[[HistogramChart], HistogramChart],
    histogram: Callable[..., HistogramPicture],
) -> None:
    chart = show(HistogramChart(theme))
    chart.show_data(histogram())
    before = ink(chart, LIGHT.series[1])

    chart.show_data(histogram(overlays=(("Base case", histogram().bins),)))

    assert before == 0
    assert ink(chart, LIGHT.series[1]) > 100


def test_that_heights_of_runs_with_other_bins_and_trials_compare() -> None:
    once = Bins(np.array([0.0, 1.0, 2.0]), np.array([10.0, 30.0]), 40.0)
    finer = Bins(np.array([0.0, 0.5, 1.0, 1.5, 2.0]), np.array([100.0, 100.0, 300.0, 300.0]), 800.0)

    assert np.repeat(once.densities(), 2).tolist() == finer.densities().tolist()


def test_that_a_chart_is_repainted_in_the_colours_of_a_new_theme(
    theme: Theme,
    ink: Ink,
    dark: Callable[[], None],
    qtbot: QtBot,
    show: Callable[[HistogramChart], HistogramChart],
    histogram: Callable[..., HistogramPicture],
) -> None:
    chart = show(HistogramChart(theme))
    chart.show_data(histogram())
    before = chart.grab().toImage().pixelColor(chart.width() // 3, 200).lightness()

    dark()

    after = chart.grab().toImage().pixelColor(chart.width() // 3, 200).lightness()
    assert after != before
    assert ink(chart, DARK.accent) > 10_000
    assert ink(chart, LIGHT.accent) == 0


def test_that_the_change_of_a_theme_is_enough_to_be_repainted(
    theme: Theme,
    qtbot: QtBot,
    show: Callable[[HistogramChart], HistogramChart],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chart = show(HistogramChart(theme))
    QApplication.processEvents()
    painted: list[object] = []
    monkeypatch.setattr(chart, "paint_on", lambda *arguments: painted.append(arguments))

    theme.changed.emit()

    qtbot.waitUntil(lambda: bool(painted), timeout=1_000)


def test_that_the_curve_of_equal_values_is_one_upright_line(
    theme: Theme,
    show: Callable[[CumulativeChart], CumulativeChart],
    cumulative: Callable[..., CumulativePicture],
) -> None:
    chart = show(CumulativeChart(theme))
    chart.show_data(cumulative(np.full(1_000, 42.5)))
    image = picture(chart, 1.0)

    left = image.pixelColor(round(chart.handle_place(0)) - 30, 190)
    right = image.pixelColor(round(chart.handle_place(0)) + 30, 190)

    assert left.name() == LIGHT.card
    assert right.name() != LIGHT.card


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_that_bars_stand_out_from_the_ground(tokens: Tokens) -> None:
    assert contrast(tokens.accent, tokens.card) >= 3.0
    assert contrast(tokens.on_accent, tokens.accent) >= 4.5


def contrast(one: str, other: str) -> float:
    """Of the WCAG, 1 to 21."""
    lights = sorted(luminance(colour) for colour in (one, other))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255.0 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def scatter_picture(count: int = 300) -> ScatterPicture:
    generator = np.random.default_rng(3)
    across = generator.normal(100.0, 10.0, count)
    return ScatterPicture(
        across, across * 2.0, np.arange(count) + 3_000_000_000, "Steel price", "Total cost", -0.8312
    )


def test_that_a_click_on_a_point_tells_its_trial_however_large_its_number(
    theme: Theme, qtbot: QtBot, show: Callable[[ScatterChart], ScatterChart]
) -> None:
    chart = show(ScatterChart(theme))
    chart.show_data(
        ScatterPicture(np.array([1.0]), np.array([2.0]), np.array([3_000_000_000]), "Price", "Cost")
    )
    places = [QPoint(x, y) for x in range(40, 400, 12) for y in range(30, 260, 12)]

    with qtbot.waitSignal(chart.trial_chosen) as told:
        for place in places:
            qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=place)

    assert told.args == [3_000_000_000]


def test_that_points_without_a_number_are_left_out(
    theme: Theme, show: Callable[[ScatterChart], ScatterChart]
) -> None:
    chart = show(ScatterChart(theme))
    points = scatter_picture()
    points.up[5] = np.nan

    chart.show_data(points)

    assert len(list(chart.rows())) == 300
    assert (
        "299 trials of Steel price against Total cost. Rank correlation \u22120.83"
        in chart.accessibleDescription()
    )


@pytest.mark.parametrize("is_log", [False, True])
def test_that_lines_of_estimates_are_drawn_in_their_colours(
    is_log: bool, theme: Theme, ink: Ink, show: Callable[[ConvergenceChart], ConvergenceChart]
) -> None:
    trials = np.linspace(1_000.0, 100_000.0, 100)
    half = 40.0 / np.sqrt(trials)
    mean, p90 = np.full(100, 412.0), np.full(100, 470.0)
    mean[:3] = np.nan
    chart = show(ConvergenceChart(theme))

    chart.show_data(
        ConvergencePicture(
            trials, (EstimateLine("Mean", mean, mean - half, mean + half), EstimateLine("P90", p90)), is_log
        )
    )

    # a thin line between two rows of pixels has in neither its full colour
    assert ink(chart, LIGHT.series[0], 60) > 200
    assert ink(chart, LIGHT.series[1], 60) > 200
    assert chart.accessibleDescription() == "After 100,000 trials: Mean 412, P90 470."
    assert next(chart.rows()) == ("Trials", "Mean", "Mean low", "Mean high", "P90")
