"""Accounts, passwords and the audit log from the command line, as people use them one after another."""

import functools
import io
import json
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mcdesk.cli.account_options import run_account
from mcdesk.cli.command_line import run_command_line
from mcdesk.foundation.errors import SignInNeeded, StoreError
from mcdesk.history import people
from mcdesk.history.executor_store import ExecutorStore, LedgerEntry
from mcdesk.history.passwords import HashCost, Passwords
from mcdesk.history.run_record import RunRecord, RunStatus
from mcdesk.services import folders_under, open_services
from tests.unit.history.conftest import new_job, run_record

ADA, BOB = "ada@localhost", "bob@example.org"
PASSWORD = "correct horse"


class Terminal(io.StringIO):
    """Somebody sits there."""

    def isatty(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Said:
    """What a command printed, and its exit code."""

    code: int
    output: str
    told: str

    @property
    def document(self) -> Any:
        return json.loads(self.output)


Mcdesk = Callable[..., Said]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MCDESK_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LOGNAME", "ada")
    monkeypatch.setattr(people, "Passwords", functools.partial(Passwords, HashCost(1, 8, 1)))
    return tmp_path / "home"


@pytest.fixture
def mcdesk(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Mcdesk:
    """Runs a command; `typed` comes through standard input."""

    def run(*arguments: str, typed: str = "") -> Said:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed.encode())))
        code = run_command_line(arguments)
        printed = capsys.readouterr()
        assert "argon2" not in printed.out + printed.err
        return Said(code, printed.out, printed.err)

    return run


@pytest.fixture
def guarded(mcdesk: Mcdesk) -> Mcdesk:
    """The same after ada has a password and has signed in, and bob has an account with a password."""
    mcdesk("account", "set-password", "--password-stdin", typed=f"{PASSWORD}\n")
    mcdesk("account", "sign-in", ADA, "--password-stdin", typed=f"{PASSWORD}\n")
    added = mcdesk("account", "add", BOB, "--tier", "trial", "--password-stdin", typed=f"{PASSWORD}\r\n")
    assert added == Said(0, f"Added {BOB} as trial.\n", "")
    return mcdesk


def keep_run(home: Path, simulation_id: str, email: str) -> None:
    """A completed simulation of this account."""
    with open_services(folders_under(home)) as services:
        account = services.history.accounts.account(email)
        services.history.runs.start(
            RunRecord(
                simulation_id=simulation_id,
                user_id=account.id,
                status=RunStatus.COMPLETED,
                trials=100,
                seed=1,
                sampling="mc",
                backend="cpu",
                cache_key=simulation_id,
                model_name="plan.xlsx",
                model_sha256="0" * 64,
                setup_json="{}",
                created_at="2026-01-01T00:00:00.000000Z",
            )
        )


def listed(said: Said) -> list[str]:
    return [each["simulation_id"] for each in said.document["simulations"]]


def test_that_a_trial_account_stays_among_its_own(guarded: Mcdesk, home: Path) -> None:
    keep_run(home, "a1", ADA)
    keep_run(home, "b1", BOB)
    guarded("account", "sign-out")
    guarded("account", "sign-in", BOB, "--password-stdin", typed=PASSWORD)

    assert listed(guarded("history", "list", "--json")) == ["b1"]
    assert guarded("history", "show", "b1").code == 0
    for command in ("show", "export", "delete"):
        refused = guarded("history", command, "a1")
        assert (refused.code, refused.output) == (2, "")
        assert "There is no simulation a1" in refused.told
    raised = guarded("account", "set-tier", BOB, "enterprise")
    assert (raised.code, "Only an Enterprise account" in raised.told) == (2, True)
    assert guarded("history", "list", "--as", ADA).code == 2


def test_that_a_password_on_standard_input_is_enough(guarded: Mcdesk, home: Path) -> None:
    keep_run(home, "a1", ADA)
    keep_run(home, "b1", BOB)

    as_bob = guarded("history", "list", "--as", BOB, "--password-stdin", "--json", typed=PASSWORD)

    assert listed(as_bob) == ["b1"]
    assert listed(guarded("history", "list", "--json")) == ["a1"]


def test_that_nobody_signed_in_sees_the_simulations_of_open_accounts(guarded: Mcdesk, home: Path) -> None:
    guarded("account", "add", "open@x", "--tier", "standard")
    keep_run(home, "a1", ADA)
    keep_run(home, "c1", "open@x")
    guarded("account", "sign-out")

    assert listed(guarded("history", "list", "--json")) == ["c1"]
    assert listed(guarded("history", "list", "--as", "open@x", "--json")) == ["c1"]


def test_that_a_wrong_password_is_slowed_down(guarded: Mcdesk) -> None:
    wrong = guarded("account", "sign-in", BOB, "--password-stdin", typed="wrong horse")
    right = guarded("account", "sign-in", BOB, "--password-stdin", typed=PASSWORD)

    assert (wrong.code, right.code) == (2, 2)
    assert "The address or the password is wrong" in wrong.told
    assert "Wait 1 s" in right.told


def test_that_accounts_are_listed_with_who_has_signed_in(guarded: Mcdesk) -> None:
    accounts = guarded("account", "list", "--json").document["accounts"]

    assert [(each["email"], each["has_password"], each["is_signed_in"]) for each in accounts] == [
        (ADA, True, True),
        (BOB, True, False),
    ]
    assert BOB in guarded("account", "list").output


def test_that_signing_in_and_out_is_told(guarded: Mcdesk) -> None:
    signed_in = guarded("account", "sign-in", BOB, "--password-stdin", "--json", typed=PASSWORD).document
    signed_out = guarded("account", "sign-out", "--json").document
    again = guarded("account", "sign-in", ADA, "--password-stdin", typed=PASSWORD).output

    assert (signed_in["email"], signed_in["tier"]) == (BOB, "trial")
    assert signed_out == {"signed_out": [ADA, BOB]}
    assert again.startswith(f"Signed in as {ADA} (enterprise) until 20")
    assert guarded("account", "sign-out", ADA).output == f"Signed out {ADA}.\n"
    assert guarded("account", "sign-out").output == "Nobody was signed in.\n"


def test_that_a_password_is_asked_for_without_an_echo(
    guarded: Mcdesk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = []

    def answer(prompt: str, **options: object) -> str:
        asked.append((prompt, options["hide_input"], options["confirmation_prompt"]))
        return PASSWORD

    monkeypatch.setattr("mcdesk.cli.account_options.click.prompt", answer)
    monkeypatch.setattr(sys, "stdin", Terminal())
    sign_in = run_command_line(["account", "sign-in", ADA])
    set_password = run_command_line(["account", "set-password"])

    assert (sign_in, set_password) == (0, 0)
    assert asked == [(f"Password of {ADA}", True, False), ("New password", True, True)]
    assert PASSWORD not in capsys.readouterr().out


def test_that_a_person_is_exported_and_erased(guarded: Mcdesk, home: Path, tmp_path: Path) -> None:
    keep_run(home, "b1", BOB)
    target = tmp_path / "bob.zip"

    exported = guarded("account", "export", BOB, str(target))
    as_json = guarded("account", "export", BOB, str(target), "--json").document
    unconfirmed = guarded("account", "erase", BOB)
    erased = guarded("account", "erase", BOB, "--yes", "--json").document

    assert exported.output == f"Wrote {target}: 1 simulations and 0 files.\n"
    assert (as_json["simulation_count"], as_json["absent"]) == (1, [])
    with zipfile.ZipFile(target) as archive:
        assert b"b1" in archive.read("simulations.jsonl")
        assert not any(b"argon2" in archive.read(name) for name in archive.namelist())
    assert unconfirmed.code == 2
    assert (erased["email"], erased["simulation_count"]) == (BOB, 1)
    assert BOB not in guarded("account", "list").output


def test_that_the_audit_log_is_shown_and_verified(guarded: Mcdesk) -> None:
    rows = guarded("account", "audit", "--json").document["rows"]
    table = guarded("account", "audit", "--limit", "2").output
    verified = guarded("account", "audit", "--verify").output
    head = guarded("account", "audit", "--verify", "--json").document["head"]

    assert [row["action"] for row in rows] == ["password_set", "account_added", "sign_in", "password_set"]
    assert (rows[1]["actor_account"], rows[1]["subject_account"]) == (ADA, BOB)
    assert rows[1]["detail"] == {"tier": "trial"}
    assert "account_added" in table
    assert "sign_in" not in table
    assert verified.startswith("The audit log is whole: 4 rows")
    assert (head["id"], head["hash"]) == (4, rows[0]["hash"])


def test_that_others_see_the_audit_rows_about_themselves(guarded: Mcdesk) -> None:
    guarded("account", "sign-out")
    guarded("account", "sign-in", BOB, "--password-stdin", typed=PASSWORD)

    rows = guarded("account", "audit", "--json").document["rows"]

    assert [row["action"] for row in rows] == ["sign_in", "password_set", "account_added"]
    assert {row["subject_account"] for row in rows} == {BOB}
    assert {row["actor_account"] for row in rows} == {BOB, None}


def test_that_an_empty_audit_log_is_whole(mcdesk: Mcdesk) -> None:
    assert mcdesk("account", "audit", "--verify").output == "The audit log is empty.\n"
    assert mcdesk("account", "audit", "--json").document == {"rows": []}


def test_that_no_hash_and_no_token_leaves_the_database(guarded: Mcdesk, home: Path) -> None:
    guarded("account", "sign-in", BOB, "--password-stdin", typed="wrong horse")
    guarded("account", "audit")

    others = [path for path in home.rglob("*") if path.is_file() and not path.name.startswith("mcdesk.db")]

    assert {path.name for path in others} >= {"mcdesk.log"}
    for path in others:
        assert b"argon2" not in path.read_bytes()
        assert PASSWORD.encode() not in path.read_bytes()
    assert PASSWORD.encode() not in (home / "mcdesk.db").read_bytes()


def test_that_a_run_is_charged_to_who_may_be_charged(guarded: Mcdesk, home: Path) -> None:
    with open_services(folders_under(home)) as services:
        signed_in = run_account(services, None, password_stdin=False)
        with pytest.raises(SignInNeeded):
            run_account(services, BOB, password_stdin=False)

    assert signed_in is not None
    assert signed_in.email == ADA


def test_that_a_run_without_a_history_is_charged_to_nobody(tmp_path: Path) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "mcdesk.db").mkdir()

    with open_services(folders_under(tmp_path / "broken")) as services:
        assert run_account(services, None, password_stdin=False) is None
        with pytest.raises(StoreError):
            run_account(services, BOB, password_stdin=False)


@pytest.mark.parametrize(
    "name",
    ["list", "add", "set-tier", "set-password", "sign-in", "sign-out", "export", "erase", "audit"],
)
def test_that_every_command_has_help_with_an_example(mcdesk: Mcdesk, name: str) -> None:
    said = mcdesk("account", name, "--help")

    assert said.code == 0
    assert f"Example: mcdesk account {name}" in said.output
    assert "--json" in said.output


def test_that_json_tells_shares_and_what_waits_where_the_table_tells_the_accounts(
    mcdesk: Mcdesk, home: Path
) -> None:
    mcdesk("account", "add", BOB, "--tier", "trial")
    with open_services(folders_under(home)) as services:
        account = services.history.accounts.account(BOB)
        record = run_record("b" * 32, user_id=account.id, status=RunStatus.PENDING)
        services.history.queue.submit([(record, new_job(record.simulation_id, account.id))])
        store = ExecutorStore(services.open_history, 1)
        store.take_seat(0)
        store.record_chunks((), (), [LedgerEntry(account.id, "cpu", 3.0, 0.0, 3.0)])

    listed = mcdesk("account", "list", "--json").document["accounts"]
    table = mcdesk("account", "list").output

    assert [each["email"] for each in listed] == [ADA, BOB]
    assert (listed[0]["share"], listed[0]["jobs"]) == (None, [])
    assert (listed[1]["share"]["weight"], listed[1]["share"]["entitled_share"]) == (0.5, 0.25)
    assert [job["reason"] for job in listed[1]["jobs"]] == ["Is next to be prepared"]
    assert BOB in table
    assert "Is next to be prepared" not in " ".join(table.split())
