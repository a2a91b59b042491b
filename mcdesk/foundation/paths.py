"""Where mcdesk keeps its files, and where it finds those it came with. Creates nothing."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

HOME_VARIABLE = "MCDESK_HOME"


@dataclass(frozen=True, slots=True)
class Folders:
    """The writable folders. `cache` may be deleted at any time; `data` may not."""

    data: Path
    cache: Path
    logs: Path

    @property
    def database(self) -> Path:
        """The SQLite file with the history."""
        return self.data / "mcdesk.db"

    @property
    def samples(self) -> Path:
        """Trial arrays by content hash."""
        return self.data / "samples"

    @property
    def running(self) -> Path:
        """What simulations that have not ended keep of their state, a folder for each."""
        return self.data / "running"

    @property
    def model_files(self) -> Path:
        """Copies of the workbooks that were simulated, by content hash."""
        return self.data / "files"

    @property
    def sessions(self) -> Path:
        """Who has signed in, in a file for each user of the system."""
        return self.data / "sessions"


def user_folders(environment: Mapping[str, str] = os.environ, machine_data: Path | None = None) -> Folders:
    """The folders of this person: under $MCDESK_HOME where it is set, else where the platform puts them.

    Where a folder for the data of all people on the machine was set up, and this person may write there, it
    takes the place of their own. Not so the code cache: nobody runs what somebody else could have put there.

    Args:
        environment: the variables of the process.
        machine_data: the folder of the machine; None is where the platform has it.
    """
    home = environment.get(HOME_VARIABLE)
    if home:
        data = Path(home).expanduser().absolute()
        return Folders(data=data, cache=data / "cache", logs=data / "logs")
    # Imported only here: scripts and tests set MCDESK_HOME, and a start should stay short.
    import platformdirs

    # The local, not the roaming folder: SQLite's write-ahead log must not lie on a network drive.
    dirs = platformdirs.PlatformDirs("mcdesk", appauthor=False, roaming=False)
    shared = machine_data or machine_data_folder(environment)
    is_set_up = shared.is_dir() and os.access(shared, os.R_OK | os.W_OK | os.X_OK)
    data = shared if is_set_up else Path(dirs.user_data_dir)
    return Folders(data=data, cache=Path(dirs.user_cache_dir), logs=Path(dirs.user_log_dir))


def machine_data_folder(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Path:
    """Where the data of all people on this machine lies, once an administrator has made the folder."""
    if platform == "win32":
        return Path(environment.get("PROGRAMDATA") or r"C:\ProgramData") / "mcdesk"
    if platform == "darwin":
        return Path("/Library/Application Support/mcdesk")
    return Path("/var/lib/mcdesk")


def package_folder() -> Path:
    """The folder of mcdesk's own code."""
    return Path(__file__).resolve().parent.parent


def resources_folder() -> Path:
    """The read-only files that mcdesk came with: in a bundle, in a wheel or in the source tree.

    Raises:
        FileNotFoundError: if the installation lacks them.
    """
    return _what_came("resources")


def documentation_folder() -> Path:
    """The pages of the documentation, and their pictures; found as the resources are.

    Raises:
        FileNotFoundError: if the installation lacks them.
    """
    # beside an installed package another one may have a folder of this name
    return _what_came("docs/index.md").parent


def _what_came(path: str) -> Path:
    package = package_folder()
    bundle = Path(getattr(sys, "_MEIPASS", package.parent)) / "mcdesk"
    for candidate in (bundle / path, package / path, package.parent / path):
        if candidate.exists():
            return candidate
    raise FileNotFoundError(f"no {path} beside {package}")
