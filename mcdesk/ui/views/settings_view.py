"""The page of settings: the look of the window, encryption, and how the device is shared."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from mcdesk.foundation.settings import TIER_NAMES, TIER_SETTINGS
from mcdesk.ui.presenters.settings_form import (
    FIELDS,
    MONITOR,
    PRICES,
    SCHEDULING,
    FieldKey,
    SettingField,
    SettingsForm,
)
from mcdesk.ui.theme.theme import Theme, ThemeChoice
from mcdesk.ui.theme.tokens import GUTTER, PAGE_MARGIN
from mcdesk.ui.views.encryption_card import EncryptionCard
from mcdesk.ui.widgets.parts import PageHeader, Segments, button, card, label, set_icon
from mcdesk.ui.widgets.plain_tip import plain_tip

FIELD_WIDTH = 150
THEMES: Sequence[ThemeChoice] = (ThemeChoice.SYSTEM, ThemeChoice.LIGHT, ThemeChoice.DARK)
# what is borrowed where nothing is said depends on the number of accounts
BORROWING: Sequence[tuple[str, bool | None]] = (
    ("While one person works here", None),
    ("Always", True),
    ("Never", False),
)


class SettingsView(QWidget):
    """`saved` has the settings to keep; `theme_chosen` what the window is to look like."""

    saved = Signal(object)
    theme_chosen = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("settingsPage")
        self._form: SettingsForm | None = None
        self._fields: dict[FieldKey, QLineEdit] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN - 4, PAGE_MARGIN, PAGE_MARGIN)
        layout.setSpacing(GUTTER)
        self._header = PageHeader("Settings", "settingsHeader")
        self._save = button("Save", "saveSettings", "primary", "Keep these settings")
        set_icon(self._save, "save", theme)
        self._save.clicked.connect(self._keep)
        self._header.add(self._save)
        layout.addWidget(self._header)
        self._problem = label("", "bad", "settingsProblem")
        self._problem.setWordWrap(True)
        self._problem.hide()
        layout.addWidget(self._problem)
        scrolled = QWidget()
        scrolled.setObjectName("scrolled")
        cards = QVBoxLayout(scrolled)
        # from the bar beside them
        cards.setContentsMargins(0, 0, GUTTER // 2, 0)
        cards.setSpacing(GUTTER)
        self.encryption = EncryptionCard()
        for made in (
            *(self._appearance(theme), self.encryption),
            *(self._sharing(), self._tiers(), self._watching()),
        ):
            cards.addWidget(made)
        cards.addStretch(1)
        area = QScrollArea()
        area.setObjectName("settingsArea")
        # Tab goes to the fields, which come into view by that
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidgetResizable(True)
        area.setWidget(scrolled)
        layout.addWidget(area, 1)
        self._save.setEnabled(False)

    def show_form(self, form: SettingsForm, place: str) -> None:
        """Show what the file says, and where it is."""
        self._form = None
        self._header.subtitle.setText(place)
        for key, field in self._fields.items():
            field.setText(form.text(key))
        self._borrowing.setCurrentIndex([value for _, value in BORROWING].index(form.borrows_idle))
        self._asking.setChecked(form.asks_rating is not False)
        self._serving.setChecked(form.serves_status is True)
        self._form = form
        self._look()
        self._save.setEnabled(False)

    def _appearance(self, theme: Theme) -> QWidget:
        frame, inside = card("appearanceCard")
        inside.addWidget(label("Appearance", "cardTitle"))
        row = QHBoxLayout()
        row.addWidget(label("Theme"))
        row.addStretch(1)
        segments = Segments([each.value.capitalize() for each in THEMES], "themeSegments")
        segments.choose(THEMES.index(theme.choice))
        segments.chosen.connect(lambda number: self.theme_chosen.emit(THEMES[number]))
        theme.follow(segments, lambda: segments.choose(THEMES.index(theme.choice)))
        row.addWidget(segments)
        inside.addLayout(row)
        return frame

    def _sharing(self) -> QWidget:
        frame, inside = card("sharingCard")
        inside.addWidget(label("Sharing the device", "cardTitle"))
        inside.addWidget(
            label(
                "An empty field keeps what is shown in it. New settings count from the next start.", "muted"
            )
        )
        grid = self._field_grid(SCHEDULING)
        self._borrowing = QComboBox()
        self._borrowing.setObjectName("borrowIdle")
        self._borrowing.setAccessibleName("Lift ceilings while nobody else waits")
        self._borrowing.addItems([text for text, _ in BORROWING])
        self._borrowing.currentIndexChanged.connect(self._borrow)
        row = grid.rowCount()
        grid.addWidget(_lines("Lift ceilings", "while nobody else waits"), row, 0)
        grid.addWidget(self._borrowing, row, 1)
        inside.addLayout(grid)
        return frame

    def _tiers(self) -> QWidget:
        frame, inside = card("tiersCard")
        inside.addWidget(label("Tiers", "cardTitle"))
        inside.addWidget(label("What an account of each tier may use", "muted"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(GUTTER)
        grid.setColumnStretch(0, 1)
        for column, tier in enumerate(TIER_NAMES, 1):
            grid.addWidget(label(tier.capitalize(), "label"), 0, column)
        by_key = {each.key: each for each in FIELDS}
        for row, name in enumerate(TIER_SETTINGS, 1):
            first = by_key[FieldKey(TIER_NAMES[0], name)]
            grid.addWidget(_described(first), row, 0)
            for column, tier in enumerate(TIER_NAMES, 1):
                field = by_key[FieldKey(tier, name)]
                grid.addWidget(self._line(field, f"{field.title}, {tier}"), row, column)
        inside.addLayout(grid)
        return frame

    def _watching(self) -> QWidget:
        frame, inside = card("watchingCard")
        inside.addWidget(label("Measuring and prices", "cardTitle"))
        inside.addWidget(label("Prices are in your own currency, and used for nothing else.", "muted"))
        self._asking = QCheckBox("Ask for a rating after a simulation")
        self._asking.setObjectName("askRating")
        self._asking.setAccessibleName(self._asking.text())
        self._asking.toggled.connect(self._switch)
        self._serving = QCheckBox("Status service for other programs of this computer (with a token)")
        self._serving.setObjectName("statusService")
        self._serving.setAccessibleName(self._serving.text())
        self._serving.toggled.connect(self._switch)
        for each in (self._asking, self._serving):
            inside.addWidget(each)
        for table in (MONITOR, PRICES):
            inside.addLayout(self._field_grid(table))
        return frame

    def _field_grid(self, table: str) -> QGridLayout:
        """The fields of a table of the file, below each other."""
        grid = QGridLayout()
        grid.setColumnStretch(0, 1)
        grid.setHorizontalSpacing(GUTTER)
        for row, field in enumerate(each for each in FIELDS if each.key.table == table):
            grid.addWidget(_described(field), row, 0)
            grid.addWidget(self._line(field, field.title), row, 1)
        return grid

    def _switch(self) -> None:
        if self._form is not None:
            # what was never chosen stays open
            if self._asking.isChecked() != (self._form.asks_rating is not False):
                self._form.asks_rating = self._asking.isChecked()
            if self._serving.isChecked() != (self._form.serves_status is True):
                self._form.serves_status = self._serving.isChecked()
            self._look()

    def _line(self, field: SettingField, accessible_name: str) -> QLineEdit:
        made = QLineEdit()
        made.setObjectName(f"setting.{field.key.table}.{field.key.name}")
        made.setAccessibleName(accessible_name)
        made.setPlaceholderText(field.default_text)
        made.setToolTip(plain_tip(f"{field.setting.range_text}: {field.setting.title}"))
        made.setMaximumWidth(FIELD_WIDTH)
        made.textEdited.connect(lambda text: self._write(field.key, text))
        self._fields[field.key] = made
        return made

    def _write(self, key: FieldKey, text: str) -> None:
        if self._form is not None:
            self._form.write(key, text)
            self._look()

    def _borrow(self, number: int) -> None:
        if self._form is not None:
            self._form.borrows_idle = BORROWING[number][1]
            self._look()

    def _look(self) -> None:
        if self._form is None:
            return
        problems = []
        for key, field in self._fields.items():
            problem = self._form.problem(key)
            field.setProperty("wrong", "false" if problem is None else "true")
            field.style().polish(field)
            if problem is not None:
                problems.append(f"{field.accessibleName()}: {problem}")
        self._problem.setText("  ".join(problems[:2]))
        self._problem.setVisible(bool(problems))
        self._save.setEnabled(not problems)

    def _keep(self) -> None:
        if self._form is not None and self._form.is_sound:
            self.saved.emit(self._form.settings())
            self._save.setEnabled(False)


def _described(field: SettingField) -> QWidget:
    unit = f" ({field.setting.unit})" if field.setting.unit else ""
    return _lines(field.title + unit, field.setting.title)


def _lines(title: str, text: str) -> QWidget:
    made = QWidget()
    layout = QVBoxLayout(made)
    layout.setContentsMargins(0, 3, 0, 3)
    layout.setSpacing(0)
    first, second = QLabel(title), label(text, "small")
    second.setWordWrap(True)
    layout.addWidget(first)
    layout.addWidget(second)
    return made
