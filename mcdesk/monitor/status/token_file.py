"""The token of the status service: made once, and kept where nobody but its owner may read it."""

import hmac
import logging
import os
import re
import secrets
import stat
from pathlib import Path

from mcdesk.foundation.errors import StatusUnavailable
from mcdesk.foundation.whole_file import write_whole

FILE_NAME = "status-token"
TOKEN_BYTES = 32
MOST_BYTES = 300
_TOKEN = re.compile(rb"[A-Za-z0-9_-]{32,256}")
_OPEN_TO_OTHERS = stat.S_IRWXG | stat.S_IRWXO

logger = logging.getLogger(__name__)


class TokenFile:
    """The file in a data folder; used by whoever has the seat of the service there."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE_NAME

    def read_or_make(self) -> bytes | None:
        """The token; None where the file is somebody else's, whose mcdesk may serve.

        Raises:
            StatusUnavailable: if the file can be neither read nor written.
        """
        try:
            # neither a link to another file, nor a pipe that would be waited for
            flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
            descriptor = os.open(self.path, flags)
        except FileNotFoundError:
            return self._make()
        except PermissionError:
            return None
        except OSError as error:
            raise _unavailable(self.path, error) from error
        with os.fdopen(descriptor, "rb") as file:
            found = os.fstat(descriptor)
            if os.name != "nt" and found.st_uid != os.getuid():
                return None
            token = file.read(MOST_BYTES).strip() if stat.S_ISREG(found.st_mode) else b""
        is_open = os.name != "nt" and bool(found.st_mode & _OPEN_TO_OTHERS)
        if is_open or not _TOKEN.fullmatch(token):
            logger.warning(
                "%s %s: a new token is made", self.path, "was open to others" if is_open else "holds no token"
            )
            return self._make()
        return token

    def _make(self) -> bytes:
        token = secrets.token_urlsafe(TOKEN_BYTES).encode()
        try:
            write_whole(self.path, token + b"\n")
        except OSError as error:
            raise _unavailable(self.path, error) from error
        return token


def is_token(given: bytes, token: bytes) -> bool:
    """Whether somebody gave the token; how long that takes tells nothing of it."""
    return hmac.compare_digest(given, token)


def _unavailable(path: Path, error: OSError) -> StatusUnavailable:
    return StatusUnavailable(
        f"The status service does not answer, as {path} cannot be used: {error.strerror}",
        "Delete the file, or see who may write in its folder.",
    )
