"""Quantiles of one of several constant distributions, picked by a place that a loop moves."""

from collections.abc import Sequence
from itertools import accumulate
from typing import TypeVar

import numpy as np

from mcdesk.engine.distributions import (
    Distribution,
    constant_quantile,
    discrete_bounds,
    log_parameters,
    pert_table,
    searched_place,
    varying_quantile,
)
from mcdesk.engine.ir import DTYPE_BY_TYPE, Table, Type
from mcdesk.engine.mathematics.beta import table_quantile
from mcdesk.engine.mathematics.normal import normal_quantile
from mcdesk.engine.operations import Operations

V = TypeVar("V")

# a table of a PERT distribution has 13 kB; this many still fit the second cache of a core
MOST_PERT_TABLES = 64


def chosen_quantile(ops: Operations[V], distributions: Sequence[Distribution], place: V, u: V) -> V:
    """Quantile at u of the distribution at a place.

    Args:
        distributions: of one family, each without refusal.
        place: INTEGER, 0 <= place < the number of distributions.
        u: 0 < u < 1.
    """
    if len(set(distributions)) == 1:
        return constant_quantile(ops, distributions[0], u)
    kind = distributions[0].kind
    if kind == "discrete":
        return _chosen_discrete(ops, distributions, place, u)
    if kind == "pert":
        return _chosen_pert(ops, distributions, place, u)
    if kind == "lognormal":
        logs = [log_parameters(*each.parameters) for each in distributions]
        distributions = [Distribution("lognormal2", pair) for pair in logs]
        kind = "lognormal2"
    value, _ = varying_quantile(ops, kind, _columns(ops, distributions, place), u)
    return value


def _columns(ops: Operations[V], distributions: Sequence[Distribution], place: V) -> list[V]:
    columns = zip(*(each.parameters for each in distributions), strict=True)
    return [_element(ops, Type.NUMBER, column, place) for column in columns]


def _chosen_pert(ops: Operations[V], distributions: Sequence[Distribution], place: V, u: V) -> V:
    leans = [_lean(*each.parameters) for each in distributions]
    distinct = list(dict.fromkeys(leans))
    if len(distinct) > MOST_PERT_TABLES:
        value, _ = varying_quantile(ops, "pert", _columns(ops, distributions, place), u)
        return value
    tables = [pert_table(lean).values for lean in distinct]
    joined = np.concatenate(tables)
    joined.flags.writeable = False
    number = _element(ops, Type.INTEGER, [distinct.index(lean) for lean in leans], place)
    which = ops.iclamp(number, 0, len(distinct) - 1)
    start = ops.imul(which, ops.integer(len(tables[0])))
    share = table_quantile(ops, Table(Type.NUMBER, joined), normal_quantile(ops, u), start)
    low = _element(ops, Type.NUMBER, [each.parameters[0] for each in distributions], place)
    widths = [each.parameters[2] - each.parameters[0] for each in distributions]
    return ops.add(low, ops.mul(_element(ops, Type.NUMBER, widths, place), share))


def _lean(low: float, mode: float, high: float) -> float:
    return (mode - low) / (high - low) if low < high else 0.0


def _chosen_discrete(ops: Operations[V], distributions: Sequence[Distribution], place: V, u: V) -> V:
    counts = [len(each.lists[0]) for each in distributions]
    ends = list(accumulate(counts))
    bounds = [bound for each in distributions for bound in discrete_bounds(each)]
    values = [value for each in distributions for value in each.lists[0]]
    low = _element(ops, Type.INTEGER, [end - count for end, count in zip(ends, counts, strict=True)], place)
    high = _element(ops, Type.INTEGER, [end - 1 for end in ends], place)
    rounds = (max(counts) - 1).bit_length()
    found = searched_place(ops, _table(Type.NUMBER, bounds), u, (low, high), rounds)
    return ops.read_table(_table(Type.NUMBER, values), found)


def _element(ops: Operations[V], kind: Type, values: Sequence[float], place: V) -> V:
    if len(set(values)) == 1:
        return ops.number(float(values[0])) if kind is Type.NUMBER else ops.integer(int(values[0]))
    return ops.read_table(_table(kind, values), ops.iclamp(place, 0, len(values) - 1))


def _table(kind: Type, values: Sequence[float]) -> Table:
    array = np.array(values, dtype=DTYPE_BY_TYPE[kind])
    array.flags.writeable = False
    return Table(kind, array)
