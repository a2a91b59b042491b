"""A workbook file that is read again: by its bytes alone."""

import os
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mcdesk.dispatch import known_workbook as module
from mcdesk.dispatch.caches import Caches
from mcdesk.dispatch.known_workbook import known_workbook
from mcdesk.foundation.cancellation import CancelToken
from mcdesk.foundation.errors import WorkbookUnreadable
from mcdesk.model.workbook import Workbook
from mcdesk.model.xlsx_reader import read_workbook
from tests.builders_xlsx import write_xlsx
from tests.unit.dispatch.cache_counts import cache_counts


def value_of(workbook: Workbook) -> float:
    return float(workbook.sheets[0].numbers[0])


def written(path: Path, value: float) -> Path:
    return write_xlsx(path, {"S": {"A1": value}})


def test_that_equal_bytes_are_read_once_wherever_they_lie(tmp_path: Path) -> None:
    caches, token = Caches(), CancelToken()
    path = written(tmp_path / "model.xlsx", 1.0)
    copy = Path(shutil.copy(path, tmp_path / "copy.xlsx"))

    first, again, other = (known_workbook(each, caches, token) for each in (path, path, copy))

    assert again is first
    assert other.sheets is first.sheets
    assert (first.path, other.path) == (path, copy)
    assert cache_counts(caches.metrics) == {"cache.workbooks.miss": 1.0, "cache.workbooks.hit": 2.0}


def test_that_a_file_changed_in_place_is_read_anew_whatever_its_times_say(tmp_path: Path) -> None:
    caches, token = Caches(), CancelToken()
    path = written(tmp_path / "model.xlsx", 1.0)
    status = path.stat()
    before = known_workbook(path, caches, token)

    path.write_bytes(written(tmp_path / "changed.xlsx", 2.0).read_bytes())
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    after = known_workbook(path, caches, token)

    assert (path.stat().st_size, path.stat().st_mtime_ns) == (status.st_size, status.st_mtime_ns)
    assert (value_of(before), value_of(after)) == (1.0, 2.0)
    assert after.sha256 != before.sha256


def test_that_two_threads_read_a_file_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    caches, reads, path = Caches(), list[Path](), written(tmp_path / "model.xlsx", 1.0)
    both_ask = threading.Barrier(2)

    def slowly(asked: Path, token: CancelToken) -> Workbook:
        reads.append(asked)
        return read_workbook(asked, token)

    def ask() -> Workbook:
        both_ask.wait(10.0)
        return known_workbook(path, caches, CancelToken())

    monkeypatch.setattr(module, "read_workbook", slowly)
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.submit(ask), pool.submit(ask)

    assert first.result() is second.result()
    assert len(reads) == 1


def test_that_a_file_that_changes_while_it_is_read_is_not_kept_as_what_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    caches, token = Caches(), CancelToken()
    path, later = written(tmp_path / "model.xlsx", 1.0), written(tmp_path / "later.xlsx", 2.0)
    monkeypatch.setattr(module, "read_workbook", lambda _path, token: read_workbook(later, token))

    assert value_of(known_workbook(path, caches, token)) == 2.0

    monkeypatch.undo()
    assert value_of(known_workbook(path, caches, token)) == 1.0


@pytest.mark.parametrize("name", ["missing.xlsx", ".", "damaged.xlsx"])
def test_that_what_cannot_be_read_is_refused_as_by_the_reader_each_time(tmp_path: Path, name: str) -> None:
    caches, token = Caches(), CancelToken()
    (tmp_path / "damaged.xlsx").write_bytes(b"PK and no more")
    with pytest.raises(WorkbookUnreadable) as expected:
        read_workbook(tmp_path / name, token)

    for _ in range(2):
        with pytest.raises(WorkbookUnreadable) as refused:
            known_workbook(tmp_path / name, caches, token)
        assert str(refused.value) == str(expected.value)
    assert caches.workbooks.byte_count == 0
