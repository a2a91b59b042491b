"""Calls that nest deeper than one stack can hold, continued on the stack of another thread."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

A = TypeVar("A")
R = TypeVar("R")


def on_fresh_stack(function: Callable[[A], R], argument: A) -> R:
    """Call a function while this thread waits; what it raises is raised here.

    Raises:
        RecursionError: if the system gives no more threads.
    """
    with ThreadPoolExecutor(1) as executor:
        try:
            waiting = executor.submit(function, argument)
        except RuntimeError as error:
            raise RecursionError("no stack is left") from error
        return waiting.result()
