"""What the window asks of the layers below."""

import os
from pathlib import Path

import pytest

from mcdesk.services import folders_under, open_services
from mcdesk.ui.workshop import device_in_words


@pytest.mark.parametrize(
    ("count", "words"), [(1, "1 core"), (8, "8 cores"), (None, "1 core")], ids=("one", "several", "unknown")
)
def test_that_the_cores_are_counted_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int | None, words: str
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: count)

    with open_services(folders_under(tmp_path)) as services:
        _, engine = device_in_words(services, None)

    assert engine == f"CPU engine (LLVM), {words}"
