"""Real workbooks: what is calculated agrees with what Excel left in them, unless that is explained."""

import re
from pathlib import Path

import pytest

from mcdesk.formulas.parity import compare_workbook
from mcdesk.model.xlsx_reader import read_workbook
from tests.corpus import corpus_files, requires_corpus

LEAST_SHARE = 0.997
REASONS = {"volatile", "external", "user-defined function"}
_PAGE = Path(__file__).parents[3] / "docs" / "excel-differences.md"
_ROW = re.compile(r"^\| `([^`]+\.xls[xm])` \| `([^`]+)` \|", re.MULTILINE)


@requires_corpus
@pytest.mark.slow
def test_that_almost_all_cells_of_the_corpus_match() -> None:
    reports = {path.name: compare_workbook(read_workbook(path)) for path in corpus_files()}
    judged = {name: report.formula_cells - report.skipped for name, report in reports.items()}
    shares = [report.matched / judged[name] for name, report in reports.items() if judged[name]]
    differing = {(name, each.cell) for name, report in reports.items() for each in report.mismatches}

    assert sum(report.matched for report in reports.values()) / sum(judged.values()) >= LEAST_SHARE
    assert sum(shares) / len(shares) >= LEAST_SHARE
    assert sum(report.unsupported for report in reports.values()) == 0
    assert {reason for report in reports.values() for reason in report.skipped_by} <= REASONS
    assert differing == set(_ROW.findall(_PAGE.read_text(encoding="utf-8")))
