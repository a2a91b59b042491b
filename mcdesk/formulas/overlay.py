"""A calculation for trials: given values and what depends on them, over one that holds the certain cells."""

from collections.abc import Collection, Mapping

from typing_extensions import override

from mcdesk.formulas.cell_reading import AreaReader
from mcdesk.formulas.cell_store import PENDING, Entry, address_of, key_of
from mcdesk.formulas.evaluator import Calculation
from mcdesk.formulas.frame import Random
from mcdesk.formulas.values import BLANK, ArrayValue, Scalar
from mcdesk.formulas.work_budget import WorkBudget
from mcdesk.model.addresses import CellAddress, Rectangle


class Overlay(Calculation):
    """A calculation of which most cells are those of another; `begin` starts the next trial.

    Cells outside `recalculated` are calculated in the other one, once for all trials. `inputs` are the
    cells whose values stay given when a data table puts others in place of cells.
    """

    def __init__(
        self,
        base: Calculation,
        recalculated: Collection[CellAddress],
        inputs: frozenset[CellAddress] = frozenset(),
    ) -> None:
        self.workbook, self.compilation = base.workbook, base.compilation
        self.now_serial, self.random, self.dates = base.now_serial, base.random, base.dates
        self.reads_external = base.reads_external
        self.budget = WorkBudget(len(base.compilation.formula_by_key))
        self.cycles = []
        self._base = base
        self._inputs = inputs
        self._overrides: dict[CellAddress, Scalar] = {}
        self._keys = _keys_of(recalculated)
        # An area that holds a given cell differs between trials, even where no formula stands in it.
        self._varying = self._keys | _keys_of(inputs)
        self._is_certain_by_area: dict[Rectangle, bool] = {}
        self._spills = {}
        self.cells = OverlayCells(base, self._keys)
        self._reader = AreaReader(self.cells.get, self.workbook.used_part)

    def begin(self, values: Mapping[CellAddress, Scalar], random: Random | None = None) -> None:
        """Start a trial in which these cells have these values and the other recalculated ones none."""
        self.random = random
        self.budget.renew()
        self._overrides = dict(self._base._overrides)
        self._overrides.update((cell, value) for cell, value in values.items() if cell in self._inputs)
        self.cycles.clear()
        self._spills.clear()
        self._reader.forget()
        self.cells.clear()
        for cell, value in values.items():
            self.cells[key_of(cell.sheet, cell.row, cell.column)] = value

    def set_value(self, cell: CellAddress, value: Scalar) -> None:
        """Give one more cell a value in this trial; areas that hold it must not have been read yet."""
        self.cells[key_of(cell.sheet, cell.row, cell.column)] = value

    @override
    def read_flat(self, area: Rectangle) -> list[Scalar]:
        """The scalars of an area; of a certain one, those that the other calculation keeps."""
        return self._base.read_flat(area) if self._is_certain(area) else super().read_flat(area)

    @override
    def read_area(self, area: Rectangle) -> ArrayValue:
        """The cells of an area, as `read_flat`."""
        return self._base.read_area(area) if self._is_certain(area) else super().read_area(area)

    @override
    def first_places(self, area: Rectangle) -> Mapping[Scalar, int]:
        """Where each scalar of an area stands first, as `read_flat`."""
        return self._base.first_places(area) if self._is_certain(area) else super().first_places(area)

    @override
    def _spill(self, key: int) -> Rectangle | None:
        return self._spills.get(key) or self._base._spills.get(key)

    def _is_certain(self, area: Rectangle) -> bool:
        known = self._is_certain_by_area.get(area)
        if known is None:
            known = not any(
                address.sheet == area.sheet and area.contains(address.row, address.column)
                for address in map(address_of, self._varying)
            )
            self._is_certain_by_area[area] = known
        return known

    @override
    def _calculate(self, wanted: int) -> None:
        if wanted in self._keys:
            super()._calculate(wanted)
        else:
            self._base._calculate(wanted)

    @override
    def _keep_stored(self, key: int) -> bool:
        # what the file keeps belongs to one state of the inputs
        return False

    @override
    def _evaluate(self, key: int) -> None:
        if key in self._keys:
            super()._evaluate(key)
        else:
            self._base._calculate(key)


def _keys_of(cells: Collection[CellAddress]) -> frozenset[int]:
    return frozenset(key_of(cell.sheet, cell.row, cell.column) for cell in cells)


class OverlayCells(dict[int, Entry]):
    """The cells of a trial over those of the certain part."""

    def __init__(self, base: Calculation, recalculated: frozenset[int]) -> None:
        super().__init__()
        self._base = base.cells
        self._recalculated = recalculated

    @override
    def get(self, key: int, default: Entry = BLANK) -> Entry:  # type: ignore[override]  # never None
        """The cell in this trial, PENDING until it is calculated."""
        if key in self._recalculated:
            return super().get(key, PENDING)
        own = super().get(key)
        return self._base.get(key, default) if own is None else own
