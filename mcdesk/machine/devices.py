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
    """How busy one GPU is: fractions are 0 to 1, temperature in degrees Celsius, power in watts.

    Each value is None where the driver does not tell it. Temperature and power are up to five seconds
    old. `uuid` is the driver's own name for the GPU, the same after a restart. A GPU that `is_lost` was
    there before and its driver says that it is lost, or lists it no more; one that `is_asleep` is
    suspended by the system and was not asked, so as not to wake it. Neither has any value.
    """

    ordinal: int
    busy_fraction: float | None = None
    memory_used_bytes: int | None = None
    memory_total_bytes: int | None = None
    temperature_celsius: float | None = None
    power_watts: float | None = None
    uuid: str | None = None
    is_lost: bool = False
    is_asleep: bool = False


@dataclass(frozen=True, slots=True)
class MachineReading:
    """How busy the computer is at one moment.

    `at_seconds` is the caller's monotonic clock. `cpu_busy_fraction` (0 to 1, all cores) is the mean
    since the reading before, and so are rates and `own_cpu_fraction`; the first reading has none. Disk
    counters are totals since the start of the system, over all disks, and rates those of all disks
    together; `disk_busy_fraction` (0 to 1) is of the busiest one, where the system counts it, which
    Linux does. `disk_free_bytes` is of the disk that holds the data folder. `own_cpu_fraction` (0 to 1,
    of all cores) and `own_memory_bytes` are those of the process that watches and of all that descend
    from it; the memory is what is resident, and what several of them share is in each. Without a GPU
    `gpus` is empty; one that was lost is in it.
    """

    at_seconds: float
    cpu_busy_fraction: float | None
    memory_used_bytes: int | None
    memory_total_bytes: int | None
    disk_free_bytes: int | None
    disk_read_bytes: int | None
    disk_written_bytes: int | None
    gpus: tuple[GpuReading, ...]
    disk_busy_fraction: float | None = None
    disk_read_bytes_per_second: float | None = None
    disk_written_bytes_per_second: float | None = None
    own_cpu_fraction: float | None = None
    own_memory_bytes: int | None = None
