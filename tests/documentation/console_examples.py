"""The examples of the documentation: what is typed, and what it prints.

A block of code in a page is an example where it is marked `console`: `$ mcdesk ...` is typed, and what
follows up to the next one is printed. `...` stands for anything, and `(exit status 2)` at the end of an
answer for the exit code, which is 0 without it. A backslash at the end of a line continues it. Commands of
a page run one after the other in one folder that has the example workbooks.
"""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

_BLOCK = re.compile(r"^```console\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_STATUS = re.compile(r"^\(exit status (?P<code>\d+)\)$", re.MULTILINE)
PROMPT = "$ mcdesk "


@dataclass(frozen=True, slots=True)
class Example:
    """A command without `mcdesk`, and what it prints and ends with."""

    arguments: tuple[str, ...]
    answer: str
    code: int

    @property
    def command(self) -> str:
        """As it is typed."""
        return shlex.join(("mcdesk", *self.arguments))


def examples(markdown: str) -> Iterator[Example]:
    """The examples of a page, in their order.

    Raises:
        ValueError: where a block begins with something else than a command.
    """
    for block in _BLOCK.finditer(markdown):
        first, *parts = re.split(r"^\$ mcdesk ", block["body"], flags=re.MULTILINE)
        if first or not parts:
            raise ValueError(f"a block begins with {block['body'][:40]!r}, not with {PROMPT!r}")
        for part in parts:
            line, _, answer = part.replace("\\\n", " ").partition("\n")
            status = _STATUS.search(answer)
            code = int(status["code"]) if status else 0
            yield Example(tuple(shlex.split(line)), _STATUS.sub("", answer), code)


def difference(example: Example, printed: str) -> str:
    """What the example says and was not printed; empty where they agree, however lines are broken."""
    whole = _plain(printed)
    pieces = [piece.strip() for piece in _plain(example.answer).split("...")]
    place = 0
    for number, piece in enumerate(pieces):
        is_last = number == len(pieces) - 1
        found = whole.rfind(piece) if is_last else whole.find(piece, place)
        is_misplaced = (number == 0 and found != 0) or (is_last and found + len(piece) != len(whole))
        if found < place or is_misplaced:
            return f"not printed there: {piece}\nprinted:\n{printed}"
        place = found + len(piece)
    return ""


def _plain(text: str) -> str:
    """In one line; a line of a table is as long as its columns are wide."""
    return " ".join(re.sub("\u2500+", "\u2500", text).split())
