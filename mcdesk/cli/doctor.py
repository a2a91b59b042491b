"""`mcdesk doctor`: what is missing on this computer, and how to get it."""

import os
import sys
from collections.abc import Mapping

import click

from mcdesk.cli.strict_command import StrictCommand
from mcdesk.cli.tables import print_json
from mcdesk.cli.window_wish import wants_window
from mcdesk.foundation.paths import user_folders
from mcdesk.monitor.examination import Examination, Finding, State


@click.command("doctor", cls=StrictCommand, epilog="Example: mcdesk doctor")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(as_json: bool) -> int:
    """Say what is missing on this computer and how to get it; a problem exits with 1."""
    findings = Examination(user_folders(), has_screen=wants_window((), os.environ, sys.platform)).findings()
    if as_json:
        print_json({"findings": [_document(each) for each in findings]})
    else:
        for each in findings:
            remedy = f" {each.remedy}" if each.remedy else ""
            stop = "" if each.text.endswith(".") or not remedy else "."
            click.echo(f"{each.state.value:8s} {each.part:10s} {each.text}{stop}{remedy}")
    return 1 if any(each.state is State.PROBLEM for each in findings) else 0


def tell_why_no_window(error: ImportError) -> int:
    """Say in one line what the window lacks, with the exit code; raises the error where it lacks nothing."""
    finding = Examination(user_folders(), has_screen=True).libraries()
    if finding.state is not State.PROBLEM:
        raise error
    click.echo(f"mcdesk: {finding.text}. {finding.remedy}", err=True)
    return 1


def _document(finding: Finding) -> Mapping[str, str]:
    return {
        "part": finding.part,
        "state": finding.state.value,
        "text": finding.text,
        "remedy": finding.remedy,
    }
