"""`docs/random-stream.md` says what the program draws: its tables are read and checked."""

import hashlib
import struct
from dataclasses import replace

import pytest

from mcdesk.engine.random_stream import Purpose, StreamKey, philox, philox_pair, stream_number, uniform
from mcdesk.engine.sampling.latin_hypercube import LatinHypercube
from mcdesk.engine.sampling.sobol import Sobol, directions_of
from mcdesk.engine.scalar_operations import ScalarOperations
from tests.architecture.source_tree import ROOT

_OPS = ScalarOperations()
_TWO_64, _LOW, _G = 1 << 64, 0xFFFFFFFF, 0x9E3779B97F4A7C15
_PAGE = (ROOT / "docs" / "random-stream.md").read_text(encoding="utf-8")


def _rows(heading: str) -> list[list[str]]:
    """The cells of the table below a heading, without its two head lines."""
    section = _PAGE.split(f"### {heading}", 1)[1].split("\n#", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_that_the_page_has_the_published_words_of_philox() -> None:
    rows = _rows("Philox4x32-10")

    assert len(rows) == 3
    for counter, key, result in rows:
        c0, c1, c2, c3 = (int(word, 16) for word in counter.split())
        low, high = (int(word, 16) for word in key.split())
        words = philox(_OPS, (c0, c1, c2, c3), _OPS.integer(high << 32 | low))
        assert " ".join(f"{int(word):08x}" for word in words) == result


def test_that_the_page_has_the_published_words_of_the_smaller_philox() -> None:
    rows = _rows("Philox2x32-7")

    assert len(rows) == 3
    for counter, key, result in rows:
        c0, c1 = (int(word, 16) for word in counter.split())
        words = philox_pair(_OPS, (c0, c1), int(key, 16))
        assert " ".join(f"{int(word):08x}" for word in words) == result


def test_that_the_page_has_the_stream_numbers_of_the_program() -> None:
    rows = _rows("Stream numbers")

    assert len(rows) >= 6
    for sheet, row, column, place, occurrence, draw, h in rows:
        key = StreamKey(sheet, int(row), int(column), int(place), int(occurrence), int(draw))
        assert f"{stream_number(key):016x}" == h


def test_that_the_encoding_on_the_page_gives_its_stream_numbers() -> None:
    for sheet, *fields, h in _rows("Stream numbers"):
        encoded = b"mcdesk stream 1" + struct.pack("<7I", 0, 0, *map(int, fields)) + sheet.encode()

        assert int.from_bytes(hashlib.sha256(encoded).digest()[:8], "little") == int(h, 16)


def test_that_the_page_has_the_uniform_numbers_of_the_program() -> None:
    rows = _rows("Uniform numbers for seed 1")

    assert len(rows) >= 12
    for h, trial, u in rows:
        assert uniform(_OPS, 1, int(trial), _OPS.integer(int(h, 16))) == float(u)


def test_that_the_page_has_the_numbers_of_the_other_samplers() -> None:
    rows = _rows("Latin hypercube and Sobol numbers for seed 1")
    key = StreamKey("S", 0, 1)

    assert len(rows) >= 24
    for sampling, trials, dimension, trial, u in rows:
        sampler = Sobol(int(trials), {key: int(dimension)}) if dimension else LatinHypercube(int(trials))
        assert (sampling == "sobol") is isinstance(sampler, Sobol)
        assert sampler.uniform(_OPS, 1, int(trial), [key], 0) == float(u)


@pytest.mark.parametrize("trials", [1_000, 20_003, 1_048_576])
def test_that_the_recipe_on_the_page_gives_latin_hypercube_numbers(trials: int) -> None:
    sampler, key = LatinHypercube(trials), StreamKey("S", 0, 1)

    for trial in range(0, trials, trials // 97):
        assert sampler.uniform(_OPS, 1, trial, [key], 0) == _latin_hypercube_number(trials, key, trial)


def test_that_the_recipe_on_the_page_gives_sobol_numbers() -> None:
    key = StreamKey("S", 0, 1)
    sampler = Sobol(1_000_000, {key: 5})

    for trial in range(0, 1_000_000, 9_973):
        assert sampler.uniform(_OPS, 1, trial, [key], 0) == _sobol_number(key, 5, trial)


def _stream_words(key: StreamKey, seed: int) -> tuple[int, int, int]:
    state = stream_number(key) ^ _splitmix(seed + _G)
    first, second, third = (_splitmix(state + turn * _G) for turn in (1, 2, 3))
    return first, second, third


def _splitmix(state: int) -> int:
    z = state % _TWO_64
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 % _TWO_64
    z = (z ^ z >> 27) * 0x94D049BB133111EB % _TWO_64
    return z ^ z >> 31


def _latin_hypercube_number(trials: int, key: StreamKey, trial: int) -> float:
    r = 16 if trials >= 1_600 else 1
    m, longer = divmod(trials, r)
    starts = [v * m + min(v, longer) for v in range(r + 1)]
    v = max(v for v in range(r) if starts[v] <= trial)
    p, n, most = trial - starts[v], starts[v + 1] - starts[v], m + (longer > 0)
    b = max(1, most.bit_length() // 2)
    q, (x, y) = m >> b, divmod(p, 1 << b)
    own, step, jitter = _stream_words(replace(key, purpose=Purpose.LATIN_HYPERCUBE), 1)
    for i in range(24 if most < 1_000 else 6):
        t = ((x if i % 2 else y) * 0xCD9E8D57 + v * _G + own + i * (step | 1)) % _TWO_64
        h = (t & _LOW ^ t >> 32) * 0xD2511F53
        if i % 2:
            y = (y + (h >> 32)) % (1 << b) if x < q else y
        else:
            height = q + (y < n - (q << b))
            is_whole = not longer and m % (1 << b) == 0 and q & (q - 1) == 0
            x = (x + (h >> 32 if is_whole else (h >> 16 & _LOW) * height >> 32)) % height
    counter = (trial // 2 ^ jitter) & _LOW, trial >> 33 ^ jitter >> 32
    c = min(32, 50 - most.bit_length())
    j = int(philox_pair(_OPS, counter, 1)[trial % 2]) >> 32 - c
    return ((((x << b) + y) << c) + j + 0.5) * (2.0**-c / n)


def _sobol_number(key: StreamKey, dimension: int, trial: int) -> float:
    x, directions = 0, directions_of(dimension)
    for bit in range(32):
        x ^= directions[bit] if trial // 16 >> bit & 1 else 0
    own, shift, first = _stream_words(replace(key, purpose=Purpose.SOBOL), 1)
    x = _laine_karras(x, first, first >> 32) & _LOW
    w = own ^ (trial % 16 + 1) * _G % _TWO_64
    for factor in (0xD2511F53, 0xCD9E8D57, 0xD256D193):
        w = (w & _LOW) * factor ^ w >> 32
    z = _laine_karras(x, w, w >> 32) ^ shift
    return ((int(f"{z:064b}"[::-1], 2) >> 12) + 0.5) / 2**52


def _laine_karras(x: int, summand: int, factor: int) -> int:
    x = ((x ^ (x & _LOW) * 0x3D20ADEA) + summand) % _TWO_64
    x = (x & _LOW) * (factor | 1)
    x ^= (x & _LOW) * 0x05526C56
    return x ^ (x & _LOW) * 0x53A22864
