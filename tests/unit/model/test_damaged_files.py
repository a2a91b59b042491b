import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from mcdesk.foundation.errors import WorkbookUnreadable
from mcdesk.model.workbook import Workbook
from mcdesk.model.xlsx_reader import read_workbook
from tests.builders_xlsx import write_parts
from tests.corpus import corpus_files, requires_corpus

Damage = Callable[[random.Random, Path, Path], None]
SMALL_BYTES = 100_000


def truncate(chance: random.Random, source: Path, target: Path) -> None:
    data = source.read_bytes()
    target.write_bytes(data[: chance.randrange(len(data))])


def flip_bytes(chance: random.Random, source: Path, target: Path) -> None:
    data = bytearray(source.read_bytes())
    for _ in range(chance.randint(1, 40)):
        data[chance.randrange(len(data))] ^= chance.randint(1, 255)
    target.write_bytes(data)


def zero_part(chance: random.Random, source: Path, target: Path) -> None:
    parts = parts_of(source)
    name = chance.choice(sorted(parts))
    parts[name] = bytes(len(parts[name]))
    write_parts(target, parts)


def swap_parts(chance: random.Random, source: Path, target: Path) -> None:
    parts = parts_of(source)
    first, second = chance.sample(sorted(parts), 2)
    parts[first], parts[second] = parts[second], parts[first]
    write_parts(target, parts)


def scramble_xml(chance: random.Random, source: Path, target: Path) -> None:
    """Change characters inside parts, with checksums that fit: what a faulty writer leaves."""
    parts = parts_of(source)
    name = chance.choice([name for name in sorted(parts) if parts[name]])
    data = bytearray(parts[name])
    for _ in range(chance.randint(1, 3)):
        data[chance.randrange(len(data))] = chance.choice(b'<>/"=0A9zE-. \xff')
    parts[name] = bytes(data)
    write_parts(target, parts)


def repeat_digits(chance: random.Random, source: Path, target: Path) -> None:
    """Change numbers only, so that the XML stays well-formed and the values turn odd."""
    parts = parts_of(source)
    name = chance.choice([name for name in sorted(parts) if name.endswith((".xml", ".rels"))])
    data = bytearray(parts[name])
    start = data.find(b">") + 1
    digits = [place for place, byte in enumerate(data) if 48 <= byte <= 57 and place >= start]
    for place in chance.sample(digits, min(len(digits), chance.randint(1, 10))):
        data[place] = chance.choice(b"0123456789-.eEA")
    parts[name] = bytes(data)
    write_parts(target, parts)


def parts_of(source: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(source) as package:
        return {name: package.read(name) for name in package.namelist()}


DAMAGES: list[Damage] = [truncate, flip_bytes, zero_part, swap_parts, scramble_xml, repeat_digits]


@requires_corpus
@pytest.mark.parametrize("seed", range(120))
def test_that_a_damaged_workbook_gives_a_workbook_or_one_line(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    source = chance.choice([path for path in corpus_files() if path.stat().st_size < SMALL_BYTES])
    target = tmp_path / "damaged.xlsx"
    DAMAGES[seed % len(DAMAGES)](chance, source, target)

    try:
        result: Workbook | None = read_workbook(target)
    except WorkbookUnreadable as error:
        assert error.title.startswith("damaged.xlsx cannot be read: ")
        assert error.title.isprintable()
    else:
        assert result is not None
        assert result.sheets
