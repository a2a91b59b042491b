"""The status service as a client meets it: real requests over real sockets and a real history."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from unittest import mock

import pytest

from mcdesk.foundation.errors import DatabaseBusy
from mcdesk.history.database import Database
from mcdesk.history.query_timing import QueryType
from mcdesk.history.queue_store import QueueStore
from mcdesk.history.run_record import RunStatus
from mcdesk.monitor.health_document import health_document
from mcdesk.monitor.status import http_server, warm_texts
from mcdesk.monitor.status.http_server import MOST_CONNECTIONS, MOST_HEAD_BYTES
from mcdesk.monitor.status.status_setup import LOOPBACK
from tests.unit.dispatch.desk import wait_until
from tests.unit.monitor.conftest import Measured
from tests.unit.monitor.status.serving_folder import Client, Reply, ServingFolder, read_reply
from tests.unit.monitor.test_health_report import report


def test_that_health_has_the_keys_of_the_command(client: Client, measured: Measured) -> None:
    reply = client.get("/health")

    assert (reply.status, reply.headers["content-type"]) == (200, "application/json")
    expected = health_document(report(measured))
    assert list(reply.document) == list(expected)
    assert reply.document["range"] == "hour"
    assert reply.document["database"] == reply.document["database"] | {
        "path": str(measured.path),
        "integrity": "ok",
    }


def test_that_the_whole_file_is_not_read_for_each_request(
    place: ServingFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warm_texts, "LEAST_KEPT_SECONDS", 0.05)
    checks: list[str] = []
    look = Database._pragma

    def watched(database: Database, name: str) -> object:
        checks.append(name)
        return look(database, name)

    monkeypatch.setattr(Database, "_pragma", watched)
    with place.serving() as client:
        client.get("/health")
        before = checks.count("journal_mode")

        def was_read_again() -> bool:
            assert client.get("/health").status == 200
            return checks.count("journal_mode") >= before + 2

        wait_until(was_read_again)

    assert checks.count("quick_check(1)") == 1


def test_that_progress_of_a_simulation_in_the_queue_is_told(client: Client, measured: Measured) -> None:
    name = queued(measured)

    assert client.get(f"/api/simulations/{name}/progress").document == {
        "simulation_id": name,
        "status": "running",
        "trials_done": 250,
        "trials": 1000,
        "rate": 500.0,
        "mean": 3.5,
        "half_width": 0.25,
        "time_left_s": 1.5,
    }


def test_that_progress_is_what_was_written_last(client: Client, measured: Measured) -> None:
    name = queued(measured)
    path = f"/api/simulations/{name}/progress"
    assert client.get(path).document["trials_done"] == 250

    set_trials(measured, name, 251)

    assert client.get(path).document["trials_done"] == 251


def test_that_a_simulation_that_has_ended_leaves_no_time(client: Client, measured: Measured) -> None:
    measured.run(RunStatus.CANCELLED, trials=40)
    sql = "UPDATE simulation_results SET simulation_id = 'ended'"
    measured.database.execute(QueryType.SIMULATION_LOOKUP, sql)

    found = client.get("/api/simulations/ended/progress").document

    assert (found["status"], found["trials_done"], found["trials"]) == ("cancelled", 40, 100)
    assert (found["rate"], found["mean"], found["time_left_s"]) == (None, None, 0.0)


def test_that_only_the_whole_name_finds_something(client: Client, measured: Measured) -> None:
    name = queued(measured)

    for path in (f"{name[:-1]}/progress", f"{name}/progress/", f"{name}/progress?", f"{name}/", name.upper()):
        assert client.get(f"/api/simulations/{path}").status == 404


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/health/",
        "/health?x=1",
        "/Health",
        "/metrics/../health",
        "/../mcdesk.db",
        "/%2e%2e/mcdesk.db",
        "/api/simulations/unknown/progress",
        "/api/simulations//progress",
        "/api/simulations/../../mcdesk/progress",
        "/api/simulations/..%2fmcdesk/progress",
        "/api/simulations/%/progress",
        "/api/simulations/" + "a" * 65 + "/progress",
        "/api/simulations/a'--/progress",
        "//health",
    ],
)
def test_that_an_unknown_path_is_not_found(client: Client, path: str) -> None:
    reply = client.get(path)

    assert reply.status == 404
    assert set(reply.document) == {"error"}


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "HEAD", "CONNECT"])
def test_that_another_method_is_refused(client: Client, method: str) -> None:
    reply = client.ask(method, "/health", Authorization=f"Bearer {client.token}")

    assert (reply.status, reply.headers["allow"]) == (405, "GET")
    assert (reply.body == b"") == (method == "HEAD")


@pytest.mark.parametrize("path", ["/health", "/metrics", "/api/simulations/a/progress", "/unknown"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_that_nobody_learns_anything_without_the_token(client: Client, path: str, method: str) -> None:
    reply = client.ask(method, path)

    assert (reply.status, reply.headers["www-authenticate"]) == (401, "Bearer")


def test_that_a_wrong_token_is_refused(client: Client) -> None:
    token = client.token
    for wrong in (
        f"Bearer {token}x",
        f"Bearer {token[:-1]}",
        f"Bearer {token.swapcase()}",
        f"Basic {token}",
        f"Digest {token}",
        f"Bearer  {token}",
        token,
        "Bearer",
        "Bearer ",
    ):
        assert client.ask("GET", "/health", Authorization=wrong).status == 401, wrong
    assert client.ask("GET", "/health", Authorization=f"bearer {token}").status == 200


def test_that_a_request_that_is_too_long_is_refused(client: Client) -> None:
    long = client.get("/health", X_Long="x" * MOST_HEAD_BYTES)
    endless = client.send(b"GET /" + b"a" * (1 << 17))

    assert (long.status, endless.status) == (431, 431)


def test_that_a_refusal_reaches_a_client_that_still_sends(client: Client) -> None:
    with client.connected() as connection:
        for _ in range(3):
            connection.sendall(b"x" * 3 * MOST_HEAD_BYTES)
            time.sleep(0.1)

        assert read_reply(connection).status == 431


def test_that_a_body_is_refused(client: Client) -> None:
    assert client.get("/health", Content_Length="1000000000").status == 413
    assert client.get("/health", Transfer_Encoding="chunked").status == 413


def test_that_a_malformed_request_is_refused(client: Client) -> None:
    assert client.send(b"\x16\x03\x01\r\n\r\n").status == 400
    assert client.ask("GET", "/health", Host="evil.example").status == 400


def test_that_no_reply_is_kept_by_anybody(client: Client) -> None:
    for reply in (client.get("/health"), client.get("/unknown")):
        assert (reply.headers["cache-control"], reply.headers["connection"]) == ("no-store", "close")
        assert reply.headers["x-content-type-options"] == "nosniff"


def test_that_it_listens_on_loopback_alone(place: ServingFolder) -> None:
    with place.begun() as service:
        wait_until(lambda: service.address is not None)
        assert service.address is not None
        host, port = service.address

        assert host == LOOPBACK == "127.0.0.1"
        # another address of this computer, loopback too, at which anybody who listens everywhere answers
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.2", port), 5.0)


def test_that_clients_that_hang_hold_nobody_up(client: Client) -> None:
    hanging = [client.connected() for _ in range(MOST_CONNECTIONS + 10)]
    try:
        for number, connection in enumerate(hanging[:20]):
            connection.sendall(b"GET /health HTTP/1.1\r\nX: "[: number + 1])

        assert client.get("/health").status == 200
        assert client.get("/metrics").status == 200
    finally:
        for connection in hanging:
            connection.close()


def test_that_a_request_has_so_much_time_however_often_a_byte_comes(
    place: ServingFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = http_server.HttpServer
    monkeypatch.setattr(
        "mcdesk.monitor.status.serving.HttpServer", lambda *given: server(*given, request_seconds=0.5)
    )
    with place.serving() as client, client.connected() as connection:
        connection.settimeout(0.05)
        reply = dripped(connection)

    assert reply.status == 408


def test_that_a_client_that_takes_no_answer_is_let_go(client: Client) -> None:
    for _ in range(5):
        with client.connected() as connection:
            connection.sendall(
                f"GET /metrics HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {client.token}".encode()
            )
            connection.sendall(b"\r\n\r\n")
            # gone before a byte was read
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    assert client.get("/health").status == 200


def test_that_many_clients_are_answered_at_once(client: Client, measured: Measured) -> None:
    paths = ["/health", "/metrics", f"/api/simulations/{queued(measured)}/progress", "/unknown"] * 25

    with ThreadPoolExecutor(16) as threads:
        replies = list(threads.map(client.get, paths))

    assert [reply.status for reply in replies] == [200, 200, 200, 404] * 25


def test_that_one_process_serves_and_another_goes_on_when_it_ends(
    place: ServingFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mcdesk.monitor.status_service.SECONDS_BETWEEN_TRIES", 0.05)
    with place.begun() as first:
        wait_until(lambda: first.address is not None)
        with place.begun() as second:
            time.sleep(0.2)
            assert second.address is None
            first.stop()
            wait_until(lambda: second.address is not None)

    assert place.troubles == []


def test_that_a_port_that_is_taken_is_told_once_and_tried_again(
    place: ServingFolder, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mcdesk.monitor.status_service.SECONDS_BETWEEN_TRIES", 0.05)
    with socket.create_server((LOOPBACK, 0)) as other:
        port = other.getsockname()[1]
        with place.begun(port) as service:
            wait_until(lambda: len(place.troubles) > 0)
            time.sleep(0.3)
            assert service.address is None
            assert [str(each) for each in place.troubles] == [
                f"The status service does not answer, as port {port} is taken by another program."
                " Another port is set by status_port in [monitor] of settings.toml."
            ]
            other.close()
            wait_until(lambda: service.address is not None)

    assert [record.message for record in caplog.records].count(str(place.troubles[0])) == 1


def test_that_a_history_that_is_busy_is_told_to_the_client(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(QueueStore, "find", mock.Mock(side_effect=DatabaseBusy("The history is busy")))
        reply = client.get("/api/simulations/a/progress")

    assert (reply.status, reply.document) == (503, {"error": "The history is busy"})
    assert client.get("/api/simulations/a/progress").status == 404


def test_that_faults_are_answered_and_are_over_when_they_are(
    client: Client, measured: Measured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warm_texts, "SECONDS_AFTER_FAILURE", 0.05)
    assert client.get("/metrics").status == 200
    measured.database.execute(QueryType.SIMULATION_LOOKUP, "ALTER TABLE jobs RENAME TO gone")

    assert client.get("/api/simulations/a/progress").status == 500
    wait_until(lambda: client.get("/metrics").status == 503)

    measured.database.execute(QueryType.SIMULATION_LOOKUP, "ALTER TABLE gone RENAME TO jobs")
    assert client.get("/api/simulations/a/progress").status == 404
    wait_until(lambda: client.get("/metrics").status == 200)


def test_that_a_service_that_never_served_ends(place: ServingFolder) -> None:
    with place.begun() as service:
        service.stop()
    assert service.address is None


def dripped(connection: socket.socket) -> Reply:
    """Send a byte again and again until there is an answer."""
    ends_at = time.monotonic() + 20.0
    while time.monotonic() < ends_at:
        connection.sendall(b"G")
        try:
            if connection.recv(1, socket.MSG_PEEK):
                break
        except TimeoutError:
            continue
    connection.settimeout(10.0)
    return read_reply(connection)


def queued(measured: Measured) -> str:
    """A simulation that runs; its name."""
    run = measured.run(RunStatus.RUNNING)
    name = "0123456789abcdef0123456789abcdef"
    for sql in (
        f"UPDATE simulation_results SET simulation_id = '{name}', trials = 1000"
        f" WHERE simulation_id = '{run}'",
        "INSERT INTO jobs (simulation_id, user_id, state, device, request_json, program_sha256, steps, tier,"
        " memory_mb, compute_percent, seconds_limit, trials, submitted_at, trials_done, trials_per_second,"
        f" mean, half_width) VALUES ('{name}', 1, 'running', 'cpu', '{{}}', '', 1, 'standard', 512, 100, 60,"
        " 1000, '2026-11-27T00:00:00.000000Z', 250, 500.0, 3.5, 0.25)",
    ):
        measured.database.execute(QueryType.SIMULATION_LOOKUP, sql)
    set_trials(measured, name, 250)
    return name


def set_trials(measured: Measured, name: str, trials: int) -> None:
    for table in ("jobs", "simulation_results"):
        sql = f"UPDATE {table} SET trials_done = ? WHERE simulation_id = ?"
        measured.database.execute(QueryType.SIMULATION_LOOKUP, sql, (trials, name))
