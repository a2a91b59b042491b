"""Sobol points, scrambled: 16 independent randomisations of one sequence, interleaved.

Trial t is point t // 16 of randomisation t mod 16. The first 32 bits of a number are Sobol's, scrambled as
Owen proposed; the other 20 are filled at random.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import TypeVar

from mcdesk.engine.operations import Operations
from mcdesk.engine.random_stream import Purpose, StreamKey, StreamNumbers
from mcdesk.engine.sampling.plain import Plain
from mcdesk.engine.sampling.sampler import REPLICATES, chosen, mixed_word, replicate_words, word
from mcdesk.foundation.errors import OptionInvalid
from mcdesk.foundation.paths import resources_folder

V = TypeVar("V")

MOST_DIMENSIONS = 2_048

_BITS = 32
_MOST_TRIALS = REPLICATES << _BITS


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
        self._used_bits = max(1, ((trials - 1) // REPLICATES).bit_length())

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
        replicate = ops.iand(trial, ops.integer(REPLICATES - 1))
        owen = [
            self._streams[replace(key, purpose=Purpose.OWEN, replicate=each)]
            for key in keys
            for each in range(REPLICATES)
        ]
        words = replicate_words(ops, seed, owen, which, replicate, REPLICATES)
        point = self._sequence(ops, ops.ilshr(trial, 4), keys, which)
        scrambled = _scrambled(ops, _scrambled(ops, point, words[0]), words[1])
        filled = mixed_word(ops, ops.ixor(mixed_word(ops, ops.ixor(scrambled, words[2])), words[3]))
        k = ops.ior(ops.ishl(_reversed(ops, scrambled), 20), ops.ilshr(filled, 12))
        value = ops.mul(ops.add(ops.to_number(k), ops.number(0.5)), ops.number(2.0**-52))
        return ops.within(value, 2.0**-53, 1.0 - 2.0**-53)

    def _sequence(self, ops: Operations[V], number: V, keys: Sequence[StreamKey], which: V) -> V:
        """Point of the sequence, its first binary digit in bit 0."""
        bits = self._used_bits
        directions = [each for key in keys for each in directions_of(self._dimensions[key])[:bits]]
        start = ops.imul(which, ops.integer(bits))

        def step(bit: V, state: Sequence[V]) -> tuple[V, V]:
            index = ops.iclamp(ops.iadd(start, bit), 0, len(directions) - 1)
            is_set = ops.isub(ops.integer(0), ops.iand(state[1], ops.integer(1)))
            digit = ops.iand(chosen(ops, directions, index), is_set)
            return ops.ixor(state[0], digit), ops.ilshr(state[1], 1)

        return ops.repeat(bits, (ops.integer(0), number), step)[0]


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


def _scrambled(ops: Operations[V], x: V, seed: V) -> V:
    """Digits permuted as Owen does: each by a function of those before it; the first is bit 0.

    Source: Laine and Karras 2011, Stratified sampling for stochastic transparency, with the constants
    of Vegdahl 2021, Building a better LK hash.
    """
    x = ops.ixor(x, word(ops, ops.imul(x, ops.integer(0x3D20ADEA))))
    x = word(ops, ops.iadd(x, seed))
    odd = ops.ior(ops.ilshr(seed, 16), ops.integer(1))
    x = word(ops, ops.imul(x, odd))
    x = ops.ixor(x, word(ops, ops.imul(x, ops.integer(0x05526C56))))
    return ops.ixor(x, word(ops, ops.imul(x, ops.integer(0x53A22864))))


def _reversed(ops: Operations[V], x: V) -> V:
    """The 32 bits in reverse order."""
    for shift, pattern in ((1, 0x55555555), (2, 0x33333333), (4, 0x0F0F0F0F), (8, 0x00FF00FF)):
        mask = ops.integer(pattern)
        upper = ops.ishl(ops.iand(x, mask), shift)
        x = ops.ior(upper, ops.iand(ops.ilshr(x, shift), mask))
    return ops.ior(ops.ishl(ops.iand(x, ops.integer(0xFFFF)), 16), ops.ilshr(x, 16))
