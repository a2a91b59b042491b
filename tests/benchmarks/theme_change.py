"""What a change of theme costs the window, with a workbook and its results open.

python -m tests.benchmarks.theme_change
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

if sys.platform == "linux":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from mcdesk.foundation.paths import resources_folder
from mcdesk.ui.theme.theme import ThemeChoice
from tests.benchmarks.window_busy import OpenWindow, opened

PAGES = ("start", "model", "results", "queue", "settings")
ROUNDS = 10
# after a change the window is watched for so long
WATCHED_SECONDS = 1.0


def main() -> None:
    print("| | measured | asked |\n|---|---:|---:|")
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as window:
        fill(window)
        for what, value, asked in figures(window):
            print(f"| {what} | {value} | {asked} |", flush=True)


def fill(window: OpenWindow) -> None:
    """Open an example and simulate it."""
    workbench = window.workbench
    workbench.open(resources_folder() / "examples" / "product_launch.xlsx")
    window.serve_until(lambda: workbench.model.output_count > 0)
    workbench.run()
    window.serve_until(lambda: workbench.results.result is not None)
    for number in range(len(PAGES)):
        window.frame.window.show_number(number)
        window.serve(0.5)


def figures(window: OpenWindow) -> Iterator[tuple[str, str, str]]:
    """From the choice to the picture, and what the window's thread is held by afterwards."""
    count = len(QApplication.allWidgets())
    for number, name in enumerate(PAGES):
        window.frame.window.show_number(number)
        window.serve(0.5)
        changes, holds = zip(*(change(window, place) for place in range(ROUNDS)), strict=True)
        yield (
            f"another theme on the page {name}, {count:,} widgets",
            f"p50 {1000 * statistics.median(changes):.0f} ms, longest {1000 * max(changes):.0f} ms",
            "100 ms",
        )
        yield "longest work at once after that picture", f"{1000 * max(holds):.0f} ms", "30 ms"


def change(window: OpenWindow, place: int) -> tuple[float, float]:
    """Seconds until the other theme is painted, and the longest turn of the loop after that."""
    application, theme = window.application, window.frame.theme
    began = time.perf_counter()
    theme.choose((ThemeChoice.DARK, ThemeChoice.LIGHT)[place % 2])
    application.processEvents()
    painted = time.perf_counter() - began
    longest, ends_at = 0.0, time.perf_counter() + WATCHED_SECONDS
    while (began := time.perf_counter()) < ends_at:
        application.processEvents()
        longest = max(longest, time.perf_counter() - began)
        time.sleep(0.0005)
    return painted, longest


if __name__ == "__main__":
    main()
