"""Small workbooks of random columns: numbers, texts, blanks, and formulas that read each other."""

from collections.abc import Callable, Sequence
from random import Random

from tests.builders_xlsx import CellContent

DATA_COLUMNS, FORMULA_COLUMNS = "ABC", "DEFG"
_SCALARS: Sequence[CellContent] = (0.0, 1.0, 2.5, -3.0, 1e300, 0.1, "a", "B", "", "7", True, False, "#x")
_LITERALS = ("1", "0.5", '"a"', "2", "TRUE", "0", '""', "-1", "3")
_OPERATORS = (*"+-*/&^" * 2, "=", "<", ">", "<>", "<=", ">=")
# {a} {b} {c} are formulas, {x} {y} columns, {n} the last row, {row} the own one, {test} a criterion
_CALLS = (
    "IF({a},{b},{c})", "SUM({a},{b})", "MAX({a},{b})", "ROUND({a},1)", "IFERROR({a},{b})", "AND({a},{b})",
    "SUM({x}$1:{x}{row})", "SUM({x}$1:{x}${n})", "AVERAGE({x}$1:{x}${n})", "COUNT({x}{row}:{x}{below})",
    "STDEV({x}{row}:{x}{below})", "COUNTIFS({x}$1:{x}${n},{test},{y}:{y},{b})",
    "SUMIFS({x}$1:{x}${n},{y}$1:{y}${n},{test})", 'AVERAGEIFS({x}:{x},{y}:{y},{test},{x}:{x},">0")',
    "MATCH({a},{x}$1:{x}${n},0)", "MATCH({a},{x}$1:{x}${n},1)", "INDEX({x}$1:{x}${n},{a})", "LEN({a})",
    "VLOOKUP({a},$A$1:$C${n},2,FALSE)", "VLOOKUP({a},$A$1:$C${n},3)", "HLOOKUP({a},$A$1:$C$4,2,FALSE)",
    "XLOOKUP({a},{x}$1:{x}${n},{y}$1:{y}${n},{b})", "LOOKUP({a},{x}$1:{x}${n})", "OFFSET($A$1,{a},1)",
    "SUMPRODUCT({x}$1:{x}${n},{y}$1:{y}${n})", "SUMPRODUCT(({x}$1:{x}${n}={a})*1)", "MOD({a},{b})",
    "CHOOSE({a},{b},{c})", "ISBLANK({a})", "ISERROR({a})", "N({a})", "LEFT({a},{b})", 'TEXT({a},"0.00")',
    "RANK({a},{x}$1:{x}{row})", "MAX({x}{row}:{x}${n})", "COUNTIF({x}$1:{x}{row},{test})",
    "RANK({a},{x}$1:{x}${n})", "LARGE({x}$1:{x}${n},{a})", "NPV({a},{x}{row}:{x}{below})", "EOMONTH({a},{b})",
    "SUBTOTAL(9,{x}$1:{x}${n})", "IFS({a},{b},TRUE,{c})", "COUNTIF({x}$1:{x}${n},{test})", "ABS({a})",
)  # fmt: skip

# gives the text of a formula in a row
_Formula = Callable[[int], str]


class RandomWorkbook:
    """The cells of one: data in columns A to C, and columns D to G of one formula each."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self.row_count = self._random.choice((8, 12, 20))
        self.cells: dict[str, CellContent] = {}
        for column in DATA_COLUMNS:
            self._fill(column)
        for column in FORMULA_COLUMNS:
            formula = self._formula(column, self._random.choice((1, 2, 3)))
            first = self._random.choice((1, 2, 3))
            for row in range(1, self.row_count + 1):
                own = "=" + formula(row) if row >= first else self._random.choice((1.0, 0.0, "a", 2.0))
                self.cells[f"{column}{row}"] = own

    def data_cells(self) -> tuple[str, ...]:
        """A cell of each column of data, numbers from now on."""
        chosen = tuple(f"{column}{self._random.randint(1, self.row_count)}" for column in DATA_COLUMNS)
        self.cells.update(dict.fromkeys(chosen, 1.0))
        return chosen

    def _fill(self, column: str) -> None:
        choose = self._random.choice
        is_mixed = self._random.random() < 0.35
        for row in range(1, self.row_count + 1):
            if self._random.random() < 0.93:
                number = choose((1.0, 2.0, 3.0, self._random.uniform(0, 10)))
                self.cells[f"{column}{row}"] = choose(_SCALARS) if is_mixed else number

    def _formula(self, own: str, depth: int) -> _Formula:
        chance = self._random.random()
        if depth == 0 or chance < 0.2:
            return self._leaf(own)
        if chance < 0.5:
            operator = self._random.choice(_OPERATORS)
            left, right = (self._formula(own, depth - 1) for _ in range(2))
            return lambda row: f"({left(row)}{operator}{right(row)})"
        return self._call(own, depth)

    def _leaf(self, own: str) -> _Formula:
        chance, choose = self._random.random(), self._random.choice
        if chance < 0.2:
            literal = choose(_LITERALS)
            return lambda _row: literal
        column = own if chance < 0.4 else self._column_before(own)
        if chance > 0.85:
            place = choose((1, 2, 3))
            return lambda _row: f"${column}${place}"
        step = choose((-1, -1, -2) if column == own else (0, 0, 0, -1, -2, 1))
        return lambda row: f"{column}{max(1, row + step)}"

    def _column_before(self, own: str) -> str:
        return self._random.choice([each for each in DATA_COLUMNS + FORMULA_COLUMNS if each < own])

    def _call(self, own: str, depth: int) -> _Formula:
        call, sign = self._random.choice(_CALLS), self._random.choice(("", "<", ">=", "<>"))
        first, second, third = (self._formula(own, depth - 1) for _ in range(3))
        x, y, n = self._column_before(own), self._column_before(own), self.row_count

        def text(row: int) -> str:
            a = first(row)
            test = f'"{sign}"&{a}' if sign else a
            places = {"x": x, "y": y, "n": n, "row": row, "below": row + 2}
            return call.format(a=a, b=second(row), c=third(row), test=test, **places)

        return text
