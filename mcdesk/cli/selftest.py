"""`mcdesk --selftest`: the main job in small, in a folder of its own, with a known answer."""

import math
import tempfile
import zipfile
from pathlib import Path

import click

from mcdesk.cli.strict_command import StrictCommand
from mcdesk.dispatch.run_simulation import run_simulation
from mcdesk.dispatch.run_types import RunReport, RunRequest
from mcdesk.engine.simulation_types import SimulationPlan
from mcdesk.formulas.setup_option_texts import input_text, output_text
from mcdesk.formulas.setup_texts import SetupFile
from mcdesk.foundation.cancellation import CancelToken
from mcdesk.foundation.errors import RunFailed
from mcdesk.services import folders_under, open_services

TRIALS = 2000
# The output is 2 * normal(10, 2) + 1.
EXPECTED_MEAN = 21.0
EXPECTED_DEVIATION = 4.0
# A mean further off than so many standard errors does not happen by chance.
MOST_STANDARD_ERRORS = 5.0

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_PARTS = {
    "[Content_Types].xml": "<Types/>",
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="rId1"'
    f' Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="rId1"'
    f' Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
    '<sheet name="Test" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_MAIN}"><sheetData><row r="1"><c r="A1"><v>10</v></c>'
    '<c r="B1"><f>A1*2+1</f><v>21</v></c></row></sheetData></worksheet>',
}


@click.command("selftest", cls=StrictCommand)
def command() -> None:
    """Simulate a tiny workbook, look at the result, and read the run back from the history."""
    # On Windows the log of the folder is still open when the folder is removed.
    with tempfile.TemporaryDirectory(prefix="mcdesk-selftest-", ignore_cleanup_errors=True) as name:
        report, is_cached = _run_twice(Path(name))
    output = report.statistics.outputs[0]
    standard_error = EXPECTED_DEVIATION / math.sqrt(TRIALS)
    if output.mean is None or abs(output.mean - EXPECTED_MEAN) > MOST_STANDARD_ERRORS * standard_error:
        raise RunFailed(f"The self-test expected a mean near {EXPECTED_MEAN} and found {output.mean}")
    if not is_cached:
        reasons = " ".join(report.warnings) or "The history did not give the run back"
        raise RunFailed(f"The self-test failed: {reasons}")
    click.echo(f"mcdesk self-test passed: mean {output.mean:.4f} on {report.backend}, history read back.")


def _run_twice(folder: Path) -> tuple[RunReport, bool]:
    model = folder / "selftest.xlsx"
    with zipfile.ZipFile(model, "w") as package:
        for name, text in _PARTS.items():
            package.writestr(name, text)
    setup = SetupFile(inputs=(input_text("Test!A1=normal(10, 2)"),), outputs=(output_text("Test!B1"),))
    request = RunRequest(model, setup, SimulationPlan(TRIALS, seed=1))
    with open_services(folders_under(folder / "data")) as services:
        first = run_simulation(request, services.run_context, lambda progress: None, CancelToken())
        second = run_simulation(request, services.run_context, lambda progress: None, CancelToken())
    return first, second.is_cached
