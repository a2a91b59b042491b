"""What the queue costs and how soon it answers: hand in, list, restart, cancel; how well a ceiling holds."""

import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from mcdesk.dispatch.queue_view import QueuePlace, queue_view
from mcdesk.dispatch.run_simulation import run_simulation
from mcdesk.dispatch.run_types import RunContext, RunRequest
from mcdesk.engine.simulation_types import SimulationPlan
from mcdesk.formulas.setup_file import read_setup_file
from mcdesk.foundation.cancellation import Cancelled, CancelToken
from mcdesk.foundation.clock import utc_now, utc_text
from mcdesk.foundation.settings import Settings
from mcdesk.history.account_store import Account
from mcdesk.history.job_record import NewJob
from mcdesk.history.query_timing import QueryType
from mcdesk.history.run_record import RunRecord, RunStatus
from mcdesk.scheduling.queue_snapshot import QueueCapacity
from mcdesk.services import Services, folders_under, open_queue, open_services
from tests.benchmark_models import BENCH

JOBS = 10_000
PEOPLE = 100
CANCELS = 60
CEILING_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Figure:
    """One measurement, in words and with its unit."""

    what: str
    value: str
    asked: str


def main() -> None:
    print("| | measured | asked |\n|---|---:|---:|")
    for figure in figures():
        print(f"| {figure.what} | {figure.value} | {figure.asked} |", flush=True)


def figures() -> Iterator[Figure]:
    """All measurements, one after the other; each in a fresh data folder."""
    yield from many_jobs()
    yield cancels("B")
    yield cancels("C")
    yield from ceilings()


def many_jobs() -> Iterator[Figure]:
    with fresh_services() as services:
        accounts = [services.history.accounts.add(f"p{n}@example.org", "", "standard") for n in range(PEOPLE)]
        jobs = [handed_in(number, accounts[number % PEOPLE]) for number in range(JOBS)]
        seconds = took(lambda: services.history.queue.submit(jobs))
        yield Figure(f"hand in {JOBS:,} jobs of {PEOPLE} people", f"{seconds:.2f} s", "under 1 s")
        place = QueuePlace("cpu", Settings(), QueueCapacity(8_000))
        visible = {account.id for account in accounts}
        times = [
            took(lambda: queue_view(services.open_history, place, visible, utc_now(), 50)) for _ in range(20)
        ]
        yield Figure("list a page of them", f"{1000 * statistics.median(times):.1f} ms", "under 50 ms")
        seconds = took(lambda: until_the_first_is_admitted(services))
        yield Figure("restart until the first is admitted", f"{seconds:.2f} s", "under 3 s")


def until_the_first_is_admitted(services: Services) -> None:
    with open_queue(services):
        while services.history.leases.statistics() == ():
            time.sleep(0.005)


def cancels(model: str) -> Figure:
    """From the request to the end of the run in the history, at random moments of long runs."""
    times = []
    with fresh_services() as services, open_queue(services) as context:
        for number in range(CANCELS):
            with running(services, context, model, seed=number) as simulation_id:
                time.sleep(0.05 + 0.4 * (number * 0.618 % 1.0))
                began = time.perf_counter()
                services.history.queue.cancel(simulation_id)
                while services.history.runs.record(simulation_id).status is not RunStatus.CANCELLED:
                    time.sleep(0.002)
                times.append(time.perf_counter() - began)
    ordered = sorted(times)
    p99 = ordered[min(int(0.99 * len(ordered)), len(ordered) - 1)]
    value = f"p50 {1000 * ordered[len(ordered) // 2]:.0f} ms, p99 {1000 * p99:.0f} ms"
    return Figure(f"cancel a run of {model}", value, "p99 under 200 ms")


def ceilings() -> Iterator[Figure]:
    """The share of ten seconds that a lone run of each tier has where ceilings hold."""
    for tier, percent in (("trial", 25), ("standard", 50), ("professional", 75)):
        with fresh_services() as services:
            services.history.accounts.local_account()
            account = services.history.accounts.add("p@example.org", "", tier)
            with open_queue(services) as context, running(services, context, "B", account=account):
                time.sleep(1.0)
                began = time.time()
                time.sleep(CEILING_SECONDS)
                seconds = device_seconds(services, began, began + CEILING_SECONDS)
        yield Figure(
            f"share of {tier}", f"{100 * seconds / CEILING_SECONDS:.1f} %", f"{percent} % within 2 points"
        )


def device_seconds(services: Services, began: float, ended: float) -> float:
    """Of all chunks, cut at both ends."""
    sql = (
        "SELECT sum(min(began_at + device_seconds, ?) - max(began_at, ?)) FROM chunks"
        " WHERE began_at + device_seconds > ? AND began_at < ?"
    )
    values = (ended, began, began, ended)
    rows = services.open_history.execute(QueryType.SIMULATION_LOOKUP, sql, values).rows
    return float(rows[0][0] or 0.0)


@contextmanager
def running(
    services: Services, context: RunContext, model: str, seed: int = 0, account: Account | None = None
) -> Iterator[str]:
    """A long run that has begun, followed by a thread of its own; cancelled at the end."""
    path = BENCH / f"{model}.xlsx"
    request = RunRequest(
        path,
        read_setup_file(path.with_suffix(".toml")),
        SimulationPlan(10**9, seed),
        account=account,
        uses_cache=False,
    )
    token = CancelToken()
    person = threading.Thread(target=follow, args=(services.folders.data, request, context, token))
    person.start()
    while not (found := [job for job in services.history.queue.jobs() if job.trials_done > 0]):
        time.sleep(0.005)
    try:
        yield found[0].simulation_id
    finally:
        token.cancel()
        person.join()


def follow(home: Path, request: RunRequest, context: RunContext, token: CancelToken) -> None:
    with open_services(folders_under(home)) as services:
        try:
            run_simulation(request, replace(services.run_context, queue=context.queue), ignore, token)
        except Cancelled:
            return


def ignore(_: object) -> None:
    """Nobody looks at the progress."""


@contextmanager
def fresh_services() -> Iterator[Services]:
    with (
        tempfile.TemporaryDirectory(prefix="mcdesk-queue-") as name,
        open_services(folders_under(Path(name))) as services,
    ):
        yield services


def handed_in(number: int, account: Account) -> tuple[RunRecord, NewJob]:
    name = f"{number:032x}"
    record = RunRecord(
        name,
        account.id,
        RunStatus.PENDING,
        1000,
        1,
        "mc",
        "cpu",
        name,
        "m.xlsx",
        name,
        "{}",
        utc_text(utc_now()),
    )
    return record, NewJob(name, account.id, "cpu", "{}", name, 1000, account.tier, 512, 25, 120, None, 1000)


def took(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
