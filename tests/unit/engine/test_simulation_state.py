"""A simulation that goes on in another process: the same bits as one that was never interrupted."""

import random
import tracemalloc
import zlib
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
from mcdesk.engine.simulation_state import (
    KeptTrialsMissing,
    SimulationState,
    read_state,
    state_format,
    write_state,
)
from mcdesk.engine.simulation_types import KeptTrials, Quantity, SimulationPlan, SimulationProgram
from mcdesk.engine.statistics.cell_counts import Cells, CellSketch
from mcdesk.foundation.cancellation import CancelToken
from mcdesk.foundation.kept_file import is_sealed
from mcdesk.foundation.plain_data import PlainDataDamaged
from tests.encrypted_folder import encrypted, use_keyring
from tests.plain_trees import is_same, kinds_in

INPUT = Quantity("S!A1", "Input", 0, 0, None, "uniform(0, 1)")
OUTPUT = Quantity("S!A2", "Output", 1, 0, 2)
DAMAGES = 1_000


class WavesWithErrors:
    """A back end whose values depend on the trial alone; every 97th fails."""

    name = "reference"
    warnings = ()

    def run(self, request: ChunkRequest, cancel: CancelToken | None = None) -> Mapping[int, np.ndarray]:
        trials = np.arange(request.first, request.first + request.count, dtype=np.float64)
        values = np.sin(trials * 12.9898) * 43.5
        errors = np.where(trials % 97 == 96, 2, 0).astype(np.uint8)
        return {0: (trials % 1013)[None], 1: values[None], 2: errors[None]}


class SmoothWaves(WavesWithErrors):
    """Values that can be counted in cells."""

    def run(self, request: ChunkRequest, cancel: CancelToken | None = None) -> Mapping[int, np.ndarray]:
        found = super().run(request, cancel)
        values = np.random.default_rng(request.first).normal(size=request.count)
        return {**found, 1: values[None]}


def simulation(
    sampling: Sampling = Sampling.PLAIN,
    exact_bytes: int = 1 << 28,
    stop: str = "",
    backend: WavesWithErrors | None = None,
) -> Simulation:
    program = SimulationProgram(Program((), (), (), ()), (), (INPUT,), (OUTPUT,))
    plan = SimulationPlan(300_000, seed=1, sampling=sampling, stop=stop)
    return Simulation(program, plan, backend or WavesWithErrors(), kept=KeptTrials(exact_bytes=exact_bytes))


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


def states(monkeypatch: pytest.MonkeyPatch) -> list[SimulationState]:
    """Of runs of all kinds, in the middle and at the end."""
    monkeypatch.setattr(module, "_SMOOTH_TRIALS", 1 << 14)
    runs = [simulation(sampling, exact_bytes) for sampling in Sampling for exact_bytes in (1 << 28, 0)]
    runs += [simulation(sampling, 0, backend=SmoothWaves()) for sampling in Sampling]
    runs += [simulation(stop="sd 5%"), simulation(Sampling.SOBOL, stop="sd 5%")]
    found = [run.state() for run in runs]
    for run in runs:
        run.run_chunk(7_001)
        while not run.is_done:
            run.run_chunk(150_000)
    return [*found, *(run.state() for run in runs)]


def test_that_states_of_all_kinds_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    met = set[type]()

    for state in states(monkeypatch):
        again = state_format().from_bytes(state_format().to_bytes(state), SimulationState)
        assert is_same(again, state)
        met |= kinds_in(state)

    assert {*state_format().classes, *state_format().members} - met == set()
    assert met - set(state_format().kinds) == set()


def test_that_every_field_of_what_is_kept_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting: list[object] = [*states(monkeypatch)]
    while waiting:
        value = waiting.pop()
        kept = state_format().classes.get(type(value))
        if kept is not None and hasattr(value, "__dict__") and "__getstate__" not in vars(type(value)):
            assert set(kept.names) == set(vars(value))
            waiting.extend(vars(value).values())
        elif isinstance(value, SimulationState):
            waiting.extend((*value.inputs, *value.outputs))
        elif isinstance(value, list | tuple):
            waiting.extend(value)


def test_that_a_damaged_state_is_not_taken(tmp_path: Path) -> None:
    run, dice = simulation(Sampling.SOBOL), random.Random(1)
    run.run_chunk(30_000)
    data = write_state(run.state(), tmp_path)

    for _ in range(DAMAGES):
        changed = bytearray(data)
        changed[dice.randrange(len(data))] ^= dice.randrange(1, 256)
        with pytest.raises(PlainDataDamaged):
            read_state(bytes(changed[: dice.randrange(len(data) // 2, 2 * len(data))]), tmp_path)


def test_that_a_state_that_counts_endless_trials_makes_no_room_for_them(tmp_path: Path) -> None:
    run = simulation()
    run.run_chunk(1_000)
    for count in (1 << 60, -1):
        state = run.state()
        write_state(state, tmp_path)
        state.columns[0]._count = count

        with pytest.raises(KeptTrialsMissing):
            read_state(state_format().to_bytes(state), tmp_path)


def unpacked(item_bytes: int, packed: bytes) -> CellSketch:
    sketch = CellSketch(Cells(0.0, 1.0), 1)
    sketch.__setstate__((sketch.cells, item_bytes, packed, sketch.below, sketch.above))
    return sketch


@pytest.mark.parametrize(
    ("item_bytes", "packed"),
    [(1, zlib.compress(bytes(100))), (3, zlib.compress(bytes(3 << 16))), (1, b"none"), (-1, b"")],
)
def test_that_counts_of_other_cells_are_not_taken(item_bytes: int, packed: bytes) -> None:
    with pytest.raises(ValueError, match="counts"):
        unpacked(item_bytes, packed)


def test_that_no_more_is_unpacked_than_the_cells_have() -> None:
    bomb = zlib.compress(bytes(1 << 26))
    tracemalloc.start()
    try:
        unpacked(1, bomb)
        _, most_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert most_bytes < 1 << 22
