"""Commands and options that do not exist, lack something, or stand where they make no sense."""

from tests.refusals.refusal_table import Kind, Subject, row

_RUN_HELP = "See `mcdesk run --help`"

COMMANDS = Subject(
    "Commands and options",
    (
        Kind(
            "There is no such command",
            "Choose one of the commands that `mcdesk --help` lists; a name that is near is suggested.",
            (
                row("rnu plan.xlsx", "No such command 'rnu'", "Did you mean 'run'?"),
                row("simulate plan.xlsx", "No such command 'simulate'", "Choose from: run, check, calc"),
                row("history lst", "No such command 'lst'", "Did you mean 'list'?", "mcdesk history --help"),
                row("history clear", "No such command 'clear'", "delete, export, list, repair, show"),
                row("account ad", "No such command 'ad'", "Did you mean 'add'?"),
                row("''", "No such command ''"),
            ),
        ),
        Kind(
            "A command is missing",
            "Add one of those that the line names.",
            (
                row("history", "Missing command", "Choose from: delete, export, list, repair, show"),
                row("account", "Missing command", "add, audit, erase, export, list, set-password"),
            ),
        ),
        Kind(
            "There is no such option",
            "See the options with `--help`; each command has its own.",
            (
                row("run plan.xlsx --trails 5", "No such option '--trails'", "'--trials'", _RUN_HELP),
                row("run plan.xlsx -t 5", "No such option '-t'", _RUN_HELP),
                row("--wrong", "No such option '--wrong'", "mcdesk --help"),
                row("check plan.xlsx --trials 5", "No such option '--trials'", "mcdesk check --help"),
                row("calc plan.xlsx --trial 1 --save-trials a.csv", "No such option '--save-trials'"),
                row("calc plan.xlsx --trial 1 --stop 'mean 1%'", "No such option '--stop'"),
                row("health --wrong", "No such option '--wrong'", "mcdesk health --help"),
                row("demo --json", "No such option '--json'", "mcdesk demo --help"),
                row("history list --status done", "No such option '--status'", "mcdesk history list --help"),
                row("account list --tier trial", "No such option '--tier'", "mcdesk account list --help"),
            ),
        ),
        Kind(
            "An argument or an option is missing",
            "Add what the line names: most commands need a workbook, `calc` a trial, `account add` a tier.",
            (
                row("run", "Missing argument 'MODEL'", _RUN_HELP),
                row("check", "Missing argument 'MODEL'", "mcdesk check --help"),
                row("calc", "Missing argument 'MODEL'", "mcdesk calc --help"),
                row("calc plan.xlsx", "Missing option '--trial'", "mcdesk calc --help"),
                row("history show", "Missing argument 'SIMULATION_ID'"),
                row("history export", "Missing argument 'SIMULATION_ID'"),
                row("history delete", "Missing argument 'SIMULATION_ID'"),
                row("account add", "Missing argument 'EMAIL'"),
                row("account add ann@example.org", "Missing option '--tier'", "enterprise, professional"),
                row("account set-tier", "Missing argument 'EMAIL'"),
                row("account sign-in", "Missing argument 'EMAIL'"),
                row("account export ann@example.org", "Missing argument 'FILE'"),
                row("account erase", "Missing argument 'EMAIL'"),
                row(
                    "account set-tier ann@example.org", "Missing argument 'TIER'", "enterprise, professional"
                ),
            ),
        ),
        Kind(
            "There is one argument too many",
            "Leave it out; a name with spaces needs quotes.",
            (
                row("run plan.xlsx other.xlsx", "unexpected extra argument (other.xlsx)", _RUN_HELP),
                row("check plan.xlsx other.xlsx", "unexpected extra argument (other.xlsx)"),
                row("run plan.xlsx a b", "unexpected extra arguments (a b)"),
                row("health now", "unexpected extra argument (now)"),
                row("demo plan.xlsx", "unexpected extra argument (plan.xlsx)"),
                row("history list all", "unexpected extra argument (all)"),
                row("history show one two", "unexpected extra argument (two)"),
                row("account list all", "unexpected extra argument (all)"),
                row("account add ann@example.org bob@example.org --tier trial", "(bob@example.org)"),
            ),
        ),
        Kind(
            "An option lacks its value, or has one that it does not take",
            "Write the value after the option, in quotes where it has spaces.",
            (
                row("run plan.xlsx --trials", "Option '--trials' requires an argument", _RUN_HELP),
                row("run plan.xlsx --quiet=yes", "Option '--quiet' does not take a value", _RUN_HELP),
                row("check plan.xlsx --json=1", "Option '--json' does not take a value"),
            ),
        ),
        Kind(
            "An option is given twice",
            "Keep one. Only `--input`, `--output`, `--set`, `--limit` and `--correlate` may be repeated.",
            (
                row("run plan.xlsx --trials 5 --trials 6", "Option '--trials' is given twice", _RUN_HELP),
                row("calc plan.xlsx --trial 1 --trial 2", "Option '--trial' is given twice"),
                row("history list --limit 5 --limit 6", "Option '--limit' is given twice"),
                row("account add a@b --tier trial --tier standard", "Option '--tier' is given twice"),
            ),
        ),
        Kind(
            "Options that exclude each other, or come in a later version",
            "Leave out the one that the line names.",
            (
                row("run plan.xlsx --report plan.html", "--report comes in a later version"),
                row("--selftest run plan.xlsx", "--selftest stands alone"),
                row(
                    "plan.xlsx --seed 1",
                    "The window takes one workbook and nothing else",
                    "mcdesk run plan.xlsx",
                ),
            ),
        ),
        Kind(
            "An argument is not text",
            "Type it again; file names with bytes that are no UTF-8 have to be changed.",
            (row("run 'caf\udce9.xlsx'", "'caf?.xlsx' is not text in UTF-8"),),
        ),
    ),
)
