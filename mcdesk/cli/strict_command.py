"""Commands and values of options that refuse what click lets pass, or tells in too many words."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from typing_extensions import override


class StrictCommand(click.Command):
    """A command that refuses an option that is given twice, where only one value can count."""

    @override
    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        with _in_context(ctx):
            _, _, given = self.make_parser(ctx).parse_args(list(args))
            seen: set[click.Parameter] = set()
            for option in given:
                if isinstance(option, click.Option) and not option.multiple and not option.is_flag:
                    if option in seen:
                        raise click.UsageError(f"Option {option.opts[0]!r} is given twice.")
                    seen.add(option)
            return super().parse_args(ctx, args)


class StrictGroup(click.Group):
    """A group that names its commands where none is given, or one that is near where it is misspelt."""

    command_class = StrictCommand

    @override
    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args and self.no_args_is_help:
            names = ", ".join(self.list_commands(ctx))
            raise click.UsageError(f"Missing command. Choose from: {names}.", ctx)
        with _in_context(ctx):
            return super().parse_args(ctx, args)

    @override
    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.exceptions.NoSuchCommand as error:
            name, names = error.command_name, self.list_commands(ctx)
            near = click.exceptions.NoSuchCommand(name, possibilities=names, ctx=ctx)
            if near.possibilities:
                raise near from error
            text = f"No such command {name!r}. Choose from: {', '.join(names)}."
            raise click.UsageError(text, ctx) from error


class FilePath(click.Path):
    """The path of a file, as a Path; an empty text, which would mean the working folder, is refused."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    @override
    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> str | bytes | os.PathLike[str]:
        if not os.fspath(value).strip():
            self.fail("the name of a file is empty.", param, ctx)
        return super().convert(value, param, ctx)


class WholeNumber(click.IntRange):
    """A whole number between two that belong to the range."""

    name = "whole number"


@contextmanager
def _in_context(ctx: click.Context) -> Iterator[None]:
    """Lets the parser's complaints, which know no command, name this one."""
    try:
        yield
    except click.UsageError as error:
        error.ctx = error.ctx or ctx
        raise
