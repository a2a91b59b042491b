"""Every exception that mcdesk raises on purpose, with the exit code each one means.

    McdeskError                      1
    |-- InputRefused                 2   what the person gave cannot be accepted
    |   |-- WorkbookUnreadable       2   the file is damaged, hostile, or no workbook
    |   |-- SetupInvalid             2   the set-up file, an input, an output or a correlation
    |   |-- ModelInvalid             2   the formulas cannot be simulated
    |   `-- OptionInvalid            2   an option of the command line, an unknown account
    |-- RunFailed                    1   the run began and could not go on
    |   |-- DeviceLost               1   the GPU or its driver went away
    |   `-- DiskFull                 1   no room for results
    |-- StoreError                   1   the history could not be read or written
    |   |-- DatabaseNewer            1   written by a later version of mcdesk
    |   |-- DatabaseDamaged          1   fails its integrity check, or is no database
    |   |-- DatabaseBusy             1   locked by somebody else for too long
    |   |-- RecordMissing            2   no such simulation, file or account
    |   `-- SamplesDamaged           1   stored trials do not match their hash
    `-- Cancelled                  130   asked for (foundation/cancellation.py)

Programming errors are not among them: those are not caught.
"""

from typing import ClassVar


class McdeskError(Exception):
    """A failure that is told to a person: what happened, and what to do next.

    Args:
        title: one sentence for the person, naming the file and the cell where it can.
        detail: what to do next; may be empty.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, title: str, detail: str = "") -> None:
        super().__init__(title, detail)
        self.title = title
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.title}. {self.detail}" if self.detail else self.title


class InputRefused(McdeskError):
    """What the person gave cannot be accepted; nothing was started."""

    exit_code = 2


class WorkbookUnreadable(InputRefused):
    """The file is damaged, hostile, or no workbook."""


class SetupInvalid(InputRefused):
    """A set-up file, an input, an output or a correlation that makes no sense."""


class ModelInvalid(InputRefused):
    """The workbook can be read, but its formulas cannot be simulated."""


class OptionInvalid(InputRefused):
    """An option of the command line, or the account it names."""


class RunFailed(McdeskError):
    """The run began and could not go on."""


class DeviceLost(RunFailed):
    """The GPU or its driver went away during the run."""


class DiskFull(RunFailed):
    """There is no room left for what has to be written."""


class StoreError(McdeskError):
    """The history could not be read or written."""


class DatabaseNewer(StoreError):
    """The database was written by a later version of mcdesk."""


class DatabaseDamaged(StoreError):
    """The file fails its integrity check, or is no database of mcdesk."""


class DatabaseBusy(StoreError):
    """Another process kept the database locked for longer than we wait."""


class RecordMissing(StoreError):
    """There is no simulation, file or account of that name."""

    exit_code = 2


class SamplesDamaged(StoreError):
    """Stored trials are absent, or do not match the hash they are filed under."""
