"""Set-ups as people left them, one for each path of a workbook, with by what their cells are found again."""

import hashlib
import json
import logging
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from mcdesk.formulas.setup_carrying import Landmark, Landmarks
from mcdesk.formulas.setup_file import read_setup_file
from mcdesk.formulas.setup_texts import SetupFile
from mcdesk.formulas.setup_writer import setup_text
from mcdesk.foundation.errors import SetupInvalid
from mcdesk.foundation.kept_file import open_kept, write_kept

# A comment to whoever reads the file as a set-up.
_MARK = "# landmarks: "

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class KeptSetup:
    """A set-up that was found; `landmarks` are None for one that a person wrote."""

    setup: SetupFile
    landmarks: Landmarks | None = None


class SetupShelf:
    """Files in a folder, named after the paths of the workbooks."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, workbook: Path) -> KeptSetup | None:
        """The set-up of the workbook at this path, else one that lies beside it, else None."""
        own = self._place(workbook)
        for path in (own, workbook.with_suffix(".toml")):
            if path.is_file():
                try:
                    setup = read_setup_file(path)
                    return KeptSetup(_nameless(setup) if path == own else setup, _landmarks(path))
                except SetupInvalid as error:
                    logger.warning("set-up of %s not restored: %s", workbook.name, error)
        return None

    def keep(self, workbook: Path, setup: SetupFile, landmarks: Landmarks) -> None:
        """Keep the set-up of the workbook at this path.

        Raises:
            OSError: if it cannot be written; what was kept before is still there.
        """
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        cells = {text: asdict(each) for text, each in landmarks.by_text.items()}
        # ASCII only: TOML refuses some control characters, even in a comment
        comment = f"{_MARK}{json.dumps({'sha256': landmarks.sha256, 'cells': cells})}\n"
        write_kept(self._place(workbook), (comment + setup_text(setup)).encode())

    def _place(self, workbook: Path) -> Path:
        name = hashlib.sha256(str(workbook.absolute()).encode(errors="surrogateescape")).hexdigest()
        return self._folder / f"{name[:40]}.toml"


def _nameless(setup: SetupFile) -> SetupFile:
    """A set-up whose texts name no file: that of the shelf says nothing to a person."""
    return replace(
        setup,
        inputs=tuple(replace(each, source="") for each in setup.inputs),
        outputs=tuple(replace(each, source="") for each in setup.outputs),
        values=tuple(replace(each, source="") for each in setup.values),
        limits=tuple(replace(each, source="") for each in setup.limits),
        correlations=tuple(replace(each, source="") for each in setup.correlations),
    )


def _landmarks(path: Path) -> Landmarks | None:
    """Those in the first line, None if it has none that can be read."""
    try:
        with open_kept(path) as file:
            line = file.readline().decode("utf-8-sig")
        if not line.startswith(_MARK):
            return None
        found = json.loads(line.removeprefix(_MARK))
        cells = {str(text): Landmark(**each) for text, each in found["cells"].items()}
        return Landmarks(str(found["sha256"]), cells)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        logger.warning("landmarks of %s not read: %s", path.name, error)
        return None
