"""Quantiles of one of several constant distributions, picked by a place that a loop moves."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from mcdesk.engine.distributions import Distribution, distribution_kind, list_kind
from mcdesk.engine.families.closed_forms import log_parameters
from mcdesk.engine.families.counts import count_steps, is_tabulated
from mcdesk.engine.families.family import Chance, chance_of
from mcdesk.engine.families.lists import Segments, list_segments, list_steps
from mcdesk.engine.families.shaped import standard_form
from mcdesk.engine.families.standard_shapes import (
    Shape,
    StandardForm,
    effort_for,
    gamma_value,
    shape_table,
    solved,
)
from mcdesk.engine.families.steps import Steps, found_step
from mcdesk.engine.ir import DTYPE_BY_TYPE, Table, Type
from mcdesk.engine.mathematics.beta import beta_shares
from mcdesk.engine.mathematics.exponential import exp
from mcdesk.engine.mathematics.normal import quantile_of_tails
from mcdesk.engine.mathematics.quantile_table import DEGREE, REACH, QuantileTable, polynomial_at
from mcdesk.engine.operations import Operations
from mcdesk.engine.scalar_operations import ScalarOperations
from mcdesk.engine.truncation import Cut, constant_cut

V = TypeVar("V")

# 64 tables of 13 kB still fit the second cache of a core
MOST_TABLE_VALUES = 64 * 264 * 6
_LEAST_U = 2.0**-54
_SCALARS = ScalarOperations()


@dataclass(frozen=True, slots=True)
class _Columns(Generic[V]):
    """Reads the number that belongs to the place from a column of numbers."""

    ops: Operations[V]
    place: V

    def number(self, values: Sequence[float]) -> V:
        return self._element(Type.NUMBER, values)

    def integer(self, values: Sequence[int]) -> V:
        return self._element(Type.INTEGER, values)

    def _element(self, kind: Type, values: Sequence[float]) -> V:
        ops = self.ops
        if len(set(values)) == 1:
            return ops.number(float(values[0])) if kind is Type.NUMBER else ops.integer(int(values[0]))
        return ops.read_table(_table(kind, values), ops.iclamp(self.place, 0, len(values) - 1))


def constant_quantile(ops: Operations[V], distribution: Distribution, u: V) -> V:
    """Quantile at u, 0 < u < 1, of a distribution whose parameters are the same in all trials."""
    return chosen_quantile(ops, [distribution], ops.integer(0), u)


def chosen_quantile(ops: Operations[V], distributions: Sequence[Distribution], place: V, u: V) -> V:
    """Quantile at u of the distribution at a place.

    Args:
        distributions: of one family, each without refusal.
        place: INTEGER, 0 <= place < the number of distributions.
        u: 0 < u < 1.
    """
    if len(set(distributions)) == 1:
        distributions = distributions[:1]
    columns = _Columns(ops, place)
    kind = distributions[0].kind
    if kind in ("discrete", "empirical") or is_tabulated(kind):
        value = _stepped(columns, [_steps_of(each) for each in distributions], chance_of(ops, u))
    elif list_kind(kind) is not None:
        value = _segmented(columns, [_segments_of(each) for each in distributions], chance_of(ops, u))
    else:
        value = _continuous(columns, distributions, u)
    if any(each.shift for each in distributions):
        value = ops.add(value, columns.number([each.shift for each in distributions]))
    return value


def alike(distributions: Sequence[Distribution]) -> list[list[int]]:
    """The places of distributions that `chosen_quantile` can take together, each as it would be alone."""
    groups: dict[tuple[object, ...], list[list[int]]] = {}
    sizes: dict[tuple[object, ...], int] = {}
    for place, distribution in enumerate(distributions):
        form = standard_form(distribution.kind, distribution.parameters)
        is_good, size = True, 0
        if form is not None:
            table = shape_table(form.shape, form.first, form.second, *_scores(distribution))
            is_good, size = table.is_good, len(table.values)
        key = (distribution.kind, distribution.truncation is not None, is_good, form is None)
        found = groups.setdefault(key, [[]])
        sizes[key] = sizes.get(key, 0) + size
        if sizes[key] > MOST_TABLE_VALUES:
            found.append([])
            sizes[key] = size
        found[-1].append(place)
    return [group for found in groups.values() for group in found if group]


def drawn_steps(distribution: Distribution) -> Steps | None:
    """The table of values and probabilities that a distribution draws from; None if it has none."""
    is_listed = distribution.kind in ("discrete", "empirical")
    return _steps_of(distribution) if is_listed or is_tabulated(distribution.kind) else None


# continuous ------------------------------------------------------------------------------------


def _continuous(columns: _Columns[V], distributions: Sequence[Distribution], u: V) -> V:
    ops = columns.ops
    is_cut = any(each.truncation is not None for each in distributions)
    chance = _cut_chance(columns, distributions, u) if is_cut else chance_of(ops, u)
    forms = [standard_form(each.kind, each.parameters) for each in distributions]
    standard = [form for form in forms if form is not None]
    if standard:
        value = _shaped(columns, distributions, standard, chance)
    else:
        value = _closed(columns, distributions, chance)
    if not is_cut:
        return value
    low, high = zip(*(_whole_ends(each) for each in distributions), strict=True)
    if max(low) > -math.inf:
        value = ops.maximum(value, columns.number(low))
    return ops.minimum(value, columns.number(high)) if min(high) < math.inf else value


def _whole_ends(distribution: Distribution) -> tuple[float, float]:
    low, high = distribution.ends
    family = distribution_kind(distribution.kind)
    if family is not None and family.is_whole:
        low = float(math.ceil(low)) if math.isfinite(low) else low
        high = float(math.floor(high)) if math.isfinite(high) else high
    return low, high


def _cut_chance(columns: _Columns[V], distributions: Sequence[Distribution], u: V) -> Chance[V]:
    cuts = [constant_cut(each) for each in distributions]
    cut = Cut(
        columns.number([each.below for each in cuts]),
        columns.number([each.above for each in cuts]),
        columns.number([each.mass for each in cuts]),
    )
    return cut.chance(columns.ops, u)


def _closed(columns: _Columns[V], distributions: Sequence[Distribution], chance: Chance[V]) -> V:
    kind = distributions[0].kind
    numbers = [each.parameters for each in distributions]
    if kind == "lognormal":
        kind, numbers = "lognormal2", [log_parameters(*each) for each in numbers]
    family = distribution_kind(kind)
    assert family is not None
    value: V = family.quantile(
        columns.ops, chance, *(columns.number(column) for column in zip(*numbers, strict=True))
    )
    return value


def _shaped(
    columns: _Columns[V],
    distributions: Sequence[Distribution],
    forms: Sequence[StandardForm],
    chance: Chance[V],
) -> V:
    ops, shape = columns.ops, forms[0].shape
    first = columns.number([form.first for form in forms])
    second = columns.number([form.second for form in forms])
    location = columns.number([form.location for form in forms])
    scale = columns.number([form.scale for form in forms])
    tables = _tables_of(distributions, forms)
    if tables is None:
        shapes = [each for form in forms for each in (form.first, form.second)]
        standard = solved(ops, shape, (first, second), chance, effort_for(shape, min(shapes), max(shapes)))
        return ops.add(location, ops.mul(scale, standard))
    z = quantile_of_tails(ops, chance.below, chance.above)
    found = _tabulated(columns, tables, ops.absolute(z) if shape is Shape.STUDENT else z)
    if shape is Shape.GAMMA:
        return ops.mul(scale, gamma_value(ops, first, found))
    if shape is Shape.STUDENT:
        return ops.mul(z, exp(ops, found))
    x, y = beta_shares(ops, first, second, found)
    # from the nearer end, where the other's rounding would be felt
    high = columns.number([form.location + form.scale for form in forms])
    is_low = ops.le(x, y)
    return ops.select(is_low, ops.add(location, ops.mul(scale, x)), ops.sub(high, ops.mul(scale, y)))


def _tables_of(
    distributions: Sequence[Distribution], forms: Sequence[StandardForm]
) -> list[QuantileTable] | None:
    """The table of each distribution; None if one is too coarse, or all together too large."""
    tables: list[QuantileTable] = []
    size_by_table: dict[int, int] = {}
    for distribution, form in zip(distributions, forms, strict=True):
        low, high = _scores(distribution)
        table = shape_table(form.shape, form.first, form.second, low, high)
        size_by_table[id(table)] = len(table.values)
        if not table.is_good or sum(size_by_table.values()) > MOST_TABLE_VALUES:
            return None
        tables.append(table)
    return tables


@lru_cache(maxsize=1024)
def _scores(distribution: Distribution) -> tuple[float, float]:
    """Range of the normal score that a truncated distribution needs."""
    if distribution.truncation is None:
        return -REACH, REACH
    cut = constant_cut(distribution)
    ends = []
    for u in (_LEAST_U, 1.0 - _LEAST_U):
        chance = cut.chance(_SCALARS, u)
        score = float(quantile_of_tails(_SCALARS, max(chance.below, 1e-300), max(chance.above, 1e-300)))
        ends.append(min(max(score, -37.0), 37.0))
    low, high = min(ends), max(ends)
    if distribution.kind == "student":
        low, high = 0.0, max(abs(low), abs(high))
    return low, max(high, low + 1e-6)


def _tabulated(columns: _Columns[V], tables: Sequence[QuantileTable], z: V) -> V:
    ops = columns.ops
    start_by_table: dict[int, int] = {}
    parts: list[NDArray[np.float64]] = []
    for table in tables:
        if id(table) not in start_by_table:
            start_by_table[id(table)] = sum(part.size for part in parts)
            parts.append(table.values)
    joined = _joined(parts)
    scale = columns.number([table.cells / (table.high - table.low) for table in tables])
    scaled = ops.mul(ops.sub(z, columns.number([table.low for table in tables])), scale)
    last = columns.number([table.cells - 1.0 for table in tables])
    one = ops.number(1.0)
    scaled = ops.minimum(ops.maximum(scaled, ops.number(0.0)), ops.add(last, one))
    cell = ops.minimum(ops.floor(scaled), last)
    start = columns.integer([start_by_table[id(table)] for table in tables])
    first = ops.iadd(start, ops.imul(ops.to_integer(cell), ops.integer(DEGREE + 1)))
    first = ops.iclamp(first, 0, len(joined.values) - DEGREE - 1)
    return polynomial_at(ops, joined, first, ops.sub(scaled, cell))


# tables of probabilities -----------------------------------------------------------------------


def _steps_of(distribution: Distribution) -> Steps:
    low, high = distribution.ends
    if list_kind(distribution.kind) is not None:
        found = list_steps(distribution.lists, low, high)
    else:
        ends = float(np.ceil(low)), float(np.floor(high))
        found = count_steps(distribution.kind, distribution.parameters, *ends)
    assert found is not None
    return found


def _segments_of(distribution: Distribution) -> Segments:
    found = list_segments(distribution.parameters, distribution.lists, *distribution.ends)
    assert found is not None
    return found


def _stepped(columns: _Columns[V], steps: Sequence[Steps], chance: Chance[V]) -> V:
    ops = columns.ops
    distinct = list({id(each): each for each in steps}.values())
    found, shift = _found(columns, steps, distinct, chance)
    if all(each.values is None for each in distinct):
        first = columns.number([each.first - shift[id(each)] for each in steps])
        return ops.add(first, ops.to_number(found))
    return ops.read_table(_joined([each.all_values() for each in distinct]), found)


def _segmented(columns: _Columns[V], segments: Sequence[Segments], chance: Chance[V]) -> V:
    ops = columns.ops
    distinct = list({id(each): each for each in segments}.values())
    place, _ = _found(columns, segments, distinct, chance)
    bound, low, width, below, above, mass = (
        ops.read_table(_joined([getattr(each, name) for each in distinct]), place)
        for name in ("bounds", "low", "width", "below", "above", "mass")
    )
    is_lower = ops.le(ops.number(0.0), bound)
    rise = ops.mul(width, ops.div(ops.sub(chance.below, below), mass))
    fall = ops.mul(width, ops.div(ops.sub(chance.above, above), mass))
    high = ops.add(low, width)
    value = ops.select(is_lower, ops.add(low, rise), ops.sub(high, fall))
    return ops.minimum(ops.maximum(value, low), high)


def _found(
    columns: _Columns[V],
    wanted: Sequence[Steps] | Sequence[Segments],
    distinct: Sequence[Steps] | Sequence[Segments],
    chance: Chance[V],
) -> tuple[V, dict[int, int]]:
    """The place in the joined tables, and where each table begins there."""
    ops = columns.ops
    counts = [len(each.bounds) for each in distinct]
    begins = [0, *accumulate(counts)]
    begin_by_id = {id(each): begin for each, begin in zip(distinct, begins, strict=False)}
    low = columns.integer([begin_by_id[id(each)] for each in wanted])
    high = columns.integer([begin_by_id[id(each)] + len(each.bounds) - 1 for each in wanted])
    bounds = _joined([each.bounds for each in distinct])
    found = found_step(ops, bounds, chance, (low, high), (max(counts) - 1).bit_length())
    return found, begin_by_id


def _joined(parts: Sequence[NDArray[np.float64]]) -> Table:
    values = np.concatenate(parts)
    values.flags.writeable = False
    return Table(Type.NUMBER, values)


def _table(kind: Type, values: Sequence[float]) -> Table:
    array = np.array(values, dtype=DTYPE_BY_TYPE[kind])
    array.flags.writeable = False
    return Table(kind, array)
