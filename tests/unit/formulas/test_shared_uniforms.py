"""Inputs of several distributions: one loop over the random stream, and the numbers that each has alone."""

from pathlib import Path

import numpy as np
import pytest

from mcdesk.engine.backends.backend import ChunkRequest
from mcdesk.engine.backends.reference import ReferenceBackend
from mcdesk.engine.ir import Op, program_instructions
from mcdesk.engine.sampling.sampler import Sampling
from mcdesk.engine.simulation_types import SimulationProgram
from mcdesk.engine.verifier import check
from tests.closed_forms import ClosedForm, program_of

_TRIALS = 200
_INPUTS = {
    "A1": "normal(0, 1)",
    "A2": "triangular(0, 1, 4)",
    "A3": "pert(0, 1, 4)",
    "A4": "normal(5, 2)",
    "A5": "discrete({1, 2}, {1, 3})",
}
_PAIR = (("A1", "A4", 0.5),)


def _program(folder: Path, cells: tuple[str, ...], sampling: Sampling, correlated: bool) -> SimulationProgram:
    inputs = {cell: _INPUTS[cell] for cell in cells}
    formula = {"B1": f"={'+'.join(cells)}"}
    correlations = _PAIR if correlated else ()
    model = ClosedForm(
        "sum", {**dict.fromkeys(cells, 1.0), **formula}, inputs, 0.0, correlations=correlations
    )
    return program_of(model, folder, sampling, _TRIALS)


def _drawn(simulated: SimulationProgram) -> dict[str, bytes]:
    """The trials of each input."""
    arrays = tuple(sorted({each.array for each in simulated.inputs}))
    slots = ReferenceBackend(simulated.program, ()).run(ChunkRequest(1, 0, _TRIALS, arrays))
    return {
        each.cell: np.ascontiguousarray(slots[each.array][each.place]).tobytes() for each in simulated.inputs
    }


def _multiplications(simulated: SimulationProgram) -> int:
    return sum(each.op is Op.IMUL for each in program_instructions(simulated.program))


@pytest.mark.parametrize("sampling", [Sampling.PLAIN, Sampling.LATIN_HYPERCUBE])
def test_that_an_input_has_the_numbers_that_it_has_alone(sampling: Sampling, tmp_path: Path) -> None:
    together = _drawn(_program(tmp_path, tuple(_INPUTS), sampling, correlated=False))

    alone = [_drawn(_program(tmp_path, (cell,), sampling, correlated=False)) for cell in _INPUTS]

    assert together == {cell: values for each in alone for cell, values in each.items()}


def test_that_correlated_inputs_leave_the_numbers_of_the_others(tmp_path: Path) -> None:
    free = _drawn(_program(tmp_path, tuple(_INPUTS), Sampling.PLAIN, correlated=False))

    mixed = _program(tmp_path, tuple(_INPUTS), Sampling.PLAIN, correlated=True)

    check(mixed.program)
    moved = {cell for cell, values in _drawn(mixed).items() if values != free[cell]}
    assert moved == {"S!A1", "S!A4"}


def test_that_the_random_stream_is_written_once_for_all_distributions(tmp_path: Path) -> None:
    few = _program(tmp_path, ("A1", "A4"), Sampling.PLAIN, correlated=False)

    many = _program(tmp_path, tuple(_INPUTS), Sampling.PLAIN, correlated=False)

    assert _multiplications(many) < 1.2 * _multiplications(few)
