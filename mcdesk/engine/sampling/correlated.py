"""Draws that depend on each other: a Gaussian copula over the draws of another sampler."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from mcdesk.engine.mathematics.normal import normal_cdf, normal_quantile
from mcdesk.engine.operations import Operations
from mcdesk.engine.random_stream import StreamKey
from mcdesk.engine.sampling.sampler import Sampler

V = TypeVar("V")

_LEAST, _MOST = 2.0**-53, 1.0 - 2.0**-53


@dataclass(frozen=True, slots=True)
class CorrelatedDraws:
    """Draws and the lower triangle of the Cholesky factor of their normal scores' correlation."""

    keys: tuple[StreamKey, ...]
    factor: tuple[tuple[float, ...], ...]


class Correlated:
    """Gives the draws of groups as those of `sampler` mixed, all others as they are."""

    def __init__(self, sampler: Sampler, groups: Sequence[CorrelatedDraws]) -> None:
        self._sampler = sampler
        self._place_by_key = {key: (group, place) for group in groups for place, key in enumerate(group.keys)}

    def uniform(self, ops: Operations[V], seed: V, trial: V, keys: Sequence[StreamKey], which: V) -> V:
        """See `Sampler`."""
        if len(keys) == 1:
            found = self._place_by_key.get(keys[0])
            if found is None:
                return self._sampler.uniform(ops, seed, trial, keys, which)
            return self._mixed(ops, seed, trial, *found)
        value = self._sampler.uniform(ops, seed, trial, keys, which)
        for place, key in enumerate(keys):
            if key in self._place_by_key:
                mixed = self._mixed(ops, seed, trial, *self._place_by_key[key])
                value = ops.select(ops.ieq(which, ops.integer(place)), mixed, value)
        return ops.within(value, _LEAST, _MOST)

    def _mixed(self, ops: Operations[V], seed: V, trial: V, group: CorrelatedDraws, place: int) -> V:
        row = group.factor[place]
        total: V | None = None
        for key, weight in zip(group.keys, row, strict=False):
            if weight == 0.0:
                continue
            u = self._sampler.uniform(ops, seed, trial, [key], ops.integer(0))
            part = ops.mul(ops.number(weight), normal_quantile(ops, u))
            total = part if total is None else ops.add(total, part)
        assert total is not None
        inside = ops.minimum(ops.maximum(normal_cdf(ops, total), ops.number(_LEAST)), ops.number(_MOST))
        return ops.within(inside, _LEAST, _MOST)
