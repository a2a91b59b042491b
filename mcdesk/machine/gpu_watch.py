"""The GPUs of this computer from reading to reading: asleep, awake or lost."""

from collections.abc import Callable

from mcdesk.machine.devices import Device, DeviceKind, GpuReading
from mcdesk.machine.gpu_sleep import GpuSleep
from mcdesk.machine.nvml import NAMELESS, NvmlSession

OpenGpus = Callable[[tuple[str, ...]], NvmlSession | None]


class GpuWatch:
    """Asks the driver, but only while a GPU is awake: to open it would wake them, and drain a battery.

    While it is open a GPU may not fall asleep either, so it is closed when nobody looks. Used by one thread.

    Args:
        open_session: opens NVML, given the GPUs that are known, or returns None where there is no driver.
        sleep: tells whether they sleep.
        known: the GPUs that were there before, as of `NvmlSession.known`.
    """

    def __init__(self, open_session: OpenGpus, sleep: GpuSleep, known: tuple[str, ...] = ()) -> None:
        self._open_session = open_session
        self._sleep = sleep
        self._known = known
        self._session: NvmlSession | None = None
        self._may_open = True

    def devices(self) -> tuple[Device, ...]:
        """The GPUs that are there; of those that sleep nothing is known but their number."""
        if sleeping := self._sleep.sleeping_count():
            return tuple(Device(DeviceKind.CUDA, ordinal, None, None) for ordinal in range(sleeping))
        session = self._open()
        return session.devices() if session else ()

    def read(self) -> tuple[GpuReading, ...]:
        """A reading of every GPU that is or was there."""
        if sleeping := self._sleep.sleeping_count():
            self._let_go()
            self._may_open = True
            return tuple(GpuReading(i, uuid=self._uuid(i), is_asleep=True) for i in range(sleeping))
        if (session := self._open()) is None:
            return tuple(GpuReading(i, uuid=self._uuid(i), is_lost=True) for i in range(len(self._known)))
        readings = session.read()
        self._known = session.known
        return readings

    def close(self) -> None:
        """Let go of the driver; there are no GPUs after this."""
        self._let_go()
        self._known = ()
        self._may_open = False

    def _open(self) -> NvmlSession | None:
        # A driver that does not start is not asked again each second.
        if self._session is None and self._may_open:
            self._may_open = False
            self._session = self._open_session(self._known)
        return self._session

    def _let_go(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None

    def _uuid(self, ordinal: int) -> str | None:
        name = self._known[ordinal] if ordinal < len(self._known) else NAMELESS
        return None if name.startswith(NAMELESS) else name
