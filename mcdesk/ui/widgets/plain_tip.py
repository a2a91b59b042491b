"""Tool tips that show a text as it is, whoever wrote it."""

from PySide6.QtGui import Qt


def plain_tip(text: str) -> str:
    """What shows this text as a tool tip.

    Qt takes a text that looks like HTML for HTML, and opens the pictures that it names, also those of other
    computers. Names of sheets, labels of cells and titles of workbooks come from a file that somebody sent.
    """
    return Qt.convertFromPlainText(text) if Qt.mightBeRichText(text) else text
