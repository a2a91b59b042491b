"""Accounts are changed by those who may, and somebody who can look after them remains."""

import pytest

from mcdesk.foundation.errors import OptionInvalid, PasswordRefused, SignInNeeded

from .conftest import PASSWORD, Office

OTHER = "another horse"


def test_that_the_first_password_is_that_of_an_enterprise_account(office: Office) -> None:
    people = office.people()
    people.administration.add("bob@x", "trial")

    with pytest.raises(OptionInvalid, match="has to be an Enterprise account's"):
        people.administration.set_password("bob@x", PASSWORD)
    with pytest.raises(OptionInvalid, match="has to be an Enterprise account's"):
        people.administration.add("eve@x", "standard", PASSWORD)

    assert [each.email for each in people.accounts.accounts()] == ["ada@localhost", "bob@x"]
    assert people.administration.add("eve@x", "enterprise", PASSWORD).has_password


def test_that_a_refused_account_leaves_no_row_in_the_audit_log(office: Office) -> None:
    people = office.people()

    with pytest.raises(OptionInvalid):
        people.administration.add("eve@x", "standard", PASSWORD)
    with pytest.raises(PasswordRefused):
        people.administration.add("eve@x", "enterprise", "short")

    assert people.audit.head() is None


def test_that_an_open_enterprise_account_is_no_administrator_among_passwords(office: Office) -> None:
    people = office.people()
    people.administration.add("eve@x", "enterprise", PASSWORD)

    # ada is open and Enterprise, so everybody could be ada.
    for attempt in (
        lambda: people.administration.add("bob@x", "enterprise"),
        lambda: people.administration.set_tier("ada@localhost", "trial"),
        lambda: people.administration.set_password(None, PASSWORD),
        lambda: people.administration.set_password("ada@localhost", PASSWORD),
    ):
        with pytest.raises(SignInNeeded):
            attempt()
    people.identity.sign_in("eve@x", PASSWORD)

    assert people.administration.set_password("ada@localhost", OTHER).has_password


def test_that_a_new_password_ends_the_sessions_of_the_old_one(office: Office) -> None:
    office.guarded()
    people = office.bob()

    people.administration.set_password(None, OTHER)

    assert people.identity.signed_in() == ()
    with pytest.raises(PasswordRefused):
        people.identity.sign_in("bob@x", PASSWORD)
    office.wall.advance(1)
    assert people.identity.sign_in("bob@x", OTHER)[0].email == "bob@x"


def test_that_an_administrator_gives_a_new_password_to_who_forgot_theirs(office: Office) -> None:
    people = office.guarded()
    for _ in range(5):
        with pytest.raises(PasswordRefused):
            people.identity.acting_account("bob@x", "wrong horse")

    people.administration.set_password("bob@x", OTHER)

    assert people.identity.acting_account("bob@x", OTHER).email == "bob@x"


def test_that_the_last_administrator_stays_one(office: Office) -> None:
    people = office.guarded()
    people.administration.add("open@x", "enterprise")

    with pytest.raises(OptionInvalid, match="last Enterprise account that can sign in"):
        people.administration.set_tier("ada@localhost", "trial")
    people.administration.set_password("open@x", PASSWORD)

    assert people.administration.set_tier("ada@localhost", "trial").tier == "trial"
    with pytest.raises(SignInNeeded):
        people.administration.set_tier("ada@localhost", "enterprise")


def test_that_a_tier_may_be_tried_out_while_nobody_has_a_password(office: Office) -> None:
    people = office.people()

    assert people.administration.set_tier("ada@localhost", "trial").tier == "trial"
    assert people.administration.set_tier("ada@localhost", "enterprise").tier == "enterprise"
