"""Where the error of an output arose: the trial is evaluated again and followed back."""

from mcdesk.formulas.compiler import CompiledModel
from mcdesk.formulas.reads import reads_of
from mcdesk.formulas.simulation_model import SimulationModel
from mcdesk.formulas.trial_evaluation import TrialEvaluation
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import CellAddress

_MOST_READ = 100_000


class ErrorOrigins:
    """Follows errors back to the first cell that has them, in trials of one run.

    It is quickest where those of one trial are asked for together.
    """

    def __init__(self, model: SimulationModel, compiled: CompiledModel, seed: int) -> None:
        self._model = model
        self._trial = TrialEvaluation(model, compiled, seed)

    def origin(self, output: CellAddress, trial: int) -> CellAddress:
        """The cell where the error that an output shows in a trial (from 0) arose.

        That is the last one on the way back, through the first cell read with the same error. An
        output that shows no error, such as a text, is its own origin.
        """
        self._trial.begin(trial)
        code = self._trial.evaluated(output)
        if not isinstance(code, ErrorCode):
            return output
        seen = {output}
        here = output
        while (before := self._read_with(here, code)) is not None and before not in seen:
            seen.add(before)
            here = before
        return here

    def _read_with(self, cell: CellAddress, code: ErrorCode) -> CellAddress | None:
        """The first cell, of those that a cell reads, whose value is this error."""
        for region in self._model.regions:
            area = region.rectangle
            if area.sheet != cell.sheet or not area.contains(cell.row, cell.column):
                continue
            for read in reads_of(self._model.workbook, region.tree, area.sheet).reads:
                seen = read.at(cell.row, cell.column)
                sheet = self._model.workbook.sheets[seen.sheet]
                for place in sheet.positions_in(seen)[:_MOST_READ].tolist():
                    other = CellAddress(seen.sheet, int(sheet.rows[place]), int(sheet.columns[place]))
                    if other != cell and self._trial.evaluated(other) is code:
                        return other
        return None
