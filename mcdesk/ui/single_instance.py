"""One window for each data folder: a second start hands its file to the first one and ends."""

import hashlib
import json
import logging
import time
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLockFile, QObject, Signal

if TYPE_CHECKING:
    # loaded where it is used: 50 ms before the first picture
    from PySide6.QtNetwork import QLocalServer, QLocalSocket

# A window that has just started may not listen yet; one that is stuck is not waited for.
ANSWER_MILLISECONDS = 10_000
LOOK_SECONDS = 0.05
MOST_BYTES = 65_536

logger = logging.getLogger(__name__)


class SingleInstance(QObject):
    """The first of a data folder listens, the others tell it what they were started with.

    `called` tells that somebody started mcdesk again: with the path of a workbook, or None.

    Args:
        folder: the data folder.
    """

    called = Signal(object)

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = f"mcdesk-{hashlib.sha256(str(folder.absolute()).encode()).hexdigest()[:24]}"
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            logger.warning("no lock for the window: %s", error)
        self._lock = QLockFile(str(folder / "window.lock"))
        # it holds for as long as its process lives, however long that is
        self._lock.setStaleLockTime(0)
        self._server: QLocalServer | None = None

    def is_first(self) -> bool:
        """Whether no other window is open on this folder; then none opens until `end`."""
        if self._lock.tryLock(0):
            return True
        # a folder that takes no lock takes no second window into account either
        return self._lock.error() is not QLockFile.LockError.LockFailedError

    def listen(self) -> None:
        """Be told of later starts from now on."""
        from PySide6.QtNetwork import QLocalServer

        server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        # what a killed window left behind; the lock tells that it is nobody's
        QLocalServer.removeServer(self._name)
        if server.listen(self._name):
            server.newConnection.connect(self._answer)
            self._server = server
        else:
            logger.warning("a second start will not find this window: %s", server.errorString())

    def hand_over(self, path: Path | None) -> bool:
        """Have the first window come forward and open this; False if it does not answer."""
        from PySide6.QtNetwork import QLocalSocket

        ends_at = time.monotonic() + ANSWER_MILLISECONDS / 1000
        while time.monotonic() < ends_at:
            socket = QLocalSocket()
            socket.connectToServer(self._name)
            if socket.waitForConnected(ANSWER_MILLISECONDS):
                return _told(socket, path)
            time.sleep(LOOK_SECONDS)
        return False

    def end(self) -> None:
        """Another window may open from now on."""
        if self._server is not None:
            self._server.close()
        self._lock.unlock()

    def _answer(self) -> None:
        if self._server is None or (socket := self._server.nextPendingConnection()) is None:
            return
        socket.disconnected.connect(socket.deleteLater)
        socket.readyRead.connect(lambda: self._hear(socket))
        self._hear(socket)

    def _hear(self, socket: "QLocalSocket") -> None:
        if not socket.canReadLine():
            if socket.bytesAvailable() > MOST_BYTES:
                socket.abort()
            return
        try:
            message = json.loads(bytes(socket.readLine(MOST_BYTES).data()))
            text = message["open"]
        except (ValueError, KeyError, TypeError):
            socket.abort()
            return
        socket.write(b"ok\n")
        socket.flush()
        self.called.emit(Path(text) if isinstance(text, str) and text else None)


def _told(socket: "QLocalSocket", path: Path | None) -> bool:
    text = None if path is None else str(path.absolute())
    socket.write(json.dumps({"open": text}).encode() + b"\n")
    heard = socket.waitForBytesWritten(ANSWER_MILLISECONDS) and socket.waitForReadyRead(ANSWER_MILLISECONDS)
    socket.disconnectFromServer()
    return heard
