"""Everything that was measured, on one long page: cards, charts and tables."""

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from mcdesk.ui.charts.time_chart import TimeChart
from mcdesk.ui.presenters import dashboard_tables as tables
from mcdesk.ui.presenters.dashboard_cards import CardText, cards_of
from mcdesk.ui.presenters.dashboard_lines import SPECS, ChartSpec, picture_of
from mcdesk.ui.presenters.dashboard_tables import TableText
from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.theme.tokens import GUTTER
from mcdesk.ui.widgets.open_card import OpenCard
from mcdesk.ui.widgets.parts import button, card, label
from mcdesk.ui.widgets.table_card import TableCard

if TYPE_CHECKING:
    from mcdesk.monitor.dashboard import Dashboard

CARD_COLUMNS = 4
CHART_HEIGHT = 186
MOST_ALERTS = 4
# charts of what this computer does not have would only take room
GPU_CHARTS = ("gpuMemoryTime", "gpuHeatTime")


class DashboardOverview(QScrollArea):
    """`rows_wanted` has the name of what was clicked, `chart_wanted` that of a chart."""

    rows_wanted = Signal(str)
    chart_wanted = Signal(str)
    queries_wanted = Signal()
    seen_wanted = Signal()
    unmute_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("dashboardArea")
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.body = QWidget()
        self.body.setObjectName("scrolled")
        layout = QVBoxLayout(self.body)
        layout.setContentsMargins(0, 0, 2, 0)
        layout.setSpacing(GUTTER)
        # what is still to be shown of the newest figures
        self._steps: deque[Callable[[], None]] = deque()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._next_step)
        self._cards: dict[str, OpenCard] = {}
        self._card_grid = QGridLayout()
        self._card_grid.setSpacing(GUTTER - 4)
        layout.addLayout(self._card_grid)
        self.charts: dict[str, TimeChart] = {}
        self._chart_places: dict[str, QWidget] = {}
        layout.addLayout(self._make_charts(theme))
        self._tables = {
            "people": TableCard("Shares of the device", "peopleTable", ("",)),
            "leases": TableCard("Admissions by tier", "leaseTable", ("",)),
            "queries": TableCard("Queries of the database", "queryTable", ("",)),
            "caches": TableCard("Caching", "cacheTable", ("",)),
            "used": TableCard("Capacity", "usedTable", ("",)),
            "steps": TableCard("What the next step would give", "stepTable", ("",)),
            "alerts": TableCard("Alerts", "alertTable", ("",)),
        }
        self._capacity: QLabel = label("", "", "capacityText")
        self._place_tables(layout)
        layout.addStretch(1)
        self.setWidget(self.body)

    def show_figures(self, found: "Dashboard") -> None:
        """Show these figures in place of those before, part by part, so that the window answers meanwhile."""
        is_waiting = bool(self._steps)
        self._steps = deque(
            (
                lambda: self._show_cards(cards_of(found)),
                *(partial(self._show_chart, found, spec.name) for spec in SPECS),
                *(partial(self._show_table, name, text) for name, text in _table_texts(found)),
                lambda: self._show_capacity(found),
            )
        )
        if not is_waiting:
            self._next_step()

    def _next_step(self) -> None:
        if self._steps:
            self._steps.popleft()()
        if self._steps:
            self._timer.start()

    def _show_chart(self, found: "Dashboard", name: str) -> None:
        if name in GPU_CHARTS:
            self._chart_places[name].setVisible(bool(found.system.gpus))
        self.charts[name].show_data(picture_of(found, name))

    def _show_capacity(self, found: "Dashboard") -> None:
        self._capacity.setText("\n".join(tables.capacity_lines(found.capacity)))
        self._tables["used"].table.setVisible(found.capacity.now is not None)

    def _show_table(self, name: str, text: TableText) -> None:
        self._tables[name].show_table(text.headers, text.rows, text.empty)

    def _show_cards(self, texts: tuple[CardText, ...]) -> None:
        for number, text in enumerate(texts):
            made = self._cards.get(text.name)
            if made is None:
                made = self._cards[text.name] = OpenCard(text.title, f"{text.name}Card", "Show the rows")
                made.opened.connect(self._opener(text.rows))
            self._card_grid.addWidget(made, number // CARD_COLUMNS, number % CARD_COLUMNS)
            made.show_figure(text.figure, text.note, text.title, is_doubtful=text.is_doubtful)
        for name, made in self._cards.items():
            made.setVisible(any(text.name == name for text in texts))

    def _opener(self, rows: str) -> Callable[[], None]:
        return lambda: self.rows_wanted.emit(rows)

    def _make_charts(self, theme: Theme) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(GUTTER - 4)
        for number, spec in enumerate(SPECS):
            place = self._chart_card(theme, spec)
            self._chart_places[spec.name] = place
            if spec.name in GPU_CHARTS:
                place.hide()
            grid.addWidget(place, number // 2, number % 2)
        for column in (0, 1):
            grid.setColumnStretch(column, 1)
        return grid

    def _chart_card(self, theme: Theme, spec: ChartSpec) -> QWidget:
        frame, inside = card(f"{spec.name}Card")
        head = QHBoxLayout()
        head.addWidget(label(spec.title, "cardTitle"), 1)
        values = button("Values", f"{spec.name}Values", "link", f"{spec.title}: show the values")
        values.clicked.connect(lambda: self.chart_wanted.emit(spec.name))
        head.addWidget(values)
        inside.addLayout(head)
        chart = TimeChart(theme, spec.name, spec.title)
        chart.set_empty_text(spec.empty_text)
        chart.set_formatter(spec.text_of)
        chart.setFixedHeight(CHART_HEIGHT)
        self.charts[spec.name] = chart
        inside.addWidget(chart)
        return frame

    def _place_tables(self, layout: QVBoxLayout) -> None:
        more = button("All about queries", "queriesButton", "link", "Slow queries, advice and maintenance")
        more.clicked.connect(self.queries_wanted)
        self._tables["queries"].head.addWidget(more)
        self._capacity.setWordWrap(True)
        self._tables["used"].body.insertWidget(1, self._capacity)
        alerts = self._tables["alerts"]
        for text, name, tip, wanted in (
            ("All alerts", "alertsAll", "Show all alerts", lambda: self.rows_wanted.emit("alerts")),
            ("All seen", "alertsSeen", "Say that all that stand were seen", self.seen_wanted.emit),
            ("Show muted again", "alertsUnmute", "Mute no alerts any more", self.unmute_wanted.emit),
        ):
            made = button(text, name, "link", tip)
            made.clicked.connect(wanted)
            alerts.head.addWidget(made)
        layout.addWidget(alerts)
        layout.addWidget(self._tables["queries"])
        for pair in (("people", "leases"), ("used", "steps")):
            row = QHBoxLayout()
            row.setSpacing(GUTTER - 4)
            for name in pair:
                row.addWidget(self._tables[name], 1)
            layout.addLayout(row)
        layout.addWidget(self._tables["caches"])


def _table_texts(found: "Dashboard") -> tuple[tuple[str, TableText], ...]:
    return (
        ("alerts", tables.alert_table(found.alerts[:MOST_ALERTS])),
        ("queries", tables.query_table(found.queries)),
        ("people", tables.people_table(found)),
        ("leases", tables.lease_table(found)),
        ("used", tables.utilisation_table(found.capacity)),
        ("steps", tables.projection_table(found.capacity)),
        ("caches", tables.cache_table(found)),
    )
