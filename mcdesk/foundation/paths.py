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
    def model_files(self) -> Path:
        """Copies of the workbooks that were simulated, by content hash."""
        return self.data / "files"


def user_folders(environment: Mapping[str, str] = os.environ) -> Folders:
    """The folders of this person: under $MCDESK_HOME where it is set, else where the platform puts them."""
    home = environment.get(HOME_VARIABLE)
    if home:
        data = Path(home).expanduser().absolute()
        return Folders(data=data, cache=data / "cache", logs=data / "logs")
    # Imported only here: scripts and tests set MCDESK_HOME, and a start should stay short.
    import platformdirs

    # The local, not the roaming folder: SQLite's write-ahead log must not lie on a network drive.
    dirs = platformdirs.PlatformDirs("mcdesk", appauthor=False, roaming=False)
    return Folders(
        data=Path(dirs.user_data_dir), cache=Path(dirs.user_cache_dir), logs=Path(dirs.user_log_dir)
    )


def resources_folder() -> Path:
    """The read-only files that mcdesk came with: in a bundle, in a wheel or in the source tree.

    Raises:
        FileNotFoundError: if the installation lacks them.
    """
    package = Path(__file__).resolve().parent.parent
    bundle = Path(getattr(sys, "_MEIPASS", package.parent)) / "mcdesk"
    for candidate in (bundle / "resources", package / "resources", package.parent / "resources"):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(f"no resources folder beside {package}")
