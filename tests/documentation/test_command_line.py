"""The page of the command line names all that can be typed."""

import re
from collections.abc import Iterator

import click
import pytest

from mcdesk.cli.command_line import command_line
from mcdesk.foundation.paths import documentation_folder

PAGE = (documentation_folder() / "command-line.md").read_text(encoding="utf-8")
CODE = re.compile(r"`([^`\n]+)`")
OPTION = re.compile(r"(?<!\S)--[a-z][a-z-]*")


def commands(
    group: click.Group, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command by the words that are typed for it, groups too."""
    yield path, group
    context = click.Context(group)
    for word in group.list_commands(context):
        command = group.get_command(context, word)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, (*path, word))
        else:
            yield (*path, word), command


COMMANDS = dict(commands(command_line))


def options_of(command: click.Command) -> set[str]:
    """The long options that its help shows, but for those that every command has."""
    shown = (each for each in command.params if isinstance(each, click.Option) and not each.hidden)
    return {name for option in shown for name in option.opts if name.startswith("--")} - {"--json"}


def section(title: str) -> str:
    """What stands under a title, up to the next one."""
    return PAGE.split(f"# {title}\n", 1)[1].split("\n## ", 1)[0]


def text_about(path: tuple[str, ...]) -> str:
    """What the page says of the options of a command: a section for `run`, rows of a table for the others."""
    if path == ():
        return section("The command line")
    if path == ("run",):
        return section("Running")
    rows = [row for row in section("Options of the other commands").splitlines() if is_about(row, path)]
    # it takes the options of a run
    return "\n".join([*rows, section("Running")] if path == ("calc",) else rows)


def is_about(row: str, path: tuple[str, ...]) -> bool:
    """Whether a row of a table begins with the command, or with the group that it is in."""
    named = [tuple(code.split()) for code in CODE.findall(row.split("|")[1])] if "|" in row else []
    return any(path[: len(words)] == words for words in named)


def named_options(text: str) -> set[str]:
    """The options that are marked as code."""
    return {option for code in CODE.findall(text) for option in OPTION.findall(code)}


@pytest.mark.parametrize("path", COMMANDS, ids=lambda path: " ".join(path) or "mcdesk")
def test_that_the_page_names_every_option_of_a_command(path: tuple[str, ...]) -> None:
    missing = options_of(COMMANDS[path]) - named_options(text_about(path))

    assert sorted(missing) == []


@pytest.mark.parametrize("word", sorted({path[0] for path in COMMANDS if path}))
def test_that_the_table_of_commands_has_every_command(word: str) -> None:
    table = section("The command line")

    assert re.search(rf"^\| `mcdesk {word}\b", table, re.MULTILINE)


def test_that_an_option_of_another_command_does_not_count() -> None:
    assert "--yes" in named_options(text_about(("account", "erase")))
    assert "--yes" not in named_options(text_about(("account", "add")))
