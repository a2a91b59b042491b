"""Makes a Markdown document look like the rest of the window: sizes, colours, cards of code, quiet tables."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontDatabase,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFragment,
    QTextFrame,
    QTextFrameFormat,
    QTextImageFormat,
    QTextLength,
    QTextTable,
    QTextTableCellFormat,
)

from mcdesk.ui.markdown_anchors import unique_anchors
from mcdesk.ui.theme.theme import body_font
from mcdesk.ui.theme.tokens import Tokens

TEXT_PIXELS = 14
CODE_PIXELS = 12
HEADING_PIXELS = (28, 19, 15, TEXT_PIXELS)
# above and below a heading of each level
_HEADING_ROOM = ((0, 12), (28, 8), (20, 6), (16, 4))
_LINE_PERCENT = 140.0
_CODE_PERCENT = 125.0
_CODE_ROOM = 12
_CELL_ROOM = 6
_CODE = QTextFormat.Property.BlockCodeLanguage
_QUOTE = QTextFormat.Property.BlockQuoteLevel
_FIXED = QTextBlockFormat.LineHeightTypes.FixedHeight.value
_PROPORTIONAL = QTextBlockFormat.LineHeightTypes.ProportionalHeight.value


@dataclass(frozen=True, slots=True)
class Run:
    """Blocks one after the other that make one card, by their first and last positions."""

    start: int
    end: int
    is_code: bool


def dressing(document: QTextDocument, tokens: Tokens) -> Iterator[None]:
    """Format a document that was read from Markdown, in short steps; its text does not change."""
    document.setDefaultFont(body_font(TEXT_PIXELS))
    cursor = QTextCursor(document)
    cursor.beginEditBlock()
    _name_headings(document)
    yield
    for block in _blocks(document):
        _dress_block(block, tokens)
        yield
    for table in _tables(document.rootFrame()):
        yield from _dress_table(table, tokens)
    # from the end on, so that positions before it stay
    for run in reversed(_runs(document)):
        _frame(document, run, tokens)
    cursor.endEditBlock()


def fit_pictures(document: QTextDocument, sizes: Sequence[tuple[str, int, int]]) -> None:
    """Show the pictures of these names in these widths and heights, in device-independent pixels."""
    room = {name: (width, height) for name, width, height in sizes}
    cursor = QTextCursor(document)
    cursor.beginEditBlock()
    for block in _blocks(document):
        for fragment in _fragments(block):
            if not fragment.charFormat().isImageFormat():
                continue
            image = QTextImageFormat(fragment.charFormat().toImageFormat())
            if room.get(image.name(), (0, 0)) != (image.width(), image.height()):
                width, height = room.get(image.name(), (0, 0))
                image.setWidth(width)
                image.setHeight(height)
                _select(document, fragment.position(), fragment.length()).setCharFormat(image)
    cursor.endEditBlock()


def _name_headings(document: QTextDocument) -> None:
    headings = [block for block in _blocks(document) if block.blockFormat().headingLevel()]
    names = unique_anchors([block.text() for block in headings])
    for block, name in zip(headings, names, strict=True):
        first = next(iter(_fragments(block)), None)
        if first is not None:
            named = QTextCharFormat()
            # without an address: a click on it leads nowhere
            named.setAnchor(True)
            named.setAnchorNames([name])
            _select(document, first.position(), first.length()).mergeCharFormat(named)


def _dress_block(block: QTextBlock, tokens: Tokens) -> None:
    shape, cursor = QTextBlockFormat(), QTextCursor(block)
    level = block.blockFormat().headingLevel()
    if level:
        rank = min(level, len(HEADING_PIXELS)) - 1
        above, below = _HEADING_ROOM[rank]
        shape.setTopMargin(above)
        shape.setBottomMargin(below)
        cursor.mergeBlockFormat(shape)
        _letter(block, HEADING_PIXELS[rank])
        return
    if block.blockFormat().hasProperty(_CODE):
        code = QTextCharFormat()
        code.setFont(_code_font(CODE_PIXELS))
        _select(block.document(), block.position(), block.length() - 1).mergeCharFormat(code)
        return
    # of a picture it would be two fifths of its height
    if not any(each.charFormat().isImageFormat() for each in _fragments(block)):
        shape.setLineHeight(_LINE_PERCENT, _PROPORTIONAL)
    if QTextCursor(block).currentTable() is None:
        shape.setTopMargin(3 if block.textList() else 6)
        shape.setBottomMargin(3 if block.textList() else 8)
    cursor.mergeBlockFormat(shape)
    for fragment in _fragments(block):
        _dress_fragment(block.document(), fragment, tokens)


def _dress_fragment(document: QTextDocument, fragment: QTextFragment, tokens: Tokens) -> None:
    found, made = fragment.charFormat(), QTextCharFormat()
    if found.anchorHref():
        made.setForeground(QBrush(QColor(tokens.accent_text)))
        made.setFontUnderline(False)
    if found.fontFixedPitch():
        made.setFont(_code_font(CODE_PIXELS + 1))
        if not found.anchorHref():
            made.setBackground(QBrush(QColor(tokens.neutral_ground)))
    if found.fontWeight() > QFont.Weight.Normal:
        made.setFontWeight(QFont.Weight.DemiBold)
    if made.propertyCount():
        _select(document, fragment.position(), fragment.length()).mergeCharFormat(made)


def _letter(block: QTextBlock, pixels: int) -> None:
    for fragment in _fragments(block):
        made = QTextCharFormat(fragment.charFormat())
        # the size that Markdown gives to headings would come on top of this one
        made.clearProperty(QTextFormat.Property.FontSizeAdjustment)
        made.setFont(body_font(pixels, QFont.Weight.DemiBold))
        _select(block.document(), fragment.position(), fragment.length()).setCharFormat(made)


def _dress_table(table: QTextTable, tokens: Tokens) -> Iterator[None]:
    shape = table.format()
    # lines that cells share take Qt twice as long to lay out
    shape.setBorderCollapse(False)
    shape.setBorder(0)
    shape.setCellSpacing(0)
    shape.setCellPadding(_CELL_ROOM)
    shape.setTopMargin(8)
    shape.setBottomMargin(14)
    table.setFormat(shape)
    _mend_first_cell(table)
    line = QTextTableCellFormat()
    line.setBottomBorder(1)
    line.setBottomBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    line.setBottomBorderBrush(QBrush(QColor(tokens.border)))
    head = QTextTableCellFormat(line)
    head.setBackground(QBrush(QColor(tokens.raised)))
    head.setFontWeight(QFont.Weight.DemiBold)
    for row in range(table.rows()):
        for column in range(table.columns()):
            table.cellAt(row, column).setFormat(line if row else head)
        yield


def _mend_first_cell(table: QTextTable) -> None:
    """Of a table in a list: Qt puts the item's empty line and indent into its first cell."""
    cell = table.cellAt(0, 0)
    first = cell.firstCursorPosition()
    if first.block().text() or cell.lastCursorPosition().block() == first.block():
        return
    first.deleteChar()
    plain = QTextBlockFormat()
    plain.setLineHeight(_LINE_PERCENT, _PROPORTIONAL)
    first.setBlockFormat(plain)


def _runs(document: QTextDocument) -> list[Run]:
    """Code and quotations, each as far as it goes; what stands in a list or a table is left as it is."""
    runs: list[Run] = []
    end_before = -1
    for block in _blocks(document):
        shape = block.blockFormat()
        is_code, is_quote = shape.hasProperty(_CODE), shape.hasProperty(_QUOTE)
        if is_code or is_quote:
            end = block.position() + block.length() - 1
            last = runs[-1] if runs else None
            if last is not None and last.is_code == is_code and block.position() == end_before + 1:
                runs[-1] = Run(last.start, end, is_code)
            else:
                runs.append(Run(block.position(), end, is_code))
            end_before = end
    return runs


def _frame(document: QTextDocument, run: Run, tokens: Tokens) -> None:
    shape = QTextFrameFormat()
    shape.setBackground(QBrush(QColor(tokens.raised if run.is_code else tokens.accent_ground)))
    shape.setBorder(1)
    shape.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    shape.setBorderBrush(QBrush(QColor(tokens.border if run.is_code else tokens.accent_ground)))
    shape.setPadding(_CODE_ROOM)
    shape.setTopMargin(6)
    shape.setBottomMargin(10)
    shape.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    made = _select(document, run.start, run.end - run.start).insertFrame(shape)
    if run.is_code:
        lines = QTextBlockFormat()
        lines.setLineHeight(_CODE_PERCENT, _PROPORTIONAL)
        lines.setNonBreakableLines(True)
        first = made.firstPosition()
        _select(document, first, made.lastPosition() - first).setBlockFormat(lines)
    for position in (made.firstPosition() - 1, made.lastPosition() + 1):
        _flatten(document.findBlock(position))


def _flatten(block: QTextBlock) -> None:
    """Take the room from an empty line: a frame needs one before it and after it."""
    if block.text():
        return
    shape = QTextBlockFormat()
    shape.setLineHeight(1.0, _FIXED)
    cursor = QTextCursor(block)
    cursor.setBlockFormat(shape)
    tiny = QTextCharFormat()
    tiny.setFont(body_font(1))
    cursor.setBlockCharFormat(tiny)


def _code_font(pixels: int) -> QFont:
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPixelSize(pixels)
    font.setStyleHint(QFont.StyleHint.Monospace)
    return font


def _select(document: QTextDocument, position: int, length: int) -> QTextCursor:
    cursor = QTextCursor(document)
    cursor.setPosition(position)
    cursor.setPosition(position + length, QTextCursor.MoveMode.KeepAnchor)
    return cursor


def _blocks(document: QTextDocument) -> Iterator[QTextBlock]:
    block = document.begin()
    while block.isValid():
        yield block
        block = block.next()


def _fragments(block: QTextBlock) -> list[QTextFragment]:
    found, at = [], block.begin()
    while not at.atEnd():
        found.append(at.fragment())
        at += 1
    return found


def _tables(frame: QTextFrame) -> Iterator[QTextTable]:
    for child in frame.childFrames():
        if isinstance(child, QTextTable):
            yield child
        yield from _tables(child)
