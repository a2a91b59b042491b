"""The icon of the application in the form that each system wants, made from the drawing in the resources."""

import os
import struct
from collections.abc import Mapping
from pathlib import Path

# The widths that each container holds; Linux has a file for each.
ICO_WIDTHS = (16, 24, 32, 48, 64, 128, 256)
PNG_WIDTHS = (16, 24, 32, 48, 64, 128, 256, 512)
# Apple's names for pictures in PNG: 256 at twice the scale is 512, and so on.
ICNS_TYPES = {"ic07": 128, "ic08": 256, "ic09": 512, "ic10": 1024, "ic11": 32, "ic12": 64, "ic13": 256}


def write_icons(drawing: Path, folder: Path) -> dict[str, Path]:
    """Write all of them into a folder; the path of each by `ico`, `icns`, `svg` or its width."""
    pictures = draw(drawing, sorted({*ICO_WIDTHS, *PNG_WIDTHS, *ICNS_TYPES.values()}))
    contents: dict[str, bytes] = {
        "ico": ico({width: pictures[width] for width in ICO_WIDTHS}),
        "icns": icns({kind: pictures[width] for kind, width in ICNS_TYPES.items()}),
        "svg": drawing.read_bytes(),
    }
    folder.mkdir(parents=True, exist_ok=True)
    found = {suffix: folder / f"mcdesk.{suffix}" for suffix in contents}
    for suffix, path in found.items():
        path.write_bytes(contents[suffix])
    for width in PNG_WIDTHS:
        found[str(width)] = folder / f"{width}.png"
        found[str(width)].write_bytes(pictures[width])
    return found


def draw(drawing: Path, widths: list[int]) -> dict[int, bytes]:
    """The drawing as PNG, so wide; needs no screen."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QBuffer, QByteArray, QIODevice
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    renderer = QSvgRenderer(str(drawing))
    pictures = {}
    for width in widths:
        image = QImage(width, width, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(0)
        painter = QPainter(image)
        renderer.render(painter)
        painter.end()
        data = QByteArray()
        buffer = QBuffer(data)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        image.save(buffer, "PNG")  # type: ignore[call-overload]  # stubs want bytes
        pictures[width] = bytes(data.data())
    return pictures


def ico(pictures: Mapping[int, bytes]) -> bytes:
    """Windows' container: a directory, then each picture as PNG; a width of 256 is written as 0."""
    place = 6 + 16 * len(pictures)
    directory = [struct.pack("<HHH", 0, 1, len(pictures))]
    for width, data in sorted(pictures.items()):
        byte = width % 256
        directory.append(struct.pack("<BBBBHHII", byte, byte, 0, 0, 1, 32, len(data), place))
        place += len(data)
    return b"".join(directory) + b"".join(data for _, data in sorted(pictures.items()))


def icns(pictures: Mapping[str, bytes]) -> bytes:
    """Apple's container: a name and a length before each picture, and before all of them."""
    blocks = [struct.pack(">4sI", kind.encode(), 8 + len(data)) + data for kind, data in pictures.items()]
    whole = b"".join(blocks)
    return struct.pack(">4sI", b"icns", 8 + len(whole)) + whole
