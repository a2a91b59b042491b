"""Passwords as hashes."""

import pytest

from mcdesk.foundation.errors import PasswordRefused
from mcdesk.history.passwords import HashCost, Passwords

from .conftest import CHEAP, PASSWORD


def test_that_a_hash_knows_its_password_and_no_other() -> None:
    passwords = Passwords(CHEAP)
    made = passwords.hash(PASSWORD)

    assert passwords.matches(made, PASSWORD)
    assert not passwords.matches(made, PASSWORD.upper())
    assert not passwords.matches(made, "")
    assert PASSWORD not in made
    assert passwords.hash(PASSWORD) != made


def test_that_a_password_is_the_same_from_every_keyboard() -> None:
    passwords = Passwords(CHEAP)

    assert passwords.matches(passwords.hash("r\u00e9sum\u00e9 2026"), "re\u0301sume\u0301 2026")


@pytest.mark.parametrize("password", ["", "1234567", "x" * 1025])
def test_that_a_password_of_no_fitting_length_is_refused(password: str) -> None:
    with pytest.raises(PasswordRefused, match="The password is too"):
        Passwords(CHEAP).hash(password)


@pytest.mark.parametrize("stored", ["", "x", "$argon2id$v=19$m=8,t=1,p=1$AAAA$AAAA"])
def test_that_what_is_no_hash_matches_nothing(stored: str) -> None:
    assert not Passwords(CHEAP).matches(stored, PASSWORD)


def test_that_a_hash_of_other_parameters_is_outdated() -> None:
    made = Passwords(CHEAP).hash(PASSWORD)

    assert Passwords(HashCost(passes=2, memory_kib=8, lanes=1)).is_outdated(made)
    assert not Passwords(CHEAP).is_outdated(made)


def test_that_the_usual_parameters_are_those_of_the_library() -> None:
    made = Passwords().hash(PASSWORD)

    assert made.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert not Passwords().is_outdated(made)
