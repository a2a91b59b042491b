"""The status service of real processes: off unless it is wanted, and right while a simulation runs."""

import json
import socket
import stat
import subprocess
import sys
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from mcdesk.foundation.settings import Settings, write_settings
from mcdesk.history.job_record import JobRecord
from mcdesk.history.opening import open_database
from mcdesk.history.queue_store import QueueStore
from mcdesk.monitor.status.status_setup import LOOPBACK
from mcdesk.monitor.status.token_file import TokenFile
from tests.functional.people import MARKS_OF_PROCESSES, PATIENCE_SECONDS, Document, SharedFolder, wait_until
from tests.unit.monitor.status.serving_folder import Client

pytestmark = MARKS_OF_PROCESSES

# what is in use, and what was bound, while all is open for longer than the service waits at its beginning
WATCHED = """
import json, socket, sys, threading, time
events = []
def watch(name, details):
    if name == "socket.bind":
        events.append([name, str(details[1])])
    elif name == "socket.__new__" and details[1] in (socket.AF_INET, socket.AF_INET6):
        events.append([name, ""])
sys.addaudithook(watch)
from mcdesk.services import open_monitoring, open_queue, open_services
with open_services() as services, open_monitoring(services), open_queue(services):
    time.sleep(3.0)
    threads = [each.name for each in threading.enumerate()]
print(json.dumps({"events": events, "threads": threads, "modules": sorted(sys.modules)}))
"""


def watched(shared: SharedFolder) -> Document:
    command = [sys.executable, "-c", WATCHED]
    printed = subprocess.run(
        command, env=shared.environment, stdout=subprocess.PIPE, timeout=PATIENCE_SECONDS, check=True
    ).stdout
    found: Document = json.loads(printed)
    return found


def wanted(shared: SharedFolder) -> int:
    """Want the service at a port that is free."""
    with socket.create_server((LOOPBACK, 0)) as free:
        port: int = free.getsockname()[1]
    shared.home.mkdir(exist_ok=True)
    write_settings(shared.home, Settings(monitor={"status_port": float(port)}, serves_status=True))
    return port


def test_that_nothing_of_it_is_there_by_default(shared_folder: SharedFolder) -> None:
    found = watched(shared_folder)

    assert found["events"] == []
    assert not [name for name in found["threads"] if "status" in name]
    assert {"prometheus_client", "asyncio", "http.server"} & set(found["modules"]) == set()
    assert not TokenFile(shared_folder.home).path.exists()


def test_that_the_service_binds_one_port_of_loopback(shared_folder: SharedFolder) -> None:
    port = wanted(shared_folder)

    found = watched(shared_folder)

    assert found["events"] == [["socket.__new__", ""], ["socket.bind", f"('127.0.0.1', {port})"]]
    assert sorted(name for name in found["threads"] if "status" in name) == [
        "mcdesk-status",
        "mcdesk-status-figures",
    ]
    assert "prometheus_client" in found["modules"]
    assert stat.S_IMODE(TokenFile(shared_folder.home).path.stat().st_mode) == 0o600


def test_that_a_run_is_followed_from_outside(shared_folder: SharedFolder) -> None:
    port = wanted(shared_folder)
    shared_folder.run("B", 10**9)
    wait_until(lambda: accepts(port))
    client = Client((LOOPBACK, port), TokenFile(shared_folder.home).path.read_text().strip())
    wait_until(lambda: any(job.trials_done > 0 for job in jobs(shared_folder)))
    path = f"/api/simulations/{jobs(shared_folder)[0].simulation_id}/progress"

    first = client.get(path).document
    # more than trials may change in between
    wait_until(lambda: client.get(path).document["trials_done"] != first["trials_done"])
    later = client.get(path).document
    wait_until(lambda: trials_told(client) > 0)

    assert (first["status"], first["trials"]) == ("running", 10**9)
    assert later["trials_done"] > first["trials_done"]  # type: ignore[operator]  # both are whole numbers
    assert None not in later.values()
    assert client.get("/health").document["database"]["integrity"] == "ok"  # type: ignore[index]  # JSON


def test_that_a_second_run_goes_on_serving(shared_folder: SharedFolder) -> None:
    port = wanted(shared_folder)
    first = shared_folder.run("B", 10**9)
    wait_until(lambda: accepts(port))
    shared_folder.run("B", 10**9, "--seed", "2")
    wait_until(lambda: len(jobs(shared_folder)) == 2)

    first.kill()
    first.wait()

    client = Client((LOOPBACK, port), TokenFile(shared_folder.home).path.read_text().strip())
    wait_until(lambda: accepts(port))
    assert client.get("/metrics").status == 200


def test_that_a_busy_port_costs_a_run_a_line_of_the_log(shared_folder: SharedFolder) -> None:
    port = wanted(shared_folder)
    with socket.create_server((LOOPBACK, port)):
        printed = watched(shared_folder)

    assert {what for name, what in printed["events"] if name == "socket.bind"} == {f"('127.0.0.1', {port})"}
    lines = log_of(shared_folder.home).splitlines()
    assert len([line for line in lines if f"port {port} is taken by another program" in line]) == 1


def test_that_health_says_where_the_service_is(shared_folder: SharedFolder) -> None:
    assert "Status service off" in health_of(shared_folder)
    port = wanted(shared_folder)

    printed = health_of(shared_folder)

    assert f"Status service http://127.0.0.1:{port} " in printed
    assert f"{TokenFile(shared_folder.home).path.name} in the data folder" in printed


def health_of(shared: SharedFolder) -> str:
    command = [sys.executable, "-m", "mcdesk", "health"]
    printed = subprocess.run(
        command, env=shared.environment, stdout=subprocess.PIPE, timeout=PATIENCE_SECONDS, check=True
    ).stdout
    return " ".join(printed.decode().split())


def jobs(shared: SharedFolder) -> tuple[JobRecord, ...]:
    with open_database(shared.home / "mcdesk.db") as database:
        return QueueStore(database).jobs()


def accepts(port: int) -> bool:
    try:
        socket.create_connection((LOOPBACK, port), 1.0).close()
    except OSError:
        return False
    return True


def trials_told(client: Client) -> float:
    text = client.get("/metrics").body.decode()
    samples = (each for family in text_string_to_metric_families(text) for each in family.samples)
    return next(each.value for each in samples if each.name == "mcdesk_trials_total")


def log_of(home: Path) -> str:
    return (home / "logs" / "mcdesk.log").read_text("utf-8")
