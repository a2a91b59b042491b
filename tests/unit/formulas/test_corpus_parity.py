"""Real workbooks: what is calculated agrees with what Excel left in them."""

import pytest

from mcdesk.formulas.parity import compare_workbook
from mcdesk.model.xlsx_reader import read_workbook
from tests.corpus import corpus_files, requires_corpus

LEAST_SHARE = 0.99


@requires_corpus
@pytest.mark.slow
def test_that_almost_all_cells_of_the_corpus_match() -> None:
    reports = {path.name: compare_workbook(read_workbook(path)) for path in corpus_files()}
    judged = {name: report.formula_cells - report.skipped for name, report in reports.items()}
    shares = [report.matched / judged[name] for name, report in reports.items() if judged[name]]

    assert sum(report.matched for report in reports.values()) / sum(judged.values()) >= LEAST_SHARE
    assert sum(shares) / len(shares) >= LEAST_SHARE
    assert sum(report.unsupported for report in reports.values()) == 0
