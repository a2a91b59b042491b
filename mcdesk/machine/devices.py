"""What a computer consists of and how busy it is; a value that nobody could read is None, never 0."""

from dataclasses import dataclass
from enum import Enum


class DeviceKind(Enum):
    """What sort of device runs a program."""

    CPU = "cpu"
    CUDA = "cuda"


@dataclass(frozen=True, slots=True)
class Device:
    """Something that can run a simulation.

    `ordinal` counts the devices of one kind from 0. `core_count` is logical cores of a CPU and
    None for a GPU. `driver` is the version of the GPU's driver.
    """

    kind: DeviceKind
    ordinal: int
    name: str | None
    memory_bytes: int | None
    core_count: int | None = None
    driver: str | None = None


@dataclass(frozen=True, slots=True)
class Inventory:
    """The devices of this computer; `usable_core_count` is what this process may use (at least 1)."""

    cpu: Device
    gpus: tuple[Device, ...]
    physical_core_count: int | None
    usable_core_count: int
    system: str

    @property
    def has_gpu(self) -> bool:
        """Whether there is a GPU whose driver answers."""
        return bool(self.gpus)


@dataclass(frozen=True, slots=True)
class GpuReading:
    """How busy one GPU is: fractions are 0 to 1, temperature in degrees Celsius, power in watts."""

    ordinal: int
    busy_fraction: float | None
    memory_used_bytes: int | None
    memory_total_bytes: int | None
    temperature_celsius: float | None
    power_watts: float | None


@dataclass(frozen=True, slots=True)
class MachineReading:
    """How busy the computer is at one moment.

    `at_seconds` is the caller's monotonic clock. `cpu_busy_fraction` (0 to 1, all cores) is the mean
    since the reading before; the first reading has none. Disk counters are totals since the start of
    the system, over all disks; `disk_free_bytes` is of the disk that holds the data folder.
    """

    at_seconds: float
    cpu_busy_fraction: float | None
    memory_used_bytes: int | None
    memory_total_bytes: int | None
    disk_free_bytes: int | None
    disk_read_bytes: int | None
    disk_written_bytes: int | None
    gpus: tuple[GpuReading, ...]
