"""Commands that are right, and fail while they run."""

from tests.refusals.refusal_table import Kind, Row, Subject, row

_SAVING = "run plan.xlsx --setup good.toml --trials 100 --save-trials trials.csv"

FAILURES = Subject(
    "While it runs",
    (
        Kind(
            "The disk is full",
            "Free some space and run again: the run stands in the history, the file was not begun.",
            (
                Row(
                    _SAVING, ("The disk is full; trials.csv was not written",), 1, "spare", fault="full disk"
                ),
                Row(_SAVING, ("trials.csv cannot be written: ",), 1, "spare", fault="lost folder"),
            ),
        ),
        Kind(
            "There is not enough memory",
            "Use fewer trials or fewer outputs.",
            (
                Row(
                    "run plan.xlsx --setup good.toml --seed 2",
                    ("There is not enough memory for this simulation",),
                    1,
                    "spare",
                    fault="no memory",
                ),
            ),
        ),
        Kind(
            "The number of threads is none",
            "Set the environment variable `MCDESK_THREADS` to a whole number from 1, or not at all.",
            (
                Row(
                    "run plan.xlsx --setup good.toml",
                    ("MCDESK_THREADS is 'abc', which is not a number of threads",),
                    fault="threads in words",
                ),
                Row(
                    "run plan.xlsx --setup good.toml",
                    ("MCDESK_THREADS is '0', which is not a number of threads",),
                    fault="no threads",
                ),
            ),
        ),
        Kind(
            "The history is in use",
            "Close the other program, or try again in a moment. A run goes on and says that it is not kept.",
            (
                Row(
                    "account add ann@example.org --tier trial",
                    ("mcdesk.db is in use by another program",),
                    1,
                    "spare",
                    fault="busy database",
                ),
                Row("history delete ab1", ("in use by another program",), 1, "spare", fault="busy database"),
            ),
        ),
        Kind(
            "A library is missing",
            "Install it, or choose another format or back end.",
            (
                Row(
                    "run plan.xlsx --setup good.toml --save-trials trials.parquet",
                    ("Parquet files need the library pyarrow",),
                    fault="no pyarrow",
                ),
                Row(
                    "run plan.xlsx --setup good.toml --backend cuda",
                    ("--backend: cuda cannot be used here. CuPy is not installed; install mcdesk[cuda13]",),
                    fault="no cupy",
                ),
            ),
        ),
        Kind(
            "An export cannot be written",
            "Name a file in a folder that exists and that you may write to.",
            (
                row(
                    "history export ab1 --to none/run.json", "none/run.json cannot be written: ", home="spare"
                ),
                row("history export ab1 --to folder.csv", "folder.csv cannot be written: ", home="spare"),
            ),
        ),
        Kind(
            "It is a fault of mcdesk",
            "Report it, with the log that the line names.",
            (
                Row(
                    "health",
                    ("Unexpected ZeroDivisionError: division by zero. Please report it with the log in",),
                    1,
                    "spare",
                    fault="own fault",
                ),
            ),
        ),
    ),
)
