"""What a process takes with all that descend from it."""

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from mcdesk.machine.own_use import ProcessUse, ProcessUses, UseMeter, linux_uses, portable_uses, process_uses

CORES = psutil.cpu_count() or 1
# A process, and one that it started.
FAMILY = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
print(child.pid, flush=True)
input()
child.communicate(b"\\n")
"""

only_linux = pytest.mark.skipif(sys.platform != "linux", reason="reads the files of Linux")


def meter_of(*readings: ProcessUses) -> UseMeter:
    left = iter(readings)
    return UseMeter(1, lambda _process_id: next(left))


def use(own_seconds: float, ended_seconds: float = 0.0, memory_bytes: int = 10) -> ProcessUse:
    return ProcessUse(own_seconds, ended_seconds, memory_bytes)


def start_family() -> subprocess.Popen[str]:
    command = [sys.executable, "-c", FAMILY]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_that_the_first_reading_has_memory_of_all_and_no_fraction() -> None:
    meter = meter_of({(1, 0.0): use(5.0), (2, 0.0): use(1.0)})

    assert meter.read(0.0) == (None, 20)


def test_that_the_fraction_is_of_all_cores() -> None:
    meter = meter_of({(1, 0.0): use(5.0), (2, 0.0): use(1.0)}, {(1, 0.0): use(5.1), (2, 0.0): use(1.3)})
    meter.read(0.0)

    fraction, _ = meter.read(2.0)

    assert fraction == pytest.approx(0.4 / 2.0 / CORES)


def test_that_all_of_a_new_process_counts_and_an_ended_one_counts_once() -> None:
    meter = meter_of(
        {(1, 0.0): use(5.0)},
        {(1, 0.0): use(5.0), (2, 0.0): use(0.25)},
        # ended after 0.25 seconds more, and its parent was told
        {(1, 0.0): use(5.0, ended_seconds=0.5)},
    )

    fractions = [meter.read(float(number))[0] for number in range(3)]

    assert fractions[1:] == [pytest.approx(0.25 / CORES), pytest.approx(0.25 / CORES)]


def test_that_an_end_that_nobody_was_told_of_takes_nothing_away_from_others() -> None:
    meter = meter_of(
        {(1, 0.0): use(5.0), (2, 0.0): use(100.0)},
        # another process under the number of the one that ended
        {(1, 0.0): use(5.25), (2, 9.0): use(0.25)},
    )
    meter.read(0.0)

    assert meter.read(1.0)[0] == pytest.approx(0.5 / CORES)


def test_that_the_fraction_is_at_most_one() -> None:
    meter = meter_of({(1, 0.0): use(0.0)}, {(1, 0.0): use(CORES * 1.01)})
    meter.read(0.0)

    assert meter.read(1.0)[0] == 1.0


def test_that_a_process_that_is_gone_has_no_data() -> None:
    meter = meter_of({(1, 0.0): use(1.0)}, {}, {(1, 0.0): use(2.0)})
    meter.read(0.0)

    assert meter.read(1.0) == (None, None)
    assert meter.read(2.0) == (None, 10)


@pytest.mark.parametrize("uses", [process_uses, portable_uses, pytest.param(linux_uses, marks=only_linux)])
def test_that_children_of_children_are_found_and_a_missing_process_has_none(
    uses: Callable[[int], ProcessUses],
) -> None:
    with ThreadPoolExecutor(1) as thread:
        # a child belongs to the thread that started it as long as that lives
        family = thread.submit(start_family).result()
        try:
            assert family.stdout is not None
            grandchild = int(family.stdout.readline())

            found = uses(os.getpid())
        finally:
            family.communicate("\n")
    own = {number: each for (number, _), each in found.items()}

    assert {os.getpid(), family.pid, grandchild} <= set(own)
    assert abs(own[os.getpid()].memory_bytes - psutil.Process().memory_info().rss) < 50e6
    assert 0.0 < own[os.getpid()].own_seconds <= sum(psutil.Process().cpu_times()[:2])
    assert uses(2**22 + 1) == {}


@only_linux
def test_that_the_files_of_linux_say_what_psutil_says() -> None:
    by_files, by_psutil = linux_uses(os.getpid()), portable_uses(os.getpid())

    mine = [{key[0]: each for key, each in found.items()}[os.getpid()] for found in (by_files, by_psutil)]
    assert mine[0].own_seconds == pytest.approx(mine[1].own_seconds, abs=0.5)
    assert mine[0].ended_seconds == pytest.approx(mine[1].ended_seconds, abs=0.5)
    assert mine[0].memory_bytes == pytest.approx(mine[1].memory_bytes, rel=0.2)
