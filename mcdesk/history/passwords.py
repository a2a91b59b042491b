"""Passwords as argon2 hashes: made, checked, and refused where they are too short. Keeps nothing."""

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mcdesk.foundation.errors import PasswordRefused

if TYPE_CHECKING:
    from argon2 import PasswordHasher

LEAST_LETTERS = 8
MOST_LETTERS = 1024


@dataclass(frozen=True, slots=True)
class HashCost:
    """What one hash costs; only tests ask for less than the defaults of argon2-cffi."""

    passes: int
    memory_kib: int
    lanes: int


class Passwords:
    """Argon2id with the parameters that argon2-cffi recommends."""

    def __init__(self, cost: HashCost | None = None) -> None:
        self._cost = cost

    def hash(self, password: str) -> str:
        """The hash of a new password, with a salt of its own.

        Raises:
            PasswordRefused: if it is too short, or longer than any password.
        """
        letters = _letters(password)
        if len(letters) < LEAST_LETTERS:
            advice = f"Choose one of at least {LEAST_LETTERS} characters."
            raise PasswordRefused("The password is too short", advice)
        if len(letters) > MOST_LETTERS:
            raise PasswordRefused("The password is too long", f"At most {MOST_LETTERS} characters are taken.")
        return self._hasher().hash(letters)

    def matches(self, password_hash: str, password: str) -> bool:
        """Whether a hash is of this password."""
        from argon2.exceptions import InvalidHashError, VerificationError

        try:
            return self._hasher().verify(password_hash, _letters(password)[:MOST_LETTERS])
        except (VerificationError, InvalidHashError):
            return False

    def is_outdated(self, password_hash: str) -> bool:
        """Whether a hash was made with other parameters than one of today."""
        return self._hasher().check_needs_rehash(password_hash)

    def spend_a_check(self, password: str) -> None:
        """Take the time of a check where there is nothing to check against."""
        self._hasher().hash(_letters(password)[:MOST_LETTERS])

    def _hasher(self) -> "PasswordHasher":
        # Imported here: a command that looks at no password is spared it.
        from argon2 import PasswordHasher

        if self._cost is None:
            return PasswordHasher()
        return PasswordHasher(self._cost.passes, self._cost.memory_kib, self._cost.lanes)


def _letters(password: str) -> str:
    # One keyboard composes an accented letter, another does not (NIST SP 800-63B, 5.1.1.2).
    return unicodedata.normalize("NFKC", password)
