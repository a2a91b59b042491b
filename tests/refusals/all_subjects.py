"""The whole table of refusals, in the order of the page."""

from tests.refusals.account_rows import ACCOUNTS, SIGNING_IN
from tests.refusals.cell_rows import CELLS, CHOICES, CORRELATIONS
from tests.refusals.command_rows import COMMANDS
from tests.refusals.distribution_rows import DISTRIBUTIONS
from tests.refusals.failure_rows import FAILURES
from tests.refusals.history_rows import HISTORY
from tests.refusals.number_rows import NUMBERS, STOPPING
from tests.refusals.setup_file_rows import SETUP_FILES
from tests.refusals.workbook_rows import WORKBOOKS

SUBJECTS = (
    WORKBOOKS,
    CELLS,
    CHOICES,
    DISTRIBUTIONS,
    CORRELATIONS,
    NUMBERS,
    STOPPING,
    SETUP_FILES,
    COMMANDS,
    ACCOUNTS,
    SIGNING_IN,
    HISTORY,
    FAILURES,
)
ROWS = tuple(row for subject in SUBJECTS for kind in subject.kinds for row in kind.rows)
