"""The functions that formulas call and that Excel does not have: of add-ins, of macros, misspelt ones."""

from collections import Counter
from collections.abc import Mapping

import numpy as np

from mcdesk.formulas.binding import walk
from mcdesk.formulas.dialects import is_declaration, is_property
from mcdesk.formulas.formula_trees import FormulaTrees
from mcdesk.formulas.functions.excel_names import is_excel_function
from mcdesk.formulas.syntax import Call, NameReference, Node, StructuredReference
from mcdesk.model.workbook import Workbook

_SCOPING = frozenset(("LET", "LAMBDA"))


def unknown_functions(workbook: Workbook, trees: FormulaTrees) -> Mapping[str, int]:
    """Return the cells that call each of them, the most frequent first; a named LAMBDA is none of them."""
    named = {name.name.casefold() for name in workbook.names}
    counts: Counter[str] = Counter()
    for sheet in workbook.sheets:
        formulas = sheet.formulas[sheet.formulas >= 0]
        numbers = trees.numbers[formulas]
        # formulas that are alike share their tree
        alike = np.unique_counts(numbers[numbers >= 0])
        found = [
            (trees.distinct[number], count)
            for number, count in zip(*map(np.ndarray.tolist, alike), strict=True)
        ]
        found += [
            (tree, 1) for index in formulas[numbers < 0].tolist() if (tree := trees.tree(index)) is not None
        ]
        for tree, count in found:
            for name in _unknown_calls(tree, named):
                counts[name] += count
    return dict(counts.most_common())


def _unknown_calls(tree: Node, named: set[str]) -> set[str]:
    calls = [node for node in walk(tree) if isinstance(node, Call)]
    bound = {name for call in calls if call.name in _SCOPING for name in _bound_names(call)}
    return {
        call.name
        for call in calls
        if not (is_excel_function(call.name) or is_declaration(call.name) or is_property(call.name))
        and (call.is_addin or call.name.casefold() not in named | bound)
    }


def _bound_names(call: Call) -> list[str]:
    names = [node.name for node in call.arguments if isinstance(node, NameReference)]
    names += [node.first for node in call.arguments if isinstance(node, StructuredReference) and node.first]
    return [name.casefold() for name in names]
