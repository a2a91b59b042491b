"""What charts have of pyqtgraph, and its one door: the ground that they are painted on, and long lines.

It takes as long to load as all pages of the window, so it is not loaded before a chart is shown or painted.
"""

import pyqtgraph
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainterPath
from PySide6.QtWidgets import QGraphicsItem

from mcdesk.ui.charts.scale import Floats


def lay_ground(canvas: QGraphicsItem) -> pyqtgraph.PlotWidget:
    """A plot with the canvas in it, without axes, menu and buttons; the mouse goes to the chart around it."""
    plot = pyqtgraph.PlotWidget(background=None, enableMenu=False)
    item = plot.getPlotItem()
    item.hideButtons()
    item.setMouseEnabled(x=False, y=False)
    for side in ("left", "bottom"):
        item.hideAxis(side)
    plot.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    # what is inside takes the focus by itself, and Tab would stop twice at each chart
    for part in (plot, plot.viewport()):
        part.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    plot.setStyleSheet("background: transparent; border: none")
    plot.scene().addItem(canvas)
    return plot


def path_through(across: Floats, up: Floats) -> QPainterPath:
    """A line through points in pixels; broken where one of them is no number."""
    # point by point, 800 points take as long as all the rest of a chart
    path: QPainterPath = pyqtgraph.arrayToQPath(across, up, connect="finite")
    return path
