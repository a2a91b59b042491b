"""Which trial is meant by a value, and which lie beside it."""

import numpy as np
import pytest

from mcdesk.ui.presenters import trial_search
from mcdesk.ui.presenters.trial_search import nearest_trial, share_up_to, trial_beside

VALUES = np.array([3.0, 1.0, np.nan, 2.0, 1.0, np.nan, 5.0])


@pytest.fixture(autouse=True, params=[2, 1 << 20])
def piece_size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    # what is found does not depend on where the pieces end
    monkeypatch.setattr(trial_search, "_TOGETHER", request.param)


@pytest.mark.parametrize(("wanted", "trial"), [(4.6, 6), (1.0, 1), (-9.0, 1), (2.2, 3), (1e9, 6)])
def test_that_the_nearest_value_is_found_and_the_first_of_equal_ones(wanted: float, trial: int) -> None:
    assert nearest_trial(VALUES, wanted) == trial


def test_that_nothing_is_near_where_all_trials_have_failed() -> None:
    nothing = np.full(5, np.nan)

    assert nearest_trial(nothing, 1.0) is None
    assert share_up_to(nothing, 1.0) is None


def test_that_failed_trials_do_not_count_for_the_share() -> None:
    assert share_up_to(VALUES, 2.0) == pytest.approx(3 / 5)


def test_that_steps_upwards_and_back_go_through_every_trial_once_in_order_of_value() -> None:
    upwards, trial = [1], trial_beside(VALUES, 1, 1)
    while trial is not None:
        upwards.append(trial)
        trial = trial_beside(VALUES, trial, 1)
    back, trial = [6], trial_beside(VALUES, 6, -1)
    while trial is not None:
        back.append(trial)
        trial = trial_beside(VALUES, trial, -1)

    assert upwards == [1, 4, 3, 0, 6]
    assert back == upwards[::-1]


def test_that_beside_a_failed_trial_lie_the_other_failed_ones() -> None:
    assert trial_beside(VALUES, 2, 1) == 5
    assert trial_beside(VALUES, 5, -1) == 2
    assert trial_beside(VALUES, 5, 1) is None
    assert trial_beside(VALUES, 2, -1) is None
