"""NVIDIA GPUs as their driver reports them; every failure of the driver is None, not an exception."""

import logging
from collections.abc import Callable
from types import ModuleType
from typing import TypeVar

from mcdesk.machine.devices import Device, DeviceKind, GpuReading

logger = logging.getLogger(__name__)
Value = TypeVar("Value")


class NvmlSession:
    """An open connection to the driver; made by `open_nvml`, used by one thread."""

    def __init__(self, library: ModuleType) -> None:
        self._library = library

    def devices(self) -> tuple[Device, ...]:
        """The GPUs in the driver's order; none once the driver has gone."""
        driver = self._ask(self._library.nvmlSystemGetDriverVersion)
        return tuple(self._device(ordinal, handle, _text(driver)) for ordinal, handle in self._handles())

    def read(self) -> tuple[GpuReading, ...]:
        """A reading of every GPU, in the same order."""
        return tuple(self._reading(ordinal, handle) for ordinal, handle in self._handles())

    def close(self) -> None:
        """Let go of the driver."""
        self._ask(self._library.nvmlShutdown)

    def _handles(self) -> list[tuple[int, object]]:
        count = self._ask(self._library.nvmlDeviceGetCount) or 0
        handles = ((i, self._ask(self._library.nvmlDeviceGetHandleByIndex, i)) for i in range(count))
        # A GPU that was lost keeps its ordinal, so that the others keep theirs.
        return [(i, handle) for i, handle in handles if handle is not None]

    def _device(self, ordinal: int, handle: object, driver: str | None) -> Device:
        memory = self._ask(self._library.nvmlDeviceGetMemoryInfo, handle)
        return Device(
            kind=DeviceKind.CUDA,
            ordinal=ordinal,
            name=_text(self._ask(self._library.nvmlDeviceGetName, handle)),
            memory_bytes=None if memory is None else int(memory.total),
            driver=driver,
        )

    def _reading(self, ordinal: int, handle: object) -> GpuReading:
        library = self._library
        memory = self._ask(library.nvmlDeviceGetMemoryInfo, handle)
        rates = self._ask(library.nvmlDeviceGetUtilizationRates, handle)
        celsius = self._ask(library.nvmlDeviceGetTemperature, handle, library.NVML_TEMPERATURE_GPU)
        milliwatts = self._ask(library.nvmlDeviceGetPowerUsage, handle)
        return GpuReading(
            ordinal=ordinal,
            busy_fraction=None if rates is None else rates.gpu / 100.0,
            memory_used_bytes=None if memory is None else int(memory.used),
            memory_total_bytes=None if memory is None else int(memory.total),
            temperature_celsius=None if celsius is None else float(celsius),
            power_watts=None if milliwatts is None else milliwatts / 1000.0,
        )

    def _ask(self, question: Callable[..., Value], *arguments: object) -> Value | None:
        try:
            return question(*arguments)
        except self._library.NVMLError as error:
            logger.debug("no reading from NVML: %s", error)
            return None


def open_nvml() -> NvmlSession | None:
    """Open the driver, or return None where there is none; takes 30 to 40 ms, mostly the import."""
    import pynvml

    try:
        pynvml.nvmlInit()
    except (pynvml.NVMLError, OSError) as error:
        logger.debug("no NVIDIA driver: %s", error)
        return None
    return NvmlSession(pynvml)


def _text(value: object) -> str | None:
    if value is None:
        return None
    # Older versions of the library answer in bytes.
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
