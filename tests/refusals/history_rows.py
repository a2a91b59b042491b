"""Simulations that do not exist, and histories that cannot be opened."""

from tests.refusals.refusal_table import Kind, Subject, row, rows

_DAMAGED = ("damaged/mcdesk.db is damaged or not a database of mcdesk", "Nothing was changed")

HISTORY = Subject(
    "The history",
    (
        Kind(
            "There is no such simulation",
            "See `mcdesk history list`; the beginning of a name will do where it is the only one.",
            (
                row("history show 3f2a", "There is no simulation 3f2a. See `mcdesk history list`"),
                row("history delete 3f2a", "There is no simulation 3f2a"),
                row("history export 3f2a", "There is no simulation 3f2a"),
                row("history export 3f2a --to run.json", "There is no simulation 3f2a"),
                row("history show %", "There is no simulation %"),
                row("history show ab", "Several simulations begin with ab. Give more of", home="spare"),
                row("history show ''", "The name of the simulation is empty"),
                row("history delete ''", "The name of the simulation is empty"),
            ),
        ),
        Kind(
            "A list cannot be so long, a file has no name",
            "Ask for 1 to 100000 simulations; name the file.",
            rows(
                "history",
                {
                    "list --limit 0": "'--limit': 0 is not in the range 1<=x<=100000",
                    "list --limit 100001": "'--limit': 100001 is not in the range 1<=x<=100000",
                    "list --limit all": "'--limit': 'all' is not a valid whole number",
                    "export 3f2a --to ''": "'--to': the name of a file is empty",
                },
            ),
        ),
        Kind(
            "The database is damaged, or belongs to another program",
            "Close mcdesk; `mcdesk history repair` keeps the file under another name and puts the newest copy"
            " in its place. A run is still computed and says that it was not kept, unless `--as` names an"
            " account.",
            (
                row("history list", *_DAMAGED, code=1, home="damaged"),
                row("history show 3f2a", *_DAMAGED, code=1, home="damaged"),
                row("history export 3f2a --to run.json", *_DAMAGED, code=1, home="damaged"),
                row("history delete 3f2a", *_DAMAGED, code=1, home="damaged"),
                row("account list", *_DAMAGED, code=1, home="damaged"),
                row("account add ann@example.org --tier trial", *_DAMAGED, code=1, home="damaged"),
                row("account set-tier ann@example.org trial", *_DAMAGED, code=1, home="damaged"),
                row("health", *_DAMAGED, code=1, home="damaged"),
                row("run plan.xlsx --as ann@example.org", *_DAMAGED, code=1, home="damaged"),
                row("history list", "another program made it", code=1, home="foreign"),
            ),
        ),
        Kind(
            "There is nothing to repair",
            "Go on: the history is sound, or the next start makes one.",
            (
                row("history repair", "mcdesk.db is sound", home="spare"),
                row("history repair", "There is no history at", home="empty"),
            ),
        ),
        Kind(
            "The data is encrypted, and its key is not at hand",
            "Unlock the keyring of the system, or type `mcdesk encryption recover` and the recovery key.",
            (
                row(
                    "history list",
                    "encryption.json cannot be read, which names the key",
                    code=1,
                    home="keyless",
                ),
                row("encryption status", "encryption.json cannot be read", code=1, home="keyless"),
            ),
        ),
        Kind(
            "There is nothing to decrypt, or no key to print",
            "Go on: the folder was never encrypted.",
            (
                row("encryption off", "is not encrypted", home="spare"),
                row("encryption key", "has no key. It was never encrypted", home="spare"),
            ),
        ),
        Kind(
            "The database is of a later version",
            "Install that version, or set MCDESK_HOME to another folder.",
            (
                row("history list", "newer/mcdesk.db was written by a later", code=1, home="newer"),
                row("health --json", "newer/mcdesk.db was written by a later", code=1, home="newer"),
            ),
        ),
        Kind(
            "The folder cannot be used",
            "Set MCDESK_HOME to a folder that you may write to.",
            (
                row("history list", "a file stands in the place of its folder", code=1, home="file-home"),
                row("account list", "a file stands in the place", code=1, home="file-home/deeper"),
                row("history list", "blocked/mcdesk.db cannot be read or written", code=1, home="blocked"),
            ),
        ),
    ),
)
