"""Joins the socket of the status service to what it tells, until it is ended."""

import asyncio
import math
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from mcdesk.machine.probe import Probe
from mcdesk.monitor.health_document import health_document
from mcdesk.monitor.status.endpoints import Page
from mcdesk.monitor.status.health_reader import HealthReader
from mcdesk.monitor.status.http_server import HttpServer, json_bytes
from mcdesk.monitor.status.metric_totals import MetricTotals
from mcdesk.monitor.status.progress_document import progress_document
from mcdesk.monitor.status.prometheus_text import prometheus_text, read_figures
from mcdesk.monitor.status.status_setup import StatusSetup
from mcdesk.monitor.status.warm_texts import Makers, WarmTexts

# the seconds that totals are made of are kept for an hour
SECONDS_BETWEEN_TOTALS = 600.0
_IDLE_SECONDS = {Page.HEALTH: math.inf, Page.METRICS: SECONDS_BETWEEN_TOTALS}


def serve(
    setup: StatusSetup,
    token: bytes,
    listening: socket.socket,
    on_begin: Callable[[Callable[[], None]], None],
) -> None:
    """Answer in this thread until the end, and close the socket.

    Args:
        on_begin: is given what ends it, to be called once from any thread.

    Raises:
        McdeskError: if the history cannot be opened.
    """
    totals = MetricTotals(time.time())
    texts = WarmTexts(partial(_open_makers, setup, totals), _IDLE_SECONDS)
    with setup.open_database() as database:
        texts.start()
        try:
            server = HttpServer(token, texts, partial(progress_document, database))
            asyncio.run(_serve(server, listening, on_begin))
        finally:
            texts.stop()


async def _serve(
    server: HttpServer, listening: socket.socket, on_begin: Callable[[Callable[[], None]], None]
) -> None:
    loop, ended = asyncio.get_running_loop(), asyncio.Event()

    def end() -> None:
        loop.call_soon_threadsafe(ended.set)

    on_begin(end)
    await server.serve(listening, ended)


@contextmanager
def _open_makers(setup: StatusSetup, totals: MetricTotals) -> Iterator[Makers]:
    with setup.open_database() as database:
        # who asks every second is not to keep a GPU awake
        probe = Probe(setup.folder, open_gpus=lambda _: None)
        try:
            health = HealthReader(database, setup.inventory(), setup.surroundings(), probe.read)
            yield {
                Page.HEALTH: lambda: json_bytes(health_document(health.report())),
                Page.METRICS: lambda: prometheus_text(read_figures(database, totals, time.time())),
            }
        finally:
            probe.close()
