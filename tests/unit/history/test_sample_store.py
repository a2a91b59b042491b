"""Trial arrays on the disk, the library of workbooks, and the folder that both lie in."""

import errno
import hashlib
import os
from pathlib import Path

import numpy as np
import pytest

from mcdesk.foundation.errors import DiskFull, SamplesDamaged, StoreError, WorkbookUnreadable
from mcdesk.history.content_folder import ByteSink, ContentFolder
from mcdesk.history.sample_store import SampleRole, TrialSamples

from .conftest import History

ALL_AGES = float("inf")


def samples(*seeds: int) -> list[TrialSamples]:
    return [
        TrialSamples(SampleRole.OUTPUT, f"Sheet1!B{seed}", np.random.default_rng(seed).normal(size=1000))
        for seed in seeds
    ]


def array_files(history: History) -> list[Path]:
    return sorted(path for path in (history.folder / "samples").rglob("*") if path.is_file())


def test_that_arrays_come_back_bit_by_bit_and_read_only(history: History) -> None:
    history.started("r1")
    special = TrialSamples(SampleRole.INPUT, "'My sheet'!A1", np.array([-0.0, 5e-324, 1.7e308]))
    saved = [special, *samples(1, 2)]

    history.samples.save("r1", saved)
    loaded = history.samples.load("r1")

    assert [(s.role, s.cell) for s in loaded] == [(s.role, s.cell) for s in saved]
    assert [s.values.tobytes() for s in loaded] == [s.values.tobytes() for s in saved]
    assert all(isinstance(s.values, np.memmap) and not s.values.flags.writeable for s in loaded)


def test_that_files_are_named_by_their_content(history: History) -> None:
    history.started("r1")
    history.samples.save("r1", samples(1))

    (path,) = array_files(history)
    assert path.suffix == ".npy"
    assert path.parent.name + path.stem == hashlib.sha256(path.read_bytes()).hexdigest()


def test_that_equal_arrays_are_kept_once(history: History) -> None:
    for name in ("r1", "r2"):
        history.started(name)
        history.samples.save(name, samples(1))

    assert len(array_files(history)) == 1


def test_that_saving_again_replaces_the_arrays(history: History) -> None:
    history.started("r1")
    history.samples.save("r1", samples(1, 2, 3))
    history.samples.save("r1", samples(4))

    assert [s.cell for s in history.samples.load("r1")] == ["Sheet1!B4"]


def test_that_a_simulation_without_arrays_has_none(history: History) -> None:
    assert history.samples.load("r1") == ()


def test_that_arrays_of_deleted_simulations_are_removed(history: History) -> None:
    for name, seed in (("r1", 1), ("r2", 2)):
        history.started(name)
        history.samples.save(name, samples(seed))
    history.runs.delete("r1")
    (history.folder / "samples" / "tmpx.partial").write_bytes(b"left by a crash")

    removed_count = history.samples.remove_orphans(older_than=ALL_AGES)

    assert removed_count == 2
    assert len(array_files(history)) == 1
    assert len(history.samples.load("r2")) == 1


def test_that_young_files_without_a_row_are_left_alone(history: History) -> None:
    history.started("r1")
    history.samples.save("r1", samples(1))
    history.runs.delete("r1")

    assert history.samples.remove_orphans(older_than=1.0) == 0
    assert len(array_files(history)) == 1


def test_that_nothing_is_removed_where_nothing_was_kept(history: History) -> None:
    assert history.samples.remove_orphans(older_than=ALL_AGES) == 0


@pytest.mark.parametrize("damage", ["absent", "cut", "garbage", "other length", "pickled"])
def test_that_damaged_arrays_are_told(history: History, damage: str) -> None:
    history.started("r1")
    history.samples.save("r1", samples(1))
    (path,) = array_files(history)
    match damage:
        case "absent":
            path.unlink()
        case "cut":
            path.write_bytes(path.read_bytes()[:-8])
        case "garbage":
            path.write_bytes(b"garbage")
        case "other length":
            np.save(path, np.zeros(3))
        case _:
            np.save(path, np.array([object()]), allow_pickle=True)

    with pytest.raises(SamplesDamaged, match="npy"):
        history.samples.load("r1")


def test_that_a_full_disk_leaves_neither_file_nor_row(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    history.started("r1")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFull):
        history.samples.save("r1", samples(1))

    assert array_files(history) == []
    assert history.samples.load("r1") == ()


def test_that_a_file_in_the_place_of_the_folder_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "samples").write_text("in the way")

    def write(sink: ByteSink) -> None:
        sink.write(b"x")

    with pytest.raises(StoreError, match="cannot be read or written"):
        ContentFolder(tmp_path / "samples").add(write, ".npy")


def test_that_a_workbook_is_kept_once_for_a_person(history: History) -> None:
    source = history.folder / "Budget.XLSX"
    source.write_bytes(b"content")

    first = history.files.register(history.account.id, source)
    again = history.files.register(history.account.id, source.rename(history.folder / "Moved.xlsx"))

    assert again.id == first.id
    assert (again.name, again.byte_count) == ("Moved.xlsx", 7)
    assert history.files.path(again).read_bytes() == b"content"
    assert history.files.files(history.account.id) == (again,)


def test_that_a_workbook_that_is_not_there_is_told(history: History) -> None:
    with pytest.raises(WorkbookUnreadable, match=r"gone\.xlsx"):
        history.files.register(history.account.id, history.folder / "gone.xlsx")


def test_that_copies_that_nobody_names_are_removed(history: History) -> None:
    source = history.folder / "a.xlsx"
    source.write_bytes(b"content")
    kept = history.files.register(history.account.id, source)
    orphan = history.folder / "files" / "ab" / f"{'c' * 62}.xlsx"
    orphan.parent.mkdir(exist_ok=True)
    orphan.write_bytes(b"nobody's")

    assert history.files.remove_orphans(older_than=ALL_AGES) == 1
    assert history.files.path(kept).is_file()
