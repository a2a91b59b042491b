"""Latin hypercube samples: of n trials, each draw has one in each of n strata of equal probability.

A run is 16 such samples one after the other, so that their spread gives the error of an estimate. Which
trial has which stratum is computed from the trial's number alone, so that any chunk can be run by itself.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from mcdesk.engine.operations import Operations
from mcdesk.engine.random_stream import Purpose, StreamKey, StreamNumbers, uniform
from mcdesk.engine.sampling.replicates import Replicates
from mcdesk.engine.sampling.sampler import (
    Sampling,
    chosen,
    mixed_word,
    quotient,
    replicate_words,
    word,
)

V = TypeVar("V")


_LEAST, _MOST = 2.0**-53, 1.0 - 2.0**-53
_ROUNDS = 8
_ROUND_STEP = 0x9E3779B9
_NEGLIGIBLE_BITS = 64


class LatinHypercube:
    """The samples of one run of `trials` trials."""

    def __init__(self, trials: int) -> None:
        self._streams = StreamNumbers()
        replicates = Replicates(Sampling.LATIN_HYPERCUBE, trials)
        self._replicates = replicates.count
        self._size, self._longer = replicates.sizes
        largest = self._size + (self._longer > 0)
        self._shape = _grid_shape(largest)
        self._walks = _walk_count(math.prod(self._shape), min(self._size, largest) or largest)

    def uniform(self, ops: Operations[V], seed: V, trial: V, keys: Sequence[StreamKey], which: V) -> V:
        """See `Sampler`."""
        replicate, place, count = self._position(ops, trial)
        orders = [
            self._streams[replace(key, purpose=Purpose.LHS_ORDER, replicate=each)]
            for key in keys
            for each in range(self._replicates)
        ]
        words = replicate_words(ops, seed, orders, which, replicate, self._replicates)
        stratum = self._permuted(ops, words, place, count)
        jitter = chosen(ops, [self._streams[replace(key, purpose=Purpose.LHS_JITTER)] for key in keys], which)
        inside = ops.add(ops.to_number(stratum), uniform(ops, seed, trial, jitter))
        ratio = ops.div(inside, ops.to_number(count))
        least, most = ops.number(_LEAST), ops.number(_MOST)
        return ops.within(ops.minimum(ops.maximum(ratio, least), most), _LEAST, _MOST)

    def _position(self, ops: Operations[V], trial: V) -> tuple[V, V, V]:
        """Replicate of a trial, its place in there, and how many trials the replicate has."""
        size, longer = self._size, self._longer
        if self._replicates == 1:
            return ops.integer(0), trial, ops.integer(size)
        if not longer:
            replicate = quotient(ops, trial, size)
            return replicate, ops.isub(trial, ops.imul(replicate, ops.integer(size))), ops.integer(size)
        border = longer * (size + 1)
        is_long = ops.ilt(trial, ops.integer(border))
        beyond = ops.isub(trial, ops.integer(border))
        first = quotient(ops, trial, size + 1)
        later = quotient(ops, ops.select(is_long, ops.integer(0), beyond), size)
        place = ops.select(
            is_long,
            ops.isub(trial, ops.imul(first, ops.integer(size + 1))),
            ops.isub(beyond, ops.imul(later, ops.integer(size))),
        )
        replicate = ops.select(is_long, first, ops.iadd(later, ops.integer(longer)))
        return replicate, place, ops.select(is_long, ops.integer(size + 1), ops.integer(size))

    def _permuted(self, ops: Operations[V], keys: Sequence[V], place: V, count: V) -> V:
        """Where a permutation of [0, count), chosen by four random words, takes a place.

        It permutes a grid of at least as many cells and goes on where it lands beyond the count.
        Source: Black and Rogaway 2002, Ciphers with arbitrary finite domains (cycle walking and the
        generalised Feistel network).
        """
        moved = self._once(ops, keys, place)
        if not self._walks:
            return moved

        def walk(_round: V, carried: Sequence[V]) -> tuple[V]:
            inside = ops.ilt(carried[0], count)
            return (ops.select(inside, carried[0], self._once(ops, keys, carried[0])),)

        (walked,) = ops.repeat(self._walks, (moved,), walk)
        return ops.select(ops.ilt(walked, count), walked, place)

    def _once(self, ops: Operations[V], keys: Sequence[V], cell: V) -> V:
        rows, columns = self._shape
        left = quotient(ops, cell, columns)
        right = ops.isub(cell, ops.imul(left, ops.integer(columns)))
        for turn in range(_ROUNDS):
            key = word(ops, ops.iadd(keys[turn % 4], ops.integer(turn * _ROUND_STEP)))
            if turn % 2:
                right = _turned(ops, right, left, key, columns)
            else:
                left = _turned(ops, left, right, key, rows)
        return ops.iadd(ops.imul(left, ops.integer(columns)), right)


def _turned(ops: Operations[V], side: V, other: V, key: V, size: int) -> V:
    """One side of the grid, turned by an amount that depends on the other."""
    mixed = mixed_word(ops, ops.ixor(mixed_word(ops, word(ops, ops.iadd(other, key))), key))
    total = ops.iadd(side, ops.ilshr(ops.imul(mixed, ops.integer(size)), 32))
    return ops.select(ops.ilt(total, ops.integer(size)), total, ops.isub(total, ops.integer(size)))


def _grid_shape(count: int) -> tuple[int, int]:
    """Rows and columns of a nearly square grid that has few cells more than `count`."""
    root = math.isqrt(count - 1) + 1
    # one column would leave rotations only
    widths = range(root, min(max(root // 4, 2), root) - 1, -1)
    columns = min(widths, key=lambda width: -(-count // width) * width)
    return -(-count // columns), columns


def _walk_count(cells: int, count: int) -> int:
    """After how many steps one that began inside is outside with a chance below 2**-64."""
    outside = (cells - count) / cells
    return 0 if outside <= 0.0 else math.ceil(_NEGLIGIBLE_BITS / -math.log2(outside))
