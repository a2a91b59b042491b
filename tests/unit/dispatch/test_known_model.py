"""When a compiled model serves again, and when it must not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from mcdesk.dispatch.caches import Caches
from mcdesk.dispatch.known_model import known_model
from mcdesk.dispatch.model_preparation import Moment, PreparedModel
from mcdesk.dispatch.moment_serial import serial_of
from mcdesk.engine.sampling.sampler import Sampling
from mcdesk.engine.simulation_types import SimulationPlan
from mcdesk.formulas.setup_option_texts import input_text, limit_text, output_text
from mcdesk.formulas.setup_texts import SetupFile, ValueText
from mcdesk.foundation.cancellation import CancelToken
from mcdesk.model.workbook import Workbook
from mcdesk.model.xlsx_reader import read_workbook
from tests.builders_xlsx import CellContent, write_xlsx
from tests.unit.dispatch.cache_counts import cache_counts

NOON = datetime(2026, 3, 4, 12)
PLAN = SimulationPlan(1_000, seed=1)
CELLS: dict[str, CellContent] = {"A1": 10.0, "A2": 1.0, "A3": ("=A1*2+A2", 21.0)}


def valued(value: float | bool) -> SetupFile:
    return SetupFile(
        (input_text("S!A1=normal(10, 1)"),), (output_text("S!A3"),), (ValueText("", "S!A2", value),)
    )


class Asked:
    """Asks for models of a workbook, and says which were known."""

    def __init__(self, folder: Path, cells: dict[str, CellContent]) -> None:
        self.caches = Caches()
        self.workbook: Workbook = read_workbook(write_xlsx(folder / "model.xlsx", {"S": cells}))

    def model(
        self,
        setup: SetupFile | None = None,
        plan: SimulationPlan = PLAN,
        now: datetime = NOON,
        workbook: Workbook | None = None,
    ) -> PreparedModel:
        moment = Moment(now, lambda: 0.0)
        book = workbook or self.workbook
        return known_model(book, setup or valued(1.0), plan, moment, CancelToken(), self.caches)


@pytest.fixture
def asked(tmp_path: Path) -> Asked:
    return Asked(tmp_path, CELLS)


@pytest.mark.parametrize(
    "plan",
    [
        replace(PLAN, seed=2),
        replace(PLAN, trials=5_000),
        replace(PLAN, stop="mean 1%"),
    ],
    ids=["seed", "trials", "stop rule"],
)
def test_that_what_no_program_depends_on_compiles_nothing(asked: Asked, plan: SimulationPlan) -> None:
    first = asked.model()

    again = asked.model(plan=plan)

    assert again.compiled is first.compiled
    assert cache_counts(asked.caches.metrics) == {"cache.programs.miss": 1.0, "cache.programs.hit": 1.0}


def test_that_the_plan_of_a_setup_file_is_no_part_of_the_model(asked: Asked) -> None:
    first = asked.model(valued(1.0))

    again = asked.model(replace(valued(1.0), trials=7, seed=3, sampling=Sampling.PLAIN, stop="mean 1%"))

    assert again.compiled is first.compiled


OTHERS: dict[str, Callable[[Asked], PreparedModel]] = {
    "input": lambda asked: asked.model(replace(valued(1.0), inputs=(input_text("S!A1=normal(10, 2)"),))),
    "output": lambda asked: asked.model(replace(valued(1.0), outputs=(output_text("S!A3=other name"),))),
    "limit": lambda asked: asked.model(replace(valued(1.0), limits=(limit_text("S!A3=3"),))),
    "value": lambda asked: asked.model(valued(2.0)),
    "logical value": lambda asked: asked.model(valued(True)),
    "sampling": lambda asked: asked.model(plan=replace(PLAN, sampling=Sampling.LATIN_HYPERCUBE)),
    "year": lambda asked: asked.model(now=NOON.replace(year=2027)),
    "name": lambda asked: asked.model(workbook=replace(asked.workbook, path=Path("other.xlsx"))),
    "content": lambda asked: asked.model(workbook=replace(asked.workbook, sha256="another")),
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS.keys())
def test_that_another_model_is_compiled(asked: Asked, other: Callable[[Asked], PreparedModel]) -> None:
    first = asked.model()

    assert other(asked).compiled is not first.compiled
    assert cache_counts(asked.caches.metrics) == {"cache.programs.miss": 2.0}


def test_that_a_zero_and_a_minus_zero_are_two_models(asked: Asked) -> None:
    assert asked.model(valued(0.0)).compiled is not asked.model(valued(-0.0)).compiled


@pytest.mark.parametrize("sampling", [Sampling.LATIN_HYPERCUBE, Sampling.SOBOL])
def test_that_stratified_draws_are_compiled_for_their_number_of_trials(
    asked: Asked, sampling: Sampling
) -> None:
    plan = replace(PLAN, sampling=sampling, trials=1_024)

    first, other_seed = asked.model(plan=plan), asked.model(plan=replace(plan, seed=9))
    more = asked.model(plan=replace(plan, trials=2_048))

    assert other_seed.compiled is first.compiled
    assert more.compiled is not first.compiled


def test_that_two_samplings_of_as_many_trials_are_two_models(asked: Asked) -> None:
    hypercube, points = (
        asked.model(plan=replace(PLAN, sampling=sampling, trials=1_024))
        for sampling in (Sampling.LATIN_HYPERCUBE, Sampling.SOBOL)
    )

    assert hypercube.compiled is not points.compiled


@pytest.mark.parametrize(
    ("formula", "is_known_in_an_hour", "is_known_tomorrow"),
    [("=A1*2", True, True), ("=A1*2+TODAY()", True, False), ("=A1*2+NOW()", False, False)],
)
def test_that_a_model_is_known_as_long_as_it_shows_the_same_moment(
    tmp_path: Path, formula: str, is_known_in_an_hour: bool, is_known_tomorrow: bool
) -> None:
    asked = Asked(tmp_path, {**CELLS, "A3": (formula, 0.0)})
    first = asked.model()

    later, tomorrow = asked.model(now=NOON.replace(hour=13)), asked.model(now=NOON.replace(day=5))

    assert (later.compiled is first.compiled) is is_known_in_an_hour
    assert (tomorrow.compiled is first.compiled) is is_known_tomorrow


def test_that_the_model_of_one_moment_takes_no_room(tmp_path: Path) -> None:
    asked = Asked(tmp_path, {**CELLS, "A3": ("=A1*2+NOW()", 0.0)})

    asked.model()

    assert asked.caches.models.byte_count == 0


def test_that_a_known_model_has_the_moment_at_which_it_was_asked_for(asked: Asked) -> None:
    asked.model()
    later = NOON.replace(month=8)

    found = asked.model(now=later)

    assert found.now == later
    assert found.loaded.now_serial == serial_of(later, date_1904=False)


def test_that_texts_without_a_year_are_of_the_year_of_the_run(tmp_path: Path) -> None:
    asked = Asked(tmp_path, {**CELLS, "A3": ('=A1+DATEVALUE("1 May")', 0.0)})

    bases = [
        asked.model(now=now).compiled.simulated.outputs[0].base_value
        for now in (NOON, NOON.replace(year=2027))
    ]

    assert bases == [10.0 + 46_143.0, 10.0 + 46_508.0]
