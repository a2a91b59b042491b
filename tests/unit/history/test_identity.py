"""Who acts, who sees what, and who may look after others."""

from collections.abc import Callable
from pathlib import Path

import pytest

from mcdesk.foundation.errors import InputRefused, OptionInvalid, PasswordRefused, SignInNeeded
from mcdesk.history.people import People

from .conftest import PASSWORD, Office

HOURS = 3600


def test_that_without_passwords_everybody_may_do_everything(office: Office) -> None:
    people = office.people(login="eve")
    people.administration.add("bob@x", "trial")

    assert people.identity.acting_account().email == "ada@localhost"
    assert people.identity.acting_account("bob@x").email == "bob@x"
    assert people.identity.require_administrator().email == "ada@localhost"
    assert people.administration.set_tier("bob@x", "enterprise").tier == "enterprise"
    assert people.identity.audited_account() is None
    assert len(people.identity.viewer().account_ids) == 2


def test_that_an_account_with_a_password_needs_sign_in(office: Office) -> None:
    office.guarded()
    people = office.people(user="1001")

    for email in ("bob@x", "ada@localhost", None):
        with pytest.raises(SignInNeeded, match="has not signed in"):
            people.identity.acting_account(email)
    people.identity.sign_in("BOB@x", PASSWORD)

    assert people.identity.acting_account("bob@x").email == "bob@x"
    assert people.identity.acting_account().email == "bob@x"
    with pytest.raises(SignInNeeded):
        people.identity.acting_account("ada@localhost")


def test_that_a_password_stands_for_signing_in_once(office: Office) -> None:
    office.guarded()
    people = office.people(user="1001")

    assert people.identity.acting_account("bob@x", PASSWORD).email == "bob@x"
    assert people.identity.signed_in() == ()
    with pytest.raises(PasswordRefused, match="is wrong"):
        people.identity.acting_account("bob@x", "wrong horse")
    with pytest.raises(OptionInvalid, match="no account"):
        people.identity.acting_account(None, PASSWORD)


def test_that_an_open_account_needs_no_password_and_takes_none(office: Office) -> None:
    people = office.guarded()
    people.administration.add("open@x", "trial")

    assert office.people(user="1002").identity.acting_account("open@x").email == "open@x"
    with pytest.raises(OptionInvalid, match="has no password"):
        people.identity.sign_in("open@x", PASSWORD)


def test_that_a_session_is_of_one_user_of_the_system(office: Office) -> None:
    office.guarded()
    office.bob()

    assert [each.email for each in office.people(user="1000").identity.signed_in()] == ["ada@localhost"]
    assert [each.email for each in office.people(user="1001").identity.signed_in()] == ["bob@x"]
    assert office.people(user="1002").identity.signed_in() == ()


def test_that_who_signed_in_last_acts(office: Office) -> None:
    people = office.guarded()
    people.identity.sign_in("bob@x", PASSWORD)
    assert people.identity.acting_account().email == "bob@x"

    people.identity.sign_in("ada@localhost", PASSWORD)

    assert [each.email for each in people.identity.signed_in()] == ["bob@x", "ada@localhost"]
    assert people.identity.acting_account().email == "ada@localhost"
    assert people.identity.acting_account("bob@x").email == "bob@x"


def test_that_sign_out_ends_one_session_or_all(office: Office) -> None:
    people = office.guarded()
    people.identity.sign_in("bob@x", PASSWORD)

    assert [each.email for each in people.identity.sign_out("bob@x")] == ["bob@x"]
    assert [each.email for each in people.identity.sign_out()] == ["ada@localhost"]
    assert people.identity.sign_out() == ()
    with pytest.raises(OptionInvalid, match="no account"):
        people.identity.sign_out("nobody@x")


def test_that_a_session_ends_by_itself(office: Office) -> None:
    people = office.guarded()
    office.wall.advance(12 * HOURS)

    assert people.identity.signed_in() == ()
    with pytest.raises(SignInNeeded):
        people.identity.require_administrator()


def everything_a_trial_account_must_not_do(people: People, target: Path) -> list[Callable[[], object]]:
    administration, identity = people.administration, people.identity
    ada = people.accounts.account("ada@localhost")
    return [
        lambda: administration.set_tier("bob@x", "enterprise"),
        lambda: administration.set_tier("ada@localhost", "trial"),
        lambda: administration.add("eve@x", "enterprise"),
        lambda: administration.add("eve@x", "enterprise", PASSWORD),
        lambda: administration.set_password("ada@localhost", PASSWORD),
        lambda: administration.set_password("open@x", PASSWORD),
        lambda: identity.acting_account("ada@localhost"),
        lambda: identity.viewer("ada@localhost"),
        lambda: identity.require_authority_over(ada),
        lambda: people.erasure.erase("open@x"),
        lambda: people.archive.write("ada@localhost", target),
        identity.require_administrator,
    ]


def test_that_a_trial_account_cannot_raise_itself_or_touch_others(office: Office) -> None:
    # Also through an Enterprise account that is open to everybody.
    office.guarded().administration.add("open@x", "enterprise")
    people = office.bob()
    before = people.accounts.accounts()

    for attempt in everything_a_trial_account_must_not_do(people, office.folder / "ada.zip"):
        with pytest.raises(SignInNeeded):
            attempt()

    assert not (office.folder / "ada.zip").exists()
    assert people.accounts.accounts() == before
    assert people.identity.viewer().account_ids == (people.accounts.account("bob@x").id,)
    assert people.identity.audited_account() == people.accounts.account("bob@x")


def test_that_an_account_has_authority_over_itself(office: Office) -> None:
    office.guarded()
    people = office.bob()
    bob = people.accounts.account("bob@x")

    assert people.identity.require_authority_over(bob) == bob


def test_that_nobody_sees_but_open_accounts_without_signing_in(office: Office) -> None:
    open_account = office.guarded().administration.add("open@x", "trial")
    people = office.people(user="1002")

    viewer = people.identity.viewer()

    assert (viewer.account, viewer.account_ids) == (None, (open_account.id,))
    with pytest.raises(InputRefused):
        people.identity.audited_account()


def test_that_what_people_do_is_in_the_audit_log(office: Office) -> None:
    people = office.guarded()
    people.administration.set_tier("bob@x", "standard")
    people.identity.sign_out()

    actions = [row.action for row in reversed(people.audit.newest())]

    assert actions == [
        *("password_set", "sign_in", "account_added", "password_set"),
        *("tier_changed", "sign_out"),
    ]
    assert people.audit.newest()[1].detail == '{"from":"trial","to":"standard"}'
    assert people.audit.verify() is None
