"""Alerts begin and end once, each with a margin and after a while; unknown values change nothing."""

import pytest

from mcdesk.monitor.alerts import LIMITS, Alert, AlertBook, Rule

FAR = {True: 0.5, False: 2.0}


def bad_value(rule: Rule) -> float:
    limits = LIMITS[rule]
    return limits.threshold * FAR[limits.is_floor] + (0.0 if limits.is_floor else 1.0)


def good_value(rule: Rule) -> float:
    return LIMITS[rule].good


@pytest.mark.parametrize("rule", list(Rule), ids=lambda each: each.value)
def test_that_an_alert_begins_and_ends_once(rule: Rule) -> None:
    book, wait = AlertBook(), LIMITS[rule].seconds
    assert book.read({rule: good_value(rule)}, 0.0) == ()

    begun = [change for second in range(60) for change in book.read({rule: bad_value(rule)}, 100.0 + second)]
    standing = book.standing
    ended = [change for second in range(60) for change in book.read({rule: good_value(rule)}, 300.0 + second)]

    assert [(change.alert.began, change.ended) for change in begun] == [(100.0 + wait, None)]
    assert standing == (begun[0].alert,)
    assert [(change.alert, change.ended) for change in ended] == [(begun[0].alert, 300.0 + wait)]
    assert book.standing == ()
    assert LIMITS[rule].unit in begun[0].alert.message
    assert "{" not in begun[0].alert.message
    assert begun[0].alert.remedy.endswith(".")


@pytest.mark.parametrize("rule", list(Rule), ids=lambda each: each.value)
def test_that_limits_leave_a_margin_or_none_is_needed(rule: Rule) -> None:
    limits = LIMITS[rule]

    assert not limits.is_bad(limits.good)
    assert not limits.is_good(bad_value(rule))


def test_that_a_value_between_the_limits_keeps_what_there_is() -> None:
    book = AlertBook([Alert(Rule.LOW_DISK, 5.0, 900.0)])

    assert book.read({Rule.LOW_DISK: 1_200.0}, 10.0) == ()
    assert AlertBook().read({Rule.LOW_DISK: 1_200.0}, 10.0) == ()
    assert [alert.rule for alert in book.standing] == [Rule.LOW_DISK]


def test_that_a_short_excess_and_an_unknown_value_say_nothing() -> None:
    book = AlertBook()
    told = [
        book.read({Rule.SLOW_PROGRESS: value}, float(second))
        for second, value in enumerate([150.0, 150.0, 50.0, 150.0, None, 150.0, 150.0, 50.0])
    ]

    assert told == [()] * 8


def test_that_a_clock_that_goes_back_only_begins_the_wait_anew() -> None:
    book = AlertBook()
    assert book.read({Rule.SLOW_PROGRESS: 150.0}, 1_000.0) == ()
    assert book.read({Rule.SLOW_PROGRESS: 150.0}, 10.0) == ()
    assert book.read({Rule.SLOW_PROGRESS: 150.0}, 14.0) == ()

    assert len(book.read({Rule.SLOW_PROGRESS: 150.0}, 15.0)) == 1
