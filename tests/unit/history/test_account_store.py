"""Who the accounts are."""

from dataclasses import replace

import pytest

from mcdesk.foundation.errors import OptionInvalid
from mcdesk.history.account_store import AccountStore
from mcdesk.history.database import Database


def test_that_the_first_start_makes_one_enterprise_account(database: Database) -> None:
    accounts = AccountStore(database, login_name=lambda: "Ada")

    account = accounts.local_account()

    assert (account.email, account.name, account.tier) == ("ada@localhost", "Ada", "enterprise")
    assert account.is_active
    assert accounts.accounts() == (account,)


def test_that_later_starts_find_the_same_account(database: Database) -> None:
    first = AccountStore(database, login_name=lambda: "ada").local_account()

    assert AccountStore(database, login_name=lambda: "ada").local_account() == first
    assert AccountStore(database, login_name=lambda: "bob").local_account() == first


def test_that_a_person_with_an_account_of_their_own_gets_it(database: Database) -> None:
    AccountStore(database, login_name=lambda: "ada").local_account()
    bobs = AccountStore(database, login_name=lambda: "bob")
    bob = bobs.add("bob@localhost", "Bob", "standard")

    assert bobs.local_account() == bob


@pytest.mark.parametrize("failure", [KeyError("uid not found"), OSError("no login")])
def test_that_a_person_without_a_login_name_is_called_user(database: Database, failure: Exception) -> None:
    def login_name() -> str:
        raise failure

    assert AccountStore(database, login_name).local_account().email == "user@localhost"


def test_that_a_login_name_with_blanks_makes_an_address(database: Database) -> None:
    accounts = AccountStore(database, login_name=lambda: "Ada L@work")

    assert accounts.local_account().email == "adal.work@localhost"


def test_that_addresses_are_found_in_any_case(database: Database) -> None:
    accounts = AccountStore(database)
    added = accounts.add(" Ada@Example.org", "Ada", "trial")

    assert accounts.find("ADA@example.ORG") == added
    assert accounts.account("ada@example.org") == added


def test_that_an_unknown_address_is_told(database: Database) -> None:
    accounts = AccountStore(database)

    assert accounts.find("nobody@x") is None
    with pytest.raises(OptionInvalid, match="no account nobody@x"):
        accounts.account("nobody@x")


@pytest.mark.parametrize(
    ("email", "tier", "reason"),
    [
        ("ada", "trial", "not an e-mail address"),
        ("@x", "trial", "not an e-mail address"),
        ("a@", "trial", "not an e-mail address"),
        ("a@b@c", "trial", "not an e-mail address"),
        ("a@b", "royal", "no tier"),
        ("taken@x", "trial", "already an account"),
    ],
)
def test_that_an_account_that_makes_no_sense_is_refused(
    database: Database, email: str, tier: str, reason: str
) -> None:
    accounts = AccountStore(database)
    accounts.add("taken@x", "T", "trial")

    with pytest.raises(OptionInvalid, match=reason):
        accounts.add(email, "", tier)

    assert len(accounts.accounts()) == 1


def test_that_a_tier_is_changed_and_nothing_else(database: Database) -> None:
    accounts = AccountStore(database, lambda: "ann")
    added = accounts.add("bob@example.org", "Bob", "trial")

    changed = accounts.set_tier("BOB@example.org", "professional")

    assert changed == replace(added, tier="professional")
    assert accounts.account("bob@example.org") == changed
    for email, tier in (("bob@example.org", "gold"), ("eve@example.org", "trial")):
        with pytest.raises(OptionInvalid):
            accounts.set_tier(email, tier)
