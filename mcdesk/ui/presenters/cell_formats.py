"""How the marked cells of a run show numbers, as the history keeps it with the run."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from mcdesk.history.run_record import RunRecord
from mcdesk.ui.cell_formatting import Formatter


@dataclass(frozen=True, slots=True)
class CellFormats:
    """Number formats by cells; a cell that is not among them has none."""

    codes: Mapping[str, str]
    date_1904: bool

    def formatter(self, cell: str) -> Formatter:
        """How numbers of a cell are written."""
        return Formatter(self.codes.get(cell, "General"), self.date_1904)


def formats_of_record(record: RunRecord) -> CellFormats:
    """Those of a run of the history; none of a run that an earlier version kept."""
    try:
        document = json.loads(record.setup_json)
        codes = {str(cell): str(code) for cell, code in document.get("formats", {}).items()}
        return CellFormats(codes, bool(document.get("date_1904", False)))
    except (ValueError, AttributeError):
        return CellFormats({}, False)
