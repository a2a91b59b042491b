"""What is read from the computer itself."""

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from mcdesk.machine.devices import GpuReading
from mcdesk.machine.probe import Probe, awake_gpus, cpu_name, process_start, usable_core_count
from tests.unit.machine.test_nvml import fake_library


def no_gpus(_known: tuple[str, ...]) -> None:
    return None


def test_that_the_inventory_counts_cores_and_memory(tmp_path: Path) -> None:
    inventory = Probe(tmp_path, open_gpus=no_gpus).inventory()

    assert inventory.cpu.core_count == psutil.cpu_count()
    assert inventory.cpu.memory_bytes == psutil.virtual_memory().total
    assert 1 <= inventory.usable_core_count == usable_core_count()
    assert not inventory.has_gpu


def test_that_the_first_reading_has_no_processor_load(tmp_path: Path) -> None:
    probe = Probe(tmp_path, now=lambda: 12.5, open_gpus=no_gpus)

    first, second = probe.read(), probe.read()

    assert first.at_seconds == 12.5
    assert first.cpu_busy_fraction is None
    assert second.cpu_busy_fraction is not None
    assert 0.0 <= second.cpu_busy_fraction <= 1.0


def test_that_a_reading_has_memory_and_free_disk(tmp_path: Path) -> None:
    reading = Probe(tmp_path, open_gpus=no_gpus).read()

    assert reading.memory_used_bytes is not None
    assert reading.memory_total_bytes is not None
    assert 0 < reading.memory_used_bytes < reading.memory_total_bytes
    assert reading.disk_free_bytes is not None
    assert reading.gpus == ()


def test_that_a_folder_that_is_gone_has_no_free_bytes(tmp_path: Path) -> None:
    assert Probe(tmp_path / "gone", open_gpus=no_gpus).read().disk_free_bytes is None


def test_that_a_system_without_proc_has_an_inventory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # a bare chroot, where psutil cannot count physical cores
    monkeypatch.setattr(psutil, "cpu_count", _failing(FileNotFoundError("/proc/cpuinfo")))

    inventory = Probe(tmp_path, open_gpus=no_gpus).inventory()

    assert (inventory.cpu.core_count, inventory.physical_core_count) == (None, None)
    assert inventory.usable_core_count >= 1


def test_that_a_failing_instrument_is_no_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    probe = Probe(tmp_path, open_gpus=no_gpus)
    monkeypatch.setattr(psutil, "virtual_memory", _failing(OSError("no /proc")))
    monkeypatch.setattr(psutil, "disk_io_counters", _failing(RuntimeError("no disks")))

    reading = probe.read()

    assert reading.memory_used_bytes is None
    assert reading.disk_read_bytes is None
    assert probe.inventory().cpu.memory_bytes is None


def test_that_the_processor_is_named_as_its_maker_writes_it(tmp_path: Path) -> None:
    cpu_info = tmp_path / "cpuinfo"
    cpu_info.write_text("processor\t: 0\nmodel name\t: Fast CPU @ 3 GHz\nmodel name\t: Fast CPU @ 3 GHz\n")

    assert cpu_name(cpu_info) == "Fast CPU @ 3 GHz"


def test_that_a_processor_without_a_name_is_no_data(tmp_path: Path) -> None:
    cpu_info = tmp_path / "cpuinfo"
    cpu_info.write_text("processor\t: 0\n")

    assert cpu_name(cpu_info) is None


def test_that_a_closed_probe_reads_no_gpus(tmp_path: Path) -> None:
    probe = Probe(tmp_path, open_gpus=no_gpus)

    probe.close()

    assert probe.read().gpus == ()


def test_that_gpus_are_named_and_let_go_and_none_without_a_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = []
    library = fake_library(nvmlShutdown=lambda: closed.append(True))
    monkeypatch.setitem(sys.modules, "pynvml", library)
    gpus = awake_gpus()
    monkeypatch.setitem(sys.modules, "pynvml", fake_library(nvmlInit=OSError("cannot load")))

    assert [gpu.name for gpu in gpus] == ["H100", "H100"]
    assert closed == [True]
    assert awake_gpus() == ()


def test_that_a_reading_has_what_its_instruments_tell(tmp_path: Path) -> None:
    moments = iter([10.0, 12.0])
    probe = Probe(tmp_path, lambda: next(moments), open_gpus=no_gpus, known_gpus=("GPU-a",))

    first, second = probe.read(), probe.read()

    assert first.own_cpu_fraction is None
    assert first.disk_read_bytes_per_second is None
    assert second.own_cpu_fraction is not None
    assert second.own_memory_bytes is not None
    assert (second.disk_read_bytes_per_second is None) == (second.disk_read_bytes is None)
    assert second.gpus == (GpuReading(0, uuid="GPU-a", is_lost=True),)


def test_that_a_process_began_before_now_and_a_missing_one_never() -> None:
    started = process_start(os.getpid())

    assert started is not None
    assert started < datetime.now(UTC)
    assert process_start(2**22 + 1) is None


def _failing(failure: Exception) -> Callable[[], object]:
    def instrument(*_: object, **__: object) -> object:
        raise failure

    return instrument
