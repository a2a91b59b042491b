"""Charts as pictures and tables: in files and on the clipboard."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, QSize, QSizeF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

from mcdesk.foundation.errors import McdeskError
from mcdesk.foundation.whole_file import write_whole
from mcdesk.ui.charts.plot_frame import PlotFrame

PNG_SCALE = 2.0
_METRES_PER_INCH = 0.0254
_INCH_PIXELS = 96


class ChartNotSaved(McdeskError):
    """The file could not be written."""


class ChartKind(Enum):
    """What a chart is saved as; the value is the suffix of the file."""

    PNG = "png"
    SVG = "svg"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class ChartFile:
    """A file that is to be written; `encoded` makes its bytes, in any thread."""

    path: Path
    encoded: Callable[[], bytes]

    def write(self) -> None:
        """Write it whole or not at all.

        Raises:
            ChartNotSaved: if it cannot be written.
        """
        try:
            write_whole(self.path, self.encoded())
        except OSError as error:
            title = f"{self.path.name} could not be written"
            raise ChartNotSaved(title, "Choose another folder or another name.") from error


def chosen_file(text: str, suffix: str) -> Path:
    """What a person chose as the name of a file, with the suffix of its kind where they gave none."""
    path = Path(text)
    return path if path.suffix else path.with_suffix(f".{suffix}")


def chart_file(chart: PlotFrame, path: Path, kind: ChartKind, scale: float = PNG_SCALE) -> ChartFile:
    """A chart as it is now, as a file; painted in the window's thread, which calls this."""
    if kind is ChartKind.PNG:
        image = picture(chart, scale)
        return ChartFile(path, lambda: _png(image))
    data = _svg(chart) if kind is ChartKind.SVG else csv_text(chart).encode("utf-8-sig")
    # with the mark of UTF-8, without which Excel takes names for another encoding
    return ChartFile(path, lambda: data)


def picture(chart: PlotFrame, scale: float = PNG_SCALE) -> QImage:
    """The chart as it is shown, so many pixels for each of the window's."""
    size = chart.size()
    image = QImage(
        round(size.width() * scale), round(size.height() * scale), QImage.Format.Format_ARGB32_Premultiplied
    )
    image.setDevicePixelRatio(scale)
    image.setDotsPerMeterX(round(_INCH_PIXELS * scale / _METRES_PER_INCH))
    image.setDotsPerMeterY(round(_INCH_PIXELS * scale / _METRES_PER_INCH))
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    chart.paint_copy(painter, QSizeF(size))
    painter.end()
    return image


def widget_png(widget: QWidget, scale: float = PNG_SCALE) -> Callable[[], bytes]:
    """All of a widget, also what is scrolled out of sight; painted now, encoded in any thread."""
    image = QImage(widget.size() * scale, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(scale)
    image.fill(widget.window().palette().window().color())
    widget.render(image)
    return lambda: _png(image)


def copy_picture(chart: PlotFrame) -> None:
    """Put the picture on the clipboard."""
    QGuiApplication.clipboard().setImage(picture(chart))


def copy_table(chart: PlotFrame) -> None:
    """Put the rows on the clipboard, as a spreadsheet takes them."""
    lines = ("\t".join(str(value) for value in row) for row in chart.rows())
    QGuiApplication.clipboard().setText("\n".join(lines))


def csv_text(chart: PlotFrame) -> str:
    """What the chart shows, a row a line, headings first; empty if it shows nothing."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(chart.rows())
    return text.getvalue()


def _png(image: QImage) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # stubs want bytes
    return bytes(data.data())


def _svg(chart: PlotFrame) -> bytes:
    """Lines and texts that stay sharp at any size."""
    size = QSize(chart.size())
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(size)
    generator.setViewBox(QRect(0, 0, size.width(), size.height()))
    generator.setResolution(_INCH_PIXELS)
    generator.setTitle(chart.accessibleName())
    generator.setDescription(chart.accessibleDescription())
    painter = QPainter(generator)
    chart.paint_copy(painter, QSizeF(size))
    painter.end()
    return bytes(data.data())
