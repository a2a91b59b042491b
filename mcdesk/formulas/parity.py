"""Compares what mcdesk calculates with the values that Excel left in the file, cell by cell."""

import math
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from mcdesk.formulas.cell_store import ROW_SHIFT, SHEET_SHIFT, Obstacle, ObstacleReason, cached_value
from mcdesk.formulas.certain_regions import CertainRegions
from mcdesk.formulas.conversion_report import Conversion, conversion_report
from mcdesk.formulas.cycle_texts import cycle_texts
from mcdesk.formulas.evaluator import Calculation
from mcdesk.formulas.regions import find_regions
from mcdesk.formulas.unknown_functions import unknown_functions
from mcdesk.formulas.values import BLANK, Scalar
from mcdesk.foundation.cancellation import CancelToken
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import CellAddress, format_cell
from mcdesk.model.workbook import CellKind, Sheet, Workbook

RELATIVE_TOLERANCE = 1e-9
ABSOLUTE_TOLERANCE = 1e-12
MOST_MISMATCHES = 1000
_CELLS_AT_ONCE = 8192
# Files store errors that came after Excel 2016 as #VALUE!, with the true kind elsewhere.
_STORED_AS_VALUE = frozenset((ErrorCode.SPILL, ErrorCode.CALC, ErrorCode.FIELD, ErrorCode.BLOCKED))


_UNSUPPORTED = (ObstacleReason.UNSUPPORTED, ObstacleReason.SYNTAX, ObstacleReason.TOO_MUCH)


class Verdict(Enum):
    """What became of one formula cell."""

    MATCHED = "matched"
    MISMATCHED = "mismatched"
    UNSUPPORTED = "unsupported"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A formula cell whose value is not the cached one."""

    cell: str
    formula: str
    cached: Scalar
    computed: Scalar


@dataclass(frozen=True, slots=True)
class ParityReport:
    """Counts over all formula cells; `mismatches` is cut at 1,000.

    Attributes:
        unsupported_functions: cells per function that mcdesk does not know; cells that only
            depend on such cells count for the function they depend on.
        unsupported_reasons: cells per other reason, counted alike.
        skipped_by: cells per reason; their sum is `skipped`.
        user_defined_functions: the cells that call a function that Excel does not have, one of the
            workbook's own code or of an add-in, per function.
        conversions: what each function of an add-in is taken for.
        cycles: circular references, each cell by cell, cut at 1,000.
        first_cells: where each function or reason of the three mappings is first met, by its name:
            in a cell that calls the function itself, if there is one.
    """

    formula_cells: int
    matched: int
    mismatched: int
    unsupported: int
    skipped: int
    calculate_seconds: float
    mismatches: tuple[Mismatch, ...]
    unsupported_functions: Mapping[str, int]
    unsupported_reasons: Mapping[str, int]
    skipped_by: Mapping[str, int]
    cycles: tuple[tuple[str, ...], ...] = ()
    first_cells: Mapping[str, CellAddress] = field(default_factory=dict)
    user_defined_functions: Mapping[str, int] = field(default_factory=dict)
    conversions: tuple[Conversion, ...] = ()


def compare_workbook(
    workbook: Workbook,
    now: Callable[[], float] = time.perf_counter,
    cancel: CancelToken | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    on_value: Callable[[CellAddress, Scalar | None], None] | None = None,
) -> ParityReport:
    """Calculate every formula cell from calculated cells and compare it with its cached value.

    Volatile cells, cells that read other files and user-defined functions are skipped, with all that
    depend on them. Numbers match within 1e-9 relative, or 1e-12 absolute; the rest exactly.
    `on_progress` is told how many of how many are compared, `on_value` what each has, None for nothing.

    Raises:
        Cancelled: if `cancel` was cancelled meanwhile.
    """
    started = now()
    calculation = Calculation(workbook, reads_external=False)
    # What Excel shows in a circle of cells that it does not iterate.
    calculation.cycle_value = 0.0
    regions = find_regions(workbook, calculation.compilation.trees)
    calculation.regions = CertainRegions(calculation, regions)
    comparison = _Comparison(workbook, calculation, cancel or CancelToken(), on_progress)
    comparison.on_value = on_value
    for sheet in workbook.sheets:
        comparison.compare_sheet(sheet)
    report = comparison.report(now() - started)
    # formulas are read once for both: that is most of the work of a large workbook
    return replace(report, conversions=conversion_report(workbook, regions))


def values_match(cached: Scalar, computed: Scalar) -> bool:
    """Tell whether two values count as the same."""
    if cached is BLANK or computed is BLANK:
        return cached is computed or "" in (cached, computed)
    if type(cached) is not type(computed):
        return False
    if computed in _STORED_AS_VALUE and cached is ErrorCode.VALUE:
        return True
    if isinstance(cached, float) and isinstance(computed, float):
        difference = abs(cached - computed)
        size = max(abs(cached), abs(computed))
        return difference <= max(RELATIVE_TOLERANCE * size, ABSOLUTE_TOLERANCE)
    return cached == computed


class _Comparison:
    """Counts while it goes through the sheets."""

    on_value: Callable[[CellAddress, Scalar | None], None] | None = None

    def __init__(
        self,
        workbook: Workbook,
        calculation: Calculation,
        cancel: CancelToken,
        on_progress: Callable[[int, int], None] | None,
    ) -> None:
        self._workbook = workbook
        self._cancel = cancel
        self._on_progress = on_progress
        self._first_cells: dict[str, CellAddress] = {}
        self._called: set[str] = set()
        self._calculation = calculation
        self._counts: Counter[Verdict] = Counter()
        self._mismatches: list[Mismatch] = []
        self._unsupported: Counter[str] = Counter()
        self._other_reasons: Counter[str] = Counter()
        self._skipped: Counter[str] = Counter()

    def compare_sheet(self, sheet: Sheet) -> None:
        """Compare the formula cells of a sheet."""
        places = (sheet.formulas >= 0).nonzero()[0]
        for start in range(0, len(places), _CELLS_AT_ONCE):
            self._cancel.raise_if_cancelled()
            some = places[start : start + _CELLS_AT_ONCE]
            others = some if self._tells_each else some[~self._matching_numbers(sheet, some)]
            self._counts[Verdict.MATCHED] += len(some) - len(others)
            for place in others.tolist():
                self._compare_cell(sheet, place)

    @property
    def _tells_each(self) -> bool:
        return self._on_progress is not None or self.on_value is not None

    def _matching_numbers(self, sheet: Sheet, places: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which cells of a sheet are numbers and match, seen for many at once."""
        rows, columns = (each[places].astype(np.int64) for each in (sheet.rows, sheet.columns))
        keys = columns | (rows << ROW_SHIFT) | (sheet.index << SHEET_SHIFT)
        entries = self._calculation.entries(keys.tolist())
        are_numbers = set(map(type, entries)) == {float}
        computed = np.array(
            entries if are_numbers else [each if type(each) is float else math.nan for each in entries],
            dtype=np.float64,
        )
        cached = np.where(sheet.kinds[places] == int(CellKind.NUMBER), sheet.numbers[places], math.nan)
        size = np.maximum(np.abs(cached), np.abs(computed))
        is_near = np.abs(cached - computed) <= np.maximum(RELATIVE_TOLERANCE * size, ABSOLUTE_TOLERANCE)
        matching: NDArray[np.bool_] = is_near & sheet.has_cache[places]
        return matching

    def _compare_cell(self, sheet: Sheet, place: int) -> None:
        self._cancel.raise_if_cancelled()
        address = CellAddress(sheet.index, int(sheet.rows[place]), int(sheet.columns[place]))
        cached = cached_value(self._workbook, sheet, place)
        self._counts[self._verdict(sheet, address, cached)] += 1
        if self._on_progress is not None:
            self._on_progress(self._counts.total(), self._workbook.formula_cell_count)

    def report(self, seconds: float) -> ParityReport:
        """The counts so far."""
        return ParityReport(
            formula_cells=self._counts.total(),
            matched=self._counts[Verdict.MATCHED],
            mismatched=self._counts[Verdict.MISMATCHED],
            unsupported=self._counts[Verdict.UNSUPPORTED],
            skipped=self._counts[Verdict.SKIPPED],
            calculate_seconds=seconds,
            mismatches=tuple(self._mismatches),
            unsupported_functions=MappingProxyType(dict(self._unsupported.most_common())),
            unsupported_reasons=MappingProxyType(dict(self._other_reasons.most_common())),
            skipped_by=MappingProxyType(dict(self._skipped.most_common())),
            cycles=cycle_texts(self._calculation)[:MOST_MISMATCHES],
            first_cells=MappingProxyType(dict(self._first_cells)),
            user_defined_functions=unknown_functions(self._workbook, self._calculation.compilation.trees),
        )

    def _verdict(self, sheet: Sheet, address: CellAddress, cached: Scalar | None) -> Verdict:
        computed = self._calculation.value(address)
        if self.on_value is not None:
            self.on_value(address, None if isinstance(computed, Obstacle) else computed)
        if isinstance(computed, Obstacle):
            return self._obstructed(address, computed)
        if cached is None:
            return self._skip(address, "no cached value")
        if values_match(cached, computed):
            return Verdict.MATCHED
        if len(self._mismatches) < MOST_MISMATCHES:
            self._mismatches.append(self._mismatch(sheet, address, cached, computed))
        return Verdict.MISMATCHED

    def _obstructed(self, address: CellAddress, obstacle: Obstacle) -> Verdict:
        if obstacle.reason not in _UNSUPPORTED:
            return self._skip(address, obstacle.reason.value)
        if obstacle.name:
            self._unsupported[obstacle.name] += 1
            self._keep_caller(address, obstacle.name)
        else:
            self._other_reasons[obstacle.reason.value] += 1
            self._first_cells.setdefault(obstacle.reason.value, obstacle.cell or address)
        return Verdict.UNSUPPORTED

    def _keep_caller(self, address: CellAddress, function: str) -> None:
        """Those that only depend on the function often stand before the cell that calls it."""
        if function in self._called:
            return
        self._first_cells.setdefault(function, address)
        text = self._calculation.compilation.formula_text(address.sheet, address.row, address.column)
        if text and f"{function}(".casefold() in text.casefold():
            self._first_cells[function] = address
            self._called.add(function)

    def _skip(self, address: CellAddress, reason: str) -> Verdict:
        self._skipped[reason] += 1
        self._first_cells.setdefault(reason, address)
        return Verdict.SKIPPED

    def _mismatch(self, sheet: Sheet, address: CellAddress, cached: Scalar, computed: Scalar) -> Mismatch:
        text = self._calculation.compilation.formula_text(address.sheet, address.row, address.column)
        cell = format_cell(sheet.name, address.row, address.column)
        return Mismatch(cell, text or "", cached, computed)
