"""The random stream, fixed once and for all; docs/random-stream.md has its known answers.

Philox4x32-10, key = the 64-bit seed, counter = (trial // 2, h): one call serves two consecutive
trials. h is 64 bits of SHA-256 over what is drawn, so that a new input changes no other's numbers.
Samplers whose trials depend on each other take words that are the same in all trials from SplitMix64.
Source: Salmon, Moraes, Dror and Shaw 2011, Parallel random numbers: as easy as 1, 2, 3, SC'11; Steele, Lea
and Flood 2014, Fast splittable pseudorandom number generators, OOPSLA'14.
"""

import hashlib
import struct
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeVar

from mcdesk.engine.operations import Operations
from mcdesk.foundation.errors import ModelInvalid

V = TypeVar("V")

_WORD = 0xFFFFFFFF
_ROUNDS = 10
_MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
_KEY_STEPS = (0x9E3779B9, 0xBB67AE85)
_PAIR_ROUNDS = 7
_PAIR_MULTIPLIER = 0xD256D193
_STATE_STEP = 0x9E3779B97F4A7C15
_MIXING = ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB))
_LAST_SHIFT = 31
_BITS_OF_ONE = 0x3FF << 52
_ENCODING = b"mcdesk stream 1"


class Purpose(IntEnum):
    """What a stream is for."""

    UNIFORM = 0
    LATIN_HYPERCUBE = 1
    SOBOL = 2


@dataclass(frozen=True, slots=True)
class StreamKey:
    """Identity of one stream: a cell's draw, wherever it stands in the model.

    Attributes:
        sheet: the sheet's name as the workbook has it.
        row, column: of the cell, from 0.
        place: of the drawing function in the formula, from 0 in reading order.
        occurrence: array element, LAMBDA call or data-table row, from 0.
        draw: which draw of that function, from 0.
    """

    sheet: str
    row: int
    column: int
    place: int = 0
    occurrence: int = 0
    draw: int = 0
    purpose: Purpose = Purpose.UNIFORM


def stream_number(key: StreamKey) -> int:
    """The h of a stream: the first 8 bytes, little endian, of SHA-256 over its encoding.

    Encoding: the 15 bytes `mcdesk stream 1`, then little-endian unsigned 32-bit numbers purpose,
    0, row, column, place, occurrence, draw, then the sheet's name in UTF-8.
    """
    fields = (key.purpose, 0, key.row, key.column, key.place, key.occurrence, key.draw)
    encoded = _ENCODING + struct.pack("<7I", *fields) + key.sheet.encode("utf-8")
    return int.from_bytes(hashlib.sha256(encoded).digest()[:8], "little")


class StreamNumbers:
    """The h of each key of one model; a second key with the same h is refused."""

    def __init__(self, number: Callable[[StreamKey], int] = stream_number) -> None:
        self._number = number
        self._number_by_key: dict[StreamKey, int] = {}
        self._key_by_number: dict[int, StreamKey] = {}

    def __getitem__(self, key: StreamKey) -> int:
        """The h of a key.

        Raises:
            ModelInvalid: if another key has it (1 in 2**64 per pair).
        """
        known = self._number_by_key.get(key)
        if known is not None:
            return known
        number = self._number(key)
        other = self._key_by_number.setdefault(number, key)
        if other != key:
            raise ModelInvalid(
                f"Two random draws share one stream: {other} and {key}", "Rename one of their sheets."
            )
        self._number_by_key[key] = number
        return number


def philox(ops: Operations[V], counter: tuple[V, V, V, V], seed: V) -> tuple[V, V, V, V]:
    """Philox4x32-10: four 32-bit words, each in an INTEGER, from a counter of four and a key."""
    mask = ops.integer(_WORD)
    key = [ops.iand(seed, mask), ops.ilshr(seed, 32)]
    c0, c1, c2, c3 = counter
    for turn in range(_ROUNDS):
        if turn:
            key = [
                ops.iand(ops.iadd(word, ops.integer(step)), mask)
                for word, step in zip(key, _KEY_STEPS, strict=True)
            ]
        p0 = ops.imul(c0, ops.integer(_MULTIPLIERS[0]))
        p1 = ops.imul(c2, ops.integer(_MULTIPLIERS[1]))
        c0 = ops.ixor(ops.ixor(ops.ilshr(p1, 32), c1), key[0])
        c2 = ops.ixor(ops.ixor(ops.ilshr(p0, 32), c3), key[1])
        c1, c3 = ops.iand(p1, mask), ops.iand(p0, mask)
    return c0, c1, c2, c3


def uniform(ops: Operations[V], seed: V, trial: V, stream: V) -> V:
    """The number in (0, 1) of a trial (from 0) in a stream: (k + 1/2) / 2**52, k of 52 bits.

    An even trial takes words 0 and 1 of its call, an odd one words 2 and 3; k is the first word
    and the upper 20 bits of the second.
    """
    mask = ops.integer(_WORD)
    pair = ops.ilshr(trial, 1)
    counter = (ops.iand(pair, mask), ops.ilshr(pair, 32), ops.iand(stream, mask), ops.ilshr(stream, 32))
    words = philox(ops, counter, seed)
    is_odd = ops.ieq(ops.iand(trial, ops.integer(1)), ops.integer(1))
    high = ops.select(is_odd, words[2], words[0])
    low = ops.select(is_odd, words[3], words[1])
    return unit_number(ops, ops.ior(ops.ishl(high, 20), ops.ilshr(low, 12)))


def unit_number(ops: Operations[V], k: V) -> V:
    """(k + 1/2) / 2**52 of a whole number k in [0, 2**52)."""
    # the bits of 1 + k / 2**52; what is left of it by the difference needs no rounding
    above_one = ops.from_bits(ops.ior(k, ops.integer(_BITS_OF_ONE)))
    return ops.within(ops.sub(above_one, ops.number(1.0 - 2.0**-53)), 2.0**-53, 1.0 - 2.0**-53)


def philox_pair(ops: Operations[V], counter: tuple[V, V], key: V) -> tuple[V, V]:
    """Philox2x32-7: two 32-bit words, each in an INTEGER, from a counter of two and a key of one."""
    mask = ops.integer(_WORD)
    c0, c1 = counter
    for turn in range(_PAIR_ROUNDS):
        if turn:
            key = ops.iand(ops.iadd(key, ops.integer(_KEY_STEPS[0])), mask)
        product = ops.imul(c0, ops.integer(_PAIR_MULTIPLIER))
        c0 = ops.ixor(ops.ixor(ops.ilshr(product, 32), c1), key)
        c1 = ops.iand(product, mask)
    return c0, c1


def stream_words(ops: Operations[V], seed: V, stream: V, count: int) -> list[V]:
    """64-bit words of a stream that are the same in all trials.

    They are those of SplitMix64 that begins at h XOR the first word of a SplitMix64 that begins at the seed.
    """
    state = ops.ixor(stream, _mixed(ops, ops.iadd(seed, ops.integer(_STATE_STEP))))
    found = []
    for _ in range(count):
        state = ops.iadd(state, ops.integer(_STATE_STEP))
        found.append(_mixed(ops, state))
    return found


def _mixed(ops: Operations[V], state: V) -> V:
    for shift, factor in _MIXING:
        state = ops.imul(ops.ixor(state, ops.ilshr(state, shift)), ops.integer(factor))
    return ops.ixor(state, ops.ilshr(state, _LAST_SHIFT))
