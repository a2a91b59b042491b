"""Models of many cells that once took minutes to compile, in any size; for tests and benchmarks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from mcdesk.engine.distribution_text import parse_distribution
from mcdesk.formulas.choice import InputChoice, OutputChoice, SimulationChoice
from mcdesk.formulas.simulation_model import SimulationModel, build_simulation_model
from mcdesk.model.addresses import CellAddress, column_letters, parse_cell_text
from mcdesk.model.xlsx_reader import read_workbook
from tests.builders_xlsx import CellContent, write_xlsx

Cells = dict[str, CellContent]


@dataclass(frozen=True)
class LargeModel:
    """Cells of one sheet, what is drawn and what is asked."""

    cells: Cells
    inputs: Mapping[str, str]
    outputs: tuple[str, ...]

    def written(self, folder: Path) -> Path:
        """The workbook as a file."""
        return write_xlsx(folder / "large.xlsx", {"S": self.cells})

    def model(self, folder: Path) -> SimulationModel:
        """The model of the workbook."""
        return build_simulation_model(read_workbook(self.written(folder)), self.choice(), 45_000.0)

    def choice(self) -> SimulationChoice:
        """Inputs and outputs, for a model of the workbook."""
        inputs = (InputChoice(_address(cell), parse_distribution(text)) for cell, text in self.inputs.items())
        return SimulationChoice(tuple(inputs), tuple(OutputChoice(_address(each)) for each in self.outputs))


def grid(size: int) -> LargeModel:
    """Each cell reads the one above, the one to the left and an input."""
    cells: Cells = {"A1": 1.0}
    cells |= {f"{column_letters(column)}2": 1.0 for column in range(1, size + 2)}
    for row in range(3, size + 3):
        cells[f"B{row}"] = 1.0
        for column in range(2, size + 2):
            above, left = f"{column_letters(column)}{row - 1}", f"{column_letters(column - 1)}{row}"
            cells[f"{column_letters(column)}{row}"] = f"=0.5*{above}+0.5*{left}+$A$1"
    return LargeModel(cells, {"A1": "normal(0, 1)"}, (f"{column_letters(size + 1)}{size + 2}",))


def draws(count: int, formula: str = "=RAND()") -> LargeModel:
    """A column of cells that draw, and their sum."""
    cells: Cells = {f"A{row}": formula for row in range(1, count + 1)}
    return LargeModel({**cells, "B1": f"=SUM(A1:A{count})"}, {}, ("B1",))


def mixed_draws(count: int) -> LargeModel:
    """The same with three draws in each cell."""
    return draws(count, "=IF(RAND()<0.5,RAND()*2,NORMINV(RAND(),0,1))")


def alternating(count: int) -> LargeModel:
    """Two columns that read each other, with formulas that alternate from row to row."""
    cells: Cells = {"D1": 1.0, "A1": 1.0, "B1": 2.0}
    for row in range(2, count + 1):
        is_even = row % 2 == 0
        cells[f"A{row}"] = f"=B{row - 1}*0.5+$D$1" if is_even else f"=B{row - 1}+A{row - 1}*0.1"
        cells[f"B{row}"] = f"=A{row - 1}*0.4+$D$1" if is_even else f"=A{row - 1}-B{row - 1}*0.2"
    return LargeModel(cells, {"D1": "normal(1, 0.1)"}, (f"A{count}", f"B{count}"))


def chain(count: int) -> LargeModel:
    """Each cell reads the one above."""
    cells: Cells = {"B1": 1.0, "A1": 1.0}
    cells |= {f"A{row}": f"=A{row - 1}*0.999+$B$1" for row in range(2, count + 1)}
    return LargeModel(cells, {"B1": "normal(1, 0.1)"}, (f"A{count}",))


def look_ups(count: int) -> LargeModel:
    """As many approximate look-ups as rows, in keys that are uncertain."""
    cells: Cells = {"F1": 1.0}
    for row in range(1, count + 1):
        cells[f"A{row}"] = f"={row}*$F$1"
        cells[f"B{row}"] = f"=A{row}*2"
        cells[f"C{row}"] = float(row * 7919 % count) + 0.5
        cells[f"D{row}"] = f"=VLOOKUP(C{row},$A$1:$B${count},2,TRUE)"
    return LargeModel({**cells, "E1": f"=SUM(D1:D{count})"}, {"F1": "uniform(0.2, 0.4)"}, ("E1",))


def counted_texts(count: int) -> LargeModel:
    """Texts that vary, each counted among all."""
    cells: Cells = {"F1": 1.0}
    for row in range(1, count + 1):
        cells[f"A{row}"] = f'=IF($F$1*{row % 97}>40,"high","low")'
        cells[f"B{row}"] = f"=COUNTIF($A$1:$A${count},A{row})"
    return LargeModel({**cells, "E1": f"=SUM(B1:B{count})"}, {"F1": "uniform(0, 1)"}, ("E1",))


def distinct_texts(count: int) -> LargeModel:
    """Texts that vary, all different, each counted among all."""
    cells: Cells = {"F1": 1.0}
    for row in range(1, count + 1):
        cells[f"A{row}"] = f'=IF($F$1>0.5,"high {row}","low {row % 10}")'
        cells[f"B{row}"] = f"=COUNTIF($A$1:$A${count},A{row})"
    return LargeModel({**cells, "E1": f"=SUM(B1:B{count})"}, {"F1": "uniform(0, 1)"}, ("E1",))


def named_texts(count: int) -> LargeModel:
    """Certain texts, all different, each counted among cells that vary."""
    cells: Cells = {"F1": 1.0}
    for row in range(1, count + 1):
        cells[f"C{row}"] = f"name {row}"
        cells[f"A{row}"] = f'=IF($F$1>0.5,C{row},"none")'
        cells[f"B{row}"] = f"=COUNTIF($A$1:$A${count},C{row})"
    return LargeModel({**cells, "E1": f"=SUM(B1:B{count})"}, {"F1": "uniform(0, 1)"}, ("E1",))


def alike(count: int) -> LargeModel:
    """A wide sheet of one formula."""
    cells: Cells = {"A1": 1.0}
    rows = max(count // 100, 1)
    for row in range(2, rows + 2):
        cells[f"A{row}"] = float(row)
        for column in range(1, 101):
            cells[f"{column_letters(column)}{row}"] = f"=$A{row}*$A$1+{column_letters(column)}$1"
    cells |= {f"{column_letters(column)}1": float(column) for column in range(1, 101)}
    cells["A1"] = 1.0
    return LargeModel({**cells, "CZ1": f"=SUM(B2:CW{rows + 1})"}, {"A1": "normal(1, 0.1)"}, ("CZ1",))


MODELS: Mapping[str, tuple[Callable[[int], LargeModel], int]] = {
    "grid": (grid, 300),
    "draws": (draws, 5_000),
    "mixed draws": (mixed_draws, 5_000),
    "alternating": (alternating, 2_000),
    "chain": (chain, 20_000),
    "look-ups": (look_ups, 2_000),
    "counted texts": (counted_texts, 1_000),
    "distinct texts": (distinct_texts, 1_000),
    "named texts": (named_texts, 1_000),
    "alike": (alike, 200_000),
}


def _address(cell: str) -> CellAddress:
    _, row, column = parse_cell_text(cell)
    return CellAddress(0, row, column)
