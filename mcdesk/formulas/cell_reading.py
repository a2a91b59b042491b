"""Rectangles of cells read as a whole, kept while their cells do not change."""

from collections.abc import Callable, Mapping

from mcdesk.formulas.cell_store import (
    COLUMN_MASK,
    PENDING,
    ROW_SHIFT,
    SHEET_SHIFT,
    CellsMissing,
    Entry,
    Obstacle,
    ObstacleMet,
    ObstacleReason,
    Stop,
)
from mcdesk.formulas.lookup_keys import places_of
from mcdesk.formulas.values import BLANK, ArrayValue, Scalar
from mcdesk.model.addresses import Rectangle

_LEAST_KEPT = 24
_MOST_KEPT = 6_000_000
# Beyond the used cells of any sheet but one that has cells at both of its ends.
_MOST_READ = 16_000_000


class AreaReader:
    """Reads areas through `get(key, BLANK)` and keeps what it read, up to a total of cells."""

    def __init__(
        self, get: Callable[[int, Entry], Entry], used_part: Callable[[Rectangle], Rectangle]
    ) -> None:
        self._get = get
        self._used_part = used_part
        self._kept_count = 0
        self._flat: dict[Rectangle, list[Scalar]] = {}
        self._arrays: dict[Rectangle, ArrayValue] = {}
        self._places: dict[Rectangle, Mapping[Scalar, int]] = {}

    def forget(self) -> None:
        """Drop what is kept, because cells changed."""
        self._kept_count = 0
        self._flat.clear()
        self._arrays.clear()
        self._places.clear()

    def flat(self, area: Rectangle) -> list[Scalar]:
        """The scalars of an area in row-major order."""
        if area.size < _LEAST_KEPT:
            return self._read(area)
        kept = self._flat.get(area)
        if kept is None:
            kept = self._read(self._used_part(area))
            self._keep(len(kept))
            self._flat[area] = kept
        return kept

    def array(self, area: Rectangle) -> ArrayValue:
        """The cells of an area as an array, folded where it is large and blank at its end."""
        kept = self._arrays.get(area)
        if kept is None:
            cut = self._used_part(area)
            flat = self.flat(cut)
            kept = _folded(flat, cut, area)
            if cut.size >= _LEAST_KEPT:
                self._keep(len(flat))
                self._arrays[area] = kept
        return kept

    def places(self, area: Rectangle) -> Mapping[Scalar, int]:
        """Where each scalar of an area stands first."""
        kept = self._places.get(area)
        if kept is None:
            kept = self._places[area] = places_of(self.flat(area))
            self._keep(len(kept))
        return kept

    def _keep(self, count: int) -> None:
        self._kept_count += count
        if self._kept_count > _MOST_KEPT:
            self.forget()
            self._kept_count = count

    def _read(self, area: Rectangle) -> list[Scalar]:
        if area.size > _MOST_READ:
            raise ObstacleMet(Obstacle(ObstacleReason.TOO_MUCH))
        get = self._get
        base = area.sheet << SHEET_SHIFT
        first, last = base | (area.top << ROW_SHIFT), base | (area.bottom << ROW_SHIFT)
        rows = range(first, last + 1, COLUMN_MASK + 1)
        columns = range(area.left, area.right + 1)
        if area.left == area.right:
            values = [
                get(key, BLANK) for key in range(first + area.left, last + area.left + 1, COLUMN_MASK + 1)
            ]
        elif area.top == area.bottom:
            values = [get(key, BLANK) for key in range(first + area.left, first + area.right + 1)]
        else:
            values = [get(row + column, BLANK) for row in rows for column in columns]
        if Stop in set(map(type, values)):
            _stop([row + column for row in rows for column in columns], values)
        return values  # type: ignore[return-value]  # no Stop among them


def _folded(flat: list[Scalar], cut: Rectangle, area: Rectangle) -> ArrayValue:
    """The cells that were read, and one blank row and column for all beyond them."""
    width = cut.column_count
    rows_beyond, columns_beyond = area.row_count - cut.row_count, area.column_count - width
    beside: tuple[Scalar, ...] = (BLANK,) if columns_beyond else ()
    rows = [tuple(flat[start : start + width]) + beside for start in range(0, len(flat), width)]
    if rows_beyond:
        rows.append((BLANK,) * len(rows[0]))
    return ArrayValue(tuple(rows), max(rows_beyond, 1), max(columns_beyond, 1))


def _stop(keys: list[int], values: list[Entry]) -> None:
    """Name all cells that are not calculated yet, or the first obstacle."""
    pending = [key for key, value in zip(keys, values, strict=True) if value is PENDING]
    if pending:
        raise CellsMissing(tuple(pending))
    obstacle = next(value.obstacle for value in values if isinstance(value, Stop))
    assert obstacle is not None
    raise ObstacleMet(obstacle)
