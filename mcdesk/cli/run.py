"""`mcdesk run`: simulates a workbook and prints what was found."""

from dataclasses import replace
from pathlib import Path
from typing import Unpack

import click

from mcdesk.cli.account_options import account_options, run_account
from mcdesk.cli.interruption import cancel_on_interrupt
from mcdesk.cli.progress_bar import progress_bar
from mcdesk.cli.run_tables import print_report
from mcdesk.cli.setup_options import SetupOptions, plan_of, refuse_later, setup_of, setup_options
from mcdesk.cli.strict_command import FilePath, StrictCommand
from mcdesk.cli.tables import print_json
from mcdesk.dispatch.report_document import report_document
from mcdesk.dispatch.run_simulation import run_simulation
from mcdesk.dispatch.run_types import RunReport, RunRequest
from mcdesk.dispatch.simulation_loop import ProgressSink
from mcdesk.engine.backends import check_backend_name
from mcdesk.engine.backends.thread_count import thread_count
from mcdesk.engine.simulation_types import Phase, SimulationProgress
from mcdesk.engine.stop_rule import parse_stop_rule
from mcdesk.foundation.cancellation import Cancelled, CancelToken
from mcdesk.history.run_record import RunStatus
from mcdesk.reports.trial_file import check_trial_file, write_trial_file
from mcdesk.services import open_monitoring, open_queue, open_services


class RunOptions(SetupOptions):
    """The options by name, as click hands them over."""

    backend: str
    save_trials: Path | None
    stop: str | None
    report: Path | None
    account: str | None
    password_stdin: bool
    no_cache: bool
    as_json: bool
    quiet: bool


@click.command(
    "run",
    cls=StrictCommand,
    epilog='Example: mcdesk run plan.xlsx --input "Plan!B5=normal(10, 2)" --output "Plan!B9"',
)
@setup_options
@click.option(
    "--backend",
    default="auto",
    metavar="NAME",
    help="auto, cpu or cuda; auto takes the GPU for long runs where there is one.",
)
@click.option(
    "--save-trials", type=FilePath(), metavar="FILE", help="Write all trials: .csv, .npz or .parquet."
)
@click.option(
    "--stop",
    metavar="RULE",
    help='Stop before --trials, once this is known of every output: "mean 1%", "p95 0.5% 99%", "prob<0 1%".',
)
@click.option("--report", type=FilePath(), metavar="FILE", hidden=True)
@account_options
@click.option("--no-cache", is_flag=True, help="Simulate even if the same run is in the history.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--quiet", is_flag=True, help="Show no progress.")
def command(**options: Unpack[RunOptions]) -> int:
    """Simulate the workbook MODEL and print the distribution of its outputs."""
    save_to = options["save_trials"]
    with cancel_on_interrupt() as cancel:
        with cancel.breakable():
            request = _request(options)
        if save_to is not None:
            check_trial_file(save_to)
        with open_services() as services:
            account = run_account(services, options["account"], options["password_stdin"])
            with progress_bar(options["quiet"], cancel) as show:
                with open_monitoring(services), open_queue(services) as context:
                    asked = replace(request, account=account)
                    report = run_simulation(asked, context, _telling_trouble(show), cancel)
                is_saved = save_to is None or _save_trials(save_to, report, cancel, show)
            # What is pressed from here on comes too late to change anything, so that nothing is told of it.
            is_interrupted = cancel.is_cancelled
            if is_saved:
                _tell_interruption(report, is_interrupted)
            else:
                _tell(f"Interrupted; {save_to} was not written, the run was kept.")
            _print(report, options["as_json"])
        return Cancelled.exit_code if is_interrupted else 0


def _telling_trouble(show: ProgressSink) -> ProgressSink:
    """The same, and each trouble in a line of its own: nobody waits without knowing for what."""
    told: set[str] = set()

    def tell(progress: SimulationProgress) -> None:
        if progress.trouble is not None and progress.trouble not in told:
            told.add(progress.trouble)
            _tell(f"{progress.trouble} The run goes on then; Ctrl+C ends it.")
        show(progress)

    return tell


def _request(options: RunOptions) -> RunRequest:
    refuse_later("--report", options["report"] is not None)
    check_backend_name(options["backend"], "--backend")
    thread_count()
    setup = setup_of(options)
    if options["stop"] is not None:
        setup = replace(setup, stop=parse_stop_rule(options["stop"], "--stop").text)
    return RunRequest(
        model=options["model"],
        setup=setup,
        plan=plan_of(setup),
        backend=options["backend"],
        uses_cache=not options["no_cache"],
        keeps_inputs=options["save_trials"] is not None,
    )


def _print(report: RunReport, as_json: bool) -> None:
    if as_json:
        print_json(report_document(report))
    else:
        print_report(report)


def _tell_interruption(report: RunReport, is_interrupted: bool) -> None:
    if report.status is RunStatus.CANCELLED:
        done, asked = report.trials_done, report.plan.trials
        _tell(f"Interrupted after {done:,} of {asked:,} trials; they were kept.")
    elif is_interrupted:
        _tell("Interrupted when the run was done; it was kept.")


def _save_trials(path: Path, report: RunReport, cancel: CancelToken, show: ProgressSink) -> bool:
    """Write the file, unless that is broken off; of a cancelled run, the trials that were done."""
    show(SimulationProgress(report.trials_done, report.plan.trials, 0.0, None, None, Phase.SAVING))
    try:
        with cancel.breakable():
            if report.status is not RunStatus.CANCELLED:
                cancel.raise_if_cancelled()
            write_trial_file(path, (*report.input_trials, *report.output_trials))
    except Cancelled:
        return False
    return True


def _tell(line: str) -> None:
    click.echo(f"mcdesk: {line}", err=True)
