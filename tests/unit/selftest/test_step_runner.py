"""How the self-test tells what it found, and goes on after a failure."""

from collections.abc import Callable, Iterator

import pytest

from mcdesk.foundation.cancellation import Cancelled
from mcdesk.foundation.errors import RunFailed
from mcdesk.selftest.step_runner import NotHere, Step, run_steps


@pytest.fixture
def clock() -> Callable[[], float]:
    """A quarter of a second later each time."""
    seconds: Iterator[float] = iter(number / 4.0 for number in range(100))
    return lambda: next(seconds)


def raising(error: BaseException) -> Callable[[], str]:
    def act() -> str:
        raise error

    return act


def test_that_each_step_has_a_line_with_its_time(clock: Callable[[], float]) -> None:
    lines: list[str] = []

    run_steps((Step("fonts", lambda: "3 of them"), Step("charts", lambda: "drawn")), lines.append, clock)

    assert lines == [
        "ok       0.25 s  fonts      3 of them",
        "ok       0.25 s  charts     drawn",
        "The self-test passed in 1.25 s.",
    ]


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (RunFailed("The mean is off", "Look again."), "The mean is off. Look again."),
        (OSError("libGL.so.1:\n cannot open"), "OSError: libGL.so.1: cannot open"),
    ],
)
def test_that_a_failure_is_one_line_and_the_rest_goes_on(
    clock: Callable[[], float], error: Exception, text: str
) -> None:
    lines: list[str] = []
    steps = (Step("cpu", raising(error)), Step("sign-in", lambda: "done"))

    with pytest.raises(RunFailed, match=r"^The self-test failed: cpu$"):
        run_steps(steps, lines.append, clock)

    assert lines == [f"FAILED   0.25 s  cpu        {text}", "ok       0.25 s  sign-in    done"]


def test_that_what_this_computer_lacks_is_no_failure(clock: Callable[[], float]) -> None:
    lines: list[str] = []

    run_steps((Step("cuda", raising(NotHere("no driver"))),), lines.append, clock)

    assert lines[0] == "absent   0.25 s  cuda       no driver"
    assert "passed" in lines[1]


def test_that_an_interruption_ends_the_steps() -> None:
    begun: list[str] = []
    later = Step("charts", lambda: begun.append("charts") or "")
    steps = (Step("cpu", raising(Cancelled("Interrupted"))), later)

    with pytest.raises(Cancelled):
        run_steps(steps, lambda line: None)

    assert begun == []
