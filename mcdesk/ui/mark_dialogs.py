"""Opens the dialogs in which a mark is described: the one door to what they calculate with.

Distributions, their curves and correlations are loaded with the first dialog, or before it is asked for.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QWidget

from mcdesk.formulas.setup_texts import CorrelationText, InputText
from mcdesk.model.addresses import CellAddress
from mcdesk.ui.background import Background
from mcdesk.ui.theme.theme import Theme

if TYPE_CHECKING:
    from mcdesk.ui.presenters.model_presenter import OpenModel


class MarkDialogs:
    """Makes them over one window."""

    def __init__(self, theme: Theme, background: Background, window: QWidget) -> None:
        self._theme, self._background, self._window = theme, background, window

    def edit_input(
        self, place: str, value: float, known: InputText, accept: Callable[[str, str], None]
    ) -> None:
        """Ask how a cell is uncertain.

        Args:
            place: the address, for the heading.
            value: what the cell holds now.
            known: what it is called, and how it is uncertain; an empty distribution where it is not yet.
            accept: takes the distribution as text, and the name.
        """
        from mcdesk.ui.presenters.distribution_form import form_of_text
        from mcdesk.ui.views.distribution_dialog import DistributionDialog

        dialog = DistributionDialog(self._theme, self._background, place, value, self._window)
        dialog.show_form(form_of_text(known.distribution, value), known.name)
        dialog.accepted.connect(lambda: accept(dialog.form.text(), dialog.name))
        _open(dialog)

    def edit_correlations(
        self,
        model: "OpenModel",
        inputs: Sequence[tuple[CellAddress, str]],
        known: Sequence[CorrelationText],
        accept: Callable[[tuple[CorrelationText, ...]], None],
    ) -> None:
        """Ask how inputs move together.

        Args:
            inputs: their cells and titles.
            accept: takes all correlations, those of other cells as they were.
        """
        from mcdesk.ui.presenters.correlation_sheet import CorrelatedInput, correlations_of, sheet_of
        from mcdesk.ui.views.correlation_dialog import CorrelationDialog

        rows = [CorrelatedInput(cell, model.cell_text(cell), title) for cell, title in inputs]
        dialog = CorrelationDialog(self._theme, self._background, sheet_of(model, rows, known), self._window)
        dialog.accepted.connect(lambda: accept(correlations_of(model, dialog.sheet, known)))
        _open(dialog)


def starting_distribution(value: float) -> str:
    """What a cell is given that was made uncertain without saying how."""
    from mcdesk.ui.presenters.distribution_form import form_of_text

    return form_of_text("", value).text()


def _open(dialog: QDialog) -> None:
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
