"""Trials and their errors in one array."""

import numpy as np

from mcdesk.engine.error_marks import marked, unmarked
from mcdesk.engine.simulation_types import TrialValues
from mcdesk.foundation.error_codes import ErrorCode


def test_that_errors_survive_a_file_of_numbers() -> None:
    values = np.array([1.5, 0.0, -3.0, 0.0])
    errors = np.array([0, ErrorCode.DIV0, 0, ErrorCode.NA], dtype=np.uint8)

    back = unmarked("S!A1", np.frombuffer(marked(TrialValues("S!A1", values, errors)).tobytes()))

    assert back.errors is not None
    assert back.errors.tolist() == errors.tolist()
    assert back.values.tolist() == values.tolist()


def test_that_a_failed_trial_is_never_a_number_in_the_file() -> None:
    trials = TrialValues("S!A1", np.zeros(2), np.array([0, ErrorCode.NUM], dtype=np.uint8))

    assert np.isnan(marked(trials)).tolist() == [False, True]


def test_that_trials_without_errors_are_not_copied() -> None:
    values = np.arange(3.0)

    assert marked(TrialValues("S!A1", values, None)) is values
    assert unmarked("S!A1", values).errors is None
