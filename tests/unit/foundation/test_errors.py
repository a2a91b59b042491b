"""The tree of failures and the exit codes they mean."""

import pytest

from mcdesk.foundation import errors
from mcdesk.foundation.cancellation import Cancelled

TREE = [
    value
    for value in vars(errors).values()
    if isinstance(value, type) and issubclass(value, errors.McdeskError)
]


def test_that_an_error_reads_as_title_and_advice() -> None:
    error = errors.WorkbookUnreadable("a.xlsx is no workbook", "Save it again as .xlsx.")

    assert str(error) == "a.xlsx is no workbook. Save it again as .xlsx."
    assert str(errors.RunFailed("The run failed")) == "The run failed"


@pytest.mark.parametrize("error", TREE, ids=lambda error: error.__name__)
def test_that_every_error_is_drawn_in_the_tree(error: type[errors.McdeskError]) -> None:
    line = next(line for line in (errors.__doc__ or "").splitlines() if f"{error.__name__} " in line)

    assert str(error.exit_code) in line.split()


def test_that_refused_input_ends_with_two_and_a_failed_run_with_one() -> None:
    assert errors.OptionInvalid.exit_code == 2
    assert errors.DeviceLost.exit_code == 1
    assert Cancelled.exit_code == 130
