"""The tokens of those who have signed in as one user of this computer, in a file that is that user's own."""

import getpass
import json
import os
import re
from collections.abc import Sequence
from pathlib import Path

from mcdesk.foundation.group_access import make_folder
from mcdesk.foundation.whole_file import write_whole
from mcdesk.history.store_errors import told_file_error

MOST_BYTES = 100_000


def system_user() -> str:
    """The user of the operating system, as the name of a file."""
    if os.name != "nt":
        return str(os.getuid())
    return re.sub(r"[^\w.-]", "_", getpass.getuser()) or "user"


class SessionFile:
    """One file per user of the system: tokens in the order in which their owners signed in.

    Args:
        folder: where the files of all users lie; it need not exist.
    """

    def __init__(self, folder: Path, user: str | None = None) -> None:
        self._path = folder / f"{user or system_user()}.json"

    def tokens(self) -> tuple[str, ...]:
        """The tokens, the one that came last at the end; none where the file is not this user's own."""
        try:
            with self._path.open("rb") as file:
                # In a shared folder somebody could put a file of theirs in the place of this one.
                if os.name != "nt" and os.fstat(file.fileno()).st_uid != os.getuid():
                    return ()
                document = json.loads(file.read(MOST_BYTES))
        except (OSError, ValueError):
            return ()
        tokens = document.get("tokens") if isinstance(document, dict) else None
        return tuple(map(str, tokens)) if isinstance(tokens, list) else ()

    def write(self, tokens: Sequence[str]) -> None:
        """Keep these tokens and no others.

        Raises:
            StoreError, DiskFull: if the file cannot be written; then it is as before.
        """
        folder = self._path.parent
        try:
            if not tokens:
                self._path.unlink(missing_ok=True)
                return
            folder.parent.mkdir(parents=True, exist_ok=True)
            make_folder(folder)
            write_whole(self._path, json.dumps({"tokens": list(tokens)}).encode())
        except OSError as error:
            raise told_file_error(error, self._path) from error
