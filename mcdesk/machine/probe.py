"""Reads the computer: the only door to psutil and NVML. What cannot be read is None."""

import logging
import os
import platform
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import psutil

from mcdesk.machine.devices import Device, DeviceKind, Inventory, MachineReading
from mcdesk.machine.disk_meter import DiskMeter
from mcdesk.machine.gpu_sleep import PCI_DEVICES, GpuSleep
from mcdesk.machine.gpu_watch import GpuWatch, OpenGpus
from mcdesk.machine.nvml import open_nvml
from mcdesk.machine.own_use import UseMeter

CPU_INFO = Path("/proc/cpuinfo")
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")

logger = logging.getLogger(__name__)
Value = TypeVar("Value")


class Probe:
    """The instruments of one process; used by one thread, closed when no longer needed.

    Args:
        data_folder: the folder whose disk is watched for free space.
        now: monotonic seconds.
        open_gpus: opens NVML, given the GPUs that are known, or returns None where there is no NVIDIA
            driver; asked for at the first reading, and not while all GPUs sleep.
        known_gpus: the GPUs that were there before; those of them that are gone are lost.
        process_id: whose use is read, with all that descend from it; by default this process.
        pci_folder: where Linux lists the devices on the bus.
    """

    def __init__(
        self,
        data_folder: Path,
        now: Callable[[], float] = time.monotonic,
        open_gpus: OpenGpus = open_nvml,
        known_gpus: tuple[str, ...] = (),
        process_id: int | None = None,
        pci_folder: Path = PCI_DEVICES,
    ) -> None:
        self._data_folder = data_folder
        self._now = now
        self._gpus = GpuWatch(open_gpus, GpuSleep(pci_folder), known_gpus)
        self._disks = DiskMeter()
        self._own_use = UseMeter(process_id or os.getpid())
        self._has_cpu_base = False

    def inventory(self) -> Inventory:
        """The devices that are there now."""
        memory = _reading(psutil.virtual_memory)
        cpu = Device(
            kind=DeviceKind.CPU,
            ordinal=0,
            name=cpu_name(),
            memory_bytes=memory.total if memory else None,
            core_count=_reading(lambda: psutil.cpu_count(logical=True)),
        )
        return Inventory(
            cpu=cpu,
            gpus=self._gpus.devices(),
            physical_core_count=_reading(lambda: psutil.cpu_count(logical=False)),
            usable_core_count=usable_core_count(),
            system=f"{platform.system()} {platform.release()} {platform.machine()}",
        )

    def read(self) -> MachineReading:
        """How busy the computer is now; takes about a millisecond, or a few with a GPU."""
        now = self._now()
        memory = _reading(psutil.virtual_memory)
        disks = _reading(lambda: self._disks.read(now))
        own_cpu_fraction, own_memory_bytes = _reading(lambda: self._own_use.read(now)) or (None, None)
        return MachineReading(
            at_seconds=now,
            cpu_busy_fraction=self._cpu_busy_fraction(),
            memory_used_bytes=memory.total - memory.available if memory else None,
            memory_total_bytes=memory.total if memory else None,
            disk_free_bytes=self._disk_free_bytes(),
            disk_read_bytes=disks.read_bytes if disks else None,
            disk_written_bytes=disks.written_bytes if disks else None,
            gpus=self._gpus.read(),
            disk_busy_fraction=disks.busy_fraction if disks else None,
            disk_read_bytes_per_second=disks.read_bytes_per_second if disks else None,
            disk_written_bytes_per_second=disks.written_bytes_per_second if disks else None,
            own_cpu_fraction=own_cpu_fraction,
            own_memory_bytes=own_memory_bytes,
        )

    def close(self) -> None:
        """Let go of the GPU driver; readings after this have no GPUs."""
        self._gpus.close()

    def _cpu_busy_fraction(self) -> float | None:
        percent = _reading(lambda: psutil.cpu_percent(interval=None))
        # psutil's first answer is always 0: there is nothing yet to compare with.
        is_first, self._has_cpu_base = not self._has_cpu_base, True
        return None if is_first or percent is None else float(percent) / 100.0

    def _disk_free_bytes(self) -> int | None:
        usage = _reading(lambda: psutil.disk_usage(str(self._data_folder)))
        return usage.free if usage else None


def usable_core_count() -> int:
    """Logical cores that this process may use: the affinity mask where there is one; at least 1."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return max(1, os.cpu_count() or 1)


def awake_gpus() -> tuple[Device, ...]:
    """The GPUs, woken where they sleep: to be asked only where one is to compute."""
    session = open_nvml()
    if session is None:
        return ()
    try:
        return session.devices()
    finally:
        session.close()


def is_stopped(process_id: int) -> bool:
    """Whether a process was halted, as by a debugger, and will do nothing until somebody wakes it."""
    status = _reading(lambda: psutil.Process(process_id).status())
    return status in (psutil.STATUS_STOPPED, psutil.STATUS_TRACING_STOP)


def virtual_memory_bytes() -> int | None:
    """The memory of this computer."""
    memory = _reading(psutil.virtual_memory)
    return None if memory is None else int(memory.total)


def process_start(process_id: int) -> datetime | None:
    """When the process of this number began, in UTC, or None if there is none that can be seen."""
    seconds = _reading(lambda: psutil.Process(process_id).create_time())
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def boot_id(boot_file: Path = BOOT_ID) -> str:
    """Changes when the computer is started again."""
    try:
        return boot_file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        seconds = _reading(psutil.boot_time)
        # the clock that it is told by may be set meanwhile
        return "" if seconds is None else f"{seconds / 60.0:.0f}"


def cpu_name(cpu_info: Path = CPU_INFO) -> str | None:
    """The processor's name as its maker writes it, or None where the system does not tell."""
    if sys.platform == "win32":
        return _windows_cpu_name() or platform.processor() or None
    try:
        lines = cpu_info.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return platform.processor() or None
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return next((name for name in names if name), None)


if sys.platform == "win32":

    def _windows_cpu_name() -> str | None:
        import winreg

        key_path = r"HARDWARE\DESCRIPTION\System\CentralProcessor\0"
        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, key_path) as key:
                return str(winreg.QueryValueEx(key, "ProcessorNameString")[0]).strip()
        except OSError:
            return None


def _reading(instrument: Callable[[], Value]) -> Value | None:
    try:
        return instrument()
    except (OSError, RuntimeError, NotImplementedError, psutil.Error) as error:
        logger.debug("no reading: %s", error)
        return None
