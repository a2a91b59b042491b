"""A tool tip shows what a workbook says as it is: Qt would open the pictures that a name asks for."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.source_tree import Source, sources

SETTERS = {"setToolTip": 0, "setTabToolTip": 1, "showText": 1}
ROLE = "ToolTipRole"


def taken_as_it_is(source: Source) -> Iterator[str]:
    """Each text of a tool tip that is neither written in the program nor made plain."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SETTERS:
            text = node.args[SETTERS[node.func.attr]]
            if not all(map(_is_plain, _parts(text))):
                yield f"{source.path}:{node.lineno}: {ast.unparse(text)}"
    if ROLE in source.text and "plain_tip(" not in source.text:
        yield f"{source.path}: {ROLE}"


def _parts(text: ast.expr) -> list[ast.expr]:
    return text.values if isinstance(text, ast.BoolOp) else [text]


def _is_plain(text: ast.expr) -> bool:
    is_constant = isinstance(text, ast.Constant) or (isinstance(text, ast.Name) and text.id.isupper())
    is_made = isinstance(text, ast.Call) and isinstance(text.func, ast.Name) and text.func.id == "plain_tip"
    return is_constant or is_made


def test_that_no_tool_tip_is_taken_as_it_is() -> None:
    assert [fault for source in sources("mcdesk/ui") for fault in taken_as_it_is(source)] == []


@pytest.mark.parametrize(
    "text",
    [
        "card.setToolTip(name)",
        "bar.setTabToolTip(0, names[0])",
        'QToolTip.showText(place, f"{name}", self)',
        'button.setToolTip(reason or "Ctrl+Enter")',
        "tip = name if role == Qt.ItemDataRole.ToolTipRole else None",
    ],
)
def test_that_a_tool_tip_of_any_text_is_noticed(text: str) -> None:
    assert len(list(taken_as_it_is(Source("sample.py", text)))) == 1
