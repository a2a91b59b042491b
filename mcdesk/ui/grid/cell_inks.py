"""The colours of the grid as Qt has them, made once for each theme."""

from dataclasses import dataclass

from PySide6.QtGui import QColor

from mcdesk.ui.grid.cell_marks import Mark
from mcdesk.ui.theme.theme import faded
from mcdesk.ui.theme.tokens import Tokens

_SELECTION_ALPHA = 30
_HIT_ALPHA = 60


@dataclass(frozen=True, slots=True)
class CellInks:
    """What cells are painted with.

    A mark has a ground, those that a person made a text
    and a corner, and a trace a frame for the cells that are marked as well.
    """

    ground: QColor
    text: QColor
    muted: QColor
    bad: QColor
    line: QColor
    accent: QColor
    selection: QColor
    hit: QColor
    ground_by_mark: dict[Mark, QColor]
    text_by_mark: dict[Mark, QColor]
    corner_by_mark: dict[Mark, QColor]
    trace_by_mark: dict[Mark, QColor]


def cell_inks(tokens: Tokens) -> CellInks:
    """The colours of a theme."""
    return CellInks(
        ground=QColor(tokens.card),
        text=QColor(tokens.text),
        muted=QColor(tokens.muted),
        bad=QColor(tokens.bad),
        line=QColor(tokens.grid_line),
        accent=QColor(tokens.accent),
        selection=faded(tokens.accent, _SELECTION_ALPHA),
        hit=faded(tokens.series[1], _HIT_ALPHA),
        ground_by_mark={
            Mark.INPUT: QColor(tokens.input_ground),
            Mark.OUTPUT: QColor(tokens.output_ground),
            Mark.DIFFERING: QColor(tokens.bad_ground),
            Mark.PRECEDENT: QColor(tokens.precedent_ground),
            Mark.DEPENDENT: QColor(tokens.dependent_ground),
        },
        text_by_mark={Mark.INPUT: QColor(tokens.input_text), Mark.OUTPUT: QColor(tokens.output_text)},
        corner_by_mark={
            Mark.INPUT: QColor(tokens.input_text),
            Mark.OUTPUT: QColor(tokens.output_text),
            Mark.DIFFERING: QColor(tokens.bad),
        },
        trace_by_mark={
            Mark.PRECEDENT: QColor(tokens.warning),
            Mark.DEPENDENT: QColor(tokens.series[3]),
        },
    )
