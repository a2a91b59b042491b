"""A simulation that goes on in another process: the same bits as one that was never interrupted."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mcdesk.dispatch.run_document import statistics_document
from mcdesk.dispatch.run_statistics import RunStatistics
from mcdesk.engine import simulation as module
from mcdesk.engine.backends.backend import ChunkRequest
from mcdesk.engine.ir import Program
from mcdesk.engine.sampling.sampler import Sampling
from mcdesk.engine.simulation import Simulation
from mcdesk.engine.simulation_state import KeptTrialsMissing, read_state, write_state
from mcdesk.engine.simulation_types import KeptTrials, Quantity, SimulationPlan, SimulationProgram
from mcdesk.foundation.cancellation import CancelToken
from mcdesk.foundation.kept_file import is_sealed
from tests.encrypted_folder import encrypted, use_keyring

INPUT = Quantity("S!A1", "Input", 0, 0, None, "uniform(0, 1)")
OUTPUT = Quantity("S!A2", "Output", 1, 0, 2)


class WavesWithErrors:
    """A back end whose values depend on the trial alone; every 97th fails."""

    name = "reference"
    warnings = ()

    def run(self, request: ChunkRequest, cancel: CancelToken | None = None) -> Mapping[int, np.ndarray]:
        trials = np.arange(request.first, request.first + request.count, dtype=np.float64)
        values = np.sin(trials * 12.9898) * 43.5
        errors = np.where(trials % 97 == 96, 2, 0).astype(np.uint8)
        return {0: (trials % 1013)[None], 1: values[None], 2: errors[None]}


def simulation(sampling: Sampling = Sampling.PLAIN, exact_bytes: int = 1 << 28) -> Simulation:
    program = SimulationProgram(Program((), (), (), ()), (), (INPUT,), (OUTPUT,))
    plan = SimulationPlan(300_000, seed=1, sampling=sampling)
    return Simulation(program, plan, WavesWithErrors(), kept=KeptTrials(exact_bytes=exact_bytes))


def document(finished: Simulation) -> object:
    result = finished.result()
    return statistics_document(RunStatistics(result.inputs, result.outputs))


@pytest.mark.parametrize("sampling", list(Sampling))
@pytest.mark.parametrize("exact_bytes", [1 << 28, 0])
@pytest.mark.parametrize("is_encrypted", [False, True])
def test_that_a_run_goes_on_with_the_same_bits(
    sampling: Sampling,
    exact_bytes: int,
    is_encrypted: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if is_encrypted:
        use_keyring(monkeypatch, tmp_path)
        encrypted(tmp_path)
    undisturbed, interrupted = simulation(sampling, exact_bytes), simulation(sampling, exact_bytes)
    while not undisturbed.is_done:
        undisturbed.run_chunk(50_000)

    for first in (7_001, 90_002, 180_000):
        interrupted.run_chunk(first)
        state = write_state(interrupted.state(), tmp_path)
        interrupted.run_chunk(11_000)  # lost
        interrupted = simulation(sampling, exact_bytes)
        interrupted.resume(read_state(state, tmp_path))
    while not interrupted.is_done:
        interrupted.run_chunk(33_333)

    assert document(interrupted) == document(undisturbed)
    assert is_sealed(tmp_path / "column-0.f8") == is_encrypted


def test_that_a_state_without_its_kept_trials_is_not_taken(tmp_path: Path) -> None:
    run = simulation()
    run.run_chunk(10_000)
    state = write_state(run.state(), tmp_path)
    (tmp_path / "column-1.f8").write_bytes(b"\0" * 800)

    with pytest.raises(KeptTrialsMissing):
        read_state(state, tmp_path)


def test_that_a_half_written_element_is_written_anew(tmp_path: Path) -> None:
    run = simulation()
    run.run_chunk(1_000)
    write_state(run.state(), tmp_path)
    with (tmp_path / "column-0.f8").open("ab") as file:
        file.write(b"\1\2\3")
    run.run_chunk(1_000)

    read = read_state(write_state(run.state(), tmp_path), tmp_path)

    kept = replace(read.columns[0].trials())
    assert np.array_equal(kept.values, np.arange(2_000) % 1013)


def test_that_a_state_is_small(tmp_path: Path) -> None:
    run = simulation()
    while not run.is_done:
        run.run_chunk(100_000)

    assert len(write_state(run.state(), tmp_path)) < 1_000_000
    assert (tmp_path / "column-1.f8").stat().st_size == module.BYTES_PER_TRIAL * 300_000
