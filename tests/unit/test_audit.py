"""The audit of locked packages: a finding fails, and who cannot ask says so instead of passing."""

import json
import sys
from pathlib import Path

import pytest

import dev
from tests.audit import SKIPPED, Said, audit

SOUND = {"name": "click", "version": "8.5.1", "vulns": []}
FAULTY = {
    "name": "numpy",
    "version": "2.4.6",
    "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["2.4.7"], "aliases": [], "description": ""}],
}
UNKNOWN = {"name": "mdurl", "skip_reason": "not found"}


def outcome(*entries: object, errors: str = "") -> tuple[int, str]:
    said = Said(json.dumps({"dependencies": entries, "fixes": []}), errors)
    return audit(lambda _: said)


def test_that_a_known_fault_fails_and_is_named() -> None:
    assert outcome(SOUND, FAULTY, UNKNOWN) == (1, "numpy 2.4.6: PYSEC-2026-1, mended in 2.4.7")


def test_that_packages_without_a_fault_pass() -> None:
    code, text = outcome(SOUND, UNKNOWN)

    assert code == 0
    assert text == "1 packages without a known fault; unknown to the index: mdurl"


def test_that_an_index_that_knows_nothing_does_not_pass_for_an_audit() -> None:
    code, text = outcome(UNKNOWN)

    assert code == SKIPPED
    assert "tells nothing of any of the 1 packages" in text


def test_that_offline_it_is_skipped_with_the_reason() -> None:
    errors = "ERROR:pip_audit._cli:\nrequests.exceptions.ConnectionError: Name or service not known"

    code, text = audit(lambda _: Said("", errors))

    assert code == SKIPPED
    assert text == "skipped: offline (requests.exceptions.ConnectionError: Name or service not known)"


def test_that_an_audit_that_breaks_fails() -> None:
    code, text = audit(lambda _: Said("", "error: no such option"))

    assert code == 1
    assert text.endswith("failed: error: no such option")


def test_that_without_pip_audit_it_is_skipped() -> None:
    assert audit(lambda _: None)[0] == SKIPPED


def test_that_every_lock_file_is_audited() -> None:
    asked: list[str] = []

    def ask(lock: Path) -> Said:
        asked.append(lock.name)
        return Said('{"dependencies": []}', "")

    audit(ask)

    assert asked == [f"requirements{kind}.lock" for kind in ("-bundle", "-dev", "-docs", "")]


def test_that_a_skipped_section_is_told_and_does_not_fail(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dev, "_tool", lambda command: [sys.executable, "-c", *command])

    status = dev.run_sections({"known faults": [f"raise SystemExit({SKIPPED})"], "other": ["pass"]})

    assert status == 0
    assert "skipped" in capsys.readouterr().out
    assert dev.SKIPPED == SKIPPED
