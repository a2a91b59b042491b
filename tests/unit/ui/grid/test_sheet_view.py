"""The mouse and the keys of a spreadsheet, and what is painted."""

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QGuiApplication
from pytestqt.qtbot import QtBot

from mcdesk.model.addresses import MAX_COLUMNS, CellAddress, Rectangle
from mcdesk.model.workbook import Workbook
from mcdesk.ui.grid import sheet_view
from mcdesk.ui.grid.cell_marks import CellMarks
from mcdesk.ui.grid.sheet_table import SheetTable
from mcdesk.ui.grid.sheet_view import SheetView
from mcdesk.ui.theme.theme import Theme, ThemeChoice
from mcdesk.ui.theme.tokens import LIGHT
from tests.builders_xlsx import RawCell
from tests.unit.formulas.small_workbooks import workbook_of
from tests.unit.ui.grid.shown_views import shown_view

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def view(qtbot: QtBot, theme: Theme, workbook: Workbook) -> SheetView:
    made = shown_view(qtbot, theme, workbook)
    made.go_to(0, 0)
    return made


def at(view: SheetView) -> tuple[int, int]:
    cell = view.current_cell
    assert cell is not None
    return cell.row, cell.column


def colours(view: SheetView, row: int, column: int) -> set[str]:
    table = view.model()
    assert isinstance(table, SheetTable)
    picture = view.viewport().grab(view.visualRect(table.index(row, column))).toImage()
    return {
        QColor(picture.pixel(x, y)).name() for x in range(picture.width()) for y in range(picture.height())
    }


@pytest.mark.parametrize(
    ("start", "key", "expected"),
    [
        ((0, 1), Qt.Key.Key_Down, (2, 1)),
        ((2, 1), Qt.Key.Key_Down, (5, 1)),
        ((6, 1), Qt.Key.Key_Up, (5, 1)),
        ((0, 0), Qt.Key.Key_Right, (0, 2)),
        ((0, 2), Qt.Key.Key_Left, (0, 0)),
        ((4, 3), Qt.Key.Key_Home, (0, 0)),
        ((0, 0), Qt.Key.Key_End, (6, 3)),
    ],
)
def test_that_control_and_an_arrow_jumps_as_in_excel(
    qtbot: QtBot, view: SheetView, start: tuple[int, int], key: Qt.Key, expected: tuple[int, int]
) -> None:
    view.go_to(*start)

    qtbot.keyClick(view, key, CONTROL)

    assert at(view) == expected
    assert view.chosen_areas() == [Rectangle(0, *expected, *expected)]


def test_that_with_shift_a_jump_chooses_what_it_passes(qtbot: QtBot, view: SheetView) -> None:
    view.go_to(0, 1)

    qtbot.keyClick(view, Qt.Key.Key_Down, CONTROL | SHIFT)

    assert view.chosen_areas() == [Rectangle(0, 0, 1, 2, 1)]


def test_that_shift_and_an_arrow_chooses_from_where_the_frame_was_put(qtbot: QtBot, view: SheetView) -> None:
    place = view.visualRect(view.model().index(0, 0)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    view.go_to(3, 2)

    qtbot.keyClick(view, Qt.Key.Key_Down, SHIFT)
    qtbot.keyClick(view, Qt.Key.Key_Right, SHIFT)

    assert view.chosen_areas() == [Rectangle(0, 3, 2, 4, 3)]


def test_that_shift_and_an_arrow_chooses_from_where_the_mouse_clicked(qtbot: QtBot, view: SheetView) -> None:
    view.go_to(6, 3)
    place = view.visualRect(view.model().index(1, 1)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)

    qtbot.keyClick(view, Qt.Key.Key_Down, SHIFT)

    assert view.chosen_areas() == [Rectangle(0, 1, 1, 2, 1)]


def test_that_a_jump_steps_over_hidden_rows(qtbot: QtBot, view: SheetView) -> None:
    book = workbook_of({"S": {"A1": 1.0, "A5": 2.0, "A6": 3.0}}, hidden_rows={"S": [5]})
    view.show_table(SheetTable(book, book.sheets[0], parent=view))
    view.go_to(0, 0)

    qtbot.keyClick(view, Qt.Key.Key_Down, CONTROL)

    assert at(view) == (5, 0)


@pytest.mark.parametrize(
    ("key", "name"),
    [
        (Qt.Key.Key_I, "input_key"),
        (Qt.Key.Key_O, "output_key"),
        (Qt.Key.Key_Return, "activated_cell"),
        (Qt.Key.Key_Enter, "activated_cell"),
    ],
)
def test_that_a_key_tells_of_the_current_cell(qtbot: QtBot, view: SheetView, key: Qt.Key, name: str) -> None:
    view.go_to(2, 1)

    with qtbot.waitSignal(getattr(view, name)) as told:
        qtbot.keyClick(view, key)

    assert told.args == [CellAddress(0, 2, 1)]


def test_that_letters_with_control_mark_nothing(qtbot: QtBot, view: SheetView) -> None:
    with qtbot.assertNotEmitted(view.input_key):
        qtbot.keyClick(view, Qt.Key.Key_I, CONTROL)


def test_that_a_double_click_activates_a_cell(qtbot: QtBot, view: SheetView) -> None:
    place = view.visualRect(view.model().index(1, 1)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)

    with qtbot.waitSignal(view.activated_cell) as told:
        qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)

    assert told.args == [CellAddress(0, 1, 1)]


def test_that_a_moved_frame_is_told(qtbot: QtBot, view: SheetView) -> None:
    with qtbot.waitSignal(view.current_moved) as told:
        qtbot.keyClick(view, Qt.Key.Key_Down)

    assert told.args == [CellAddress(0, 1, 0)]


def test_that_the_menu_is_wanted_for_the_cell_below_the_mouse(qtbot: QtBot, view: SheetView) -> None:
    place = view.visualRect(view.model().index(2, 1)).center()

    with qtbot.waitSignal(view.menu_wanted) as told:
        view.customContextMenuRequested.emit(place)

    assert told.args == [CellAddress(0, 2, 1), view.viewport().mapToGlobal(place)]
    assert at(view) == (2, 1)


def test_that_no_menu_is_wanted_outside_of_all_cells(qtbot: QtBot, view: SheetView) -> None:
    with qtbot.assertNotEmitted(view.menu_wanted):
        view.customContextMenuRequested.emit(QPoint(-50, -50))


def test_that_copied_cells_are_text_with_tabs(qtbot: QtBot, view: SheetView) -> None:
    view.choose_area(0, 0, 1, 1)

    qtbot.keyClick(view, Qt.Key.Key_C, CONTROL)

    assert QGuiApplication.clipboard().text() == "Price\t10\nUnits\t100"


def test_that_a_copied_column_ends_with_the_used_cells(qtbot: QtBot, view: SheetView) -> None:
    view.selectColumn(1)

    qtbot.keyClick(view, Qt.Key.Key_C, CONTROL)

    assert QGuiApplication.clipboard().text().split("\n") == ["10", "100", "1000", "", "", "7", "8"]


def test_that_more_cells_than_a_clipboard_takes_are_refused_in_words(
    qtbot: QtBot, view: SheetView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet_view, "_MOST_COPIED", 3)
    QGuiApplication.clipboard().setText("before")
    view.choose_area(0, 0, 1, 1)

    with qtbot.waitSignal(view.notice) as told:
        view.copy()

    assert told.args == ["At most 3 cells are copied at once."]
    assert QGuiApplication.clipboard().text() == "before"


def test_that_a_column_keeps_the_width_that_a_person_gave_it(view: SheetView) -> None:
    book = workbook_of({"S": {"A1": 1.0, "D1": 2.0}, "T": {}})
    first, second = (SheetTable(book, sheet, parent=view) for sheet in book.sheets)
    view.show_table(first)

    view.setColumnWidth(3, 222)
    view.show_table(second)
    between = view.columnWidth(3)
    view.show_table(first)

    assert between == sheet_view.DEFAULT_WIDTH
    assert view.columnWidth(3) == 222


def test_that_each_column_is_laid_out_once_however_often_a_file_names_it(view: SheetView) -> None:
    widths = '<col min="1" max="16384" width="9"/>' * 1_000 + '<col min="1" max="1" width="1e308"/>'
    book = workbook_of({"S": {"XFD1": 1.0}}, sheet_tails={"S": f"<cols>{widths}</cols>"})
    resized: list[int] = []
    view.horizontalHeader().sectionResized.connect(lambda column, *_: resized.append(column))

    view.show_table(SheetTable(book, book.sheets[0], parent=view))

    assert len(resized) == len(set(resized)) == MAX_COLUMNS
    assert (view.columnWidth(0), view.columnWidth(1)) == (600, 75)


def test_that_merged_cells_over_one_another_are_painted_once(view: SheetView) -> None:
    merged = '<mergeCell ref="A1:B3"/>' + '<mergeCell ref="A1:XFD1048576"/>' * 10_000
    book = workbook_of({"S": {"A1": "whole"}}, sheet_tails={"S": f"<mergeCells>{merged}</mergeCells>"})
    table = SheetTable(book, book.sheets[0], parent=view)
    view.show_table(table)

    shown = colours(view, 1, 0)

    assert LIGHT.text in shown
    assert table.merged_in(Rectangle(0, 0, 0, 9, 9)) == [Rectangle(0, 0, 0, 2, 1)]


def test_that_marked_cells_have_their_ground_and_a_corner(view: SheetView) -> None:
    table = view.model()
    assert isinstance(table, SheetTable)
    marks = CellMarks(
        inputs=frozenset([CellAddress(0, 0, 1)]),
        outputs=frozenset([CellAddress(0, 2, 1)]),
        precedents=frozenset([CellAddress(0, 1, 1)]),
        dependents=frozenset([CellAddress(0, 5, 1)]),
        differing=frozenset([CellAddress(0, 6, 1)]),
    )

    table.show_marks(marks.of_sheet(0))

    assert {LIGHT.input_ground, LIGHT.input_text} <= colours(view, 0, 1)
    assert {LIGHT.output_ground, LIGHT.output_text} <= colours(view, 2, 1)
    assert LIGHT.precedent_ground in colours(view, 1, 1)
    assert LIGHT.dependent_ground in colours(view, 5, 1)
    assert {LIGHT.bad_ground, LIGHT.bad} <= colours(view, 6, 1)
    assert LIGHT.input_ground not in colours(view, 1, 0)


def test_that_cells_found_have_another_ground(view: SheetView) -> None:
    table = view.model()
    assert isinstance(table, SheetTable)
    before = colours(view, 1, 1)

    table.show_hits(frozenset(CellMarks(frozenset([CellAddress(0, 1, 1)])).of_sheet(0)))

    assert LIGHT.card in before
    assert LIGHT.card not in colours(view, 1, 1)


def test_that_a_text_reaches_over_empty_cells_and_a_number_does_not(view: SheetView) -> None:
    assert LIGHT.text in colours(view, 2, 4)
    assert LIGHT.text not in colours(view, 1, 2)


@pytest.mark.parametrize(("room", "expected"), [(60.0, "1000.123"), (35.0, "1000"), (8.0, "#")])
def test_that_a_number_without_room_is_never_cut(view: SheetView, room: float, expected: str) -> None:
    table = view.model()
    assert isinstance(table, SheetTable)
    (cell,) = table.cells_in(Rectangle(0, 2, 1, 2, 1))
    painter = view._painter

    shown = painter._fitting(table, cell._replace(text="1000.123", number=1000.123), room, painter._metrics)

    assert shown == expected


def test_that_a_theme_chosen_later_is_painted(theme: Theme, view: SheetView) -> None:
    theme.choose(ThemeChoice.DARK)
    try:
        assert theme.tokens.card in colours(view, 9, 1)
    finally:
        theme.choose(ThemeChoice.LIGHT)


def test_that_what_is_scrolled_looks_as_if_painted_anew(view: SheetView) -> None:
    rows = range(1, 120)
    book = workbook_of({"S": {f"{letter}{row}": row * 1.5 for letter in "ABCDEFGHIJKL" for row in rows}})
    view.show_table(SheetTable(book, book.sheets[0], parent=view))
    view.go_to(3, 1)
    for step in range(12):
        view.verticalScrollBar().setValue(13 * step)
        view.horizontalScrollBar().setValue(7 * step)
        QGuiApplication.processEvents()

    seen = view.screen().grabWindow(view.winId()).toImage()

    for part in (view, view.verticalHeader(), view.horizontalHeader()):
        part.viewport().update()
    QGuiApplication.processEvents()
    assert seen == view.screen().grabWindow(view.winId()).toImage()


def test_that_the_headers_of_what_is_chosen_stand_out(view: SheetView) -> None:
    view.choose_area(1, 1, 2, 2)

    numbers = view.verticalHeader().viewport().grab().toImage()
    letters = view.horizontalHeader().viewport().grab().toImage()

    size = view.rowHeight(0)
    assert [numbers.pixelColor(2, size * row + 3).name() for row in range(4)] == [
        LIGHT.raised,
        LIGHT.accent_ground,
        LIGHT.accent_ground,
        LIGHT.raised,
    ]
    width = view.columnWidth(0)
    assert [letters.pixelColor(width * column + 3, 2).name() for column in range(4)] == [
        LIGHT.raised,
        LIGHT.accent_ground,
        LIGHT.accent_ground,
        LIGHT.raised,
    ]


def test_that_a_hidden_row_has_no_number(view: SheetView) -> None:
    header = view.verticalHeader()
    view.setRowHidden(1, True)
    size = view.rowHeight(0)

    sections = header._sections(QRect(0, 0, 10, 3 * size - 1))

    assert [section for section, _ in sections] == [0, 2, 3]
    assert [box.top() for _, box in sections] == [0, size, 2 * size]


def test_that_a_negative_number_is_red_where_its_format_says_so(view: SheetView) -> None:
    numbers = {"A1": (1, -5.0), "A2": (1, 5.0), "B1": (2, -5.0)}
    cells = {
        name: RawCell(f'<c r="{name}" s="{style}"><v>{value}</v></c>')
        for name, (style, value) in numbers.items()
    }
    book = workbook_of({"S": {**cells, "A3": -123456.789012345}}, formats=["0;[Red]-0", "0;-0"])
    view.show_table(SheetTable(book, book.sheets[0], parent=view))
    view.go_to(5, 5)

    red = {place: LIGHT.bad in colours(view, *place) for place in ((0, 0), (1, 0), (0, 1), (2, 0))}

    assert red == {(0, 0): True, (1, 0): False, (0, 1): False, (2, 0): False}


def test_that_hidden_rows_are_not_shown(qtbot: QtBot, view: SheetView) -> None:
    book = workbook_of({"S": {"A1": 1.0, "A2": 2.0, "A3": 3.0}}, hidden_rows={"S": [2]})

    view.show_table(SheetTable(book, book.sheets[0], parent=view))

    assert [view.isRowHidden(row) for row in range(3)] == [False, True, False]


def test_that_a_row_hidden_in_one_sheet_is_shown_in_the_next(view: SheetView) -> None:
    book = workbook_of({"S": {"A1": 1.0, "A3": 3.0}, "T": {"A2": 2.0}}, hidden_rows={"S": [2]})
    view.show_table(SheetTable(book, book.sheets[0], parent=view))

    view.show_table(SheetTable(book, book.sheets[1], parent=view))

    assert not view.isRowHidden(1)
