"""That a window is to encrypt or decrypt its folder before it opens: handed to it by the one it follows."""

import os
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass

VARIABLE = "MCDESK_CONVERSION"
_ON, _OFF = "on", "off"


@dataclass(frozen=True, slots=True)
class ConversionWish:
    """Whether to encrypt or to decrypt, and with which key; the key itself is in the keyring."""

    is_on: bool
    key_id: str

    def added_to(self, environment: Mapping[str, str]) -> dict[str, str]:
        """The environment of the process that is to do it."""
        return {**environment, VARIABLE: f"{_ON if self.is_on else _OFF} {self.key_id}"}


def take_wish(environment: MutableMapping[str, str] = os.environ) -> ConversionWish | None:
    """What this process was started for, once: those that it starts itself are not to do it again."""
    word, _, key_id = environment.pop(VARIABLE, "").partition(" ")
    return ConversionWish(word == _ON, key_id) if word in (_ON, _OFF) and key_id else None
