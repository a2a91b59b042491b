"""What is logged, where, and in which form."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from mcdesk.foundation.logs import FILE_NAME, LineRing, start_logging

logger = logging.getLogger("mcdesk.tests")


@pytest.fixture(autouse=True)
def untouched_logging() -> Iterator[None]:
    """Give back the logger of mcdesk as it was."""
    root = logging.getLogger("mcdesk")
    level, propagate = root.level, root.propagate
    yield
    for handler in tuple(root.handlers):
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)
    root.propagate = propagate


def test_that_an_event_is_one_line_in_file_and_ring(tmp_path: Path) -> None:
    ring = start_logging(tmp_path / "logs")

    logger.info("run %s: first\nsecond", "r1")

    (line,) = ring.lines()
    assert line.endswith("INFO MainThread mcdesk.tests: run r1: first\\nsecond")
    assert (tmp_path / "logs" / "mcdesk.log").read_text().splitlines() == [line]


def test_that_debug_lines_are_left_out_unless_asked_for(tmp_path: Path) -> None:
    ring = start_logging(tmp_path)
    logger.debug("step")
    chatty = start_logging(tmp_path, logging.DEBUG)
    logger.debug("step")

    assert ring.lines() == ()
    assert len(chatty.lines()) == 1


def test_that_a_line_on_its_way_to_a_log_that_was_closed_opens_no_file(tmp_path: Path) -> None:
    start_logging(tmp_path)
    earlier = logging.getLogger("mcdesk").handlers[-1]
    assert isinstance(earlier, logging.FileHandler)
    start_logging(tmp_path)

    earlier.handle(logging.makeLogRecord({"msg": "late"}))

    assert earlier.stream is None


def test_that_a_folder_that_cannot_be_written_leaves_the_ring(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    ring = start_logging(tmp_path / "file")
    logger.info("still there")

    assert "no log file" in ring.lines()[0]
    assert ring.lines()[1].endswith("still there")


def test_that_the_ring_keeps_the_newest_lines() -> None:
    ring = LineRing(line_count=2)
    for number in range(5):
        ring.handle(logging.makeLogRecord({"msg": str(number)}))

    assert ring.lines() == ("3", "4")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_that_a_full_disk_costs_lines_of_the_log_and_tells_no_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / FILE_NAME).symlink_to("/dev/full")
    ring = start_logging(tmp_path)

    logging.getLogger("mcdesk.test").warning("not written")

    assert capsys.readouterr().err == ""
    assert "not written" in ring.lines()[-1]
