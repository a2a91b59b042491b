"""A set-up with its past: undo and redo."""

from mcdesk.formulas.setup_texts import SetupFile

MOST_STEPS = 200


class SetupHistory:
    """Values are frozen, so that each step is the whole set-up."""

    def __init__(self, setup: SetupFile | None = None) -> None:
        self._past: list[SetupFile] = []
        self._future: list[SetupFile] = []
        self._setup = setup or SetupFile()

    @property
    def setup(self) -> SetupFile:
        """The present one."""
        return self._setup

    @property
    def can_undo(self) -> bool:
        """Whether there is a step back."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether a step was taken back."""
        return bool(self._future)

    def change(self, setup: SetupFile) -> None:
        """A new step; what was taken back before is gone."""
        self._past = [*self._past, self._setup][-MOST_STEPS:]
        self._future.clear()
        self._setup = setup

    def undo(self) -> bool:
        """One step back, if there is one."""
        if not self._past:
            return False
        self._future.append(self._setup)
        self._setup = self._past.pop()
        return True

    def redo(self) -> bool:
        """One step forward again, if there is one."""
        if not self._future:
            return False
        self._past.append(self._setup)
        self._setup = self._future.pop()
        return True
