"""Icons: strokes on a grid of 24, tinted in the colour of the text beside them, sharp at any scale."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from mcdesk.foundation.paths import resources_folder

_SCALES = (1, 2, 3)


@lru_cache(maxsize=256)
def icon(
    name: str, colour: str, size: int = 18, checked: str | None = None, disabled: str | None = None
) -> QIcon:
    """The icon of this name, `size` pixels wide.

    Args:
        colour, checked, disabled: as `#rrggbb`; the second is for buttons that are on, the third for those
            that cannot be pressed, which the style would leave almost as they are.

    Raises:
        FileNotFoundError: if there is no such icon.
    """
    made = QIcon()
    for state, tint in ((QIcon.State.Off, colour), (QIcon.State.On, checked or colour)):
        for scale in _SCALES:
            made.addPixmap(pixmap(name, tint, size, scale), QIcon.Mode.Normal, state)
    for scale in _SCALES if disabled else ():
        made.addPixmap(pixmap(name, disabled or colour, size, scale), QIcon.Mode.Disabled)
    return made


@lru_cache(maxsize=512)
def pixmap(name: str, colour: str, size: int, scale: float = 1.0) -> QPixmap:
    """The icon as a picture for a screen of this scale.

    Raises:
        FileNotFoundError: if there is no such icon.
    """
    renderer = QSvgRenderer(QByteArray(_drawing(name).replace("currentColor", colour).encode()))
    pixels = round(size * scale)
    picture = QPixmap(QSize(pixels, pixels))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer.render(painter)
    painter.end()
    picture.setDevicePixelRatio(scale)
    return picture


@lru_cache(maxsize=128)
def _drawing(name: str) -> str:
    return (resources_folder() / "icons" / f"{name}.svg").read_text(encoding="utf-8")
