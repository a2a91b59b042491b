"""The live line of a run: what it shows, at which width, and where it shows nothing."""

import io
from dataclasses import replace

import pytest
from rich.console import Console

from mcdesk.cli.progress_bar import ExpectedEnd, ProgressLine, progress_bar, rate_text, time_left_text
from mcdesk.engine.simulation_types import Phase, SimulationProgress
from mcdesk.foundation.cancellation import CancelToken

HALF_DONE = SimulationProgress(500_000, 1_000_000, 12_345.6, 1234.5678, 0.98)


class Clock:
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def painted(line: ProgressLine, width: int = 120) -> str:
    console = Console(file=io.StringIO(), force_terminal=True, color_system=None, width=width)
    with console.capture() as capture:
        console.print(line)
    return capture.get().rstrip("\n")


def steady_line(cancel: CancelToken) -> ProgressLine:
    clock = Clock()
    line = ProgressLine(cancel, clock)
    for trials_done in (250_000, 500_000):
        clock.seconds += 30.0
        line.show(SimulationProgress(trials_done, 1_000_000, 12_345.6, 1234.5678, 0.98))
    return line


def test_that_rate_time_left_and_estimate_are_shown() -> None:
    text = painted(steady_line(CancelToken()))

    for part in ("Simulating", " 50.0 %", "12,346 trials/s", "1:00 left", "mean 1,234.57 ± 0.98"):
        assert part in text


@pytest.mark.parametrize("width", [1, 10, 30, 50, 70, 79, 80, 90, 120, 300])
def test_that_the_line_never_fills_the_width(width: int) -> None:
    text = painted(steady_line(CancelToken()), width)

    assert "\n" not in text
    assert len(text.rstrip()) <= max(width - 1, 1)


def test_that_a_narrow_line_leaves_the_mean_out_first() -> None:
    text = painted(steady_line(CancelToken()), 70)

    assert "left" in text
    assert "mean" not in text


def test_that_before_the_first_trial_it_prepares() -> None:
    assert painted(ProgressLine(CancelToken())).startswith("Preparing")


def test_that_a_cancel_is_shown_at_once() -> None:
    cancel = CancelToken()
    line = steady_line(cancel)

    cancel.cancel()

    assert painted(line).startswith("Stopping")
    assert "left" not in painted(line)


@pytest.mark.parametrize(
    ("phase", "state"), [(Phase.STATISTICS, "Making statistics"), (Phase.SAVING, "Writing the trials")]
)
def test_that_after_the_last_trial_it_says_what_is_done(phase: Phase, state: str) -> None:
    line = steady_line(CancelToken())

    line.show(replace(HALF_DONE, trials_done=1_000_000, phase=phase))

    text = painted(line)
    assert state in text
    assert "1,000,000 trials" in text
    assert "%" not in text


def test_that_the_time_left_is_not_guessed_while_chunks_grow() -> None:
    clock = Clock()
    end = ExpectedEnd(clock)
    moments = []

    for trials_done in (1, 9, 73, 137, 1000):
        clock.seconds += 1.0
        moments.append(end.moment(trials_done, 1000))

    assert moments == [None, None, None, 4.0 + (1000 - 137) / 64, None]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-1.0, "0:00 left"),
        (0.2, "0:01 left"),
        (75.0, "1:15 left"),
        (3661.0, "1:01:01 left"),
        (1e6, "11 days left"),
    ],
)
def test_that_the_time_left_is_short_text(seconds: float, text: str) -> None:
    assert time_left_text(seconds) == text


@pytest.mark.parametrize(("rate", "text"), [(0.1234, "0.123"), (45.6, "45.6"), (1234567.8, "1,234,568")])
def test_that_low_rates_keep_their_digits(rate: float, text: str) -> None:
    assert rate_text(rate) == text


@pytest.mark.parametrize("is_quiet", [True, False])
def test_that_nothing_is_shown_without_a_terminal(capfd: pytest.CaptureFixture[str], is_quiet: bool) -> None:
    with progress_bar(is_quiet, CancelToken()) as show:
        show(HALF_DONE)

    assert capfd.readouterr().err == ""
