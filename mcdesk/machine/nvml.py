"""NVIDIA GPUs as their driver reports them; every failure of the driver is None, not an exception."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import TypeVar

from mcdesk.machine.devices import Device, DeviceKind, GpuReading

# Temperature and power take locks of the driver, and whoever draws or computes waits for these.
SLOW_SECONDS = 5.0
# A reading that comes a little early is not put off to the next one.
SLACK_SECONDS = 0.5
# What stands for the UUID of a GPU whose driver does not tell it.
NAMELESS = "index "

logger = logging.getLogger(__name__)
Value = TypeVar("Value")


@dataclass(slots=True)
class _Gpu:
    # None where the driver gives none
    handle: object | None = None
    # Stays so for the session: after a restart of the GPU, an old handle brings down whole processes.
    is_lost: bool = False
    slow_at: float | None = None
    celsius: int | None = None
    milliwatts: int | None = None


class NvmlSession:
    """An open connection to the driver; made by `open_nvml`, used by one thread.

    Args:
        library: pynvml, initialised.
        known: `known` of an earlier session: these GPUs keep their ordinals, and those of them that the
            driver does not list are lost.
        now: monotonic seconds.
    """

    def __init__(
        self,
        library: ModuleType,
        known: Sequence[str] = (),
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._library = library
        self._now = now
        self._count: int | None = None
        # in the order of ordinals
        self._gpu_by_name = {name: _Gpu(is_lost=True) for name in known}
        self._find_gpus()

    @property
    def known(self) -> tuple[str, ...]:
        """The names, as of `gpu_name`, of all GPUs that are or were there, in the order of ordinals."""
        return tuple(self._gpu_by_name)

    def devices(self) -> tuple[Device, ...]:
        """The GPUs that are there; none once the driver has gone."""
        driver = _text(self._ask(self._library.nvmlSystemGetDriverVersion))
        return tuple(
            self._device(ordinal, gpu, driver)
            for ordinal, gpu in enumerate(self._gpu_by_name.values())
            if gpu.handle is not None and not gpu.is_lost
        )

    def read(self) -> tuple[GpuReading, ...]:
        """A reading of every GPU that is or was there, by its ordinal."""
        self._find_gpus()
        gpus = self._gpu_by_name.items()
        return tuple(self._reading(ordinal, name, gpu) for ordinal, (name, gpu) in enumerate(gpus))

    def close(self) -> None:
        """Let go of the driver."""
        self._ask(self._library.nvmlShutdown)

    def _find_gpus(self) -> None:
        count = self._ask(self._library.nvmlDeviceGetCount)
        # The handles are kept: asking for them each time costs more than the readings.
        if count is None or count == self._count:
            return
        self._count = count
        listed = dict(self._listed(index) for index in range(count))
        names = dict.fromkeys((*self._gpu_by_name, *listed))
        self._gpu_by_name = {name: listed.get(name) or _Gpu(is_lost=True) for name in names}

    def _listed(self, index: int) -> tuple[str, _Gpu]:
        gpu = _Gpu()
        gpu.handle = self._ask_gpu(gpu, self._library.nvmlDeviceGetHandleByIndex, index)
        if gpu.handle is None:
            # It says nothing of itself, so it is taken for the one that was at this place.
            return self.known[index] if index < len(self.known) else gpu_name(None, index), gpu
        return gpu_name(_text(self._ask_gpu(gpu, self._library.nvmlDeviceGetUUID, gpu.handle)), index), gpu

    def _device(self, ordinal: int, gpu: _Gpu, driver: str | None) -> Device:
        memory = self._ask_gpu(gpu, self._library.nvmlDeviceGetMemoryInfo, gpu.handle)
        return Device(
            kind=DeviceKind.CUDA,
            ordinal=ordinal,
            name=_text(self._ask_gpu(gpu, self._library.nvmlDeviceGetName, gpu.handle)),
            memory_bytes=None if memory is None else int(memory.total),
            driver=driver,
        )

    def _reading(self, ordinal: int, name: str, gpu: _Gpu) -> GpuReading:
        uuid = None if name.startswith(NAMELESS) else name
        memory = self._ask_gpu(gpu, self._library.nvmlDeviceGetMemoryInfo, gpu.handle)
        rates = self._ask_gpu(gpu, self._library.nvmlDeviceGetUtilizationRates, gpu.handle)
        self._ask_slowly(gpu)
        if gpu.is_lost:
            return GpuReading(ordinal, uuid=uuid, is_lost=True)
        return GpuReading(
            ordinal=ordinal,
            busy_fraction=None if rates is None else rates.gpu / 100.0,
            memory_used_bytes=None if memory is None else int(memory.used),
            memory_total_bytes=None if memory is None else int(memory.total),
            temperature_celsius=None if gpu.celsius is None else float(gpu.celsius),
            power_watts=None if gpu.milliwatts is None else gpu.milliwatts / 1000.0,
            uuid=uuid,
        )

    def _ask_slowly(self, gpu: _Gpu) -> None:
        library, now = self._library, self._now()
        if gpu.slow_at is not None and now - gpu.slow_at < SLOW_SECONDS - SLACK_SECONDS:
            return
        gpu.slow_at = now
        sensor = library.NVML_TEMPERATURE_GPU
        gpu.celsius = self._ask_gpu(gpu, library.nvmlDeviceGetTemperature, gpu.handle, sensor)
        gpu.milliwatts = self._ask_gpu(gpu, library.nvmlDeviceGetPowerUsage, gpu.handle)

    def _ask_gpu(self, gpu: _Gpu, question: Callable[..., Value], *arguments: object) -> Value | None:
        if gpu.is_lost or None in arguments:
            return None
        try:
            return question(*arguments)
        except (self._library.NVMLError, OSError) as error:
            logger.debug("no reading from NVML: %s", error)
            gpu.is_lost = getattr(error, "value", None) == self._library.NVML_ERROR_GPU_IS_LOST
            return None

    def _ask(self, question: Callable[[], Value]) -> Value | None:
        try:
            return question()
        except (self._library.NVMLError, OSError) as error:
            logger.debug("no reading from NVML: %s", error)
            return None


def gpu_name(uuid: str | None, ordinal: int) -> str:
    """What a GPU is known by from one session of the driver to the next."""
    return uuid or f"{NAMELESS}{ordinal}"


def load_pynvml() -> ModuleType:
    """The driver's library; takes 30 to 40 ms the first time, and 5 MB."""
    import pynvml

    library: ModuleType = pynvml
    return library


def open_nvml(
    known: Sequence[str] = (), load_library: Callable[[], ModuleType] = load_pynvml
) -> NvmlSession | None:
    """Open the driver, which wakes GPUs that sleep, or return None where there is none.

    Args:
        known: as for `NvmlSession`.
        load_library: pynvml, or what stands for it.
    """
    library = load_library()
    try:
        library.nvmlInit()
    except (library.NVMLError, OSError) as error:
        logger.debug("no NVIDIA driver: %s", error)
        return None
    return NvmlSession(library, known)


def _text(value: object) -> str | None:
    if value is None:
        return None
    # Older versions of the library answer in bytes.
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
