"""Sobol points, scrambled: 16 independent randomisations of one sequence, interleaved.

Trial t is point t // 16 of randomisation t mod 16. The first 32 bits of a number are Sobol's, scrambled as
Owen proposed; the other 20 are filled.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from mcdesk.engine.ir import Table, Type
from mcdesk.engine.operations import Operations
from mcdesk.engine.random_stream import Purpose, StreamKey, StreamNumbers, stream_words, unit_number
from mcdesk.engine.sampling.plain import Plain
from mcdesk.engine.sampling.sampler import REPLICATES, chosen, word
from mcdesk.foundation.errors import OptionInvalid
from mcdesk.foundation.paths import resources_folder

V = TypeVar("V")

MOST_DIMENSIONS = 2_048

_BITS = 32
_MOST_TRIALS = REPLICATES << _BITS
# so many bits of a point's number are looked up at once
_GROUP_BITS = 4
_GROUP_SIZE = 1 << _GROUP_BITS
_REPLICATE_STEP = 0x9E3779B97F4A7C15
_FACTORS = (0xD2511F53, 0xCD9E8D57, 0xD256D193)


class Sobol:
    """The points of one run.

    Args:
        trials: how many there will be.
        dimensions: the dimension (from 0) of each draw that has one; others are plain.

    Raises:
        OptionInvalid: if there are more trials than points.
    """

    def __init__(self, trials: int, dimensions: Mapping[StreamKey, int]) -> None:
        if trials > _MOST_TRIALS:
            raise OptionInvalid(
                f"Sobol sampling has {_MOST_TRIALS:,} points, not {trials:,}", "Use --sampling mc or lhs."
            )
        self._plain = Plain()
        self._streams = StreamNumbers()
        self._dimensions = dimensions
        used_bits = max(1, ((trials - 1) // REPLICATES).bit_length())
        self._used_groups = -(-used_bits // _GROUP_BITS)

    def uniform(self, ops: Operations[V], seed: V, trial: V, keys: Sequence[StreamKey], which: V) -> V:
        """See `Sampler`."""
        covered = [key in self._dimensions for key in keys]
        if not all(covered):
            plain = self._plain.uniform(ops, seed, trial, keys, which)
            if not any(covered):
                return plain
            flag = chosen(ops, [int(each) for each in covered], which)
            known = [key if key in self._dimensions else keys[covered.index(True)] for key in keys]
            return ops.select(
                ops.ieq(flag, ops.integer(1)), self._point(ops, seed, trial, known, which), plain
            )
        return self._point(ops, seed, trial, keys, which)

    def _point(self, ops: Operations[V], seed: V, trial: V, keys: Sequence[StreamKey], which: V) -> V:
        numbers = [self._streams[replace(key, purpose=Purpose.SOBOL)] for key in keys]
        own, shift, first = stream_words(ops, seed, chosen(ops, numbers, which), 3)
        # What depends on the point alone is the same in 16 trials, and costs next to nothing.
        point = self._sequence(ops, ops.ilshr(trial, 4), keys, which)
        point = _scrambled(ops, point, first, ops.ilshr(first, 32))
        mixed = _replicate_word(ops, own, ops.iand(trial, ops.integer(REPLICATES - 1)))
        scrambled = _scrambled(ops, word(ops, point), mixed, ops.ilshr(mixed, 32))
        # whatever the scrambling is worth, each number is uniform by this
        shifted = ops.ixor(scrambled, shift)
        return unit_number(ops, ops.ilshr(ops.ireverse(shifted), 12))

    def _sequence(self, ops: Operations[V], number: V, keys: Sequence[StreamKey], which: V) -> V:
        """Point of the sequence, its first binary digit in bit 0."""
        groups = self._used_groups
        sums = np.concatenate([_sums_of(self._dimensions[key])[:groups].ravel() for key in keys])
        sums.flags.writeable = False
        table = Table(Type.INTEGER, sums)
        start = ops.imul(which, ops.integer(groups * _GROUP_SIZE))
        point = ops.integer(0)
        for group in range(groups):
            bits = ops.iand(ops.ilshr(number, group * _GROUP_BITS), ops.integer(_GROUP_SIZE - 1))
            index = ops.iadd(ops.iadd(start, ops.integer(group * _GROUP_SIZE)), bits)
            point = ops.ixor(point, ops.read_table(table, index))
        return point


@cache
def _sums_of(dimension: int) -> NDArray[np.int64]:
    """(8, 16): what each value of each four bits of a point's number adds to the point."""
    directions = np.array(directions_of(dimension), dtype=np.int64).reshape(-1, 1, _GROUP_BITS)
    is_set = np.arange(_GROUP_SIZE)[:, np.newaxis] >> np.arange(_GROUP_BITS) & 1
    found: NDArray[np.int64] = np.bitwise_xor.reduce(directions * is_set, axis=2)
    return found


@cache
def directions_of(dimension: int) -> tuple[int, ...]:
    """The 32 direction numbers of a dimension (from 0), with the first binary digit in bit 0.

    Source: Joe and Kuo 2008, as told in the data file.
    """
    if dimension == 0:
        return tuple(1 << bit for bit in range(_BITS))
    degree, coefficients, *initial = _table()[dimension - 1]
    numbers = [value << (_BITS - 1 - i) for i, value in enumerate(initial)]
    for i in range(degree, _BITS):
        value = numbers[i - degree] ^ (numbers[i - degree] >> degree)
        for k in range(1, degree):
            if coefficients >> (degree - 1 - k) & 1:
                value ^= numbers[i - k]
        numbers.append(value)
    return tuple(int(f"{number:032b}"[::-1], 2) for number in numbers)


@cache
def _table() -> tuple[tuple[int, ...], ...]:
    lines = (resources_folder() / "sobol" / "directions.txt").read_text(encoding="ascii").splitlines()
    return tuple(tuple(map(int, line.split()[1:])) for line in lines if not line.startswith("#"))


def _scrambled(ops: Operations[V], x: V, summand: V, factor: V) -> V:
    """Digits permuted as Owen does: each by a function of those before it; the first is bit 0.

    The upper half of the result is a function of the lower one. `factor` is below 2**32.
    Source: Laine and Karras 2011, Stratified sampling for stochastic transparency, with the constants
    of Vegdahl 2021, Building a better LK hash.
    """
    x = ops.iadd(ops.ixor(x, ops.imul(word(ops, x), ops.integer(0x3D20ADEA))), summand)
    x = ops.imul(word(ops, x), ops.ior(factor, ops.integer(1)))
    x = ops.ixor(x, ops.imul(word(ops, x), ops.integer(0x05526C56)))
    return ops.ixor(x, ops.imul(word(ops, x), ops.integer(0x53A22864)))


def _replicate_word(ops: Operations[V], own: V, replicate: V) -> V:
    """64 bits for a replicate, from 64 bits of the draw."""
    apart = ops.imul(ops.iadd(replicate, ops.integer(1)), ops.integer(_REPLICATE_STEP))
    mixed = ops.ixor(own, apart)
    for factor in _FACTORS:
        mixed = ops.ixor(ops.imul(word(ops, mixed), ops.integer(factor)), ops.ilshr(mixed, 32))
    return mixed
