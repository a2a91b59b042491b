"""Takes the steps of the self-test one by one, says in a line how each went, and goes on after a failure."""

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from mcdesk.foundation.cancellation import Cancelled
from mcdesk.foundation.errors import McdeskError, RunFailed

_NAME_LETTERS = 10

logger = logging.getLogger(__name__)


class NotHere(Exception):
    """This computer lacks what the step would look at, and mcdesk does without; the text says what."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is looked at; `act` says what it found, or raises."""

    name: str
    act: Callable[[], str]


def run_steps(
    steps: Iterable[Step], write: Callable[[str], object], clock: Callable[[], float] = time.perf_counter
) -> None:
    """Take all steps; which ones come may depend on how the first went.

    Args:
        write: is given a line for each step.
        clock: seconds.

    Raises:
        RunFailed: naming the steps that failed.
    """
    failed = []
    began = clock()
    for step in steps:
        started = clock()
        outcome, text = _outcome(step)
        seconds = clock() - started
        write(f"{outcome:6s} {seconds:6.2f} s  {step.name:{_NAME_LETTERS}s} {' '.join(text.split())}")
        if outcome == "FAILED":
            failed.append(step.name)
    if failed:
        raise RunFailed(f"The self-test failed: {', '.join(failed)}")
    write(f"The self-test passed in {clock() - began:.2f} s.")


def _outcome(step: Step) -> tuple[str, str]:
    try:
        return "ok", step.act()
    except NotHere as absence:
        return "absent", str(absence)
    except Cancelled:
        raise
    except McdeskError as error:
        return "FAILED", str(error)
    except Exception as error:  # a library that does not load is what the self-test is there to find
        logger.exception("self-test: %s", step.name)
        return "FAILED", f"{type(error).__name__}: {error}"
