"""Syntax trees to Python closures, once per tree and sheet, so that evaluating a cell walks no tree."""

from collections.abc import Callable
from typing import Protocol, assert_never

from mcdesk.formulas import syntax
from mcdesk.formulas.arrays import Operand
from mcdesk.formulas.cell_store import (
    ROW_SHIFT,
    SHEET_SHIFT,
    Obstacle,
    ObstacleMet,
    ObstacleReason,
    Stop,
    stopped,
)
from mcdesk.formulas.chains import REFERENCE_OPERATORS, chain_of
from mcdesk.formulas.dates import DateReading
from mcdesk.formulas.external import external_cells, external_name
from mcdesk.formulas.frame import Frame
from mcdesk.formulas.functions.catalogue import FUNCTION_BY_NAME
from mcdesk.formulas.operations_on_values import (
    binary_operation,
    chain_closure,
    reference_operation,
    unary_operation,
)
from mcdesk.formulas.parser import FormulaSyntaxError, parse
from mcdesk.formulas.reference_resolution import ReferenceResolver, range_edges
from mcdesk.formulas.syntax import BinaryOperator, Node, SheetSpan, UnaryOperator
from mcdesk.formulas.values import (
    BLANK,
    MISSING,
    ArrayValue,
    FunctionValue,
    LambdaValue,
    Reference,
    Scalar,
    Value,
)
from mcdesk.formulas.work_budget import NAME_UNITS
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import MAX_COLUMNS, MAX_ROWS, Rectangle
from mcdesk.model.workbook import Workbook

RawClosure = Callable[[Frame], Value]
OperandClosure = Callable[[Frame], Operand]
CallCompiler = Callable[["Compiler", syntax.Call], RawClosure]
_SUMS = frozenset((BinaryOperator.ADD, BinaryOperator.SUBTRACT))


class CompiledFormulas(Protocol):
    """The closures of a workbook, where those of its names and other sheets are found."""

    workbook: Workbook
    dates: DateReading
    resolver: ReferenceResolver

    def compiler(self, sheet: int, is_array: bool) -> "Compiler":
        """The compiler of a sheet's formulas in one mode."""

    def named_body(self, text: str, sheet: int) -> RawClosure:
        """The closure of a defined name's text, read from a cell of a sheet."""


class Compiler:
    """Compiles trees of one sheet in one mode: whole arrays, or one scalar per reference."""

    def __init__(
        self, compilation: CompiledFormulas, sheet: int, is_array: bool, calls: CallCompiler
    ) -> None:
        self.compilation = compilation
        self.sheet = sheet
        self.is_array = is_array
        self._calls = calls
        self.dates = compilation.dates

    def in_arrays(self) -> "Compiler":
        """The compiler for arguments that take whole arrays in any formula."""
        return self if self.is_array else self.compilation.compiler(self.sheet, is_array=True)

    def cell_formula(self, node: Node) -> RawClosure:
        """The closure of a whole formula: an addition or subtraction at its root is snapped."""
        if isinstance(node, syntax.Binary) and node.operator in _SUMS:
            return self._binary(node, is_last=True)
        return self.raw(node)

    def operand(self, node: Node) -> OperandClosure:
        """A closure whose result has its references read."""
        match node:
            case syntax.CellReference() if _is_local(node.sheet):
                return self._cell(node)
            case (
                syntax.CellReference()
                | syntax.RangeReference()
                | syntax.NameReference()
                | syntax.StructuredReference()
                | syntax.VaryingReference()
                | syntax.Call()
                | syntax.Invoke()
            ):
                return _read(self.raw(node), self.is_array)
            case syntax.Unary(UnaryOperator.SINGLE | UnaryOperator.SPILL | UnaryOperator.PLUS):
                return _read(self.raw(node), self.is_array)
            case syntax.Binary() if node.operator in REFERENCE_OPERATORS:
                return _read(self.raw(node), self.is_array)
            case _:
                return self.raw(node)  # type: ignore[return-value]  # these give no reference

    def raw(self, node: Node) -> RawClosure:
        """A closure whose result may be a reference that is not read yet."""
        match node:
            case syntax.CellReference() | syntax.RangeReference():
                return self._reference(node)
            case syntax.NameReference():
                return self._name(node)
            case syntax.StructuredReference():
                return lambda frame: self.compilation.resolver.structured(node, frame.position)
            case syntax.Unary():
                return self._unary(node)
            case syntax.Binary():
                return self._binary(node, is_last=False)
            case syntax.Call():
                return self._calls(self, node)
            case syntax.Invoke():
                return self._invoke(node)
            case syntax.VaryingNumber():
                return lambda frame: node.at(frame.row, frame.column).value
            case syntax.VaryingReference():
                return self._varying(node)
            case _:
                return _constant(_constant_value(node))

    def _varying(self, node: syntax.VaryingReference) -> RawClosure:
        by_reference = {leaf: self._reference(leaf) for leaf in set(node.leaves)}
        return lambda frame: by_reference[node.at(frame.row, frame.column)](frame)

    def named(self, name: str, span: SheetSpan | None) -> RawClosure | None:
        """The closure of a defined name or table as seen from this sheet, None if there is none."""
        resolver = self.compilation.resolver
        defined = resolver.name(name, span, self.sheet)
        if defined is None:
            table = resolver.table(name, (self.sheet, 0, 0))
            if table is None or name is None:
                return None
            return lambda frame: resolver.structured(syntax.StructuredReference(name), frame.position)
        text = defined.text.removeprefix("=")

        def evaluate(frame: Frame) -> Value:
            frame.budget.spend(NAME_UNITS)
            return self.compilation.named_body(text, self.sheet)(frame)

        return evaluate

    def _cell(self, node: syntax.CellReference) -> OperandClosure:
        sheets = self.compilation.resolver.sheets_of(node.sheet, self.sheet)
        if sheets is None:
            return _constant_operand(ErrorCode.REF)
        base, row_axis, column_axis = sheets.start << SHEET_SHIFT, node.row, node.column
        if row_axis.is_absolute and column_axis.is_absolute:
            return _fixed_cell(base | (row_axis.offset << ROW_SHIFT) | column_axis.offset)
        rows, columns = row_axis.offset, column_axis.offset
        fixed_row, fixed_column = row_axis.is_absolute, column_axis.is_absolute

        def read_cell(frame: Frame) -> Scalar:
            row = rows if fixed_row else (frame.row + rows) % MAX_ROWS
            column = columns if fixed_column else (frame.column + columns) % MAX_COLUMNS
            key = base | (row << ROW_SHIFT) | column
            value = frame.cells.get(key, BLANK)
            if type(value) is Stop:
                raise stopped(value, key)
            return value  # type: ignore[return-value]  # not a Stop

        return read_cell

    def _reference(self, node: syntax.CellReference | syntax.RangeReference) -> RawClosure:
        if not _is_local(node.sheet):
            return self._external(node)
        sheets = self.compilation.resolver.sheets_of(node.sheet, self.sheet)
        if sheets is None:
            return _constant(ErrorCode.REF)
        if isinstance(node, syntax.CellReference):
            node = syntax.RangeReference(node.row, node.column, node.row, node.column)
        shape = node

        def refer(frame: Frame) -> Reference:
            top, left, bottom, right = range_edges(shape, frame.row, frame.column)
            return Reference(tuple(Rectangle(sheet, top, left, bottom, right) for sheet in sheets))

        return refer

    def _external(self, node: syntax.CellReference | syntax.RangeReference) -> RawClosure:
        def read(frame: Frame) -> Value:
            _need_externals(frame)
            return external_cells(self.compilation.workbook, node, frame.row, frame.column)

        return read

    def _name(self, node: syntax.NameReference) -> RawClosure:
        bound = node.name.casefold()
        if not _is_local(node.sheet):
            return self._external_name(node)
        named = self.named(node.name, node.sheet)
        otherwise = _function_value(node)

        def look_up(frame: Frame) -> Value:
            if bound in frame.names:
                return frame.names[bound]
            return otherwise if named is None else named(frame)

        return look_up

    def _external_name(self, node: syntax.NameReference) -> RawClosure:
        def read(frame: Frame) -> Value:
            _need_externals(frame)
            text = external_name(self.compilation.workbook, node)
            if text is None:
                return ErrorCode.NAME
            try:
                return self.raw(parse(text))(frame)
            except FormulaSyntaxError:
                return ErrorCode.REF

        return read

    def _unary(self, node: syntax.Unary) -> RawClosure:
        if node.operator is UnaryOperator.PLUS:
            return self.raw(node.operand)
        if node.operator is UnaryOperator.SINGLE:
            raw = self.raw(node.operand)
            return lambda frame: frame.scalar(raw(frame))
        if node.operator is UnaryOperator.SPILL:
            raw = self.raw(node.operand)
            return lambda frame: frame.calculation.spilled(raw(frame))
        return unary_operation(node.operator, self.operand(node.operand), self.dates)

    def _binary(self, node: syntax.Binary, is_last: bool) -> RawClosure:
        first, operations = chain_of(node)
        if node.operator in REFERENCE_OPERATORS:
            combine = reference_operation(node.operator)
            return chain_closure(self.raw(first), [(combine, self.raw(each.right)) for each in operations])
        steps = [
            (
                binary_operation(each.operator, is_last and each is node, self.dates),
                self.operand(each.right),
            )
            for each in operations
        ]
        return chain_closure(self.operand(first), steps)

    def _invoke(self, node: syntax.Invoke) -> RawClosure:
        function = self.raw(node.function)
        arguments = [self.raw(argument) for argument in node.arguments]

        def invoke(frame: Frame) -> Value:
            callee = frame.operand(function(frame))
            if not isinstance(callee, LambdaValue):
                return callee if isinstance(callee, ErrorCode) else ErrorCode.REF
            return frame.call(callee, [argument(frame) for argument in arguments])

        return invoke


def _function_value(node: syntax.NameReference) -> Value:
    """The worksheet function of that name as a value; #NAME? where there is none."""
    name = node.name.upper()
    if node.sheet is not None or name not in FUNCTION_BY_NAME:
        return ErrorCode.NAME
    return FunctionValue((), syntax.ErrorLiteral(ErrorCode.VALUE), name=name)


def _need_externals(frame: Frame) -> None:
    if not frame.calculation.reads_external:
        raise ObstacleMet(Obstacle(ObstacleReason.EXTERNAL))


def _is_local(span: SheetSpan | None) -> bool:
    return span is None or span.book in (None, "0")


def _constant(value: Value) -> RawClosure:
    return lambda _frame: value


def _constant_operand(value: Scalar) -> OperandClosure:
    return lambda _frame: value


def _constant_value(node: syntax.Literal | syntax.MissingArgument | syntax.ArrayConstant) -> Value:
    match node:
        case syntax.Number() | syntax.Text() | syntax.Logical() | syntax.ErrorLiteral():
            return _literal(node)
        case syntax.MissingArgument():
            return MISSING
        case syntax.ArrayConstant():
            return ArrayValue(tuple(tuple(_literal(element) for element in row) for row in node.rows))
        case _:
            assert_never(node)


def _literal(node: syntax.Literal) -> Scalar:
    return node.code if isinstance(node, syntax.ErrorLiteral) else node.value


def _fixed_cell(key: int) -> OperandClosure:
    def read_cell(frame: Frame) -> Scalar:
        value = frame.cells.get(key, BLANK)
        if type(value) is Stop:
            raise stopped(value, key)
        return value  # type: ignore[return-value]  # not a Stop

    return read_cell


def _read(raw: RawClosure, is_array: bool) -> OperandClosure:
    def read(frame: Frame) -> Operand:
        value = raw(frame)
        if type(value) is not Reference:
            return value  # type: ignore[return-value]  # not a Reference
        return frame.whole(value) if is_array else frame.intersect(value)

    return read
