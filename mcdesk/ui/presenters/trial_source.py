"""A run opened to look into its trials; used by one thread at a time, never by the window's."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mcdesk.dispatch.caches import Caches
from mcdesk.engine.error_marks import marked
from mcdesk.formulas.values import Scalar
from mcdesk.foundation.cancellation import CancelToken
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.foundation.errors import StoreError
from mcdesk.model.addresses import CellAddress, format_cell
from mcdesk.ui import workshop
from mcdesk.ui.presenters.trial_search import nearest_trial, share_up_to, trial_beside

if TYPE_CHECKING:
    from mcdesk.dispatch.first_trials import FirstTrials
    from mcdesk.dispatch.kept_model import KeptSetup
    from mcdesk.dispatch.model_preparation import LoadedModel
    from mcdesk.formulas.trial_inspection import TrialInspection
    from mcdesk.model.workbook import Workbook

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RunFiles:
    """What the history keeps of a run.

    Attributes:
        workbook: the copy of the library.
        trials_done: how many trials were run.
        samples: trials of outputs by their cells, NaN where they failed; without those that were not kept.
    """

    workbook: Path
    setup: "KeptSetup"
    trials_done: int
    samples: Mapping[str, Floats]


@dataclass(frozen=True, slots=True)
class TrialWish:
    """Which trial is wanted: that of a number (from 0), or the one whose value is nearest.

    Attributes:
        cell: the output.
        label: what the value is of the output: `P99`, `mean`; empty for none of that.
        step: which one beside that trial: the next higher value (1), the next lower one (-1).
    """

    cell: str
    name: str
    value: float | None = None
    trial: int | None = None
    label: str = ""
    step: int = 0


@dataclass(frozen=True, slots=True)
class SeenTrial:
    """A workbook as it was in one trial.

    Attributes:
        trial: from 0.
        trials: of the run; of how many the trial was looked for among is `searched`.
        value: of the output; None where it failed, with `error`.
        share: the part of the trials whose value is at most this one.
        inputs, outputs: the marked cells; `cell` is the output that is looked at.
    """

    wish: TrialWish
    trial: int
    trials: int
    searched: int
    value: float | None
    error: str
    share: float | None
    loaded: "LoadedModel"
    cells: Mapping[CellAddress, Scalar]
    inputs: frozenset[CellAddress]
    outputs: frozenset[CellAddress]
    cell: CellAddress | None


class TrialSource:
    """Reads and compiles when it is first asked; later trials take a fraction of that.

    Args:
        caches: have the workbook, if it was read lately.
        token: ends whatever it does.
    """

    def __init__(self, files: RunFiles, caches: Caches, token: CancelToken) -> None:
        self._files = files
        self._caches = caches
        self._token = token
        self._loaded: LoadedModel | None = None
        self._inspection: TrialInspection | None = None
        self._first: FirstTrials | None = None

    def see(self, wish: TrialWish) -> SeenTrial | None:
        """The trial that is wished for; None where there is none beside the one at hand.

        Raises:
            McdeskError: in words, where it cannot be seen.
        """
        values = self._values(wish.cell)
        trial = wish.trial
        if trial is None:
            trial = nearest_trial(values, wish.value or 0.0)
        elif wish.step:
            trial = trial_beside(values, trial, wish.step)
        if trial is None:
            if wish.step:
                return None
            raise StoreError(f"All trials of {wish.name} ended in errors", "The errors say where.")
        self._token.raise_if_cancelled()
        value = float(values[trial]) if trial < len(values) else np.nan
        return self._seen(wish, trial, None if np.isnan(value) else value, values)

    def first_trials(self) -> "FirstTrials":
        """The first trials of inputs and outputs, simulated once more."""
        if self._first is None:
            self._first = workshop.first_trials(self._model(), self._files.setup.plan, self._token)
        return self._first

    def _seen(self, wish: TrialWish, trial: int, value: float | None, values: Floats) -> SeenTrial:
        loaded = self._model()
        if self._inspection is None:
            self._inspection = workshop.inspect_trials(loaded, self._files.setup.plan, self._token)
        cells = self._inspection.cells(trial)
        outputs = frozenset(each.cell for each in loaded.model.outputs)
        wanted = [cell for cell in outputs if _cell_text(loaded.workbook, cell) == wish.cell]
        shown = cells.get(wanted[0]) if wanted else None
        return SeenTrial(
            wish=wish,
            trial=trial,
            trials=self._files.trials_done,
            searched=len(values),
            value=value,
            error=shown.text if isinstance(shown, ErrorCode) else "",
            share=None if value is None else share_up_to(values, value),
            loaded=loaded,
            cells=cells,
            inputs=frozenset(each.cell for each in loaded.model.inputs),
            outputs=outputs,
            cell=wanted[0] if wanted else None,
        )

    def _model(self) -> "LoadedModel":
        if self._loaded is None:
            files = self._files
            self._loaded = workshop.load_kept_model(files.workbook, files.setup, self._caches, self._token)
        return self._loaded

    def _values(self, cell: str) -> Floats:
        kept = self._files.samples.get(cell)
        if kept is not None:
            return kept
        # of runs of very many trials none are kept: then it is one of the first
        for trials in self.first_trials().outputs:
            if trials.cell == cell:
                return marked(trials)
        raise StoreError(f"{cell} is not an output of this run", "Run it again.")


def _cell_text(workbook: "Workbook", cell: CellAddress) -> str:
    return format_cell(workbook.sheets[cell.sheet].name, cell.row, cell.column)
