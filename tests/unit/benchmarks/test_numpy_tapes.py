"""The NumPy programs that the benchmarks compare with, against the formulas written for the tests."""

import numpy as np
import pytest

from mcdesk.model.xlsx_reader import read_workbook
from tests.benchmark_models import (
    BENCH,
    Constants,
    draw_inputs,
)
from tests.benchmarks.numpy_tapes import NumpyTape
from tests.benchmarks.recorded_tape import FORMULAS_BY_NAME, RecordedTape

_ERRORS = 4.0
_BLOCK, _BLOCKS = 500, 4


pytestmark = pytest.mark.skipif(
    not BENCH.is_dir(), reason="the benchmark models are not beside this repository"
)


@pytest.fixture(scope="module", params=FORMULAS_BY_NAME)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def constants(name: str) -> Constants:
    return Constants(read_workbook(BENCH / f"{name}.xlsx"))


def test_that_outputs_are_those_of_plain_formulas(name: str, constants: Constants) -> None:
    setup = BENCH / f"{name}.toml"
    draws = draw_inputs(setup, _BLOCK, 3)
    expected = FORMULAS_BY_NAME[name](draws, constants)

    found = NumpyTape(name, setup, constants, _BLOCK).outputs_of(
        {row: each.copy() for row, each in draws.items()}
    )

    for cell, values in expected.items():
        assert np.allclose(found[cell], values, rtol=1e-9, atol=0.0), cell


def test_that_a_recorded_tape_gives_the_bits_of_plain_formulas(name: str, constants: Constants) -> None:
    setup = BENCH / f"{name}.toml"
    tape = RecordedTape(name, setup, constants, _BLOCK)

    for seed in (3, 4):
        draws = draw_inputs(setup, _BLOCK, seed)
        expected, found = FORMULAS_BY_NAME[name](draws, constants), tape.outputs_of(draws)
        assert all(np.array_equal(found[cell], values) for cell, values in expected.items())


def test_that_means_are_those_of_other_draws(name: str, constants: Constants) -> None:
    setup, trials = BENCH / f"{name}.toml", _BLOCK * _BLOCKS
    expected = FORMULAS_BY_NAME[name](draw_inputs(setup, trials, 2), constants)

    found = NumpyTape(name, setup, constants, _BLOCK).run(np.random.Generator(np.random.SFC64(1)), trials)

    for cell, values in expected.items():
        error = values.std() * np.sqrt(2 / trials)
        assert len(found[cell]) == trials
        assert found[cell].mean() == pytest.approx(values.mean(), abs=_ERRORS * error), cell
