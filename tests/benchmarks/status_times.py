"""How soon the status service answers while a simulation runs, asked by another process.

python -m tests.benchmarks.status_times
"""

import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from mcdesk.foundation.settings import Settings, write_settings
from mcdesk.history.query_timing import QueryType
from mcdesk.monitor.status.status_setup import LOOPBACK
from mcdesk.monitor.status.token_file import TokenFile
from mcdesk.monitor.status.warm_texts import WARM_SECONDS
from mcdesk.services import folders_under, open_monitoring, open_queue, open_services
from tests.benchmarks.queue_costs import running
from tests.unit.history.large_history import fill

SIMULATIONS = 20_000
REQUESTS = 400
PAUSE_SECONDS = 0.02
HANGING = 60
WATCHED_SECONDS = 10.0
# A connection and all of its answer, again and again, in a process that has nothing else to do.
ASKING = """
import json, socket, sys, time
port, token, path, count, pause = json.loads(sys.argv[1])
request = f"GET {path} HTTP/1.1\\r\\nHost: localhost\\r\\nAuthorization: Bearer {token}\\r\\n\\r\\n".encode()
times = []
for _ in range(count):
    began = time.perf_counter()
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(request)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    times.append(time.perf_counter() - began)
    assert answer.startswith(b"HTTP/1.1 200 "), answer
    time.sleep(pause)
print(json.dumps(times))
"""
# What a connection takes on this computer at this moment, whoever answers.
BARE = """
import socket
with socket.create_server(("127.0.0.1", 0)) as listening:
    print(listening.getsockname()[1], flush=True)
    while True:
        connection, _ = listening.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\\r\\n\\r\\n")
"""

Figure = tuple[str, str, str]


def main() -> None:
    print("| | measured | asked |\n|---|---:|---:|")
    for what, value, asked in figures():
        print(f"| {what} | {value} | {asked} |", flush=True)


def figures() -> Iterator[Figure]:
    """All measurements, one after the other, beside one simulation."""
    with tempfile.TemporaryDirectory() as name, serving(Path(name)) as (port, token, simulation):
        pages = ("/health", "/metrics", f"/api/simulations/{simulation}/progress")
        titles = ("/health", "/metrics", "progress")
        yield "a bare socket, for comparison", spread(asked_bare()), ""
        for page, title in zip(pages, titles, strict=True):
            yield title, spread(asked(port, token, page)), "10 ms"
        with ExitStack() as stack:
            for _ in range(HANGING):
                stack.enter_context(socket.create_connection((LOOPBACK, port)))
            what = f"progress, beside {HANGING} clients that hang"
            yield what, spread(asked(port, token, pages[2], pause=0.0)), "10 ms"
        time.sleep(WARM_SECONDS + 1.0)
        used = share(lambda: time.sleep(WATCHED_SECONDS))
        yield "of a core, all of the process with queue and recorder, asked nothing", used, ""
        count = int(WATCHED_SECONDS)
        for page, title in zip(pages[:2], titles, strict=False):
            used = share(partial(asked, port, token, page, count, 1.0))
            yield f"the same, {title} asked once a second", used, ""


@contextmanager
def serving(home: Path) -> Iterator[tuple[int, str, str]]:
    """Port, token, and the simulation that runs, over a history of many."""
    with socket.create_server((LOOPBACK, 0)) as free:
        port: int = free.getsockname()[1]
    write_settings(home, Settings(monitor={"status_port": float(port)}, serves_status=True))
    with open_services(folders_under(home)) as services:
        fill(services.open_history, SIMULATIONS)
        services.open_history.execute(QueryType.SIMULATION_LOOKUP, "DELETE FROM jobs")
        with (
            open_monitoring(services),
            open_queue(services) as context,
            running(services, context, "B") as simulation,
        ):
            time.sleep(5.0)
            yield port, TokenFile(home).path.read_text().strip(), simulation


def asked(
    port: int, token: str, path: str, count: int = REQUESTS, pause: float = PAUSE_SECONDS
) -> list[float]:
    """The seconds of each request, without those of the first, which may wait for what is made for it."""
    arguments = json.dumps([port, token, path, count + 1, pause])
    command = [sys.executable, "-c", ASKING, arguments]
    times: list[float] = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    return times[1:]


def asked_bare() -> list[float]:
    """The same of a process that answers with a line, and knows nothing."""
    with subprocess.Popen([sys.executable, "-c", BARE], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            return asked(int(process.stdout.readline()), "", "/")
        finally:
            process.kill()


def share(work: Callable[[], object]) -> str:
    began, used = time.perf_counter(), time.process_time()
    work()
    return f"{100 * (time.process_time() - used) / (time.perf_counter() - began):.1f} %"


def spread(seconds: list[float]) -> str:
    ordered = sorted(1000 * each for each in seconds)
    p50, p99 = (ordered[int(fraction * (len(ordered) - 1))] for fraction in (0.5, 0.99))
    return f"p50 {p50:.2f} ms, p99 {p99:.2f} ms, longest {ordered[-1]:.1f} ms"


if __name__ == "__main__":
    main()
