"""A device of this computer, which all data folders share: one chunk at a time, folders in turn."""

import errno
import logging
import os
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from filelock import FileLock, Timeout

from mcdesk.machine.probe import is_stopped

FOLDER_VARIABLE = "MCDESK_LOCKS"
SECONDS_BETWEEN_TRIES = 0.002
# So often it is asked whether who holds the device was halted in the middle of a chunk.
SECONDS_BETWEEN_QUESTIONS = 0.5

logger = logging.getLogger(__name__)


class DeviceLock:
    """Held while a chunk is computed.

    Two files: who waits holds the turnstile, so that whoever has just had the device does not get it again
    before the one that waits.

    Args:
        folder: where the files are; by default that of $MCDESK_LOCKS, or one that all folders share.
        now: monotonic seconds.
    """

    def __init__(
        self, device: str, folder: Path | None = None, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._name = device.replace(":", "-")
        self._now = now
        chosen = folder or _shared_folder()
        self._turnstile = self._file(chosen, "turnstile")
        self._device = self._file(chosen, "device")
        # who holds the device: the lock files themselves are emptied by whoever opens them
        self._owner = chosen / f"{self._name}-owner"

    @contextmanager
    def turn(self, is_cancelled: Callable[[], bool] = lambda: False) -> Iterator[bool]:
        """Hold the device; False if that was given up because it was cancelled meanwhile."""
        has_turn = self._wait(is_cancelled)
        try:
            yield has_turn
        finally:
            if self._device is not None and self._device.is_locked:
                self._device.release()

    def _wait(self, is_cancelled: Callable[[], bool]) -> bool:
        if self._turnstile is None or self._device is None:
            return True
        if not self._acquire(self._turnstile, is_cancelled):
            return False
        try:
            has_turn = self._acquire(self._device, is_cancelled)
        finally:
            if self._turnstile.is_locked:
                self._turnstile.release()
        if self._device.is_locked:
            self._write_owner()
        return has_turn

    def _acquire(self, lock: FileLock, is_cancelled: Callable[[], bool]) -> bool:
        """Wait for a lock, but not for a process that was halted while it held the device."""
        asks_at = self._now()
        while True:
            try:
                lock.acquire(timeout=0)
            except Timeout:
                if is_cancelled():
                    return False
                if self._now() >= asks_at:
                    asks_at = self._now() + SECONDS_BETWEEN_QUESTIONS
                    if self._is_owner_halted():
                        return True
                time.sleep(SECONDS_BETWEEN_TRIES)
            except OSError as error:
                logger.warning("the device cannot be locked: %s", error)
                return True
            else:
                return True

    def _write_owner(self) -> None:
        try:
            with _shared_file(self._owner) as file:
                file.truncate()
                file.write(str(os.getpid()).encode())
        except OSError as error:
            logger.debug("owner of the device not noted: %s", error)

    def _is_owner_halted(self) -> bool:
        try:
            owner = int(self._owner.read_text(encoding="ascii"))
        except (OSError, ValueError):
            return False
        if is_stopped(owner):
            logger.debug("process %d was halted while it held the device; it is not waited for", owner)
            return True
        return False

    def _file(self, folder: Path, kind: str) -> FileLock | None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if os.name == "posix" and not folder.is_symlink():
                _open_to_all(folder, folder.stat(), 0o1777)
            path = folder / f"{self._name}-{kind}.lock"
            _shared_file(path).close()
        except OSError as error:
            logger.warning("devices are not shared with other data folders: %s", error)
            return None
        return FileLock(path, thread_local=False)


def _shared_folder() -> Path:
    chosen = os.environ.get(FOLDER_VARIABLE)
    return Path(chosen) if chosen else Path(tempfile.gettempdir()) / "mcdesk-locks"


def _shared_file(path: Path) -> BinaryIO:
    """Open a file that everybody may write, made if need be.

    Whoever made the folder may have put a link there, to a file of this person that nobody else is to write.

    Raises:
        OSError: if it cannot be opened, or is such a link.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1:
        os.close(descriptor)
        raise OSError(errno.ELOOP, "it is no file of its own", str(path))
    if os.name == "posix":
        _open_to_all(descriptor, status, 0o666)
    return os.fdopen(descriptor, "r+b")


def _open_to_all(place: Path | int, status: os.stat_result, mode: int) -> None:
    """People who share a computer share its device, whatever each lets others see of new files."""
    if status.st_uid == os.geteuid() and stat.S_IMODE(status.st_mode) != mode:
        os.chmod(place, mode)
