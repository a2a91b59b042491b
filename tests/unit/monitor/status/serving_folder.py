"""A data folder whose status service answers, and a client that says exactly what it is told to."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from mcdesk.foundation.errors import McdeskError
from mcdesk.history.opening import open_database
from mcdesk.machine.devices import Device, DeviceKind, Inventory
from mcdesk.monitor.dashboard import Surroundings
from mcdesk.monitor.status.status_setup import StatusSetup
from mcdesk.monitor.status.token_file import TokenFile
from mcdesk.monitor.status_service import StatusService
from tests.unit.dispatch.desk import wait_until

PATIENCE_SECONDS = 30.0
INVENTORY = Inventory(Device(DeviceKind.CPU, 0, "a processor", 1, 1), (), 1, 1, "Linux")


@dataclass(frozen=True)
class Reply:
    """What came back: the status, headers by their names in small letters, and the body."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def document(self) -> dict[str, object]:
        found: dict[str, object] = json.loads(self.body)
        return found


@dataclass
class ServingFolder:
    """A folder with a database, and the services that were begun on it."""

    folder: Path
    troubles: list[McdeskError] = field(default_factory=list)

    def setup(self, port: int = 0) -> StatusSetup:
        return StatusSetup(
            port=port,
            folder=self.folder,
            open_database=lambda: open_database(self.folder / "mcdesk.db"),
            inventory=lambda: INVENTORY,
            surroundings=lambda: Surroundings("cpu", 2),
            on_trouble=self.troubles.append,
        )

    @contextmanager
    def begun(self, port: int = 0) -> Iterator[StatusService]:
        """A service that has begun to look whether it may serve."""
        service = StatusService(self.setup(port), seconds_before=0.0)
        service.start()
        try:
            yield service
        finally:
            service.stop()

    @contextmanager
    def serving(self) -> Iterator["Client"]:
        """A client of a service that serves."""
        with self.begun() as service:
            wait_until(lambda: service.address is not None)
            token = TokenFile(self.folder).read_or_make()
            assert token is not None
            assert service.address is not None
            yield Client(service.address, token.decode())


@dataclass(frozen=True)
class Client:
    """Speaks HTTP over a socket of its own for each request."""

    address: tuple[str, int]
    token: str

    def get(self, path: str, **headers: str) -> Reply:
        """Ask as a program with the token does, with these headers besides."""
        return self.ask("GET", path, Authorization=f"Bearer {self.token}", **headers)

    def ask(self, method: str, path: str, **headers: str) -> Reply:
        """Ask with these headers; `_` in their names stands for a dash."""
        host = {"Host": f"{self.address[0]}:{self.address[1]}"}
        lines = [f"{name.replace('_', '-')}: {value}" for name, value in (host | headers).items()]
        return self.send("\r\n".join((f"{method} {path} HTTP/1.1", *lines, "", "")).encode())

    def send(self, request: bytes) -> Reply:
        """Send these bytes and read until the other side is done."""
        with self.connected() as connection:
            connection.sendall(request)
            return read_reply(connection)

    def connected(self) -> socket.socket:
        """A connection on which nothing was said."""
        return socket.create_connection(self.address, PATIENCE_SECONDS)


def read_reply(connection: socket.socket) -> Reply:
    """All that comes until the other side is done."""
    parts = iter(lambda: connection.recv(1 << 16), b"")
    head, _, body = b"".join(parts).partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    assert int(headers["content-length"]) == len(body) or not body
    return Reply(int(first.split()[1]), headers, body)
