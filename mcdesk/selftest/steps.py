"""What the self-test looks at: each part of mcdesk does its work in small, in a folder of its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from mcdesk.dispatch.model_preparation import Moment, prepare_workbook
from mcdesk.dispatch.run_simulation import run_simulation
from mcdesk.dispatch.run_types import RunContext, RunReport, RunRequest, local_now
from mcdesk.engine.backends import open_backend
from mcdesk.engine.backends.backend import Backend
from mcdesk.engine.backends.cuda_driver import cuda_obstacles
from mcdesk.engine.simulation import Simulation
from mcdesk.engine.simulation_types import OutputStatistics, SimulationPlan, SimulationProgram
from mcdesk.formulas.parity import compare_workbook
from mcdesk.formulas.setup_file import read_setup_file
from mcdesk.formulas.setup_option_texts import output_text
from mcdesk.formulas.setup_texts import SetupFile
from mcdesk.foundation.cancellation import CancelToken
from mcdesk.foundation.errors import PasswordRefused, RunFailed
from mcdesk.foundation.paths import resources_folder
from mcdesk.history.driver import PREFERRED_MODULE
from mcdesk.model.xlsx_reader import read_workbook
from mcdesk.selftest.step_runner import NotHere, Step
from mcdesk.services import folders_under, open_queue, open_services

TRIALS = 4096
# Its formulas have a price in closed form, beside the cell that is simulated.
PRICED = "call_option.xlsx"
PRICE_CELL, SIMULATED_CELL = "Option!B15", "Option!B11"
# A mean further off than so many standard errors does not happen by chance.
MOST_STANDARD_ERRORS = 5.0
RUN = "product_launch.xlsx"
# Of the pixels of a chart; one that is not drawn has a single colour.
FEWEST_COLOURS = 20
EMAIL, PASSWORD = "self@test.example", "correct horse battery"


@dataclass(frozen=True, slots=True)
class Bench:
    """Where the steps work.

    Attributes:
        folder: empty at the beginning, removed at the end.
        known: statistics that a later step compares with, by the name of what made them.
    """

    folder: Path
    known: dict[str, OutputStatistics] = field(default_factory=dict)

    def steps(self) -> Sequence[Step]:
        """All of them, in their order."""
        return (
            Step("resources", _look_at_resources),
            Step("workbook", _read_a_workbook),
            Step("reference", lambda: self._simulate("reference", _reference)),
            Step("cpu", lambda: self._simulate("cpu", _compiled)),
            Step("cuda", lambda: self._simulate("cuda", _on_gpu)),
            Step("database", self._write_and_read),
            Step("engine", self._compute_in_child),
            Step("sign-in", self._sign_in),
            Step("charts", self._draw),
        )

    def _simulate(self, name: str, open_it: Callable[[SimulationProgram], Backend]) -> str:
        simulated, price = _priced_model()
        backend = open_it(simulated)
        try:
            simulation = Simulation(simulated, SimulationPlan(TRIALS, seed=1), backend)
            while not simulation.is_done:
                simulation.run_chunk(TRIALS)
            output = simulation.result().outputs[0]
        finally:
            backend.close()
        if backend.warnings or backend.name != name:
            raise RunFailed(f"It ran on {backend.name}", " ".join(backend.warnings))
        mean, deviation = _known(output.mean), _known(output.sd)
        if abs(mean - price) > MOST_STANDARD_ERRORS * deviation / TRIALS**0.5:
            raise RunFailed(f"The mean is {mean}, and the price of the option is {price}")
        self._compare("bits", output)
        return f"{TRIALS:,} trials, mean {mean:.4f}, price in closed form {price:.4f}"

    def _write_and_read(self) -> str:
        with open_services(folders_under(self.folder)) as services:
            first, again = self._run(services.run_context), self._run(services.run_context)
            health = services.open_history.health()
        if not again.is_cached:
            reasons = " ".join(again.warnings) or "What was written is not there"
            raise RunFailed(f"The history did not give the run back. {reasons}")
        if health.integrity != "ok" or not PREFERRED_MODULE.startswith(health.driver.partition(",")[0]):
            raise RunFailed(f"The database is {health.integrity}, read by {health.driver}")
        self._compare("run", first.statistics.outputs[0])
        self._compare("run", again.statistics.outputs[0])
        return f"{health.driver}, {health.journal_mode}, schema {health.schema_version}, a run read back"

    def _compute_in_child(self) -> str:
        with open_services(folders_under(self.folder)) as services, open_queue(services) as context:
            handed_in: list[str] = []
            report = self._run(replace(context, on_handed_in=handed_in.append), uses_cache=False)
        if not handed_in:
            raise RunFailed("The queue did not take the run", " ".join(report.warnings))
        self._compare("run", report.statistics.outputs[0])
        return f"a process of its own computed {report.trials_done:,} trials, the same bits"

    def _sign_in(self) -> str:
        with open_services(folders_under(self.folder)) as services:
            people = services.people
            people.administration.add(EMAIL, "enterprise")
            people.administration.set_password(EMAIL, PASSWORD)
            people.identity.sign_in(EMAIL, PASSWORD)
            acting = people.identity.acting_account()
            people.identity.sign_out()
            # the last: after a wrong one, an account has to wait
            try:
                people.identity.sign_in(EMAIL, f"{PASSWORD}?")
            except PasswordRefused:
                pass
            else:
                raise RunFailed("A wrong password was taken")
        if acting.email != EMAIL:
            raise RunFailed(f"{acting.email} acts, after {EMAIL} has signed in")
        return "the right password is taken, a wrong one refused"

    def _draw(self) -> str:
        # Qt is loaded here: without it, the steps before can still be taken
        from mcdesk.ui.chart_sheet import draw_charts

        with open_services(folders_under(self.folder)) as services:
            statistics = self._run(services.run_context).statistics
        drawn = draw_charts(statistics.outputs[0], statistics.inputs)
        pale = [each.name for each in drawn if each.colour_count < FEWEST_COLOURS]
        if pale:
            raise RunFailed(f"Nothing is seen of the {' and the '.join(pale)}")
        return ", ".join(f"{each.name} in {each.colour_count} colours" for each in drawn)

    def _run(self, context: RunContext, uses_cache: bool = True) -> RunReport:
        model = _example(RUN)
        # the set-up asks for more trials than it takes to see whether it works
        setup = replace(read_setup_file(model.with_suffix(".toml")), trials=None, seed=None)
        request = RunRequest(model, setup, SimulationPlan(TRIALS, seed=1), "cpu", uses_cache=uses_cache)
        return run_simulation(request, context, lambda progress: None, CancelToken())

    def _compare(self, name: str, output: OutputStatistics) -> None:
        """Everything that simulates the same has the same bits."""
        before = self.known.setdefault(name, output)
        for what in ("mean", "sd", "minimum", "maximum", "percentiles"):
            one, other = getattr(before, what), getattr(output, what)
            if one != other:
                raise RunFailed(f"The {what} is {other}, and was {one} before")


def _look_at_resources() -> str:
    folder = resources_folder()
    wanted = {"examples": "*.xlsx", "fonts": "*.otf", "icons": "*.svg", "sobol": "*.txt"}
    counts = {name: len(list((folder / name).glob(pattern))) for name, pattern in wanted.items()}
    missing = [name for name, count in counts.items() if not count]
    if missing:
        raise RunFailed(f"There are no {' and no '.join(missing)} in the resources")
    return ", ".join(f"{count} {name}" for name, count in counts.items())


def _read_a_workbook() -> str:
    report = compare_workbook(read_workbook(_example(RUN)))
    if report.matched != report.formula_cells:
        raise RunFailed(f"{report.matched} of {report.formula_cells} formula cells match in {RUN}")
    return f"{RUN}: {report.formula_cells} formula cells, all as stored"


def _priced_model() -> tuple[SimulationProgram, float]:
    workbook = read_workbook(_example(PRICED))
    setup = SetupFile(outputs=(output_text(SIMULATED_CELL), output_text(PRICE_CELL)))
    plan = SimulationPlan(TRIALS, seed=1)
    prepared = prepare_workbook(workbook, setup, plan, CancelToken(), Moment(local_now(), lambda: 0.0))
    simulated = prepared.compiled.simulated
    return simulated, _known(simulated.outputs[1].base_value)


def _reference(simulated: SimulationProgram) -> Backend:
    return open_backend("reference", simulated.program, simulated.evaluators, TRIALS)


def _compiled(simulated: SimulationProgram) -> Backend:
    # not by its name: that would be the reference back end until the compiler is done
    from mcdesk.engine.backends.cpu import CpuBackend

    return CpuBackend(simulated.program, simulated.evaluators)


def _on_gpu(simulated: SimulationProgram) -> Backend:
    obstacle = next(cuda_obstacles(), None)
    if obstacle is not None:
        raise NotHere(obstacle)
    return open_backend("cuda", simulated.program, simulated.evaluators, TRIALS)


def _example(name: str) -> Path:
    return resources_folder() / "examples" / name


def _known(value: float | None) -> float:
    if value is None:
        raise RunFailed("A figure is missing that has to be there")
    return value
