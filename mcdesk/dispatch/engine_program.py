"""What the engine needs of a prepared model, small enough to be handed from one process to another."""

import hashlib
import logging
import os
import stat
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Never

from mcdesk import __version__
from mcdesk.dispatch.reached_correlations import AskedCorrelation
from mcdesk.engine import ir
from mcdesk.engine.simulation_types import Quantity, SimulationProgram
from mcdesk.foundation.kept_file import unsealed, write_kept
from mcdesk.foundation.paths import package_folder
from mcdesk.foundation.plain_data import NotPlain, PlainDataDamaged, PlainFormat

FILE_NAME = "program"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class EngineProgram:
    """A program with what its result is told with.

    Attributes:
        warnings: what was repaired or assumed on the way to the program.
        correlations: those of the inputs that were asked for.
    """

    simulated: SimulationProgram
    warnings: tuple[str, ...]
    correlations: tuple[AskedCorrelation, ...]


def write_program(folder: Path, program: EngineProgram) -> bool:
    """Put a program into the folder of its job; one with cells outside of it stays where it is.

    Raises:
        OSError: if it cannot be written.
    """
    if program.simulated.evaluators:
        return False
    try:
        data = program_format().to_bytes(program)
    except NotPlain:
        # the engine prepares it itself
        logger.exception("the program is not handed over")
        return False
    write_own_file(folder / FILE_NAME, data)
    return True


def read_program(folder: Path) -> EngineProgram | None:
    """The program that this installation, run by this person, left there; None if there is none."""
    data = read_own_file(folder / FILE_NAME)
    if data is None:
        return None
    try:
        return program_format().from_bytes(data, EngineProgram)
    except PlainDataDamaged as error:
        logger.warning("the program that was handed over is not taken: %s", error)
        return None


@cache
def program_format() -> PlainFormat:
    """What a program may consist of; functions are not among it."""
    classes = (
        *(EngineProgram, AskedCorrelation, SimulationProgram, Quantity, ir.Program),
        *(ir.CompiledStage, ir.EvaluatedStage, ir.Instruction, ir.Loop, ir.Carry, ir.Affine, ir.SlotAccess),
        *(ir.SlotArray, ir.Table, ir.Type, ir.Op),
    )
    return PlainFormat(classes, {"SlotEvaluator": Never})


def write_own_file(path: Path, data: bytes) -> None:
    """Write a file whole or not at all, for `read_own_file` of this installation.

    Raises:
        OSError: if it cannot be written.
    """
    write_kept(path, installation_stamp().encode() + b"\n" + data)


def read_own_file(path: Path) -> bytes | None:
    """What this installation, run by this person, wrote; None if somebody else did or could have, or nobody.

    What somebody else wrote is never read: machine code is made of it. In a folder of a group the others may
    write into most files of a person, and give one of those the name of this one.
    """
    try:
        with path.open("rb") as file:
            if hasattr(os, "geteuid") and not _is_own_alone(os.fstat(file.fileno())):
                return None
            with unsealed(file) as content:
                stamp, _, data = content.read().partition(b"\n")
    except OSError:
        return None
    return data if stamp == installation_stamp().encode() else None


def _is_own_alone(status: os.stat_result) -> bool:
    return status.st_uid == os.geteuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


@cache
def installation_stamp() -> str:
    """Changes whenever a file of mcdesk does; in a bundle, they are all in the program."""
    is_bundle = getattr(sys, "frozen", False)
    files = [Path(sys.executable)] if is_bundle else sorted(package_folder().rglob("*.py"))
    states = ((path.name, status.st_size, status.st_mtime_ns) for path in files if (status := path.stat()))
    return f"{__version__} {hashlib.sha256(repr(tuple(states)).encode()).hexdigest()}"
