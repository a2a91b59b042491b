"""Looks up known faults of every locked package: `python -m tests.audit`. Nothing is installed.

Exit code 0: none is known; 1: one is, or the audit itself failed; SKIPPED: nobody could be asked, and why.
"""

import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

LOCKS = sorted(Path(__file__).parent.parent.glob("requirements*.lock"))
SKIPPED = 77
ANSWER_SECONDS = 10
MOST_SECONDS = 300
# what pip-audit says where the index does not answer
_OFFLINE = ("ConnectionError", "Could not connect", "Connection", "timed out", "Timeout", "resolve host")


@dataclass(frozen=True, slots=True)
class Said:
    """What pip-audit wrote."""

    output: str
    errors: str


def audit(ask: Callable[[Path], Said | None], locks: Sequence[Path] = LOCKS) -> tuple[int, str]:
    """The exit code, and what to print.

    Args:
        ask: runs pip-audit over a lock file; None where it is not installed or gives no answer in time.
    """
    entries = []
    for lock in locks:
        said = ask(lock)
        if said is None:
            return SKIPPED, "skipped: pip-audit is not installed, or had no answer in time"
        try:
            entries += json.loads(said.output)["dependencies"]
        except (ValueError, KeyError, TypeError):
            last = said.errors.strip().rpartition("\n")[2]
            is_offline = any(sign in said.errors for sign in _OFFLINE)
            told = f"skipped: offline ({last})" if is_offline else f"the audit of {lock.name} failed: {last}"
            return (SKIPPED if is_offline else 1), told
    findings = sorted({_line(entry, each) for entry in entries for each in entry.get("vulns", ())})
    if findings:
        return 1, "\n".join(findings)
    unknown = sorted({entry["name"] for entry in entries if "skip_reason" in entry})
    audited_count = len({entry["name"] for entry in entries} - set(unknown))
    if not audited_count:
        return SKIPPED, f"skipped: the package index tells nothing of any of the {len(unknown)} packages"
    rest = f"; unknown to the index: {', '.join(unknown)}" if unknown else ""
    return 0, f"{audited_count} packages without a known fault{rest}"


def ask_pip_audit(lock: Path) -> Said | None:
    """Run it over a lock file as it is, for this system and this Python."""
    if importlib.util.find_spec("pip_audit") is None:
        return None
    options = ("--disable-pip", "--require-hashes", "--format", "json", "--progress-spinner", "off")
    command = [sys.executable, "-m", "pip_audit", *options, "--timeout", str(ANSWER_SECONDS), "-r", str(lock)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=MOST_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return None
    return Said(done.stdout, done.stderr)


def _line(entry: dict[str, str], fault: dict[str, list[str] | str]) -> str:
    fixed = ", ".join(fault.get("fix_versions") or ["no version yet"])
    return f"{entry['name']} {entry['version']}: {fault['id']}, mended in {fixed}"


if __name__ == "__main__":
    code, text = audit(ask_pip_audit)
    print(text)
    sys.exit(code)
