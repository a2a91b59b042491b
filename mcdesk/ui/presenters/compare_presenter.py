"""Other runs of the history beside the one that is shown: which there are, and what is told of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from mcdesk.dispatch.run_document import statistics_of
from mcdesk.dispatch.run_statistics import RunStatistics
from mcdesk.engine.simulation_types import OutputStatistics
from mcdesk.foundation.clock import moment_of
from mcdesk.foundation.errors import McdeskError
from mcdesk.history.run_record import RunRecord
from mcdesk.ui.cell_formatting import Formatter
from mcdesk.ui.desk import Desk, DeskRoom
from mcdesk.ui.formatting import NO_DATA, count_text, short_count
from mcdesk.ui.presenters.account_presenter import AccountPresenter
from mcdesk.ui.presenters.results import model_title
from mcdesk.ui.presenters.run_differences import run_differences

if TYPE_CHECKING:
    from mcdesk.history.account_store import Account

# As many as colours tell apart beside that of the run itself.
MOST_COMPARED = 5
MOST_LISTED = 500
_PERCENTS = (5, 10, 25, 50, 75, 90, 95)


@dataclass(frozen=True, slots=True)
class RunChoice:
    """A run that may be compared, in words."""

    simulation_id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class _Listed:
    """`differences` by simulation: what it has that others of the same look have not."""

    records: tuple[RunRecord, ...]
    differences: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ComparedRun:
    """A run that is compared; `began` is the local time."""

    simulation_id: str
    name: str
    statistics: RunStatistics
    began: str

    def output_like(self, output: OutputStatistics) -> OutputStatistics | None:
        """Its output of the same cell, or else of the same name; None if it has neither."""
        outputs = self.statistics.outputs
        same_cell = [each for each in outputs if each.cell == output.cell]
        same_name = [each for each in outputs if output.name and each.name == output.name]
        return next(iter((*same_cell, *same_name)), None)


class ComparePresenter(QObject):
    """Keeps which runs are compared; `listed` has RunChoices, `compared` ComparedRuns in their order."""

    listed = Signal(object)
    compared = Signal(object)
    failed = Signal(object)

    def __init__(self, desk: Desk, accounts: AccountPresenter, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._accounts = accounts
        self._records: dict[str, RunRecord] = {}
        self._differences: Mapping[str, str] = {}
        self.runs: tuple[ComparedRun, ...] = ()

    @property
    def chosen(self) -> tuple[str, ...]:
        """The names of the simulations that are compared."""
        return tuple(run.simulation_id for run in self.runs)

    def can_choose(self, simulation_id: str) -> bool:
        """Whether a run is among those that were read."""
        return simulation_id in self._records

    def refresh(self) -> None:
        """Read which runs there are; `listed` follows."""
        account = self._accounts.current
        if account is None:
            self._take(_Listed((), {}))
        else:
            self._desk.ask(lambda room: _finished(room, account), self._take, self.failed.emit)

    def choose(self, simulation_id: str, is_wanted: bool) -> None:
        """Compare a run, or no more; `compared` follows."""
        if not is_wanted:
            self._tell(tuple(run for run in self.runs if run.simulation_id != simulation_id))
        elif len(self.runs) >= MOST_COMPARED:
            reason = f"{MOST_COMPARED} runs are compared already"
            self.failed.emit(McdeskError(reason, "Take one away first."))
            self.compared.emit(self.runs)
        elif self.can_choose(simulation_id) and simulation_id not in self.chosen:
            record, difference = self._records[simulation_id], self._differences.get(simulation_id, "")
            self._desk.ask(lambda room: _compared(room, record, difference), self._add, self.failed.emit)

    def clear(self) -> None:
        """Compare nothing."""
        self._tell(())

    def _take(self, found: _Listed) -> None:
        self._records = {record.simulation_id: record for record in found.records}
        self._differences = found.differences
        self.listed.emit(_choices(found))

    def _add(self, found: ComparedRun) -> None:
        if found.simulation_id not in self.chosen:
            self._tell((*self.runs, found))

    def _tell(self, runs: tuple[ComparedRun, ...]) -> None:
        self.runs = runs
        self.compared.emit(runs)


def comparison_rows(
    output: OutputStatistics, others: Sequence[OutputStatistics | None], text_of: Formatter
) -> list[tuple[str, ...]]:
    """Each statistic of the output, and of those it is compared with; a dash where one has no such output."""
    columns = [_column(each, output, text_of) for each in (output, *others)]
    return [(name, *(column[row] for column in columns)) for row, name in enumerate(_names())]


def _names() -> tuple[str, ...]:
    percents = (f"P{percent}" for percent in _PERCENTS)
    return (
        "Mean",
        "Difference",
        "Deviation",
        "Minimum",
        *percents,
        "Maximum",
        "Trials",
        "With errors",
    )


def _column(each: OutputStatistics | None, output: OutputStatistics, text_of: Formatter) -> list[str]:
    if each is None:
        return [NO_DATA] * len(_names())
    return [
        text_of(each.mean),
        "" if each is output else _difference(output, each, text_of),
        text_of.distance(each.sd),
        text_of(each.minimum),
        *(text_of(each.percentiles.get(percent)) for percent in _PERCENTS),
        text_of(each.maximum),
        count_text(each.trials),
        count_text(each.errors),
    ]


def _difference(output: OutputStatistics, other: OutputStatistics, text_of: Formatter) -> str:
    if other.mean is None or output.mean is None:
        return ""
    return text_of.distance(other.mean - output.mean)


def _finished(room: DeskRoom, account: "Account") -> _Listed:
    every = room.services.history.runs.runs_of(account.id, MOST_LISTED)
    records = tuple(record for record in every if record.status.is_final and record.trials_done)
    return _Listed(records, run_differences(records, lambda each: (_stem(each), *_plan_parts(each))))


def _compared(room: DeskRoom, record: RunRecord, difference: str) -> ComparedRun:
    text = room.services.history.runs.result_json(record.simulation_id)
    statistics = None if text is None else statistics_of(text)
    if statistics is None:
        raise McdeskError(f"{record.model_name} has no result", "Choose another run.")
    began = f"{moment_of(record.created_at).astimezone():%H:%M}"
    parts = (_stem(record), f"seed {record.seed}", began, difference)
    return ComparedRun(record.simulation_id, ", ".join(filter(None, parts)), statistics, began)


def _choices(found: _Listed) -> tuple[RunChoice, ...]:
    choices = [_choice(record, found.differences, "%d %b %H:%M") for record in found.records]
    alike = Counter((each.title, each.text) for each in choices)
    return tuple(
        # equal runs of one minute have only their second
        _choice(record, found.differences, "%d %b %H:%M:%S") if alike[each.title, each.text] > 1 else each
        for record, each in zip(found.records, choices, strict=True)
    )


def _choice(record: RunRecord, differences: Mapping[str, str], time_format: str) -> RunChoice:
    local = moment_of(record.created_at).astimezone()
    parts = (f"{local:{time_format}}", *_plan_parts(record), differences.get(record.simulation_id, ""))
    return RunChoice(record.simulation_id, _stem(record), "  \u00b7  ".join(filter(None, parts)))


def _plan_parts(record: RunRecord) -> tuple[str, str]:
    return f"{short_count(record.trials_done)} trials", f"seed {record.seed}"


def _stem(record: RunRecord) -> str:
    return model_title(Path(record.model_name))
