"""The trees of a workbook's stored formulas, each parsed once."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mcdesk.formulas.parser import FormulaCache, FormulaSyntaxError
from mcdesk.formulas.relative_text import FillPattern
from mcdesk.formulas.syntax import Node
from mcdesk.model.workbook import FormulaKind, Workbook


class FormulaTrees:
    """Parses on demand; formulas that are the same but for their place share a tree. For one thread."""

    def __init__(self, workbook: Workbook) -> None:
        self._formulas = workbook.formulas
        self._cache = FormulaCache()
        self._tree_by_formula: dict[int, Node | None] = {}
        self._fault_by_formula: dict[int, str] = {}
        self._distinct: list[Node] = []

    @cached_property
    def numbers(self) -> NDArray[np.int64]:
        """For each stored formula the number of its tree in `distinct`, (n,).

        -1 for those that cannot be read, and for all that are not plain formulas of one cell or shared.
        """
        number_by_tree: dict[int, int] = {}
        numbers = [-1] * len(self._formulas)
        fills = self._cache.fills
        # what the pattern of a column stands for, as long as it is that pattern
        fill_by_column: dict[int, tuple[FillPattern, int]] = {}
        nothing = (None, -1)
        for index, formula in enumerate(self._formulas):
            column, text = formula.column, formula.text
            fill, number = fill_by_column.get(column, nothing)
            if fill is None or not fill.fits(text, formula.row) or formula.kind is not FormulaKind.NORMAL:
                tree = self.tree(index) if formula.kind is FormulaKind.NORMAL and text else None
                if tree is None:
                    continue
                number = number_by_tree.setdefault(id(tree), len(self._distinct))
                if number == len(self._distinct):
                    self._distinct.append(tree)
                fill_by_column.pop(column, None)
                if column in fills:
                    fill_by_column[column] = (fills[column], number)
            numbers[index] = number
        return np.array(numbers, dtype=np.int64)

    @property
    def distinct(self) -> list[Node]:
        """The trees of plain formulas, each once."""
        assert self.numbers is not None
        return self._distinct

    def tree(self, index: int) -> Node | None:
        """The tree of a stored formula; None for one that cannot be read."""
        known = self._tree_by_formula.get(index)
        if known is not None or index in self._tree_by_formula:
            return known
        if "numbers" in self.__dict__ and (number := int(self.numbers[index])) >= 0:
            return self._distinct[number]
        formula = self._formulas[index]
        try:
            tree = self._cache.parse(formula.text, formula.row, formula.column)
        except FormulaSyntaxError as error:
            tree = None
            self._fault_by_formula[index] = f"{error.reason} at character {error.position + 1}"
        self._tree_by_formula[index] = tree
        return tree

    def fault(self, index: int) -> str:
        """What is wrong with a formula that cannot be read; empty for others."""
        return "" if self.tree(index) is not None else self._fault_by_formula[index]
