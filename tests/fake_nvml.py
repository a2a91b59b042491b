"""Stands for pynvml in a process of its own, and does what the test writes into a folder meanwhile.

`behaviour` in that folder is JSON: for a function of the library, or "*" for every one that asks a GPU,
["error", code], ["hang", seconds] or ["crash"]; for "uuids", those of the GPUs that are listed. `opened`
grows by a byte each time that the driver is opened.
"""

import functools
import json
import os
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

from pynvml import NVML_ERROR_GPU_IS_LOST, NVML_TEMPERATURE_GPU, NVMLError

__all__ = ["NVML_ERROR_GPU_IS_LOST", "NVML_TEMPERATURE_GPU", "NVMLError"]

FOLDER_VARIABLE = "MCDESK_TEST_NVML"
UUIDS = ("GPU-a", "GPU-b")


class FakeDriver:
    """The test's side of it.

    Args:
        folder: an empty one, which the processes of the test find by their environment.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.behave({})

    def behave(self, behaviour: Mapping[str, object]) -> None:
        """From now on."""
        written = self.folder / "written"
        written.write_text(json.dumps(behaviour), encoding="utf-8")
        written.replace(self.folder / "behaviour")

    @property
    def opened_count(self) -> int:
        """How often the driver was opened by any process."""
        opened = self.folder / "opened"
        return opened.stat().st_size if opened.exists() else 0


def load() -> ModuleType:
    """This module, in the process that asks it."""
    return sys.modules[__name__]


def nvmlInit() -> None:  # the names of this file are those of the library
    # a test that sees it opened may change the behaviour at once
    behaviour = _behaviour()
    with (_folder() / "opened").open("ab") as opened:
        opened.write(b"1")
    _do(behaviour.get("nvmlInit"))


def nvmlShutdown() -> None:
    _act("nvmlShutdown")


def nvmlSystemGetDriverVersion() -> str:
    return "575.1"


def nvmlDeviceGetCount() -> int:
    return len(_uuids())


def nvmlDeviceGetHandleByIndex(index: int) -> str:
    _act("nvmlDeviceGetHandleByIndex")
    return _uuids()[index]


def nvmlDeviceGetUUID(handle: str) -> str:
    return handle


def nvmlDeviceGetName(handle: str) -> str:
    return f"name of {handle}"


def nvmlDeviceGetMemoryInfo(handle: str) -> SimpleNamespace:
    _act("nvmlDeviceGetMemoryInfo", handle)
    return SimpleNamespace(total=80_000_000_000, used=1_000_000_000)


def nvmlDeviceGetUtilizationRates(handle: str) -> SimpleNamespace:
    _act("nvmlDeviceGetUtilizationRates", handle)
    return SimpleNamespace(gpu=40)


def nvmlDeviceGetTemperature(handle: str, sensor: int) -> int:
    assert sensor == NVML_TEMPERATURE_GPU
    _act("nvmlDeviceGetTemperature", handle)
    return 51


def nvmlDeviceGetPowerUsage(handle: str) -> int:
    _act("nvmlDeviceGetPowerUsage", handle)
    return 120_500


def _act(function: str, handle: str | None = None) -> None:
    behaviour = _behaviour()
    _do(behaviour.get(function, behaviour.get("*") if handle else None))


def _do(behaviour: object) -> None:
    match behaviour:
        case ["error", code]:
            raise NVMLError(code)
        case ["hang", seconds]:
            time.sleep(seconds)
        case ["crash"]:
            os.kill(os.getpid(), getattr(signal, "SIGSEGV", signal.SIGTERM))


def _uuids() -> list[str]:
    return list(_behaviour().get("uuids", UUIDS))


def _behaviour() -> dict[str, Any]:
    file = _folder() / "behaviour"
    # the test puts another file in its place; a driver that answers reads none
    return _read_behaviour(str(file), file.stat().st_ino, file.stat().st_mtime_ns)


@functools.lru_cache(maxsize=1)
def _read_behaviour(file: str, _inode: int, _changed_at: int) -> dict[str, Any]:
    behaviour: dict[str, Any] = json.loads(Path(file).read_text(encoding="utf-8"))
    return behaviour


def _folder() -> Path:
    return Path(os.environ[FOLDER_VARIABLE])
