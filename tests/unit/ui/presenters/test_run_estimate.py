"""The estimate of a run in words."""

import pytest

from mcdesk.dispatch.job_estimate import JobEstimate
from mcdesk.dispatch.run_outlook import RunOutlook
from mcdesk.engine.simulation_types import KeptTrials
from mcdesk.foundation.errors import AllocationRefused, DatabaseBusy
from mcdesk.scheduling.estimates import Allocation, DemandClass, DemandScore, Forecast
from mcdesk.scheduling.tiers import ResourceLimits, Tier
from mcdesk.scheduling.waiting_reasons import WaitingExplanation
from mcdesk.ui.presenters.run_estimate import limit_time_text, refused_estimate, run_estimate

LIMITS = ResourceLimits(1024, 25, 300)
AT_ONCE = WaitingExplanation("Is next to be prepared", 0.0)


def outlook(seconds: float | None, start: WaitingExplanation | None, is_known: bool = False) -> RunOutlook:
    allocation = Allocation(Tier.TRIAL, DemandClass.HIGH, LIMITS)
    forecast = Forecast(214.0, seconds)
    estimate = JobEstimate(DemandScore(1.0, 0.0, 0.0, 0.0), forecast, None, allocation, KeptTrials())
    return RunOutlook(1_000_000, estimate, LIMITS, start, is_known)


@pytest.mark.parametrize(
    ("seconds", "start", "headline"),
    [
        (12.0, AT_ONCE, "About 12 s, starts at once"),
        (0.4, WaitingExplanation("Waits", 90.0), "About a second, starts in 1 min 30 s"),
        (0.4, WaitingExplanation("Waits", None), "About a second, has to wait"),
        (None, AT_ONCE, "Time not measured yet, starts at once"),
        (12.0, None, "About 12 s"),
    ],
)
def test_that_time_and_start_stand_in_one_line(
    seconds: float | None, start: WaitingExplanation | None, headline: str
) -> None:
    assert run_estimate(outlook(seconds, start), "EPYC").headline == headline


def test_that_class_memory_device_and_limits_are_told() -> None:
    told = run_estimate(outlook(1.0, AT_ONCE), "EPYC")

    assert told.needs.split("  \u00b7  ") == ["High demand", "214 MB", "EPYC"]
    assert told.allowed == "Trial allows 1.0 GB, 25 % of the device, 5 min"
    assert (told.warning, told.refusal) == ("", "")


def test_that_what_would_be_cut_short_is_told_with_the_trials_that_fit() -> None:
    told = run_estimate(outlook(1_200.0, AT_ONCE), "EPYC")

    assert told.warning == "Ends after 5 min, the longest it may take: about 250,000 trials."
    assert told.refusal == ""


def test_that_who_waits_is_told_for_what() -> None:
    told = run_estimate(outlook(1.0, WaitingExplanation("Waits for 3 of this account", 9.0)), "EPYC")

    assert told.warning == "Waits for 3 of this account."


def test_that_what_the_history_knows_needs_no_time() -> None:
    told = run_estimate(outlook(9_999.0, AT_ONCE, is_known=True), "EPYC")

    assert told.headline == "Known from the history: shown at once"
    assert told.warning == ""


def test_that_only_what_cannot_run_is_refused() -> None:
    refused = refused_estimate(AllocationRefused("It needs 9,000 MB", "Use fewer trials."))
    busy = refused_estimate(DatabaseBusy("The history is busy"))

    assert (refused.headline, refused.refusal) == ("Cannot run", "It needs 9,000 MB. Use fewer trials.")
    assert (busy.headline, busy.refusal) == ("No estimate", "")


@pytest.mark.parametrize(("seconds", "text"), [(3600, "1 h"), (5400, "90 min"), (300, "5 min"), (45, "45 s")])
def test_that_a_longest_time_is_told_in_whole_units(seconds: int, text: str) -> None:
    assert limit_time_text(seconds) == text
