"""The options that say what is simulated; `run` and `calc` share them."""

from collections.abc import Callable
from pathlib import Path
from typing import TypedDict, TypeVar

import click

from mcdesk.cli.strict_command import FilePath
from mcdesk.engine.sampling.sampler import Sampling
from mcdesk.engine.simulation_types import SimulationPlan
from mcdesk.formulas.setup_file import read_setup_file
from mcdesk.formulas.setup_option_texts import (
    correlation_text,
    input_text,
    limit_text,
    output_text,
    value_text,
)
from mcdesk.formulas.setup_texts import SetupFile, sampling_of, seed_number, trial_count
from mcdesk.foundation.errors import OptionInvalid

DEFAULT_TRIALS = 10_000
DEFAULT_SEED = 1

Command = TypeVar("Command", bound=Callable[..., object])


class SetupOptions(TypedDict):
    """The options by name, as click hands them over."""

    model: Path
    setup: Path | None
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    values: tuple[str, ...]
    correlations: tuple[str, ...]
    limits: tuple[str, ...]
    trials: str | None
    seed: int | None
    sampling: str | None


_PATH = FilePath()
_DECORATORS = (
    click.argument("model", type=_PATH),
    click.option(
        "--setup",
        type=_PATH,
        metavar="FILE",
        help="Set-up file (TOML): inputs, outputs, values, correlations, trials, seed, sampling, stop rule.",
    ),
    click.option(
        "--input",
        "inputs",
        multiple=True,
        metavar="CELL=DISTRIBUTION",
        help='An uncertain cell: "Sheet1!B5=triangular(1, 2, 4)". Repeatable.',
    ),
    click.option(
        "--output",
        "outputs",
        multiple=True,
        metavar="CELL[=NAME]",
        help='A cell whose distribution is wanted: "Sheet1!J25=Net value". Repeatable.',
    ),
    click.option(
        "--set",
        "values",
        multiple=True,
        metavar="CELL=VALUE",
        help='Another value for a constant cell: a number or a percent ("Sheet1!B7=8%"), TRUE, FALSE,'
        " an error (#N/A), or a text; in quotes of its own anything is a text ('Sheet1!B7=\"8%\"')."
        " Repeatable.",
    ),
    click.option(
        "--correlate",
        "correlations",
        multiple=True,
        metavar="CELL,CELL=RANK",
        help='Rank correlation of two inputs: "Sheet1!B5,Sheet1!B6=0.7". Repeatable.',
    ),
    click.option(
        "--limit",
        "limits",
        multiple=True,
        metavar="CELL=VALUE",
        help='Ask how probable it is that an output is below a value, a number or a percent: "Sheet1!J25=0".'
        " Repeatable.",
    ),
    click.option(
        "--trials",
        metavar="N",
        help=f"Number of trials, 1 to 1e12; 1e6 is allowed. Default {DEFAULT_TRIALS}.",
    ),
    click.option(
        "--seed", type=int, metavar="S", help=f"Seed of the random numbers, from 0. Default {DEFAULT_SEED}."
    ),
    click.option(
        "--sampling",
        metavar="NAME",
        help="mc (plain), lhs (Latin hypercube) or sobol (Sobol points). Default mc.",
    ),
)


def setup_options(command: Command) -> Command:
    """Give a command the argument MODEL and these options."""
    for decorator in reversed(_DECORATORS):
        command = decorator(command)
    return command


def setup_of(options: SetupOptions) -> SetupFile:
    """The set-up file with what the options add.

    Raises:
        InputRefused: if the file or an option cannot be accepted.
    """
    asked = SetupFile(
        inputs=tuple(map(input_text, options["inputs"])),
        outputs=tuple(map(output_text, options["outputs"])),
        values=tuple(map(value_text, options["values"])),
        limits=tuple(map(limit_text, options["limits"])),
        correlations=tuple(map(correlation_text, options["correlations"])),
        trials=None if options["trials"] is None else trial_count(options["trials"], "--trials"),
        seed=None if options["seed"] is None else seed_number(options["seed"], "--seed"),
        sampling=None if options["sampling"] is None else sampling_of(options["sampling"], "--sampling"),
    )
    return asked if options["setup"] is None else read_setup_file(options["setup"]).extended(asked)


def plan_of(setup: SetupFile) -> SimulationPlan:
    """The plan of a set-up, with the defaults for what it leaves open."""
    return SimulationPlan(
        trials=DEFAULT_TRIALS if setup.trials is None else setup.trials,
        seed=DEFAULT_SEED if setup.seed is None else setup.seed,
        sampling=setup.sampling or Sampling.PLAIN,
        stop=setup.stop or "",
    )


def refuse_later(option: str, is_used: bool) -> None:
    """Refuse an option that this version does not have yet.

    Raises:
        OptionInvalid: if it is used.
    """
    if is_used:
        raise OptionInvalid(f"{option} comes in a later version", "Leave it out to go on.")
