"""Every cell of a workbook in one trial of its simulation."""

from mcdesk.engine.sampling.sampler import Sampling
from mcdesk.engine.simulation_types import SimulationPlan
from mcdesk.formulas.certain_part import certain_value
from mcdesk.formulas.compiler import compile_model
from mcdesk.formulas.open_sampler import open_sampler
from mcdesk.formulas.simulation_model import SimulationModel, cell_text
from mcdesk.formulas.trial_evaluation import TrialEvaluation
from mcdesk.formulas.values import Scalar
from mcdesk.foundation.cancellation import CancelToken
from mcdesk.foundation.errors import OptionInvalid
from mcdesk.model.addresses import CellAddress


class TrialInspection:
    """A model that is ready to be looked at in one trial after another; each takes far less than the first.

    Args:
        cancel: ends what is being done, here and in `cells`.

    Raises:
        ModelInvalid: if an output needs a cell that needs too much calculation; others are #NAME? then.
    """

    def __init__(
        self, model: SimulationModel, plan: SimulationPlan, cancel: CancelToken | None = None
    ) -> None:
        self._model = model
        self._plan = plan
        self._order = _needed_first(model)
        self._certain = {
            cell: certain_value(model, cell)
            for number in self._order
            if not model.is_uncertain[number]
            for cell in (model.graph.address(number),)
        }
        sampler = open_sampler(model, plan.sampling, plan.trials).sampler
        compiled = compile_model(model, keeps_all=True, cancel=cancel, sampler=sampler)
        self._evaluation = TrialEvaluation(model, compiled, plan.seed, cancel)

    def cells(self, trial: int) -> dict[CellAddress, Scalar]:
        """Every cell's value in one trial (from 0), in the order of the sheets.

        Raises:
            OptionInvalid: if the sampling has no such trial.
        """
        _refuse_what_is_beyond(self._plan, trial)
        kept = self._evaluation.kept(trial)
        self._evaluation.begin(trial)
        found: dict[int, tuple[CellAddress, Scalar]] = {}
        for number in self._order:
            cell = self._model.graph.address(number)
            if cell in kept:
                value = kept[cell]
            elif self._model.is_uncertain[number]:
                value = self._evaluation.evaluated(cell)
            else:
                value = self._certain[cell]
            found[number] = cell, value
        return dict(found[number] for number in sorted(found))


def trial_cells(
    model: SimulationModel,
    plan: SimulationPlan,
    trial: int,
    cancel: CancelToken | None = None,
) -> tuple[tuple[str, Scalar], ...]:
    """Every cell's value in one trial (from 0), in the order of the sheets, with the texts of the cells.

    Raises:
        OptionInvalid: if the sampling has no such trial.
        ModelInvalid: if an output needs a cell that needs too much calculation; others are #NAME? then.
    """
    _refuse_what_is_beyond(plan, trial)
    cells = TrialInspection(model, plan, cancel).cells(trial)
    return tuple((cell_text(model.workbook, cell), value) for cell, value in cells.items())


def _refuse_what_is_beyond(plan: SimulationPlan, trial: int) -> None:
    if trial >= plan.trials and plan.sampling is not Sampling.PLAIN:
        raise OptionInvalid(
            f"Trial {trial + 1:,} is beyond the {plan.trials:,} of the run",
            "With --sampling lhs or sobol the trials depend on their number: give --trials.",
        )


def _needed_first(model: SimulationModel) -> list[int]:
    """The cells that the outputs need, then the others: the work of all together is bounded."""
    return sorted(range(model.graph.cell_count), key=lambda number: not model.is_needed[number])
