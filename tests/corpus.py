"""Where the real workbooks for tests are: a folder beside the repository, which not every machine has."""

import csv
from pathlib import Path

import pytest

CORPUS = Path(__file__).parent.parent.parent / "shared" / "corpus"
requires_corpus = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="the corpus of real workbooks is not beside this repository"
)


def corpus_files() -> list[Path]:
    """All workbooks of the corpus, sorted by name; none where there is no corpus."""
    return sorted(CORPUS.glob("*.xls[xm]"))


def formula_cells_by_file() -> dict[str, int]:
    """What the manifest counts in each workbook."""
    manifest = CORPUS / "MANIFEST.csv"
    if not manifest.is_file():
        return {}
    with manifest.open(encoding="utf-8", newline="") as file:
        return {row["file"]: int(row["formula_cells"]) for row in csv.DictReader(file)}
