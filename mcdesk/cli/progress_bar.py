"""The live bar of a run: on standard error, and only where that is a terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from mcdesk.engine.simulation_types import SimulationProgress


@contextmanager
def progress_bar(is_quiet: bool) -> Iterator[Callable[[SimulationProgress], None]]:
    """What takes in the progress of a run and shows it, or does nothing."""
    console = Console(stderr=True)
    if is_quiet or not console.is_terminal:
        yield lambda progress: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        TextColumn("{task.percentage:>5.1f} %  {task.fields[rate]}"),
        TimeRemainingColumn(compact=True),
        TextColumn("{task.fields[estimate]}"),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("Simulating", total=None, rate="", estimate="")

        def show(progress: SimulationProgress) -> None:
            bar.update(
                task,
                total=progress.trials,
                completed=progress.trials_done,
                rate=f"{progress.trials_per_second:,.0f} trials/s",
                estimate=_estimate(progress),
            )

        yield show


def _estimate(progress: SimulationProgress) -> str:
    if progress.mean is None or progress.half_width_95 is None:
        return ""
    return f"mean {progress.mean:,.6g} ± {progress.half_width_95:,.3g}"
