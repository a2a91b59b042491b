"""Which indexes the history lacks: tried out on a copy in memory, as SQLite's own `.expert` does.

It changes nothing in the history; `index_change` does, when somebody wants it to.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from mcdesk.foundation.cancellation import CancelToken
from mcdesk.history.copy_filling import CopyFilling
from mcdesk.history.driver import MEMORY, ChosenDriver, Connection, SqlValue, choose_driver, connect
from mcdesk.history.index_candidates import AdvisedIndex, candidates_for
from mcdesk.history.planning_copy import Frequency, PlanningCopy, plan_of
from mcdesk.history.statement_catalogue import Statement
from mcdesk.history.statement_terms import StatementTerms, terms_of
from mcdesk.history.store_errors import is_broken_off, told_error, told_file_error

_BUSY_SECONDS = 5.0
_STEPS_BETWEEN_LOOKS = 10_000
_FINE_SECONDS = 1e-6
# A shorter key is preferred where it costs no more than this.
_NEARLY_AS_FAST = 1.1


@dataclass(frozen=True, slots=True)
class AdviceLimits:
    """How much may be spent, and what an index has to bring.

    Args:
        most_copied_bytes: a larger file is sampled, and statements on sampled tables are not timed.
        most_sampled_rows: rows of each table that are taken then.
        most_seconds: when to stop looking; what was found by then is told.
        least_rows: scans of smaller tables are not looked at.
        least_gain: how many times faster a statement has to become.
        least_saved_milliseconds: what an execution has to save; nobody notices less, and every index costs.
        payback: how many times the making of an index has to be saved by the executions that were seen.
    """

    most_copied_bytes: int = 128_000_000
    most_sampled_rows: int = 20_000
    most_seconds: float = 60.0
    least_rows: int = 50
    least_gain: float = 1.5
    least_saved_milliseconds: float = 0.1
    payback: float = 5.0


@dataclass(frozen=True, slots=True)
class Recommendation:
    """An index for a statement; plans have a line for each step, times are None where not timed."""

    statement: Statement
    index: AdvisedIndex
    plan_before: str
    plan_after: str
    milliseconds_before: float | None
    milliseconds_after: float | None

    @property
    def name(self) -> str:
        """What the index would be called."""
        return self.index.name

    @property
    def create_sql(self) -> str:
        """The statement that makes the index."""
        return self.index.create_sql

    @property
    def gain(self) -> float | None:
        """How many times faster the statement becomes; None where it was not timed."""
        if self.milliseconds_before is None or not self.milliseconds_after:
            return None
        return self.milliseconds_before / self.milliseconds_after

    @property
    def timing(self) -> str:
        """The times in words."""
        if self.milliseconds_before is None or self.milliseconds_after is None:
            return "not timed"
        return f"{self.milliseconds_before:.3g} ms before, {self.milliseconds_after:.3g} ms after"


@dataclass(frozen=True, slots=True)
class Advice:
    """The recommendations, those for slow statements first; `is_complete` is False if time ran out."""

    recommendations: tuple[Recommendation, ...]
    statement_count: int
    is_complete: bool


@dataclass(frozen=True, slots=True)
class _Case:
    """A statement with what it is planned with."""

    statement: Statement
    terms: StatementTerms
    values: tuple[SqlValue, ...]
    real_plan: tuple[str, ...]

    @property
    def sql(self) -> str:
        return self.statement.sql


@dataclass(frozen=True, slots=True)
class _Trial:
    """How a statement fares with one more index, or with None; `build_milliseconds` is what that one took."""

    index: AdvisedIndex | None
    plan: tuple[str, ...]
    flaw_count: int
    milliseconds: float
    build_milliseconds: float = 0.0


def advise(
    path: Path,
    statements: Sequence[Statement],
    limits: AdviceLimits = AdviceLimits(),
    token: CancelToken | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Advice:
    """The indexes that statements of the history at `path` lack; any thread may ask, and nothing is changed.

    Raises:
        Cancelled: if somebody asked.
        McdeskError: if the history cannot be read, or its tables are not as mcdesk makes them.
    """
    token = token or CancelToken()
    driver = choose_driver()
    is_small = _byte_count(path) <= limits.most_copied_bytes
    deadline = clock() + limits.most_seconds
    found: list[Recommendation] = []
    examined_count = 0
    try:
        with _connections(path, driver, lambda: token.is_cancelled or clock() > deadline) as (real, memory):
            filling = CopyFilling(memory, driver, None if is_small else limits.most_sampled_rows)
            filling.fill(path)
            advisor = _Advisor(PlanningCopy(memory, driver, filling, _work_clock()), limits)
            for case in advisor.cases(statements, lambda sql, values: plan_of(real, driver, sql, values)):
                examined_count += 1
                found += advisor.recommendations(case)
            found = advisor.without_redundant(found)
    except driver.module.Error as error:
        token.raise_if_cancelled()
        if is_broken_off(error):
            return Advice(tuple(found), examined_count, is_complete=False)
        told = told_error(error, path)
        if told is None:
            raise
        raise told from error
    return Advice(tuple(found), examined_count, is_complete=True)


def _work_clock() -> Callable[[], float]:
    """The processor time of this thread, which other programs do not lengthen, where it is told finely."""
    is_fine = time.get_clock_info("thread_time").resolution <= _FINE_SECONDS
    return time.thread_time if is_fine else time.perf_counter


def _byte_count(path: Path) -> int:
    """The length of the file; to ask is also not to let SQLite make one that is not there."""
    try:
        return path.stat().st_size
    except OSError as error:
        raise told_file_error(error, path) from error


@contextmanager
def _connections(
    path: Path, driver: ChosenDriver, is_over: Callable[[], bool]
) -> Iterator[tuple[Connection, Connection]]:
    """The real file, to plan on only, and a database in memory; both stop when it is over."""
    real = connect(driver, path, _BUSY_SECONDS)
    memory = connect(driver, Path(MEMORY), _BUSY_SECONDS)
    try:
        for connection in (real, memory):
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.set_progress_handler(lambda: int(is_over()), _STEPS_BETWEEN_LOOKS)
        real.execute("PRAGMA query_only = ON")
        yield real, memory
    finally:
        memory.close()
        real.close()


class _Advisor:
    """Tries indexes out; those that it recommends stay in the copy, so that the next statement has them."""

    def __init__(self, copy: PlanningCopy, limits: AdviceLimits) -> None:
        self._copy = copy
        self._limits = limits

    def cases(
        self,
        statements: Sequence[Statement],
        real_plan: Callable[[str, Sequence[SqlValue]], tuple[str, ...] | None],
    ) -> Iterator[_Case]:
        """What of the statements can be planned, both here and in the real file."""
        for statement in statements:
            terms = terms_of(statement.sql, self._copy.columns_by_table)
            if not terms.tables or not statement.sql.lstrip().upper().startswith(_PLANNED):
                continue
            values = self._values(statement, terms)
            plan = real_plan(statement.sql, values)
            if plan is not None and self._copy.plan(statement.sql, values) is not None:
                yield _Case(statement, terms, values, plan)

    def recommendations(self, case: _Case) -> Iterator[Recommendation]:
        """The indexes that serve a statement, each on top of those before."""
        plan = case.real_plan
        candidates = candidates_for(case.terms)
        for index in candidates:
            if self._copy.is_applied(index):
                self._copy.add(index)
        # One for each table of a join.
        for _ in case.terms.tables:
            before = self._trial(case, None) if self._is_flawed(case, plan) else None
            best = self._best(case, before, candidates) if before is not None else None
            if before is None or best is None or best.index is None:
                return
            self._copy.add(best.index)
            yield self._recommendation(case, before, best, plan)
            plan = best.plan

    def without_redundant(self, found: Sequence[Recommendation]) -> list[Recommendation]:
        """Leave out an index that another one replaces, being longer, and tell the times without it."""
        kept = list(found)
        for each in found:
            if not any(each.index.is_prefix_of(other.index) for other in kept if other is not each):
                continue
            self._copy.drop(each.index)
            terms = terms_of(each.statement.sql, self._copy.columns_by_table)
            plan = self._copy.plan(each.statement.sql, self._values(each.statement, terms)) or ()
            if self._flaw_count(terms, plan) > self._flaw_count(terms, each.plan_after.split("\n")):
                self._copy.add(each.index)
            else:
                kept.remove(each)
        return kept

    def _values(self, statement: Statement, terms: StatementTerms) -> tuple[SqlValue, ...]:
        """Typical parameters; for a statement that was slow, those that make it slowest."""
        if not statement.is_slow:
            return self._copy.values(terms.parameters)
        sets = [self._copy.values(terms.parameters, frequency) for frequency in Frequency]
        return max(sets, key=lambda values: self._copy.milliseconds(statement.sql, values) or 0.0)

    def _is_flawed(self, case: _Case, plan: Sequence[str]) -> bool:
        return case.statement.is_slow or self._flaw_count(case.terms, plan) > 0

    def _flaw_count(self, terms: StatementTerms, plan: Sequence[str]) -> int:
        return sum(self._is_flaw(terms, step) for step in plan)

    def _is_flaw(self, terms: StatementTerms, step: str) -> bool:
        """Whether a step reads all of a table that has many rows, sorts, or makes an index for itself.

        What an index of some rows has left out is not read.
        """
        if "AUTOMATIC" in step or ("TEMP B-TREE" in step and "ORDER BY" in step):
            return True
        words = step.split()
        if not self._copy.partial_indexes().isdisjoint(words):
            return False
        table = terms.table_by_alias.get(words[1]) if words[0] == "SCAN" and len(words) > 1 else None
        return table is not None and self._copy.row_count(table) >= self._limits.least_rows

    def _trial(self, case: _Case, index: AdvisedIndex | None) -> _Trial | None:
        plan = self._copy.plan(case.sql, case.values)
        if plan is None or (index is not None and not any(index.name in step for step in plan)):
            return None
        milliseconds = self._copy.milliseconds(case.sql, case.values)
        if milliseconds is None:
            return None
        return _Trial(index, plan, self._flaw_count(case.terms, plan), milliseconds)

    def _best(self, case: _Case, before: _Trial, candidates: Sequence[AdvisedIndex]) -> _Trial | None:
        trials = [
            trial
            for index in candidates
            if not self._copy.has(index)
            for trial in self._trials(case, index)
            if self._is_worth_it(case, before, trial)
        ]
        if not trials:
            return None
        least = min(trial.flaw_count for trial in trials)
        trials = [trial for trial in trials if trial.flaw_count == least]
        fastest = min(trial.milliseconds for trial in trials)
        near = [trial for trial in trials if trial.milliseconds <= fastest * _NEARLY_AS_FAST]
        return min(near, key=lambda trial: len(trial.index.keys) if trial.index else 0)

    def _trials(self, case: _Case, index: AdvisedIndex) -> Iterator[_Trial]:
        """The trial with an index that SQLite makes and the planner uses; the index is gone afterwards."""
        build_milliseconds = self._copy.add(index)
        if build_milliseconds is None:
            return
        try:
            trial = self._trial(case, index)
        finally:
            self._copy.drop(index)
        if trial is not None:
            yield replace(trial, build_milliseconds=build_milliseconds)

    def _is_worth_it(self, case: _Case, before: _Trial, after: _Trial) -> bool:
        limits, is_slow = self._limits, case.statement.is_slow
        scale = self._copy.scale(case.terms.tables)
        saved = (before.milliseconds - after.milliseconds) * scale
        is_faster = before.milliseconds >= after.milliseconds * limits.least_gain
        is_noticed = saved >= limits.least_saved_milliseconds
        is_better = after.flaw_count < before.flaw_count + is_slow
        # Whoever waited for a slow statement is not interested in what the index costs.
        pays = is_slow or saved * case.statement.count >= after.build_milliseconds * scale * limits.payback
        return is_faster and is_noticed and is_better and pays

    def _recommendation(
        self, case: _Case, before: _Trial, best: _Trial, plan: Sequence[str]
    ) -> Recommendation:
        assert best.index is not None
        is_timed = self._copy.scale(case.terms.tables) <= 1.0
        return Recommendation(
            statement=case.statement,
            index=best.index,
            plan_before="\n".join(plan),
            plan_after="\n".join(best.plan),
            milliseconds_before=before.milliseconds if is_timed else None,
            milliseconds_after=best.milliseconds if is_timed else None,
        )


_PLANNED = ("SELECT", "UPDATE", "DELETE", "INSERT", "WITH")
