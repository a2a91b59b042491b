"""Accounts that do not exist or may not be had, passwords, and what only some may do."""

from tests.refusals.refusal_table import Kind, Row, Subject, row, rows


def _typed(command: str, stdin: str, *words: str, home: str = "home", fault: str = "") -> Row:
    """A row whose command reads this line from standard input."""
    return Row(command, words, home=home, stdin=stdin, fault=fault)


_ADMINISTRATOR = "Only an Enterprise account that has signed in may do this"
_WRONG = "The address or the password is wrong"

ACCOUNTS = Subject(
    "Accounts",
    (
        Kind(
            "There is no such account",
            "See `mcdesk account list`, or add it with `mcdesk account add`. Without `--as` a run is"
            " charged to the account of this computer.",
            (
                row(
                    "run plan.xlsx --as nobody@example.org",
                    "no account nobody@example.org. See `mcdesk account list`",
                ),
                row("run plan.xlsx --as ''", "There is no account ''"),
                row("run plan.xlsx --as eve@exampel.org", "Perhaps eve@example.org is meant"),
                row("account set-tier nobody@example.org trial", "There is no account nobody@example.org"),
                row("account set-tier '' trial", "There is no account ''"),
                row("account sign-out nobody@example.org", "There is no account nobody@example.org"),
                row("account erase nobody@example.org --yes", "There is no account nobody@example.org"),
                row("account export nobody@example.org a.zip", "There is no account nobody@example.org"),
                row("history list --as nobody@example.org", "There is no account nobody@example.org"),
            ),
        ),
        Kind(
            "That is no e-mail address",
            "Write it like ann@example.org.",
            rows(
                "account add --tier trial",
                {
                    "ann": "'ann' is not an e-mail address. Write it like ann@example.org",
                    "''": "'' is not an e-mail address",
                    "@": "'@' is not an e-mail address",
                    "ann@": "'ann@' is not an e-mail address",
                    "ann@here@there": "'ann@here@there' is not an e-mail address",
                    "'ann smith@example.org'": "'ann smith@example.org' is not an e-mail address",
                    f"{'a' * 300}@example.org": "is not an e-mail address",
                },
            ),
        ),
        Kind(
            "There is already such an account",
            "Change its tier with `mcdesk account set-tier`.",
            (
                row(
                    "account add eve@example.org --tier trial", "There is already an account eve@example.org"
                ),
                row(
                    "account add EVE@example.org --tier trial", "There is already an account eve@example.org"
                ),
            ),
        ),
        Kind(
            "There is no such tier",
            "Choose one of those that the line names.",
            (
                row("account add ann@example.org --tier gold", "'--tier': 'gold' is not one of 'enterprise'"),
                row("account add ann@example.org --tier ''", "'--tier': '' is not one of 'enterprise'"),
                row("account set-tier eve@example.org gold", "'TIER': 'gold' is not one of 'enterprise'"),
            ),
        ),
    ),
)

SIGNING_IN = Subject(
    "Signing in",
    (
        Kind(
            "An account has a password",
            "Sign in with `mcdesk account sign-in`, or give the password with `--password-stdin`.",
            (
                row(
                    "history list --as bob@example.org",
                    "bob@example.org has a password and has not signed in",
                    home="guarded",
                ),
                row("history show 3f2a --as bob@example.org", "has not signed in", home="guarded"),
                row("history delete 3f2a --as bob@example.org", "has not signed in", home="guarded"),
                row("history export 3f2a --as bob@example.org", "has not signed in", home="guarded"),
            ),
        ),
        Kind(
            "Only an administrator may do this",
            "Once an account has a password, only an Enterprise account that has signed in looks after"
            " others; everybody exports and erases their own, after signing in.",
            (
                row("account set-tier bob@example.org enterprise", _ADMINISTRATOR, home="guarded"),
                row("account add ann@example.org --tier trial", _ADMINISTRATOR, home="guarded"),
                row("account erase bob@example.org --yes", _ADMINISTRATOR, home="guarded"),
                row("account export bob@example.org bob.zip", _ADMINISTRATOR, home="guarded"),
                _typed(
                    "account set-password bob@example.org --password-stdin",
                    "another horse",
                    _ADMINISTRATOR,
                    home="guarded",
                ),
            ),
        ),
        Kind(
            "A password is wrong",
            "Type it again after a moment. An administrator can give a new one with `mcdesk account"
            " set-password`.",
            (
                _typed(
                    "account sign-in bob@example.org --password-stdin", "wrong horse", _WRONG, home="guarded"
                ),
                _typed(
                    "account sign-in nobody@example.org --password-stdin",
                    "wrong horse",
                    _WRONG,
                    home="guarded",
                ),
                _typed("history list --as ada@example.org --password-stdin", "wrong", _WRONG, home="guarded"),
            ),
        ),
        Kind(
            "A password comes too soon after a wrong one",
            "Wait as long as the line says: half a second after the first wrong one, then twice as long"
            " each time, up to a minute.",
            (
                _typed(
                    "account sign-in eve@example.org --password-stdin",
                    "correct horse",
                    "The last password for this address was wrong. Wait 60 s and try again",
                    home="guarded",
                    fault="locked address",
                ),
            ),
        ),
        Kind(
            "A password cannot be taken",
            "Choose one of at least 8 characters.",
            (
                _typed("account set-password --password-stdin", "1234567", "The password is too short"),
                _typed(
                    "account add ann@example.org --tier enterprise --password-stdin",
                    "short",
                    "The password is too short. Choose one of at least 8 characters",
                ),
                _typed("account set-password --password-stdin", "x" * 1100, "The password is too long"),
                _typed("account set-password --password-stdin", "caf\udce9 latte", "not text in UTF-8"),
            ),
        ),
        Kind(
            "The first password is not an administrator's",
            "Give an Enterprise account a password first; from then on it looks after the others.",
            (
                _typed(
                    "account add ann@example.org --tier trial --password-stdin",
                    "correct horse",
                    "The first password has to be an Enterprise account's",
                    "mcdesk account set-password EMAIL",
                ),
                _typed(
                    "account set-password eve@example.org --password-stdin",
                    "correct horse",
                    "The first password has to be an Enterprise account's",
                ),
            ),
        ),
        Kind(
            "A password is not needed, or there is none",
            "Leave out `--password-stdin` for an open account; elsewhere, pipe one line into the command.",
            (
                _typed(
                    "account sign-in eve@example.org --password-stdin",
                    "correct horse",
                    "eve@example.org has no password. It is open to --as",
                ),
                _typed("history list --password-stdin", "correct horse", "A password is given, but"),
                row("account set-password --password-stdin", "No password came through standard input"),
                row("account sign-in eve@example.org", "There is no terminal to ask for a password on"),
                row("account set-password", "There is no terminal to ask for a password on"),
            ),
        ),
        Kind(
            "What is erased cannot be brought back",
            "Confirm it with --yes.",
            (row("account erase eve@example.org", "What is erased cannot be brought back", "--yes"),),
        ),
        Kind(
            "An archive cannot be written",
            "Name a file in a folder that exists and that you may write to.",
            (
                row("account export eve@example.org none/eve.zip", "none/eve.zip cannot be written"),
                row("account export eve@example.org ''", "the name of a file is empty"),
            ),
        ),
        Kind(
            "The audit log was changed",
            "Somebody has written to the database past mcdesk. Compare the log with a backup; the hashes in"
            " archives of people and in the files of `logs` vouch for all rows before them.",
            (
                row(
                    "account audit --verify",
                    "The audit log was changed: row 2 is the first",
                    code=1,
                    home="tampered",
                ),
                row("account audit --limit 0", "'--limit': 0 is not in the range"),
            ),
        ),
    ),
)
