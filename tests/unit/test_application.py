"""The process that takes the place of one whose window closed for a conversion."""

import os
import sys
from pathlib import Path

import pytest

from mcdesk import application
from mcdesk.foundation.conversion_wish import ConversionWish, take_wish

WISH = ConversionWish(True, "0f" * 16)


@pytest.mark.skipif(sys.platform == "win32", reason="there it is a child")
@pytest.mark.parametrize(
    ("is_bundle", "started_as", "expected"),
    [
        (False, ["python", "-P", "-m", "mcdesk", "old.xlsx"], ["-P", "-m", "mcdesk", "new.xlsx"]),
        (False, ["python", "/venv/bin/mcdesk", "old.xlsx"], ["/venv/bin/mcdesk", "new.xlsx"]),
        (True, ["/opt/mcdesk/mcdesk", "old.xlsx"], ["new.xlsx"]),
    ],
    ids=["module", "script", "application"],
)
def test_that_it_is_started_as_this_one_was_on_the_workbook_that_is_open(
    monkeypatch: pytest.MonkeyPatch, is_bundle: bool, started_as: list[str], expected: list[str]
) -> None:
    calls: list[tuple[str, list[str], dict[str, str]]] = []
    monkeypatch.setattr(os, "execve", lambda *call: calls.append(call))
    monkeypatch.setattr(sys, "orig_argv", started_as)
    monkeypatch.setattr(sys, "argv", ["mcdesk", "old.xlsx"])
    monkeypatch.setattr(application, "is_application", lambda: is_bundle)

    application.follow(WISH, Path("new.xlsx"))

    ((program, command, environment),) = calls
    assert (program, command) == (sys.executable, [sys.executable, *expected])
    assert take_wish(environment) == WISH
