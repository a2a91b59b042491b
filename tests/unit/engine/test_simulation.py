"""A simulation chunk by chunk: progress, early end, what is kept, what is refused."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typing_extensions import override

from mcdesk.engine import backends, simulation
from mcdesk.engine.backends import open_backend
from mcdesk.engine.backends.backend import ChunkRequest, SlotValues
from mcdesk.engine.backends.cpu import CpuBackend
from mcdesk.engine.backends.cuda import CudaBackend
from mcdesk.engine.backends.reference import ReferenceBackend
from mcdesk.engine.backends.tiered import TieredBackend
from mcdesk.engine.builder import ProgramDraft, StageBuilder
from mcdesk.engine.ir import Affine, CompiledStage, Instruction, Op, SlotAccess, Type
from mcdesk.engine.random_stream import uniform
from mcdesk.engine.sampling.sampler import Sampling
from mcdesk.engine.simulation import Simulation
from mcdesk.engine.simulation_types import (
    KeptTrials,
    Quantity,
    SimulationPlan,
    SimulationProgram,
    SimulationResult,
)
from mcdesk.engine.statistics import output_trials, sensitivity
from mcdesk.engine.verifier import ProgramFault
from mcdesk.foundation.cancellation import Cancelled, CancelToken
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.foundation.errors import OptionInvalid
from tests.closed_forms import CLOSED_FORMS, program_of


def _doubled_uniform() -> SimulationProgram:
    draft = ProgramDraft()
    ops = StageBuilder(draft)
    values, errors = draft.slot_array(Type.NUMBER, 2), draft.slot_array(Type.ERROR, 2)
    u = uniform(ops, ops.seed(), ops.trial(), ops.integer(77))
    ops.write_slot(SlotAccess(values, Affine(0)), u)
    ops.write_slot(SlotAccess(values, Affine(1)), ops.mul(u, ops.number(2.0)))
    late = ops.ilt(ops.integer(2500), ops.trial())
    fails = ops.and_(late, ops.lt(u, ops.number(0.5)))
    code = ops.select(fails, ops.error(ErrorCode.NUM), ops.error(ErrorCode.NONE))
    ops.write_slot(SlotAccess(errors, Affine(0)), ops.error(ErrorCode.NONE))
    ops.write_slot(SlotAccess(errors, Affine(1)), code)
    ops.finish("model")
    inputs = (Quantity("S!A1", "rate", values, 0, None, "uniform(0, 1)"),)
    return SimulationProgram(draft.program(), (), inputs, (Quantity("S!B1", "sum", values, 1, errors),))


def _simulation(plan: SimulationPlan, kept: KeptTrials | None = None) -> Simulation:
    simulated = _doubled_uniform()
    seconds = iter(range(1000))
    return Simulation(
        simulated,
        plan,
        open_backend("cpu", simulated.program, ()),
        lambda: float(next(seconds)),
        lambda: 0.0,
        kept,
    )


def _finished(
    plan: SimulationPlan, kept: KeptTrials | None = None, chunk_trials: int = 1024
) -> SimulationResult:
    run = _simulation(plan, kept)
    while not run.is_done:
        run.run_chunk(chunk_trials)
    return run.result()


def test_that_progress_tells_trials_rate_and_estimate() -> None:
    run = _simulation(SimulationPlan(3000, 1))

    first, second = run.run_chunk(1000), run.run_chunk(1000)

    assert (first.trials_done, second.trials_done, second.trials) == (1000, 2000, 3000)
    assert second.trials_per_second == 1000.0
    assert second.mean == pytest.approx(1.0, abs=0.1)
    assert second.half_width_95 == pytest.approx(1.96 * np.sqrt(4 / 12 / 2000), rel=0.05)


def test_that_a_run_that_ends_early_tells_what_was_done() -> None:
    run = _simulation(SimulationPlan(3000, 1))
    run.run_chunk(1000)

    found = run.result()

    assert found.trials == found.outputs[0].trials == len(found.output_trials[0].values) == 1000
    assert found.outputs == _finished(SimulationPlan(1000, 1)).outputs
    assert not run.is_done


def test_that_a_run_without_a_chunk_has_no_figures() -> None:
    found = _simulation(SimulationPlan(3000, 1)).result()

    assert (found.trials, found.outputs[0].mean, found.inputs[0].sd) == (0, None, None)


def test_that_a_chunk_after_the_last_runs_nothing() -> None:
    run = _simulation(SimulationPlan(10, 1))
    run.run_chunk(20)

    assert run.run_chunk(20).trials_done == 10


def test_that_first_trials_are_the_same_in_a_longer_run() -> None:
    short = _finished(SimulationPlan(1000, 4)).output_trials[0].values
    long = _finished(SimulationPlan(2000, 4)).output_trials[0].values

    np.testing.assert_array_equal(short, long[:1000])


def test_that_kept_trials_do_not_depend_on_chunks() -> None:
    plan = SimulationPlan(4000, 1)
    one, many = _finished(plan, chunk_trials=4000), _finished(plan, chunk_trials=333)

    assert one.outputs == many.outputs
    assert one.inputs == many.inputs
    for left, right in zip(
        (*one.input_trials, *one.output_trials), (*many.input_trials, *many.output_trials), strict=True
    ):
        np.testing.assert_array_equal(left.values, right.values)
        assert not left.values.flags.writeable
        assert (left.errors is None) == (right.errors is None)
        if left.errors is not None and right.errors is not None:
            np.testing.assert_array_equal(left.errors, right.errors)
            assert np.all(left.values[left.errors != 0] == 0.0)
    assert one.outputs[0].error_kinds[0].first_trial > 2500


def test_that_inputs_are_kept_only_as_far_as_sensitivity_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sensitivity, "SENSITIVITY_TRIALS", 1500)
    monkeypatch.setattr(simulation, "SENSITIVITY_TRIALS", 1500)
    plan = SimulationPlan(4000, 1)

    cut, whole = _finished(plan), _finished(plan, KeptTrials(is_all=True))

    assert (len(cut.input_trials[0].values), len(whole.input_trials[0].values)) == (1500, 4000)
    assert cut.inputs == whole.inputs
    assert cut.outputs == whole.outputs
    assert len(cut.warnings) == 1


def test_that_inputs_are_not_asked_for_once_nobody_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sensitivity, "SENSITIVITY_TRIALS", 500)
    monkeypatch.setattr(simulation, "MEASURED_TRIALS", 1500)
    simulated = program_of(CLOSED_FORMS[1], tmp_path, Sampling.PLAIN, 4000)
    asked: list[ChunkRequest] = []

    class Recorded(ReferenceBackend):
        @override
        def run(self, request: ChunkRequest, cancel: CancelToken | None = None) -> dict[int, SlotValues]:
            asked.append(request)
            return super().run(request, cancel)

    for kept in (KeptTrials(), KeptTrials(is_all=True)):
        run = Simulation(
            simulated, SimulationPlan(4000, 1), Recorded(simulated.program, simulated.evaluators), kept=kept
        )
        while not run.is_done:
            run.run_chunk(4000)

    inputs = {each.array for each in simulated.inputs}
    has_inputs = [inputs <= set(each.wanted) for each in asked]
    assert [(each.first, each.count) for each in asked] == [(0, 1500), (1500, 2500), (0, 4000)]
    assert has_inputs == [True, False, True]


def test_that_trials_beyond_the_budget_are_sketched_unless_all_are_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in (output_trials, sensitivity, simulation):
        monkeypatch.setattr(module, "SENSITIVITY_TRIALS", 500)
    plan = SimulationPlan(4000, 1)
    budget = 8 * 1000

    sketched = _finished(plan, KeptTrials(exact_bytes=budget))
    whole = _finished(plan, KeptTrials(is_all=True, exact_bytes=budget))

    assert sketched.output_trials == ()
    assert [len(each.values) for each in whole.output_trials] == [4000]
    assert sketched.outputs[0].mean == whole.outputs[0].mean


@pytest.mark.parametrize("trials", [2000, 0])
def test_that_sensitivity_may_look_at_fewer_trials(trials: int) -> None:
    run = _simulation(SimulationPlan(4000, 1))
    run.run_chunk(4000)

    whole, brief = run.result(), run.result(most_sensitivity_trials=trials)

    assert replace(brief.outputs[0], sensitivity=()) == replace(whole.outputs[0], sensitivity=())
    assert brief.outputs[0].sensitivity != whole.outputs[0].sensitivity
    assert (len(whole.warnings), len(brief.warnings)) == (0, 1)


def test_that_a_cancelled_chunk_leaves_no_trace() -> None:
    run, plan = _simulation(SimulationPlan(4000, 1)), SimulationPlan(1000, 1)
    run.run_chunk(1000)
    cancel = CancelToken()
    cancel.cancel()

    with pytest.raises(Cancelled):
        run.run_chunk(1000, cancel)

    assert run.result().outputs == _finished(plan, chunk_trials=1000).outputs


@pytest.mark.parametrize("trials", [0, -1, 10**12 + 1])
def test_that_an_impossible_number_of_trials_is_refused(trials: int) -> None:
    with pytest.raises(OptionInvalid, match="trials cannot be run"):
        _simulation(SimulationPlan(trials, 1))


def test_that_a_chunk_of_nothing_is_a_fault_of_ours() -> None:
    with pytest.raises(ValueError, match="at least one trial"):
        _simulation(SimulationPlan(10, 1)).run_chunk(0)


@pytest.mark.parametrize("name", ["gpu", ""])
def test_that_an_absent_back_end_is_refused(name: str) -> None:
    with pytest.raises(OptionInvalid):
        open_backend(name, _doubled_uniform().program, ())


def test_that_cuda_is_refused_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backends, "cuda_obstacles", lambda: iter(("There is no NVIDIA driver", "nor else")))

    with pytest.raises(OptionInvalid, match=r"cuda cannot be used here\. There is no NVIDIA driver$"):
        open_backend("cuda", _doubled_uniform().program, ())


@pytest.mark.parametrize(
    ("obstacles", "trials", "kind"),
    [((), 10**12, CudaBackend), ((), 1_000, CpuBackend), (("no driver",), 10**12, CpuBackend)],
)
def test_that_long_runs_go_to_the_gpu_where_there_is_one(
    obstacles: tuple[str, ...], trials: int, kind: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backends, "cuda_obstacles", lambda: iter(obstacles))

    opened = open_backend("auto", _doubled_uniform().program, (), trials)

    assert isinstance(opened, TieredBackend)
    assert isinstance(opened.compiled, kind)


def test_that_cuda_is_taken_where_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backends, "cuda_obstacles", lambda: iter(()))

    assert isinstance(open_backend("cuda", _doubled_uniform().program, ()), CudaBackend)


def test_that_the_fastest_back_end_is_taken_unless_the_reference_is_asked_for() -> None:
    program = _doubled_uniform().program

    assert {open_backend(name, program, ()).name for name in ("auto", "cpu")} == {"cpu"}
    assert open_backend("reference", program, ()).name == "reference"


def test_that_a_malformed_program_is_not_opened() -> None:
    stage = CompiledStage("bad", (Instruction(0, Op.NEG, (5,), Type.NUMBER),))

    with pytest.raises(ProgramFault, match="bad: value 5"):
        open_backend("cpu", replace(_doubled_uniform().program, stages=(stage,)), ())
