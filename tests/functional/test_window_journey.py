"""From an example to an answer and back to it from the history, with a real mouse in a real window."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.functional.people import ROOT, wait_until
from tests.functional.test_window import PATIENCE_SECONDS, Screen, pytestmark, screen

__all__ = ["pytestmark", "screen"]

Place = tuple[int, int]
TRIALS = "3000000"


@dataclass(slots=True)
class Person:
    """Someone at the screen, and a window that tells where its widgets are."""

    screen: Screen
    window: "subprocess.Popen[str]"

    def ask(self, what: str, **question: object) -> Any:
        assert self.window.stdin is not None and self.window.stdout is not None
        self.window.stdin.write(json.dumps({"what": what, **question}) + "\n")
        self.window.stdin.flush()
        return json.loads(self.window.stdout.readline())

    def place(self, what: str, **question: object) -> Place:
        wait_until(lambda: self.ask(what, **question) is not None, PATIENCE_SECONDS)
        x, y = self.ask(what, **question)
        return x, y

    def click(self, what: str, **question: object) -> None:
        self.screen.click(*self.place(what, **question))

    def type_over(self, name: str, text: str) -> None:
        self.click("place", name=name)
        self.screen.tool("xdotool", "key", "ctrl+a")
        self.screen.tool("xdotool", "type", text)

    def drag(self, start: Place, step: int) -> None:
        x, y = start
        tool = self.screen.tool
        tool("xdotool", "mousemove", str(x), str(y), "mousedown", "1")
        for part in range(1, 5):
            tool("xdotool", "mousemove", str(x + step * part // 4), str(y))
        tool("xdotool", "mouseup", "1")

    def wait_for_text(self, name: str, wanted: str) -> None:
        wait_until(lambda: wanted in (self.ask("text", name=name) or ""), PATIENCE_SECONDS)


@pytest.fixture
def person(screen: Screen) -> Iterator[Person]:
    host = subprocess.Popen(
        [sys.executable, "-m", "tests.functional.window_host"],
        env=screen.environment,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    # closes the pipes too, which would be told as a failure after the last test
    with host as window:
        try:
            yield Person(screen, window)
        finally:
            window.kill()


def test_that_a_person_gets_from_an_example_to_an_answer_and_back_to_it(person: Person) -> None:
    person.click("place", name="example0")
    person.wait_for_text("modelHeaderTitle", "product_launch.xlsx")
    person.wait_for_text("inputsTitle", "Inputs  5")

    # an input more: the fixed cost of a year, between other bounds than are proposed
    person.click("cell", row=9, column=1)
    person.screen.tool("xdotool", "key", "i")
    person.type_over("parameter0", "450000")
    person.click("place", name="acceptDistribution")
    person.wait_for_text("inputsTitle", "Inputs  6")

    person.type_over("trialsField", TRIALS)
    person.click("place", name="runButton")
    seen: list[float] = []

    def is_over() -> bool:
        value = person.ask("value", name="runProgress")
        if value is not None:
            seen.append(value)
        return bool(person.ask("text", name="figure3Figure") == f"{int(TRIALS):,}" and value is None)

    wait_until(is_over, PATIENCE_SECONDS)
    assert len(set(seen)) > 3
    assert seen == sorted(seen)
    mean = person.ask("text", name="figure0Figure")
    assert mean and mean != "\u2013"

    low, high = person.place("handle", index=0), person.place("handle", index=1)
    person.drag(low, 60)
    wait_until(lambda: person.ask("handle", index=0)[0] == low[0] + 60, PATIENCE_SECONDS)

    person.screen.click((low[0] + 60 + high[0]) // 2 + 7, low[1])
    person.wait_for_text("trialTitle", "Trial ")
    person.click("place", name="trialClose")
    person.place("handle", index=0)

    person.click("place", name="navStart")
    person.click("row", name="historyList", row=0)
    person.wait_for_text("figure0Figure", mean)
    assert person.ask("text", name="figure3Figure") == f"{int(TRIALS):,}"
