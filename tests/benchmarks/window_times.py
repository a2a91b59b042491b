"""What a person waits for in the window: its start, and everything else beside two running simulations.

Each part is a process of its own on an X server of its own: python -m tests.benchmarks.window_times
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

STARTS = 7
PATIENCE_SECONDS = 300.0
SCREEN = "1440x900x24"


def main() -> None:
    print("| | measured | asked |\n|---|---:|---:|", flush=True)
    with screen() as display, tempfile.TemporaryDirectory() as folder:
        environment = dict(os.environ) | {
            "DISPLAY": display,
            "QT_QPA_PLATFORM": "xcb",
            "QT_SCALE_FACTOR": "1",
            "MCDESK_HOME": str(Path(folder) / "home"),
            "MCDESK_LOCKS": str(Path(folder) / "locks"),
            # as where the program is installed: compiled once, by the first start
            "PYTHONPYCACHEPREFIX": str(Path(folder) / "compiled"),
        }
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        started(environment)
        starts = [started(environment) for _ in range(STARTS)]
        for what, times, asked in (
            ("interpreter up to the first picture", [each[0] for each in starts], "0.5 s"),
            ("whole process to a window that can be used", [each[1] for each in starts], "1.2 s"),
        ):
            value = f"median {statistics.median(times):.2f} s, longest {max(times):.2f} s"
            print(f"| {what}, {STARTS} starts | {value} | {asked} |", flush=True)
        command = [sys.executable, "-m", "tests.benchmarks.window_busy"]
        subprocess.run(command, env=environment, check=True, timeout=PATIENCE_SECONDS)


def started(environment: Mapping[str, str]) -> tuple[float, float]:
    """Seconds from the interpreter to the first picture, and from the start of the process to its use."""
    began = time.monotonic()
    command = [sys.executable, "-m", "tests.benchmarks.window_start"]
    printed = subprocess.run(
        command, env=environment, check=True, timeout=PATIENCE_SECONDS, stdout=subprocess.PIPE, text=True
    ).stdout
    times = json.loads(printed.splitlines()[-1])
    return times["painted"] - times["up"], times["usable"] - began


@contextmanager
def screen() -> Iterator[str]:
    """The name of an X server that is there for this alone."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", SCREEN, "-nolisten", "tcp", "-noreset"],
        pass_fds=(writing,),
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        yield f":{os.read(reading, 16).decode().strip()}"
    finally:
        server.kill()
        server.wait()
        os.close(reading)


if __name__ == "__main__":
    main()
