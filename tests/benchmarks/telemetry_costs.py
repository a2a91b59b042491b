"""What it costs to read the computer once a second.

python -m tests.benchmarks.telemetry_costs
"""

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil

from mcdesk.machine.nvml import NvmlSession
from mcdesk.machine.own_use import process_uses
from mcdesk.machine.probe import Probe
from mcdesk.machine.telemetry import Telemetry
from tests import fake_nvml

WATCHED_SECONDS = 30.0
READINGS = 200
# A window with its engine, the spare one and others; and what else a desktop has.
FAMILY, THREADS = 4, 20
OTHERS = 300
STARTS = 5
MEMBER = (
    "import threading, time\n"
    f"for _ in range({THREADS}): threading.Thread(target=time.sleep, args=(600,), daemon=True).start()\n"
    "time.sleep(600)"
)

Figure = tuple[str, str, str]


def main() -> None:
    print("| | measured | asked |\n|---|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        os.environ[fake_nvml.FOLDER_VARIABLE] = folder
        fake_nvml.FakeDriver(Path(folder))
        for what, value, asked in figures(Path(folder)):
            print(f"| {what} | {value} | {asked} |", flush=True)


def figures(folder: Path) -> Iterator[Figure]:
    """All measurements, one after the other."""
    yield from process_costs("alone", folder)
    with ExitStack() as stack:
        for _ in range(FAMILY):
            stack.enter_context(running(sys.executable, "-c", MEMBER))
        stack.enter_context(others())
        time.sleep(2.0)
        yield from process_costs(f"with {FAMILY} children of {THREADS} threads, {OTHERS} others", folder)
        yield ("their use alone", milliseconds(lambda: process_uses(os.getpid())), "")
    probe = Probe(folder, open_gpus=lambda known: NvmlSession(fake_nvml.load(), known))
    yield "a reading with two GPUs, without the driver's own time", milliseconds(probe.read), ""
    yield "from start to the first reading", spread([start_seconds(folder) for _ in range(STARTS)]), ""


def process_costs(what: str, folder: Path) -> Iterator[Figure]:
    """Of a process of its own, over half a minute."""
    telemetry = Telemetry(folder, load_gpu_library=fake_nvml.load)
    telemetry.start()
    try:
        while telemetry.latest() is None:
            time.sleep(0.05)
        child, parent = psutil.Process(telemetry.process_id), psutil.Process()
        before, own_before = cpu_seconds(child), cpu_seconds(parent)
        time.sleep(WATCHED_SECONDS)
        percent = 100.0 * (cpu_seconds(child) - before) / WATCHED_SECONDS
        own_percent = 100.0 * (cpu_seconds(parent) - own_before) / WATCHED_SECONDS
        memory = child.memory_full_info()
        yield f"of a core, the process that reads, {what}", f"{percent:.2f} %", "0.5 %"
        yield f"of a core, the process that is told, {what}", f"{own_percent:.2f} %", ""
        size = f"{memory.rss / 1e6:.0f} MB, {memory.uss / 1e6:.0f} MB its own"
        yield f"resident memory of the process that reads, {what}", size, ""
    finally:
        telemetry.stop()


def start_seconds(folder: Path) -> float:
    """Until there is a reading."""
    telemetry = Telemetry(folder, load_gpu_library=fake_nvml.load)
    began = time.perf_counter()
    telemetry.start()
    while telemetry.latest() is None:
        time.sleep(0.002)
    seconds = time.perf_counter() - began
    telemetry.stop()
    return seconds


@contextmanager
def running(*command: str) -> Iterator[None]:
    process = subprocess.Popen(command)
    try:
        yield
    finally:
        process.kill()
        process.wait()


@contextmanager
def others() -> Iterator[None]:
    """Processes that do not descend from this one: whoever started them is gone."""
    loop = f"for i in $(seq {OTHERS}); do sleep 600 >&- 2>&- & echo $!; done"
    printed = subprocess.run(["sh", "-c", loop], stdout=subprocess.PIPE, text=True, check=True).stdout
    try:
        yield
    finally:
        for number in printed.split():
            os.kill(int(number), signal.SIGKILL)


def cpu_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def milliseconds(work: Callable[[], object]) -> str:
    times = []
    for _ in range(READINGS):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return f"{1000 * statistics.median(times):.2f} ms"


def spread(seconds: list[float]) -> str:
    return f"p50 {statistics.median(seconds):.2f} s, most {max(seconds):.2f} s"


if __name__ == "__main__":
    main()
