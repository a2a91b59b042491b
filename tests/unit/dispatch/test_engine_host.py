"""An engine that hangs in a chunk while the rest of its process answers, as in the driver of a device."""

import threading
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from mcdesk.dispatch import engine_host
from mcdesk.dispatch.engine_child import Asked, Ping
from mcdesk.dispatch.engine_host import MOST_CHUNK_SECONDS, ProcessHost
from mcdesk.dispatch.engine_messages import EngineFolders, RunChunk
from mcdesk.foundation.errors import EngineDied
from tests.unit.dispatch.desk import wait_until


def serve_without_an_answer(connection: Connection, _folders: EngineFolders) -> None:
    while True:
        message = connection.recv()
        if isinstance(message, Ping | Asked):
            connection.send(Ping())


class Clock:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_that_a_chunk_without_end_ends_the_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_host, "serve", serve_without_an_answer)
    clock, answers = Clock(), []
    host = ProcessHost(EngineFolders(tmp_path, tmp_path, tmp_path), clock)

    def ask() -> None:
        with pytest.raises(EngineDied):
            host.ask(RunChunk("a"))
        answers.append("died")

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    wait_until(lambda: host._heard_at is not None)

    step = 5.0
    for _ in range(int(MOST_CHUNK_SECONDS / step)):
        clock.seconds += step
        # it answers, and is not taken for a silent one
        wait_until(lambda: host._heard_at is not None and clock.seconds - host._heard_at < 2 * step)
        host.look()
    assert host.is_alive
    assert answers == []

    wait_until(lambda: host._heard_at is not None and clock.seconds - host._heard_at < 2 * step)
    clock.seconds += 1.0
    host.look()
    asking.join(30.0)
    # a process that was killed is there for a moment yet
    wait_until(lambda: not host.is_alive)

    assert answers == ["died"]
    assert not host.is_alive
    host.close()
