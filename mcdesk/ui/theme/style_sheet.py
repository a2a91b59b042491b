"""The style sheet of the window, made from the tokens; what needs more than it paints itself."""

from string import Template

from mcdesk.foundation.paths import resources_folder
from mcdesk.ui.theme import tokens as measures
from mcdesk.ui.theme.tokens import Tokens

_SHEET = Template("""
* { outline: none; }
QWidget { color: $text; font-size: ${body}px; }
QMainWindow, QDialog, #page { background: $page; }
QToolTip { background: $raised; color: $text; border: 1px solid $border_strong; padding: 5px 7px; }
#sidebar { background: $sidebar; border-right: 1px solid $border; }
#card, [card="true"] { background: $card; border: 1px solid $border; border-radius: ${card_radius}px; }
#comparePanel { background: $card; border: 1px solid $border_strong; border-radius: ${radius}px; }
#compareList::item { padding: 5px 4px; }
#trialBanner { background: $accent_ground; border: 1px solid $accent; border-radius: ${card_radius}px; }
[role="heading"] { font-size: ${heading}px; font-weight: 600; }
[role="cardTitle"] { font-size: ${card_title}px; font-weight: 600; }
[role="strong"] { font-weight: 600; }
[role="figure"] { font-size: ${figure}px; font-weight: 600; }
[role="label"] { font-size: ${label}px; font-weight: 600; color: $muted; }
[role="muted"] { color: $muted; }
[role="small"] { color: $muted; font-size: ${small}px; }
[role="smallWarning"] { color: $warning; font-size: ${small}px; }
[role="bad"] { color: $bad; }
#recoveryKey { font-size: 16px; font-weight: 500; }
[role="strongBad"] { color: $bad; font-weight: 600; }
[role="good"] { color: $good; }
[role="warning"] { color: $warning; }
QPushButton, QToolButton[kind="button"] {
  background: $card; border: 1px solid $border; border-radius: ${radius}px; padding: 0 13px;
  min-height: ${control}px; font-weight: 500; }
QPushButton:hover, QToolButton[kind="button"]:hover { background: $raised; border-color: $border_strong; }
QPushButton:pressed, QToolButton[kind="button"]:pressed { background: $neutral_ground; }
QPushButton:focus, QToolButton[kind="button"]:focus { border-color: $accent; }
QPushButton:disabled { color: $border_strong; }
QPushButton[kind="primary"] { background: $accent; color: $on_accent; border-color: $accent; }
QPushButton[kind="primary"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[kind="primary"]:focus { border: 2px solid $text; padding: 0 12px; }
QPushButton[kind="primary"]:disabled { background: $track; color: $muted; border-color: $track; }
QPushButton[kind="quiet"], QToolButton { background: transparent; border: 1px solid transparent;
  border-radius: ${radius}px; padding: 0 8px; min-height: 28px; }
QPushButton[kind="quiet"]:hover, QToolButton:hover { background: $raised; }
QPushButton[kind="quiet"]:focus, QToolButton:focus { border-color: $accent; }
QPushButton::menu-indicator { image: none; width: 0; }
QPushButton[kind="fileCard"] { min-height: 64px; border-radius: ${card_radius}px; }
QPushButton[kind="link"] { background: transparent; border: none; color: $accent_text; padding: 0;
  min-height: 22px; text-align: left; }
QPushButton[kind="link"]:hover, QPushButton[kind="link"]:focus { text-decoration: underline; }
QPushButton[kind="nav"] { background: transparent; border: 1px solid transparent; text-align: left;
  padding: 0 11px; min-height: 36px; color: $muted; }
QPushButton[kind="nav"]:hover { background: $raised; color: $text; }
QPushButton[kind="nav"]:checked { background: $accent_ground; color: $accent_text; }
QPushButton[kind="nav"]:focus { border-color: $accent; }
QPushButton[kind="page"] { background: transparent; border: 1px solid transparent; text-align: left;
  padding: 0 10px; min-height: 28px; font-weight: 400; }
QPushButton[kind="page"]:hover { background: $raised; }
QPushButton[kind="page"]:checked { background: $accent_ground; color: $accent_text; }
QPushButton[kind="page"]:focus { border-color: $accent; }
QPushButton[kind="segment"] { background: transparent; border: 1px solid transparent; border-radius: 6px;
  padding: 0 11px; min-height: 26px; color: $muted; }
QPushButton[kind="segment"]:hover { color: $text; }
QPushButton[kind="segment"]:checked { background: $card; border-color: $border; color: $text; }
QPushButton[kind="segment"]:focus { border-color: $accent; }
#segments { background: $neutral_ground; border-radius: ${radius}px; }
#alertBanner { background: $warning_ground; border: none; border-bottom: 1px solid $border; }
#alertBanner QLabel { color: $warning; }
QFrame[opens="true"]:hover { border-color: $border_strong; background: $raised; }
QFrame[opens="true"]:focus { border-color: $accent; }
QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox, QPlainTextEdit, QTextEdit, QTextBrowser {
  background: $card; border: 1px solid $border_strong; border-radius: ${radius}px; padding: 0 9px;
  min-height: 30px; selection-background-color: $accent; selection-color: $on_accent; }
QPlainTextEdit, QTextEdit, QTextBrowser { padding: 6px 8px; }
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus {
  border-color: $accent; }
/* as large as a page is dressed: another size would have it laid out twice */
#helpText { border: none; border-radius: 0; padding: 0; font-size: 14px; }
#helpBar { background: $card; border-bottom: 1px solid $border; }
#helpList { background: $sidebar; border: none; border-right: 1px solid $border; }
#valueEntry { border: 1px solid $accent; border-radius: 6px; padding: 0 4px; min-height: 24px; }
QLineEdit[wrong="true"] { border-color: $bad; }
QLineEdit:disabled, QComboBox:disabled { color: $muted; background: $raised; }
QComboBox { combobox-popup: 0; }
QComboBox::drop-down { border: none; width: 26px; }
QComboBox::down-arrow { image: url("$arrow"); width: 13px; height: 13px; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QComboBox QAbstractItemView { background: $card; border: 1px solid $border_strong; padding: 4px;
  selection-background-color: $accent_ground; selection-color: $accent_text; }
QComboBox QAbstractItemView::item { min-height: 28px; padding: 0 5px; }
QMenu { background: $card; border: 1px solid $border_strong; padding: 5px; }
QMenu::item { padding: 6px 26px 6px 14px; border-radius: 6px; }
QMenu::item:selected { background: $accent_ground; color: $accent_text; }
QMenu::item:disabled { color: $border_strong; }
QMenu::separator { height: 1px; background: $border; margin: 5px 8px; }
QMenuBar { background: $sidebar; border-bottom: 1px solid $border; padding: 2px 6px; }
QMenuBar::item { background: transparent; padding: 4px 9px; border-radius: 6px; }
QMenuBar::item:selected { background: $raised; }
QAbstractItemView { background: $card; border: none; alternate-background-color: $raised;
  selection-background-color: $accent_ground; selection-color: $text; gridline-color: $grid_line; }
QHeaderView { background: $card; border: none; }
QHeaderView::section { background: $card; color: $muted; border: none; border-bottom: 1px solid $border;
  padding: 0 3px; min-height: 32px; font-weight: 500; font-size: ${small}px; }
QHeaderView::section:vertical { padding: 0 10px; }
#queueTable QHeaderView::section { padding: 0 10px; }
QTableCornerButton::section { background: $card; border: none; }
#sheetView QTableCornerButton::section { background: $raised; border: none;
  border-right: 1px solid $border; border-bottom: 1px solid $border; }
QScrollBar:vertical { background: transparent; width: 11px; margin: 2px; }
QScrollBar:horizontal { background: transparent; height: 11px; margin: 2px; }
QScrollBar::handle { background: $border_strong; border-radius: 3px; min-height: 28px; min-width: 28px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QScrollArea, QScrollArea > QWidget > QWidget#scrolled { background: transparent; border: none; }
QTabBar { background: transparent; }
QTabBar::tab { background: transparent; color: $muted; padding: 6px 13px; border: none;
  border-bottom: 2px solid transparent; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; }
QTabBar::tab:focus { color: $accent_text; }
QCheckBox, QRadioButton { spacing: 8px; }
QCheckBox::indicator { width: 15px; height: 15px; border: 1px solid $muted; border-radius: 4px;
  background: $card; }
QCheckBox::indicator:hover, QCheckBox::indicator:focus { border-color: $accent; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url("$tick"); }
QSplitter::handle { background: transparent; }
QStatusBar { background: $sidebar; border-top: 1px solid $border; color: $muted; }
QStatusBar::item { border: none; }
QProgressBar { background: $track; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }
""")


def style_sheet(tokens: Tokens) -> str:
    """The style sheet of a theme."""
    names = {name: getattr(tokens, name) for name in Tokens.__slots__}
    shade = "dark" if tokens.is_dark else "light"
    return _SHEET.substitute(
        names,
        arrow=(resources_folder() / "icons" / f"arrow-{shade}.svg").as_posix(),
        tick=(resources_folder() / "icons" / f"tick-{shade}.svg").as_posix(),
        body=measures.BODY_PIXELS,
        small=measures.SMALL_PIXELS,
        label=measures.LABEL_PIXELS,
        heading=measures.HEADING_PIXELS,
        card_title=measures.CARD_TITLE_PIXELS,
        figure=measures.FIGURE_PIXELS,
        radius=measures.CONTROL_RADIUS,
        card_radius=measures.CARD_RADIUS,
        control=measures.CONTROL_HEIGHT - 2,
    )
