"""Every exception that mcdesk raises on purpose, with the exit code each one means.

    McdeskError                      1
    |-- InputRefused                 2   what the person gave cannot be accepted
    |   |-- WorkbookUnreadable       2   the file is damaged, hostile, or no workbook
    |   |-- SetupInvalid             2   the set-up file, an input, an output or a correlation
    |   |-- ModelInvalid             2   the formulas cannot be simulated
    |   |-- AllocationRefused        2   needs more than the tier of the account allows
    |   |-- SettingsInvalid          2   settings.toml of the data folder
    |   |-- OptionInvalid            2   an option of the command line, an unknown account
    |   |-- SignInNeeded             2   only somebody who has signed in may do this
    |   |-- PasswordRefused          2   a password that is wrong, too weak, or given too soon
    |   `-- RecoveryKeyInvalid       2   what is given as the recovery key of encrypted data
    |-- RunFailed                    1   the run began and could not go on
    |   |-- DeviceLost               1   the GPU or its driver went away
    |   |-- EngineDied               1   the process that computes ended by itself
    |   `-- DiskFull                 1   no room for results
    |-- StoreError                   1   the history could not be read or written
    |   |-- DatabaseNewer            1   written by a later version of mcdesk
    |   |-- DatabaseDamaged          1   fails its integrity check, or is no database
    |   |-- DatabaseBusy             1   locked by somebody else for too long
    |   |-- ExecutorReplaced         1   another process took the queue over
    |   |-- KeyMissing               1   the keyring does not give the key of encrypted data
    |   |-- RecordMissing            2   no such simulation, file or account
    |   `-- SamplesDamaged           1   stored trials do not match their hash
    |-- StatusUnavailable          1   the status service has no port or no token
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


class AllocationRefused(InputRefused):
    """The simulation needs more than the tier of its account allows."""


class SettingsInvalid(InputRefused):
    """The settings file of the data folder cannot be read, or says what makes no sense."""


class OptionInvalid(InputRefused):
    """An option of the command line, or the account it names."""


class SignInNeeded(InputRefused):
    """What only the owner of an account, or an administrator, may do once they have signed in."""


class PasswordRefused(InputRefused):
    """A password that is wrong, is too weak to be taken, or comes too soon after a wrong one."""


class RecoveryKeyInvalid(InputRefused):
    """What is given as the recovery key of encrypted data is none, or that of other data."""


class RunFailed(McdeskError):
    """The run began and could not go on."""


class DeviceLost(RunFailed):
    """The GPU or its driver went away during the run."""


class EngineDied(RunFailed):
    """The process that computes ended by itself."""


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


class ExecutorReplaced(StoreError):
    """Another process took the queue over, and what this one writes no longer counts."""


class KeyMissing(StoreError):
    """The data is encrypted, and the keyring of the system does not give its key."""


class RecordMissing(StoreError):
    """There is no simulation, file or account of that name."""

    exit_code = 2


class SamplesDamaged(StoreError):
    """Stored trials are absent, or do not match the hash they are filed under."""


class StatusUnavailable(McdeskError):
    """The status service cannot answer: its port is taken, or its token cannot be kept."""
