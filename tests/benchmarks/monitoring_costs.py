"""What measuring costs: a value, a simulation beside it, and the page that shows it.

python -m tests.benchmarks.monitoring_costs; with QT_QPA_PLATFORM=offscreen where there is no screen.
"""

import os
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from PySide6.QtWidgets import QApplication

from mcdesk.application import SWITCH_SECONDS
from mcdesk.dispatch.run_simulation import run_simulation
from mcdesk.dispatch.run_types import RunRequest
from mcdesk.engine.simulation_types import SimulationPlan
from mcdesk.formulas.setup_file import read_setup_file
from mcdesk.foundation.cancellation import CancelToken
from mcdesk.foundation.metrics import Metrics
from mcdesk.foundation.paths import resources_folder
from mcdesk.services import folders_under, open_monitoring, open_queue, open_services
from mcdesk.ui.background import Background
from mcdesk.ui.composition import compose
from mcdesk.ui.desk import Desk
from mcdesk.ui.frame import make_frame
from mcdesk.ui.theme.theme import Theme, ThemeChoice
from mcdesk.ui.views.dashboard_view import RANGE_TEXTS, DashboardView
from tests.benchmarks.four_simulations import DASHBOARD_PAGE, wait
from tests.benchmarks.window_watching import serve

MODEL = "product_launch"
TRIALS = 60_000_000
ROUNDS = 5
EVENTS = 200_000
SECONDS = 20.0


def main() -> None:
    """Print three tables."""
    print_events()
    with tempfile.TemporaryDirectory() as home:
        print_simulations(Path(home))
    with tempfile.TemporaryDirectory() as home:
        print_page(Path(home))


def print_events() -> None:
    """What a value costs who tells it, and what its second costs who writes it down."""
    print("| a value | \u00b5s |\n|---|---|")
    for name in ("count", "gauge", "observe"):
        metrics = Metrics()
        tell = getattr(metrics, name)
        times = []
        for _ in range(ROUNDS):
            began = time.process_time()
            for number in range(EVENTS // ROUNDS):
                tell("name", float(number))
            times.append((time.process_time() - began) / (EVENTS // ROUNDS))
            metrics.take()
        print(f"| {name} | {1e6 * statistics.median(times):.2f} |", flush=True)


def print_simulations(home: Path) -> None:
    """The same simulation with everything that measures, and without, in turns."""
    source = resources_folder() / "examples" / f"{MODEL}.xlsx"
    setup = read_setup_file(source.with_suffix(".toml"))
    seconds: dict[bool, list[float]] = {True: [], False: []}
    with open_services(folders_under(home)) as services:
        for seed in range(2 * ROUNDS + 2):
            is_measured = bool(seed % 2)
            with ExitStack() as stack:
                if is_measured:
                    monitoring = stack.enter_context(open_monitoring(services))
                    monitoring.want_readings("benchmark", True)
                context = stack.enter_context(open_queue(services))
                request = RunRequest(source, setup, SimulationPlan(TRIALS, seed=seed), uses_cache=False)
                report = run_simulation(request, context, lambda _: None, CancelToken())
            # the first of each warms up
            if seed > 1:
                seconds[is_measured].append(report.timing.simulate_seconds)
    ratio = statistics.median(a / b for a, b in zip(seconds[True], seconds[False], strict=True))
    print("\n| simulating, median (s) | without | with everything that measures | ratio |\n|---|---|---|---|")
    print(
        f"| {MODEL}, {TRIALS:,} trials | {_median(seconds[False])} | {_median(seconds[True])} | {ratio:.3f} |"
    )


def print_page(home: Path) -> None:
    """The processor time of the window's process while the page is seen and while it is not."""
    sys.setswitchinterval(SWITCH_SECONDS)
    application = QApplication([])
    frame = make_frame(Theme(application, ThemeChoice.LIGHT))
    folders, background = folders_under(home), Background()
    desk = Desk(folders)
    workbench = compose(frame, folders, background, desk)
    ready: list[object] = []
    desk.ready.connect(ready.append)
    desk.start()
    frame.window.resize(1280, 800)
    frame.window.show()
    wait(lambda: bool(ready))
    assert workbench.measures is not None
    workbench.measures.loop.start()
    view = frame.window.findChild(DashboardView)
    assert view is not None
    serve(3.0)
    print("\n| the window, nothing runs | of a core |\n|---|---|")
    print(f"| another page | {_share():.2%} |", flush=True)
    frame.window.show_number(DASHBOARD_PAGE)
    for number, text in enumerate(RANGE_TEXTS):
        view.choose_range(number)
        serve(3.0)
        print(f"| dashboard, {text} | {_share():.2%} |", flush=True)
    print(f"\nLoad {os.getloadavg()[0]:.1f}.")
    workbench.measures.loop.stop()
    background.end()
    desk.end()
    frame.window.close_now()


def _share() -> float:
    processor, wall = time.process_time(), time.monotonic()
    serve(SECONDS)
    return (time.process_time() - processor) / (time.monotonic() - wall)


def _median(values: list[float]) -> str:
    return f"{statistics.median(values):.3f}"


if __name__ == "__main__":
    main()
