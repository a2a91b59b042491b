"""Figures that pages quote from the benchmarks are those that were measured last."""

import re

import pytest

from mcdesk.foundation.paths import documentation_folder
from tests.architecture.source_tree import ROOT

BENCHMARKS = (documentation_folder() / "benchmarks.md").read_text(encoding="utf-8")
PERFORMANCE = (documentation_folder() / "performance.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
MODELS = ("A", "B", "C")


def measured(model: str) -> tuple[float, float, float]:
    """Trials per second and core, times NumPy by hand, share of gcc's time."""
    section = BENCHMARKS.partition(f"### Model {model}\n")[2]
    row = next(line for line in section.splitlines() if line.startswith("| CPU back end, long runs |"))
    rate, _, by_hand, _, gcc = (float(cell.replace(",", "")) for cell in row.strip("| ").split(" | ")[1:])
    return rate, by_hand, gcc


@pytest.mark.parametrize("model", MODELS)
def test_that_the_page_of_performance_quotes_what_was_measured(model: str) -> None:
    rate, by_hand, gcc = measured(model)
    row = next(line for line in PERFORMANCE.splitlines() if line.startswith(f"| {model}, "))

    assert (f"{rate / 1e6:.1f} million" if rate >= 1e6 else f"{rate:,.0f}") in row
    assert f"{by_hand:.1f} times" in row
    assert f"| {gcc:.2f} |" in row


def test_that_the_readme_quotes_the_same() -> None:
    rates, by_hand, shares = zip(*map(measured, MODELS), strict=True)

    assert f"{min(rates) / 1e6:.1f} to {max(rates) / 1e6:.0f} million trials per second" in README
    assert f"{min(by_hand):.1f} to {max(by_hand):.0f} times NumPy written by hand" in README
    assert f"in {min(shares):.2f} to {max(shares):.2f} of the time of C by gcc" in README


@pytest.mark.parametrize(
    ("measurement", "quoted"),
    [
        (r"whole process to a window that can be used.*?median (?P<value>[\d.]+ s)", "until it can be used"),
        (r"20,000 cells, from the drop to the picture \| (?P<value>[\d.]+ s)", "from the drop"),
    ],
)
def test_that_times_of_the_window_are_those_that_were_measured(measurement: str, quoted: str) -> None:
    found = re.search(measurement, BENCHMARKS)
    row = next(line for line in PERFORMANCE.splitlines() if quoted in line)

    assert found is not None
    assert f"| {found['value']} |" in row
