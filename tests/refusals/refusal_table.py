"""What a row of the table of refusals is; the rows stand in the modules beside this one."""

import shlex
from dataclasses import dataclass

WRONG_SETUP = "wrong.toml"


@dataclass(frozen=True, slots=True)
class Row:
    """A wrong use, and what the one line about it says.

    Attributes:
        command: what stands after `mcdesk`, as typed in a shell.
        words: what the line must contain.
        code: the exit code.
        home: the folder of the workshop that holds the history.
        fault: what goes wrong meanwhile, by its name in `faults`.
        stdin: the line that comes through standard input; surrogates stand for bytes that are no text.
        setup: the text of the set-up file that the command names, where it is the set-up file that is wrong.
    """

    command: str
    words: tuple[str, ...]
    code: int = 2
    home: str = "home"
    setup: str = ""
    fault: str = ""
    stdin: str = ""

    @property
    def arguments(self) -> list[str]:
        """The arguments as the process gets them."""
        return shlex.split(self.command)


@dataclass(frozen=True, slots=True)
class Kind:
    """Refusals of one kind: the first row is the example on the page, `remedy` what to do."""

    title: str
    remedy: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """A chapter of the page."""

    title: str
    kinds: tuple[Kind, ...]


def row(command: str, *words: str, code: int = 2, home: str = "home") -> Row:
    """A row of the table."""
    return Row(command, words, code, home)


def rows(base: str, words_by_more: dict[str, str]) -> tuple[Row, ...]:
    """Rows whose commands begin alike: what is added to `base`, and the words that the line must contain."""
    return tuple(Row(f"{base} {more}", (words,)) for more, words in words_by_more.items())


def setup_rows(words_by_text: dict[str, str]) -> tuple[Row, ...]:
    """Rows about a set-up file of this text; the line names the file too."""
    command = f"run plan.xlsx --setup {WRONG_SETUP}"
    return tuple(
        Row(command, (f"{WRONG_SETUP}", words), setup=f"{text}\n") for text, words in words_by_text.items()
    )
