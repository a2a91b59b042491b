"""What is missing on this computer and how to get it: `mcdesk doctor`. Makes the data folder, and no more."""

import ctypes
import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from mcdesk.engine.backends import cpu_backend_name
from mcdesk.engine.backends.cuda_driver import cuda_obstacles
from mcdesk.foundation.cuda_add_on import (
    FOLDER_NAMES,
    add_on_folder,
    application_folder,
    how_to_fill,
    is_application,
)
from mcdesk.foundation.errors import McdeskError
from mcdesk.foundation.paths import Folders, resources_folder
from mcdesk.foundation.settings import read_settings
from mcdesk.history.driver import choose_driver
from mcdesk.history.opening import open_database
from mcdesk.history.store_errors import damaged
from mcdesk.machine.system_libraries import missing_libraries
from mcdesk.monitor.alerts import LIMITS, Rule

# With less, the trials of a single long run may have no room.
LEAST_FREE_BYTES = 200_000_000
# The alert begins there too.
LITTLE_FREE_BYTES = LIMITS[Rule.LOW_DISK].threshold * 1e6
_APPLICATION = application_folder()


class State(Enum):
    """How a part is: NOTE is worth knowing, and mcdesk does without."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One part of the computer: what is found, and what to do about it."""

    part: str
    state: State
    text: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Examination:
    """Looks at this computer for the person whose folders these are.

    Attributes:
        find_obstacles: what keeps programs from a GPU.
        application: the folder of the program, for an application that needs no Python.
        free_bytes: of the disk of a folder.
        has_tool: whether a command of the system is there.
    """

    folders: Folders
    has_screen: bool
    is_bundle: bool = is_application()
    application: Path = _APPLICATION
    load_library: Callable[[str], object] = ctypes.CDLL
    find_obstacles: Callable[[], Iterator[str]] = cuda_obstacles
    free_bytes: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free
    has_tool: Callable[[str], bool] = lambda name: shutil.which(name) is not None

    def findings(self) -> tuple[Finding, ...]:
        """All parts, in the order in which a person would mend them."""
        looks = (
            self._resources,
            self.libraries,
            self._compiler,
            self._gpu,
            self._folder,
            self._disk,
            self._settings,
            self._database,
        )
        return tuple(look() for look in looks)

    def _resources(self) -> Finding:
        try:
            folder = resources_folder()
        except FileNotFoundError:
            remedy = "Install it again; copy an application with all that lies in its folder."
            return Finding("resources", State.PROBLEM, "The files that mcdesk comes with are missing", remedy)
        return Finding("resources", State.OK, f"in {folder}")

    def libraries(self) -> Finding:
        """Those of the system that a window stands on."""
        missing = missing_libraries(self.has_screen, self.is_bundle, self.load_library)
        if not missing:
            return Finding("libraries", State.OK, "all that the window needs of the system")
        if self.has_tool("dnf") and not self.has_tool("apt-get"):
            command = f"sudo dnf install {' '.join(dict.fromkeys(each.fedora for each in missing))}"
        else:
            command = f"sudo apt-get install {' '.join(dict.fromkeys(each.debian for each in missing))}"
        text = f"The window needs {', '.join(each.file for each in missing)}"
        return Finding("libraries", State.PROBLEM, text, f"Type: {command}")

    def _compiler(self) -> Finding:
        if cpu_backend_name() == "cpu":
            return Finding("compiler", State.OK, "llvmlite")
        text = "llvmlite is missing; simulations take hundreds of times as long"
        return Finding("compiler", State.PROBLEM, text, "Install it with pip, or mcdesk again.")

    def _gpu(self) -> Finding:
        obstacles = tuple(self.find_obstacles())
        found = add_on_folder(self.application) if self.is_bundle else None
        where = "" if found is None else f", with CUDA from {found}"
        if not obstacles:
            return Finding("gpu", State.OK, f"ready{where}")
        text = f"Simulations run on the processor{where}. {'. '.join(obstacles)}"
        return Finding("gpu", State.NOTE, text, self._how_to_add_cuda(found))

    def _how_to_add_cuda(self, found: Path | None) -> str:
        if not self.is_bundle:
            return ""
        if found is not None:
            return "Delete that folder and fill it again if something is missing in it."
        places = " and ".join(str(self.application / name) for name in FOLDER_NAMES)
        return f"CUDA is looked for in {places}. {how_to_fill(self.application)}."

    def _folder(self) -> Finding:
        folder = self.folders.data
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with tempfile.TemporaryFile(dir=folder) as file:
                file.write(b"mcdesk")
        except OSError as error:
            text = f"{folder} cannot be written: {error.strerror}"
            return Finding("folder", State.PROBLEM, text, "Make it yours, or set MCDESK_HOME to another one.")
        if os.name != "nt" and folder.stat().st_mode & stat.S_IRWXO:
            remedy = f'Type: chmod o= "{folder}"'
            return Finding("folder", State.NOTE, f"Everybody on this computer may look into {folder}", remedy)
        return Finding("folder", State.OK, f"{folder} can be written")

    def _disk(self) -> Finding:
        folder = next(each for each in (self.folders.data, *self.folders.data.parents) if each.is_dir())
        free = self.free_bytes(folder)
        text = f"{free / 1e9:.1f} GB are free for {self.folders.data}"
        if free >= LITTLE_FREE_BYTES:
            return Finding("disk", State.OK, text)
        state = State.NOTE if free >= LEAST_FREE_BYTES else State.PROBLEM
        remedy = "Free some space, or delete old simulations: mcdesk history delete."
        return Finding("disk", state, text, remedy)

    def _settings(self) -> Finding:
        try:
            read_settings(self.folders.data)
        except McdeskError as error:
            return Finding("settings", State.PROBLEM, error.title, error.detail)
        return Finding("settings", State.OK, "can be read")

    def _database(self) -> Finding:
        driver = choose_driver()
        if not self.folders.database.is_file():
            return Finding("database", State.OK, f"none yet; {driver.description}")
        try:
            with open_database(self.folders.database) as database:
                health = database.health()
        except McdeskError as error:
            return Finding("database", State.PROBLEM, error.title, error.detail)
        if health.integrity != "ok":
            found = damaged(health.path, health.integrity)
            return Finding("database", State.PROBLEM, found.title, found.detail)
        return Finding("database", State.OK, f"{health.driver}, schema {health.schema_version}, sound")
