"""The random stream against the published known answers."""

import numpy as np
import pytest

from mcdesk.engine.block_operations import BlockOperations
from mcdesk.engine.exact_fma import fma_block, fma_scalar
from mcdesk.engine.random_stream import (
    Purpose,
    StreamKey,
    StreamNumbers,
    philox,
    philox_pair,
    stream_number,
    stream_words,
    uniform,
    unit_number,
)
from mcdesk.engine.scalar_operations import ScalarOperations
from mcdesk.foundation.errors import ModelInvalid

_OPS = ScalarOperations()
# Random123 1.14, kat_vectors, philox4x32 10
_KNOWN_ANSWERS = [
    ("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
]
# the same, philox2x32 7
_KNOWN_PAIRS = [
    ("00000000 00000000", "00000000", "257a3673 cd26be2a"),
    ("ffffffff ffffffff", "ffffffff", "ab302c4d 3dc9d239"),
    ("243f6a88 85a308d3", "13198a2e", "bedbbe6b e4c770b3"),
]


def _words(text: str) -> list[int]:
    return [int(word, 16) for word in text.split()]


@pytest.mark.parametrize(("counter", "key", "answer"), _KNOWN_ANSWERS)
def test_that_philox_gives_the_published_words(counter: str, key: str, answer: str) -> None:
    low, high = _words(key)
    c0, c1, c2, c3 = _words(counter)

    words = philox(_OPS, (c0, c1, c2, c3), _OPS.integer(high << 32 | low))

    assert list(words) == _words(answer)


@pytest.mark.parametrize(("counter", "key", "answer"), _KNOWN_PAIRS)
def test_that_philox_of_two_words_gives_the_published_ones(counter: str, key: str, answer: str) -> None:
    c0, c1 = _words(counter)

    assert list(philox_pair(_OPS, (c0, c1), int(key, 16))) == _words(answer)


def test_that_words_of_a_stream_are_those_of_splitmix() -> None:
    # the numbers of SplitMix64 from 0 and from 1234567, as published with its text
    first_of_zero = 0xE220A8397B1DCDAF
    published = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431]

    words = stream_words(_OPS, 0, _OPS.integer(first_of_zero ^ 1234567), 4)

    assert [int(word) % 2**64 for word in words] == published


def test_that_numbers_stand_in_the_middle_of_equal_parts() -> None:
    for k in (0, 1, 2**51, 2**52 - 1):
        assert unit_number(_OPS, k) == (2 * k + 1) / 2**53


def test_that_one_call_serves_two_consecutive_trials() -> None:
    words = philox(_OPS, (3, 0, 5, 0), 1)

    even, odd = (uniform(_OPS, 1, trial, 5) for trial in (6, 7))

    assert even == ((int(words[0]) << 20 | int(words[1]) >> 12) + 0.5) / 2**52
    assert odd == ((int(words[2]) << 20 | int(words[3]) >> 12) + 0.5) / 2**52


def test_that_blocks_draw_what_scalars_draw() -> None:
    trials = np.arange(1000, 1050, dtype=np.int64)
    block = BlockOperations()

    drawn = uniform(block, block.integer(2**63 + 11), trials, block.integer(2**64 - 5))

    seed, stream = _OPS.integer(2**63 + 11), _OPS.integer(2**64 - 5)
    assert drawn.tolist() == [uniform(_OPS, seed, int(trial), stream) for trial in trials]


def test_that_streams_of_known_keys_stay_what_they_are() -> None:
    assert stream_number(StreamKey("S", 0, 1)) == int.from_bytes(
        __import__("hashlib")
        .sha256(b"mcdesk stream 1" + b"".join(n.to_bytes(4, "little") for n in (0, 0, 0, 1, 0, 0, 0)) + b"S")
        .digest()[:8],
        "little",
    )


def test_that_each_field_of_a_key_changes_its_stream() -> None:
    keys = [
        StreamKey("S", 0, 0),
        StreamKey("T", 0, 0),
        StreamKey("S", 1, 0),
        StreamKey("S", 0, 1),
        StreamKey("S", 0, 0, place=1),
        StreamKey("S", 0, 0, occurrence=1),
        StreamKey("S", 0, 0, draw=1),
        StreamKey("S", 0, 0, purpose=Purpose.SOBOL),
    ]

    streams = StreamNumbers()
    assert len({streams[key] for key in keys}) == len(keys)
    assert [streams[key] for key in keys] == [stream_number(key) for key in keys]


def test_that_two_draws_with_one_stream_are_refused_wherever_they_stand() -> None:
    streams = StreamNumbers(lambda key: key.row // 2)
    assert streams[StreamKey("S", 0, 0)] == streams[StreamKey("S", 0, 0)] == 0
    assert streams[StreamKey("S", 2, 0)] == 1

    with pytest.raises(ModelInvalid, match="share one stream"):
        streams[StreamKey("T", 1, 5)]


def test_that_fma_is_rounded_once() -> None:
    from fractions import Fraction

    rng = np.random.default_rng(3)
    a = rng.standard_normal(2000) * 2.0 ** rng.integers(-500, 500, 2000)
    b = rng.standard_normal(2000) * 2.0 ** rng.integers(-500, 500, 2000)
    c = -(a * b) * (1 + rng.integers(-4, 4, 2000) * 2.0 ** rng.integers(-60, 3, 2000))

    with np.errstate(all="ignore"):
        block = fma_block(a, b, c)

    for x, y, z, found in zip(a.tolist(), b.tolist(), c.tolist(), block.tolist(), strict=True):
        assert np.isfinite(z)
        try:
            exact = float(Fraction(x) * Fraction(y) + Fraction(z))
        except OverflowError:
            exact = float("inf") if Fraction(x) * Fraction(y) + Fraction(z) > 0 else float("-inf")
        assert found == exact == fma_scalar(x, y, z)
