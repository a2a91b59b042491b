"""The trees of a workbook's stored formulas, each parsed once."""

from mcdesk.formulas.parser import FormulaCache, FormulaSyntaxError
from mcdesk.formulas.syntax import Node
from mcdesk.model.workbook import Workbook


class FormulaTrees:
    """Parses on demand; formulas that are the same but for their place share a tree. For one thread."""

    def __init__(self, workbook: Workbook) -> None:
        self._formulas = workbook.formulas
        self._cache = FormulaCache()
        self._tree_by_formula: dict[int, Node | None] = {}
        self._fault_by_formula: dict[int, str] = {}

    def tree(self, index: int) -> Node | None:
        """The tree of a stored formula; None for one that cannot be read."""
        known = self._tree_by_formula.get(index)
        if known is not None or index in self._tree_by_formula:
            return known
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
