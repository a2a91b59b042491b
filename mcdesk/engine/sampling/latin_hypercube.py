"""Latin hypercube samples: of n trials, each draw has one in each of n strata of equal probability.

A run is 16 such samples one after the other, so that their spread gives the error of an estimate. Which
trial has which stratum is computed from the trial's number alone, so that any chunk can be run by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from mcdesk.engine.operations import Operations
from mcdesk.engine.random_stream import Purpose, StreamKey, StreamNumbers, philox_pair, stream_words
from mcdesk.engine.sampling.replicates import Replicates
from mcdesk.engine.sampling.sampler import Sampling, chosen, quotient, small_number, word

V = TypeVar("V")

_FEW_STRATA = 1_000
_ROUNDS_OF_FEW, _ROUNDS = 24, 6
# odd, and so chosen that the first spreads neighbours over all 32 bits
_FACTORS = (0xCD9E8D57, 0xD2511F53)
_REPLICATE_STEP = 0x9E3779B97F4A7C15
_MOST_JITTER_BITS = 32
# so that two roundings leave a number in its stratum
_MOST_BITS = 50


@dataclass(frozen=True, slots=True)
class _Position(Generic[V]):
    """Replicate of a trial, its place in there, and how many trials the replicate has."""

    replicate: V
    place: V
    count: V


class LatinHypercube:
    """The samples of one run of `trials` trials."""

    def __init__(self, trials: int) -> None:
        self._streams = StreamNumbers()
        replicates = Replicates(Sampling.LATIN_HYPERCUBE, trials)
        self._replicates = replicates.count
        self._size, self._longer = replicates.sizes
        most = self._size + (self._longer > 0)
        self._column_bits = max(most.bit_length() // 2, 1)
        self._rounds = _ROUNDS_OF_FEW if most < _FEW_STRATA else _ROUNDS
        self._jitter_bits = min(_MOST_JITTER_BITS, _MOST_BITS - most.bit_length())

    def uniform(self, ops: Operations[V], seed: V, trial: V, keys: Sequence[StreamKey], which: V) -> V:
        """See `Sampler`."""
        numbers = [self._streams[replace(key, purpose=Purpose.LATIN_HYPERCUBE)] for key in keys]
        order, step, jitter = stream_words(ops, seed, chosen(ops, numbers, which), 3)
        position = self._position(ops, trial)
        stratum = self._permuted(ops, (order, ops.ior(step, ops.integer(1))), position)
        bits = self._jitter_bits
        inside = ops.ilshr(_jitter(ops, seed, jitter, trial), _MOST_JITTER_BITS - bits)
        middle = small_number(ops, ops.ior(ops.ishl(stratum, bits), inside), 0.5)
        width = ops.div(ops.number(2.0**-bits), small_number(ops, position.count))
        value = ops.mul(middle, width)
        least = 2.0 ** -(_MOST_BITS + 1)
        return ops.within(value, least, 1.0 - least)

    def _position(self, ops: Operations[V], trial: V) -> _Position[V]:
        size, longer = self._size, self._longer
        if self._replicates == 1:
            return _Position(ops.integer(0), trial, ops.integer(size))
        if not longer:
            replicate = quotient(ops, trial, size)
            place = ops.isub(trial, ops.imul(replicate, ops.integer(size)))
            return _Position(replicate, place, ops.integer(size))
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
        count = ops.select(is_long, ops.integer(size + 1), ops.integer(size))
        return _Position(replicate, place, count)

    def _permuted(self, ops: Operations[V], keys: tuple[V, V], position: _Position[V]) -> V:
        """Where a permutation of the places of a replicate, chosen by two random words, takes a place.

        The places stand in rows of 2**b columns, of which the last may be short. In turn each column is
        rotated by a number that depends on it, and each row but a short one. No place leaves the grid, so
        that every number of places will do without a second attempt.
        Source: Black and Rogaway 2002, Ciphers with arbitrary finite domains (the generalised Feistel
        network), whose rectangle of the next larger size this replaces.
        """
        bits = self._column_bits
        columns = ops.integer((1 << bits) - 1)
        full_rows = self._size >> bits
        row, column = ops.ilshr(position.place, bits), ops.iand(position.place, columns)
        # of the last row; one more where a replicate has one more trial
        in_short = ops.isub(position.count, ops.integer(full_rows << bits))
        has_short = bool(self._longer or self._size & ((1 << bits) - 1))
        apart = ops.imul(position.replicate, ops.integer(_REPLICATE_STEP))
        key, step = keys
        for turn in range(self._rounds):
            if turn % 2:
                hashed = _hashed(ops, row, apart, key)
                if has_short:
                    hashed = ops.select(ops.ilt(row, ops.integer(full_rows)), hashed, ops.integer(0))
                column = _turned(ops, column, hashed, bits)
            else:
                hashed = _hashed(ops, column, apart, key)
                if has_short:
                    is_long = ops.ilt(column, in_short)
                    rows = ops.select(is_long, ops.integer(full_rows + 1), ops.integer(full_rows))
                    row = _turned_among(ops, row, hashed, rows)
                elif full_rows & (full_rows - 1) == 0:
                    row = _turned(ops, row, hashed, full_rows.bit_length() - 1)
                else:
                    row = _turned_among(ops, row, hashed, ops.integer(full_rows))
            key = ops.iadd(key, step)
        return ops.ior(ops.ishl(row, bits), column)


def _jitter(ops: Operations[V], seed: V, stream: V, trial: V) -> V:
    """Where in its stratum a trial lies, 32 bits; one call serves an even trial and the odd one after it."""
    pair = ops.ilshr(trial, 1)
    counter = (
        word(ops, ops.ixor(pair, stream)),
        ops.ixor(ops.ilshr(pair, 32), ops.ilshr(stream, 32)),
    )
    even, odd = philox_pair(ops, counter, word(ops, seed))
    is_odd = ops.ieq(ops.iand(trial, ops.integer(1)), ops.integer(1))
    return ops.select(is_odd, odd, even)


def _hashed(ops: Operations[V], value: V, apart: V, key: V) -> V:
    """64 bits that depend on a number below 2**32 and on two others; those in the middle are the best."""
    mixed = ops.iadd(ops.iadd(ops.imul(word(ops, value), ops.integer(_FACTORS[0])), apart), key)
    folded = ops.ixor(mixed, ops.ilshr(mixed, 32))
    return ops.imul(word(ops, folded), ops.integer(_FACTORS[1]))


def _turned(ops: Operations[V], place: V, hashed: V, bits: int) -> V:
    """A place among 2**bits, rotated by as many bits of a hash."""
    moved = ops.iadd(place, ops.ilshr(hashed, 32))
    return ops.iand(moved, ops.integer((1 << bits) - 1))


def _turned_among(ops: Operations[V], place: V, hashed: V, count: V) -> V:
    """A place among `count`, rotated by as large a part of them as a word of a hash is of 2**32."""
    middle = word(ops, ops.ilshr(hashed, 16))
    total = ops.iadd(place, ops.ilshr(ops.imul(middle, count), 32))
    return ops.isub(total, ops.select(ops.ilt(total, count), ops.integer(0), count))
