"""The closures of one workbook's formulas, names and LAMBDA bodies, each compiled once; no values."""

import re

from mcdesk.formulas import syntax
from mcdesk.formulas.calls import compile_call
from mcdesk.formulas.cell_store import Obstacle, ObstacleMet, ObstacleReason, key_of
from mcdesk.formulas.closures import Compiler, RawClosure
from mcdesk.formulas.dates import DateReading
from mcdesk.formulas.formula_trees import FormulaTrees
from mcdesk.formulas.frame import Frame
from mcdesk.formulas.parser import FormulaSyntaxError, parse, shift_formula
from mcdesk.formulas.reference_resolution import ReferenceResolver
from mcdesk.formulas.syntax import Node
from mcdesk.formulas.values import LambdaValue, Reference, Value
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.workbook import FormulaKind, Workbook

_ZERO_PADDED = re.compile(r"\$?[A-Za-z]{0,3}\$?\d+(?::\$?[A-Za-z]{0,3}\$?\d+)?")
_LEADING_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
_REFERENCES = (
    syntax.CellReference
    | syntax.RangeReference
    | syntax.NameReference
    | syntax.StructuredReference
    | syntax.Binary
    | syntax.Call
)


class Compilation:
    """Compiles on demand. For one thread.

    Attributes:
        dates: how texts are read as dates.
        formula_by_key: index of the formula of each cell that has one, by cell key.
        trees: the tree of each formula.
    """

    def __init__(self, workbook: Workbook, formula_by_key: dict[int, int], dates: DateReading) -> None:
        self.workbook, self.dates = workbook, dates
        self.resolver = ReferenceResolver(workbook)
        self.formula_by_key = formula_by_key
        self._compilers: dict[tuple[int, bool], Compiler] = {}
        self.trees = FormulaTrees(workbook)
        self._closure_by_formula: dict[tuple[int, int], RawClosure] = {}
        self._closure_by_tree: dict[tuple[int, int, bool, bool], tuple[Node, RawClosure]] = {}
        self._closure_by_name: dict[tuple[str, int], RawClosure] = {}

    def compiler(self, sheet: int, is_array: bool) -> Compiler:
        """The compiler of a sheet's formulas in one mode."""
        key = (sheet, is_array)
        if key not in self._compilers:
            self._compilers[key] = Compiler(self, sheet, is_array, compile_call)
        return self._compilers[key]

    def formula(self, index: int, sheet: int) -> RawClosure:
        """The closure of a stored formula."""
        key = (index, sheet)
        closure = self._closure_by_formula.get(key)
        if closure is None:
            closure = self._closure_by_formula[key] = self._compiled(index, sheet)
        return closure

    def body_of(self, function: LambdaValue, sheet: int) -> RawClosure:
        """The closure of a LAMBDA's body."""
        return self._of_tree(function.body, sheet, is_array=True)

    def node(self, node: Node, sheet: int, is_array: bool) -> RawClosure:
        """The closure of a part of a formula."""
        return self._of_tree(node, sheet, is_array)

    def named_body(self, text: str, sheet: int) -> RawClosure:
        """The closure of a defined name's text, read from a cell of a sheet."""
        key = (text, sheet)
        closure = self._closure_by_name.get(key)
        if closure is None:
            try:
                closure = self.compiler(sheet, is_array=True).raw(parse(text))
            except FormulaSyntaxError:
                closure = _gives_name_error
            self._closure_by_name[key] = closure
        return closure

    def indirect(self, text: str, frame: Frame) -> Value:
        """The cells that a text stands for, as INDIRECT has it."""
        try:
            node = parse(_without_leading_zeros(text.strip()), frame.row, frame.column)
        except FormulaSyntaxError:
            return ErrorCode.REF
        is_spill = isinstance(node, syntax.Unary) and node.operator is syntax.UnaryOperator.SPILL
        if not isinstance(node, _REFERENCES) and not is_spill:
            return ErrorCode.REF
        value = self.compiler(frame.sheet, is_array=True).raw(node)(frame)
        is_kept_copy = isinstance(node, syntax.CellReference | syntax.RangeReference)
        is_reference = isinstance(value, Reference) or (is_kept_copy and not isinstance(value, ErrorCode))
        return value if is_reference else ErrorCode.REF

    def formula_text(self, sheet: int, row: int, column: int) -> str | None:
        """The formula of a cell with its `=`, None for a constant."""
        index = self.formula_by_key.get(key_of(sheet, row, column))
        if index is None:
            return None
        formula = self.workbook.formulas[index]
        if formula.kind is not FormulaKind.NORMAL:
            return "=" + formula.text
        return "=" + shift_formula(formula.text, row - formula.row, column - formula.column)

    def _compiled(self, index: int, sheet: int) -> RawClosure:
        tree = self.trees.tree(index)
        if tree is None:
            return _cannot_be_read
        return self._of_tree(
            tree, sheet, self.workbook.formulas[index].kind is FormulaKind.ARRAY, is_formula=True
        )

    def _of_tree(self, tree: Node, sheet: int, is_array: bool, is_formula: bool = False) -> RawClosure:
        key = (id(tree), sheet, is_array, is_formula)
        found = self._closure_by_tree.get(key)
        if found is None:
            compiler = self.compiler(sheet, is_array)
            closure = compiler.cell_formula(tree) if is_formula else compiler.raw(tree)
            # The tree is kept with its closure: an id is only good while its tree lives.
            found = self._closure_by_tree[key] = (tree, closure)
        return found[1]


def _without_leading_zeros(text: str) -> str:
    """`A01` and `05:05` as INDIRECT reads them."""
    sheet, mark, cells = text.rpartition("!")
    if _ZERO_PADDED.fullmatch(cells) is None:
        return text
    return sheet + mark + _LEADING_ZEROS.sub("", cells)


def _gives_name_error(_frame: Frame) -> Value:
    return ErrorCode.NAME


def _cannot_be_read(_frame: Frame) -> Value:
    raise ObstacleMet(Obstacle(ObstacleReason.SYNTAX))
