"""`docs/random-stream.md` says what the program draws: its tables are read and checked."""

import hashlib
import struct

from mcdesk.engine.random_stream import StreamKey, philox, stream_number, uniform
from mcdesk.engine.scalar_operations import ScalarOperations
from tests.architecture.source_tree import ROOT

_OPS = ScalarOperations()
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
