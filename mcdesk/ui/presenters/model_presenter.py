"""The open workbook and what a person marks in it: inputs, outputs, correlations, the plan."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from mcdesk.dispatch.caches import Caches
from mcdesk.dispatch.moment_serial import serial_of
from mcdesk.dispatch.run_types import local_now
from mcdesk.formulas.cell_labels import CellLabels
from mcdesk.formulas.setup_carrying import CarriedSetup, carry_setup, mapped_setup, setup_cells
from mcdesk.formulas.setup_file import read_setup_file
from mcdesk.formulas.setup_shelf import KeptSetup, SetupShelf
from mcdesk.formulas.setup_texts import CorrelationText, InputText, OutputText, SetupFile
from mcdesk.formulas.setup_writer import setup_text
from mcdesk.foundation.cancellation import CancelToken
from mcdesk.foundation.errors import McdeskError, SetupInvalid, StoreError
from mcdesk.foundation.whole_file import write_whole
from mcdesk.model.addresses import CellAddress, format_cell, parse_cell_text
from mcdesk.model.workbook import CellKind, Workbook
from mcdesk.ui import workshop
from mcdesk.ui.background import Background, Task
from mcdesk.ui.cell_formatting import cell_number_text
from mcdesk.ui.grid.places import find_place
from mcdesk.ui.presenters.setup_history import SetupHistory
from mcdesk.ui.presenters.setup_keeper import SetupKeeper

if TYPE_CHECKING:
    from mcdesk.formulas.declared_cells import DeclaredCells

# Whoever marks a cell in the window knows where: no file or option is named before a refusal.
SOURCE = ""
MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class OpenModel:
    """A workbook that was read, and what it says of itself."""

    workbook: Workbook
    declared: "DeclaredCells"

    def cell_text(self, cell: CellAddress) -> str:
        """An address as a person writes it."""
        return format_cell(self.workbook.sheets[cell.sheet].name, cell.row, cell.column)

    def cell_of(self, text: str) -> CellAddress | None:
        """The address or defined name that a text of a set-up means; None if it is none of this workbook."""
        named = None if "!" in text else find_place(self.workbook, text.strip(), 0)
        if named is not None and named.size == 1:
            return CellAddress(named.sheet, named.top, named.left)
        try:
            sheet, row, column = parse_cell_text(text)
        except McdeskError:
            return None
        index = self.workbook.sheet_index(sheet) if sheet is not None else 0
        return None if index is None else CellAddress(index, row, column)

    def number_at(self, cell: CellAddress) -> float | None:
        """The constant or cached number of a cell."""
        sheet = self.workbook.sheets[cell.sheet]
        place = sheet.position(cell.row, cell.column)
        if place < 0 or sheet.kinds[place] != CellKind.NUMBER:
            return None
        return float(sheet.numbers[place])

    def holds_something(self, cell: CellAddress) -> bool:
        """Whether a cell has a formula or a constant; one that is only formatted has none."""
        sheet = self.workbook.sheets[cell.sheet]
        place = sheet.position(cell.row, cell.column)
        if place < 0:
            return False
        is_formula = sheet.formulas[place] >= 0 or sheet.owners[place] >= 0
        return bool(is_formula or sheet.kinds[place] != CellKind.BLANK)

    def format_at(self, cell: CellAddress) -> str:
        """The number format of a cell."""
        sheet = self.workbook.sheets[cell.sheet]
        place = sheet.position(cell.row, cell.column)
        return "General" if place < 0 else self.workbook.number_formats[sheet.styles[place]]

    def value_text(self, cell: CellAddress, value: float) -> str:
        """A number as the workbook formats that of a cell."""
        return cell_number_text(value, self.format_at(cell), self.workbook.date_1904)


@dataclass(frozen=True, slots=True)
class LoadedSetup:
    """What was taken of a set-up file: only what the workbook has cells for."""

    path: Path
    setup: SetupFile


class ModelPresenter(QObject):
    """Opens workbooks beside the window's thread, and keeps each set-up for the next time.

    `carried` follows `opened` with a CarriedSetup where the file is another than the one that was marked,
    else with None; `saved` carries the path of a set-up file, `loaded` a LoadedSetup.
    """

    opening = Signal(object)
    opened = Signal(object)
    failed = Signal(object)
    setup_changed = Signal()
    carried = Signal(object)
    saved = Signal(object)
    loaded = Signal(object)

    def __init__(
        self, background: Background, shelf: SetupShelf, caches: Caches, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._background, self._caches = background, caches
        self._keeper = SetupKeeper(background, shelf, self)
        self._keeper.failed.connect(self.failed)
        self._history = SetupHistory()
        self._task: Task | None = None
        self.model: OpenModel | None = None

    @property
    def setup(self) -> SetupFile:
        """What is marked now."""
        return self._history.setup

    @property
    def can_undo(self) -> bool:
        """Whether there is something to take back."""
        return self._history.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether something was taken back."""
        return self._history.can_redo

    @property
    def output_count(self) -> int:
        """Outputs that were chosen or that the workbook marks."""
        declared = 0 if self.model is None else len(self.model.declared.outputs)
        return len(self.setup.outputs) + declared

    @property
    def input_count(self) -> int:
        """Inputs that were chosen or that draw by themselves."""
        declared = 0 if self.model is None else len(self.model.declared.inputs)
        return len(self.setup.inputs) + declared

    def open(self, path: Path) -> None:
        """Read a workbook; `opened` or `failed` follows. What was being opened before is given up."""
        if self._task is not None:
            self._task.cancel()
        self.opening.emit(path)

        def work(cancel: CancelToken) -> _Opened:
            workbook = workshop.known_workbook(path, self._caches, cancel)
            cancel.raise_if_cancelled()
            declared = workshop.declared_cells(workbook, serial_of(local_now(), workbook.date_1904))
            kept = self._keeper.find(path) or KeptSetup(SetupFile())
            return _Opened(OpenModel(workbook, declared), kept.setup, _carried(kept, workbook))

        self._task = self._background.start(work, self._take, self._fail)

    def set_input(self, cell: CellAddress, distribution: str, name: str) -> None:
        """Make a cell uncertain, or change how it is."""
        if self.model is None:
            return
        text = self.model.cell_text(cell)
        made = InputText(SOURCE, text, distribution, name)
        kept = [made if self._is_at(each.cell, cell) else each for each in self.setup.inputs]
        if made not in kept:
            kept.append(made)
        outputs = tuple(each for each in self.setup.outputs if not self._is_at(each.cell, cell))
        self._change(replace(self.setup, inputs=tuple(kept), outputs=outputs))

    def set_output(self, cell: CellAddress, name: str) -> None:
        """Want the distribution of a cell, under this name."""
        if self.model is None:
            return
        made = OutputText(SOURCE, self.model.cell_text(cell), name)
        kept = [made if self._is_at(each.cell, cell) else each for each in self.setup.outputs]
        if made not in kept:
            kept.append(made)
        changed = self._without_input(self.setup, cell)
        self._change(replace(changed, outputs=tuple(kept)))

    def remove(self, cell: CellAddress) -> None:
        """Let a cell be neither input nor output, with the value that the workbook has."""
        changed = self._without_input(self.setup, cell)
        outputs = tuple(each for each in changed.outputs if not self._is_at(each.cell, cell))
        limits = tuple(each for each in changed.limits if not self._is_at(each.cell, cell))
        values = tuple(each for each in changed.values if not self._is_at(each.cell, cell))
        self._change(replace(changed, outputs=outputs, limits=limits, values=values))

    def set_correlations(self, correlations: tuple[CorrelationText, ...]) -> None:
        """Replace all correlations."""
        self._change(replace(self.setup, correlations=correlations))

    def set_plan(self, setup: SetupFile) -> None:
        """Take trials, seed, sampling and stop rule of another set-up."""
        changed = replace(
            self.setup, trials=setup.trials, seed=setup.seed, sampling=setup.sampling, stop=setup.stop
        )
        self._change(changed)

    def marked_inputs(self) -> frozenset[CellAddress]:
        """The cells that are uncertain: chosen, or drawing by themselves."""
        declared = () if self.model is None else self.model.declared.inputs
        return self._cells(each.cell for each in self.setup.inputs) | {each.cell for each in declared}

    def marked_outputs(self) -> frozenset[CellAddress]:
        """The cells that are wanted: chosen, or marked by the workbook."""
        declared = () if self.model is None else self.model.declared.outputs
        return self._cells(each.cell for each in self.setup.outputs) | frozenset(declared)

    def input_at(self, cell: CellAddress) -> InputText | None:
        """The chosen input of a cell."""
        return next((each for each in self.setup.inputs if self._is_at(each.cell, cell)), None)

    def output_at(self, cell: CellAddress) -> OutputText | None:
        """The chosen output of a cell."""
        return next((each for each in self.setup.outputs if self._is_at(each.cell, cell)), None)

    def undo(self) -> None:
        """Take the last change back."""
        if self._history.undo():
            self._changed()

    def redo(self) -> None:
        """Do again what was taken back."""
        if self._history.redo():
            self._changed()

    def load_setup(self, path: Path) -> None:
        """Take the set-up of a file; `loaded` follows.

        `failed` follows instead if it cannot be read, and as well if it names cells that are not there.
        """
        self._background.start(
            lambda _: read_setup_file(path), lambda setup: self._take_loaded(path, setup), self.failed.emit
        )

    def save_setup(self, path: Path) -> None:
        """Write the set-up to a file; `saved` follows, or `failed` if it cannot be written."""
        text = setup_text(self.setup)

        def work(_: CancelToken) -> Path:
            try:
                write_whole(path, text.encode())
            except OSError as error:
                raise StoreError(f"{path} cannot be written: {error.strerror or error}") from error
            return path

        self._background.start(work, self.saved.emit, self.failed.emit)

    def _without_input(self, setup: SetupFile, cell: CellAddress) -> SetupFile:
        return replace(
            setup,
            inputs=tuple(each for each in setup.inputs if not self._is_at(each.cell, cell)),
            correlations=tuple(
                each
                for each in setup.correlations
                if not self._is_at(each.first, cell) and not self._is_at(each.second, cell)
            ),
        )

    def _cells(self, texts: Iterable[str]) -> frozenset[CellAddress]:
        model = self.model
        found = () if model is None else map(model.cell_of, texts)
        return frozenset(cell for cell in found if cell is not None)

    def _is_at(self, text: str, cell: CellAddress) -> bool:
        return self.model is not None and self.model.cell_of(text) == cell

    def _change(self, setup: SetupFile) -> None:
        if setup != self.setup:
            self._history.change(setup)
            self._changed()

    def _changed(self) -> None:
        self.setup_changed.emit()
        if self.model is not None:
            self._keeper.keep(self.model.workbook, self.setup)

    def _take_loaded(self, path: Path, setup: SetupFile) -> None:
        model = self.model
        if model is None:
            return
        cells = {text: model.cell_of(text) for text in setup_cells(setup)}
        found = {text: model.cell_text(cell) for text, cell in cells.items() if cell is not None}
        taken = mapped_setup(setup, found.get)
        self._change(taken)
        self.loaded.emit(LoadedSetup(path, taken))
        unknown = [text for text in cells if text not in found]
        if unknown:
            named = ", ".join(unknown[:MOST_NAMED]) + (" and others" if len(unknown) > MOST_NAMED else "")
            self.failed.emit(
                SetupInvalid(
                    f"{path.name} names cells that {model.workbook.path.name} does not have",
                    f"Left out: {named}.",
                )
            )

    def _take(self, found: "_Opened") -> None:
        self._task = None
        self.model, carried = found.model, found.carried
        self._history = SetupHistory(found.setup)
        if carried is not None and carried.setup != found.setup:
            self._history.change(carried.setup)
        self.opened.emit(self.model)
        self.setup_changed.emit()
        self.carried.emit(carried)
        if carried is not None:
            self._keeper.keep(self.model.workbook, self.setup)

    def _fail(self, error: McdeskError) -> None:
        self._task = None
        self.failed.emit(error)


@dataclass(frozen=True, slots=True)
class _Opened:
    model: OpenModel
    setup: SetupFile
    carried: CarriedSetup | None


def _carried(kept: KeptSetup, workbook: Workbook) -> CarriedSetup | None:
    """What becomes of a set-up that was made for another version of the file; None if it is the same."""
    landmarks = kept.landmarks
    if landmarks is None or landmarks.sha256 == workbook.sha256:
        return None
    return carry_setup(kept.setup, landmarks, workbook, CellLabels(workbook))
