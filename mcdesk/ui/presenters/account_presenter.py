"""Who works in this window: the account that is charged, and the others that are open to the person."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from mcdesk.foundation.errors import SignInNeeded
from mcdesk.ui.desk import Desk, DeskRoom

if TYPE_CHECKING:
    from mcdesk.history.account_store import Account
    from mcdesk.history.people import People


@dataclass(frozen=True, slots=True)
class AccountChoice:
    """An account of the menu, and whether it can be chosen without a password."""

    account: "Account"
    is_open: bool


@dataclass(frozen=True, slots=True)
class _Found:
    current: "Account | None"
    choices: tuple[AccountChoice, ...]


class AccountPresenter(QObject):
    """`changed` follows each choice; `current` is None while the person has to sign in first."""

    changed = Signal()
    failed = Signal(object)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.current: Account | None = None
        self.choices: tuple[AccountChoice, ...] = ()

    def refresh(self) -> None:
        """Ask who acts where nobody has chosen."""
        self._desk.ask(lambda room: _found(room, None), self._take, self.failed.emit)

    def choose(self, email: str) -> None:
        """Work as an account that is open, or has signed in."""
        self._desk.ask(lambda room: _found(room, email), self._take, self.failed.emit)

    def sign_in(self, email: str, password: str) -> None:
        """Sign in as an account with a password, and work as it."""

        def work(room: DeskRoom) -> _Found:
            account, _ = room.services.people.identity.sign_in(email, password)
            return _found(room, account.email)

        self._desk.ask(work, self._take, self.failed.emit)

    def sign_out(self) -> None:
        """End the sessions of this person, and work as whoever is open."""

        def work(room: DeskRoom) -> _Found:
            room.services.people.identity.sign_out()
            return _found(room, None)

        self._desk.ask(work, self._take, self.failed.emit)

    def _take(self, found: _Found) -> None:
        self.current, self.choices = found.current, found.choices
        self.changed.emit()


def account_text(account: "Account") -> str:
    """Who that is, with the tier."""
    return f"{account.name or account.email} \u00b7 {account.tier.title()}"


def _found(room: DeskRoom, email: str | None) -> _Found:
    people = room.services.people
    return _Found(_acting(people, email), _choices(people))


def _acting(people: "People", email: str | None) -> "Account | None":
    if email is not None:
        return people.identity.acting_account(email)
    try:
        return people.identity.acting_account()
    except SignInNeeded:
        return None


def _choices(people: "People") -> tuple[AccountChoice, ...]:
    signed_in = {each.id for each in people.identity.signed_in()}
    accounts = sorted(people.accounts.accounts(), key=lambda each: each.email)
    return tuple(AccountChoice(each, not each.has_password or each.id in signed_in) for each in accounts)
