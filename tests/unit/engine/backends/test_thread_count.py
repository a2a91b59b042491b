"""How many threads compute, as the environment says."""

import os

import pytest

from mcdesk.engine.backends.thread_count import thread_count
from mcdesk.foundation.errors import OptionInvalid


@pytest.mark.parametrize(("text", "count"), [("1", 1), (" 3 ", 3), ("", os.cpu_count() or 1)])
def test_that_the_variable_says_how_many(monkeypatch: pytest.MonkeyPatch, text: str, count: int) -> None:
    monkeypatch.setenv("MCDESK_THREADS", text)

    assert thread_count() == count


@pytest.mark.parametrize("text", ["abc", "0", "-1", "1.5", "1e3", "²", "9" * 5000])
def test_that_what_is_no_number_of_threads_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("MCDESK_THREADS", text)

    with pytest.raises(OptionInvalid, match="MCDESK_THREADS is"):
        thread_count()
