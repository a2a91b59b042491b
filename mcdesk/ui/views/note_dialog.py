"""What a run of the history is called, and its tags."""

from PySide6.QtWidgets import QDialog, QFormLayout, QLineEdit, QVBoxLayout, QWidget

from mcdesk.history.note_store import MOST_TITLE_CHARACTERS
from mcdesk.ui.widgets.parts import answer_row, label


class NoteDialog(QDialog):
    """`title` and `tags` are what was written once it was accepted.

    Args:
        placeholder: what the run is called without a name.
    """

    def __init__(self, title: str, tags: tuple[str, ...], placeholder: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("noteDialog")
        self.setWindowTitle("Name and tags")
        self.setMinimumWidth(420)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 20, 22, 18)
        layout.setSpacing(12)
        form = QFormLayout()
        form.setSpacing(10)
        self._title = QLineEdit(title)
        self._title.setObjectName("noteTitle")
        self._title.setAccessibleName("Name")
        self._title.setPlaceholderText(placeholder)
        self._title.setMaxLength(MOST_TITLE_CHARACTERS)
        self._tags = QLineEdit(", ".join(tags))
        self._tags.setObjectName("noteTags")
        self._tags.setAccessibleName("Tags")
        self._tags.setPlaceholderText("base case, reviewed")
        form.addRow(label("Name"), self._title)
        form.addRow(label("Tags"), self._tags)
        layout.addLayout(form)
        layout.addLayout(answer_row(self, "Keep", "keepNote")[0])

    @property
    def title(self) -> str:
        """The name, empty for that of the model."""
        return self._title.text().strip()

    @property
    def tags(self) -> tuple[str, ...]:
        """What stands between commas."""
        return tuple(tag.strip() for tag in self._tags.text().split(",") if tag.strip())
