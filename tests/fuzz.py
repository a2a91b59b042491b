"""Formulas and workbooks that nobody would write, for as long as one likes: nothing may crash or hang.

`python3 dev.py fuzz --minutes 60`. Formulas are spliced from those of the examples, of the corpus where it is
there, and from the names of all functions; workbooks are real ones with damaged parts. Each is read, parsed
and calculated; only errors that a person is told may come of it. What fails is kept under build/fuzz.
Where atheris is installed (Linux), it chooses by coverage; else chance does.
"""

import argparse
import gc
import os
import random
import re
import signal
import sys
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FunctionType
from typing import Any, Protocol

from mcdesk.formulas.evaluator import Calculation
from mcdesk.formulas.functions.catalogue import FUNCTION_BY_NAME
from mcdesk.formulas.parity import compare_workbook
from mcdesk.formulas.parser import parse, unparse
from mcdesk.foundation.errors import McdeskError
from mcdesk.foundation.paths import resources_folder
from mcdesk.model.addresses import CellAddress
from mcdesk.model.xlsx_reader import read_workbook
from tests.builders_xlsx import write_xlsx
from tests.corpus import corpus_files

FOUND = Path("build/fuzz")
MOST_SECONDS = 10
MOST_SEED_BYTES = 80_000
MOST_FORMULA_LETTERS = 400
TOKEN = re.compile(
    r'"(?:[^"]|"")*"|\'[^\']*\'|[A-Za-z_.$\\][\w.$]*|\d+(?:\.\d*)?(?:E[+-]?\d+)?|<>|<=|>=|\s+|.', re.S
)
VALUE = re.compile(r'"(?:[^"]|"")*"|[A-Za-z_.$\\\\][\w.$]*|\d+(?:\.\d*)?(?:E[+-]?\d+)?', re.S)
VALUES = (
    *("1", "0", "-1", "1E308", "1E-308", "0.1", "2958466", "-2958466", "TRUE", '""', '"a"', '"1"', '"*"', ""),
    *("A1", "A1:C3", "A:A", "1:1", "#N/A", "#REF!", "{1,2;3,4}", "Sheet1!A1", "[1]S!A1", "E1#", "@A1:A3"),
    *("LAMBDA(x,x)", "LET(x,1,x)", "(A1,B2:C3)", "A1:B2 B1:B3", "SEQUENCE(3,2)", "'S 2'!A1", "99", "{}"),
)
SIGNS = ("(", ")", ",", ";", "+", "-", "*", "/", "^", "&", "=", "<>", "%", " ", ":", "#", "@", "{", "}", "!")
EXTREMES = (
    b"-1",
    b"0",
    b"4294967296",
    b"1e999",
    b"",
    b"\xff\xfe",
    b"&lt;",
    b"<c/>",
    b"XFD1048577",
    b"'",
    b'"',
)


class Choices(Protocol):
    """Where the next decisions come from."""

    def below(self, count: int) -> int:
        """A whole number from 0 up to before `count`."""
        ...


class ByChance:
    """Decisions of a generator of random numbers."""

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed)

    def below(self, count: int) -> int:
        return self._draw.randrange(count)


class ByBytes:
    """Decisions of the bytes that atheris gives."""

    def __init__(self, provider: Any) -> None:
        self._provider = provider

    def below(self, count: int) -> int:
        found: int = self._provider.ConsumeIntInRange(0, count - 1)
        return found


class Formulas:
    """Splices formulas and calculates them in a small sheet."""

    def __init__(self) -> None:
        self._seeds = [TOKEN.findall(text) for text in _formula_texts()]
        self._names = sorted(FUNCTION_BY_NAME)

    def make(self, choices: Choices) -> bytes:
        tokens = list(self._seed(choices))
        for _ in range(1 + choices.below(4)):
            self._change(tokens, choices)
        return "".join(tokens)[:MOST_FORMULA_LETTERS].encode()

    def _seed(self, choices: Choices) -> list[str]:
        return self._seeds[choices.below(len(self._seeds))]

    def _change(self, tokens: list[str], choices: Choices) -> None:
        """Most changes leave a formula: a value for a value, a function for a function, one in another."""
        at, kind = choices.below(len(tokens) + 1), choices.below(10)
        is_value = at < len(tokens) and VALUE.fullmatch(tokens[at]) is not None
        is_call = tokens[at + 1 : at + 2] == ["("]
        if is_call:
            tokens[at] = self._names[choices.below(len(self._names))]
        elif is_value and kind < 4:
            tokens[at] = VALUES[choices.below(len(VALUES))]
        elif is_value and kind < 6:
            tokens[at : at + 1] = ["(", *self._seed(choices), ")"]
        elif is_value and kind < 8:
            tokens[at + 1 : at + 1] = [",", VALUES[choices.below(len(VALUES))]]
        elif kind < 9:
            tokens[:] = [self._names[choices.below(len(self._names))], "(", *tokens, ")"]
        elif choices.below(2):
            tokens.insert(at, SIGNS[choices.below(len(SIGNS))])
        else:
            tokens[at : at + 1 + choices.below(3)] = []

    def run(self, data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        tree = parse(text, 4, 4)
        again = unparse(tree, 4, 4)
        assert parse(again, 4, 4) == tree, f"{text!r} is written as {again!r}"
        cells = {
            "A1": 1.0,
            "B1": "text",
            "C1": True,
            "A2": -2.5,
            "B2": "#N/A",
            "A3": 45000.0,
            "E5": f"={text}",
        }
        with tempfile.TemporaryDirectory() as folder:
            workbook = read_workbook(
                write_xlsx(Path(folder) / "f.xlsx", {"Sheet1": cells, "S 2": {"A1": 3.0}})
            )
        Calculation(workbook, now_serial=45_000.25).value(CellAddress(0, 4, 4))


class Workbooks:
    """Damages parts of real workbooks, and reads and calculates what is left."""

    def __init__(self) -> None:
        self._seeds = [path for path in _workbooks() if path.stat().st_size <= MOST_SEED_BYTES]

    def make(self, choices: Choices) -> bytes:
        path = self._seeds[choices.below(len(self._seeds))]
        with zipfile.ZipFile(path) as package:
            parts = {name: package.read(name) for name in package.namelist()}
        names = sorted(parts)
        for _ in range(1 + choices.below(3)):
            name = names[choices.below(len(names))]
            parts[name] = _damaged(parts[name], choices)
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "w.xlsx"
            with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
                for name, content in parts.items():
                    package.writestr(name, content)
            return target.read_bytes()

    def run(self, data: bytes) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "w.xlsx"
            path.write_bytes(data)
            compare_workbook(read_workbook(path))


def _damaged(content: bytes, choices: Choices) -> bytes:
    if not content:
        return b"<"
    at, kind = choices.below(len(content)), choices.below(5)
    if kind == 0:
        return content[:at]
    if kind == 1:
        return content[:at] + bytes([choices.below(256)]) + content[at + 1 :]
    if kind == 2:
        return content[:at] + content[at + 1 + choices.below(40) :]
    # where there is a value or a text: between two marks
    ends = [each.start() for each in re.finditer(rb'[>"]', content[at : at + 2_000])]
    begin = at + ends[0] + 1 if ends else at
    end = next(
        (begin + each.start() for each in re.finditer(rb'[<"]', content[begin : begin + 2_000])), begin
    )
    if kind == 3:
        return content[:begin] + EXTREMES[choices.below(len(EXTREMES))] + content[end:]
    other = choices.below(len(content))
    return content[:begin] + content[other : other + choices.below(200)] + content[end:]


def _formula_texts() -> list[str]:
    found: set[str] = set()
    for path in _workbooks():
        if path.stat().st_size <= 10 * MOST_SEED_BYTES:
            found |= {each.text for each in read_workbook(path).formulas if 0 < len(each.text) < 200}
    return sorted(found)


def _workbooks() -> list[Path]:
    return [*sorted((resources_folder() / "examples").glob("*.xlsx")), *corpus_files()]


def _too_long(signum: int, frame: object) -> None:
    raise TimeoutError(f"took over {MOST_SECONDS} s")


class Fuzz:
    """Runs what is made, and keeps what fails; one failure of each place is told."""

    def __init__(self, target: "Formulas | Workbooks") -> None:
        self._target = target
        self.counts: Counter[str] = Counter()
        self._places: set[str] = set()
        # of processor time: other programs may keep this one waiting
        signal.signal(signal.SIGPROF, _too_long)

    def once(self, choices: Choices) -> None:
        """Make one and run it."""
        data = self._target.make(choices)
        self.counts["all"] += 1
        signal.setitimer(signal.ITIMER_PROF, MOST_SECONDS)
        try:
            self._target.run(data)
            self.counts["went through"] += 1
        except McdeskError:
            self.counts["refused with a reason"] += 1
        except Exception as error:
            self._keep(error, data)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)

    def _keep(self, error: Exception, data: bytes) -> None:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{type(error).__name__} at {Path(frame.filename).name}:{frame.lineno}"
        self.counts["failed"] += 1
        if place in self._places:
            return
        self._places.add(place)
        FOUND.mkdir(parents=True, exist_ok=True)
        name = FOUND / f"{type(self._target).__name__.lower()}-{len(self._places)}"
        name.write_bytes(data)
        text = repr(data) if isinstance(self._target, Formulas) else str(name)
        print(f"FAILED {place}: {error}: {text}", flush=True)


def by_chance(fuzz: Fuzz, seconds: float, seed: int) -> None:
    """Until the time is up."""
    ends_at, choices = time.monotonic() + seconds, ByChance(seed)
    while time.monotonic() < ends_at:
        fuzz.once(choices)


def by_coverage(fuzz: Fuzz, seconds: float, corpus: Path, told: Callable[[], None]) -> None:
    """As atheris chooses, which goes on from what it kept in `corpus`; it ends the process."""
    import atheris

    # those of all libraries take two minutes to prepare, and theirs is not the coverage that is looked for
    for each in gc.get_objects():
        if isinstance(each, FunctionType) and str(each.__module__).startswith("mcdesk."):
            atheris.instrument_func(each)
    ends_at = time.monotonic() + seconds

    def once(data: bytes) -> None:
        if time.monotonic() > ends_at:
            told()
            sys.stdout.flush()
            # atheris has no way back
            os._exit(1 if fuzz.counts["failed"] else 0)
        fuzz.once(ByBytes(atheris.FuzzedDataProvider(data)))

    # a decision takes a byte or three: longer inputs only hide those that count
    limits = ["-max_len=64", "-len_control=0", "-timeout=60", "-rss_limit_mb=4096"]
    corpus.mkdir(parents=True, exist_ok=True)
    # what takes long, ends the process or has no memory left is kept where the failures are
    atheris.Setup([sys.argv[0], *limits, f"-artifact_prefix={FOUND}/", str(corpus)], once)
    atheris.Fuzz()


def main() -> int:
    """Fuzz, and tell."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--target", choices=("formulas", "workbooks"), default="formulas")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--chance", action="store_true", help="choose by chance, without atheris")
    options = parser.parse_args()
    fuzz = Fuzz(Formulas() if options.target == "formulas" else Workbooks())

    def tell() -> None:
        figures = ", ".join(f"{count:,} {name}" for name, count in fuzz.counts.most_common())
        print(f"{options.target}: {figures}")

    signal.signal(signal.SIGTERM, lambda signum, frame: sys.exit(tell()))
    if not options.chance:
        try:
            import atheris  # noqa: F401
        except ImportError:
            print("atheris is not installed: chance chooses")
        else:
            by_coverage(fuzz, 60.0 * options.minutes, FOUND / f"corpus-{options.target}", tell)
    by_chance(fuzz, 60.0 * options.minutes, options.seed)
    tell()
    return 1 if fuzz.counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
