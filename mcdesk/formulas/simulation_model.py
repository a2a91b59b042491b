"""The model of a simulation: what is uncertain, what is wanted, and the regions between them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mcdesk.engine.distributions import Distribution
from mcdesk.formulas.cell_store import ObstacleMet, cached_value, key_of
from mcdesk.formulas.certain_regions import CertainRegions
from mcdesk.formulas.choice import CorrelationChoice, InputChoice, OutputChoice, SimulationChoice
from mcdesk.formulas.data_tables import data_table_inputs
from mcdesk.formulas.declarations import (
    input_name,
    is_declaring,
    is_drawing,
    keep_stored_draws,
    marked_outputs,
    refusal_of,
    seed_warnings,
)
from mcdesk.formulas.declared_correlations import declared_correlations
from mcdesk.formulas.dependencies import DependencyGraph
from mcdesk.formulas.dynamic_references import DynamicReferences
from mcdesk.formulas.evaluator import Calculation
from mcdesk.formulas.reads import reads_of
from mcdesk.formulas.regions import NO_FORMULA, UNREADABLE, Region, find_regions
from mcdesk.formulas.stored_values import outside_function
from mcdesk.foundation.errors import ModelInvalid
from mcdesk.foundation.garbage import collection_paused
from mcdesk.model.addresses import CellAddress, Rectangle, format_cell
from mcdesk.model.workbook import Formula, FormulaKind, Workbook

_MOST_LISTED = 5


@dataclass(frozen=True, slots=True)
class ModelInput:
    """A cell with a distribution of its own, or a formula cell that draws (`distribution` None)."""

    cell: CellAddress
    name: str
    distribution: Distribution | None


@dataclass(frozen=True, slots=True, eq=False)
class SimulationModel:
    """What the compiler needs.

    Attributes:
        calculation: the certain part, with fixed cells in place.
        is_uncertain, is_needed: masks over the graph's nodes; needed is what outputs read, and the chosen
            inputs in any case.
        idle_inputs: the chosen inputs that no output depends on.
    """

    workbook: Workbook
    calculation: Calculation
    regions: tuple[Region, ...]
    graph: DependencyGraph
    inputs: tuple[ModelInput, ...]
    outputs: tuple[OutputChoice, ...]
    is_uncertain: NDArray[np.bool_]
    is_needed: NDArray[np.bool_]
    formula_cells: int
    warnings: tuple[str, ...] = ()
    correlations: tuple[CorrelationChoice, ...] = ()
    idle_inputs: frozenset[CellAddress] = frozenset()


def cell_text(workbook: Workbook, cell: CellAddress) -> str:
    """A cell's address as a person writes it."""
    return format_cell(workbook.sheets[cell.sheet].name, cell.row, cell.column)


@collection_paused()
def build_simulation_model(
    workbook: Workbook, choice: SimulationChoice, now_serial: float
) -> SimulationModel:
    """Find what the outputs depend on and what of that is uncertain.

    Raises:
        ModelInvalid: if there is no output, no input, or an unknown function is needed.
    """
    calculation = Calculation(workbook, dict(choice.fixed), now_serial, None)
    found = find_regions(workbook, calculation.compilation.trees)
    calculation.regions = CertainRegions(calculation, found)
    keep_stored_draws(calculation, found)
    dynamic = DynamicReferences(calculation, found)
    while True:
        regions = dynamic.regions()
        graph = _graph(workbook, regions, {each.cell for each in choice.inputs})
        inputs = (*_chosen_inputs(choice.inputs), *_drawing_cells(graph, regions, choice, calculation))
        drawn = _stored(graph, workbook, (each.cell for each in inputs))
        _join_dynamic_regions(graph, workbook, regions, drawn)
        is_uncertain = graph.dependents(drawn)
        if not dynamic.retract(graph, is_uncertain):
            break
    outputs = _with_limits(workbook, choice, _outputs(choice, calculation, regions))
    if not outputs and not any(len(sheet.rows) for sheet in workbook.sheets):
        raise ModelInvalid(f"{workbook.path.name} has no cells", "Choose a workbook with a model in it.")
    if not outputs:
        raise ModelInvalid(f"{workbook.path.name} has no output", 'Name one with --output "Sheet1!B10".')
    is_needed = graph.precedents(_stored(graph, workbook, (output.cell for output in outputs)))
    idle = [each.cell for each in choice.inputs if not is_needed[graph.cell_id(each.cell)]]
    left_out = _unused_declarations(graph, regions, is_needed)
    chosen = _stored(graph, workbook, (each.cell for each in choice.inputs))
    is_judged = is_needed.copy()
    is_judged[chosen] = False
    _refuse_unknown_formulas(calculation, graph, regions, is_judged)
    kept = _stored_warnings(workbook, graph, regions, is_judged, is_uncertain)
    needed = {
        each.cell for each in inputs if each.distribution is None and is_needed[graph.cell_id(each.cell)]
    }
    correlations = _correlations(choice, calculation, graph, regions, needed, is_uncertain)
    is_needed[chosen] = True
    warnings = (*_warnings(workbook, regions, inputs), *_idle_warnings(workbook, idle, left_out), *kept)
    return SimulationModel(
        workbook,
        calculation,
        regions,
        graph,
        tuple(inputs),
        tuple(outputs),
        is_uncertain,
        is_needed,
        workbook.formula_cell_count,
        warnings,
        correlations,
        frozenset(idle),
    )


def _graph(workbook: Workbook, regions: Iterable[Region], replaced: set[CellAddress]) -> DependencyGraph:
    graph = DependencyGraph(workbook)
    for region in regions:
        area = region.rectangle
        if area.size == 1 and CellAddress(area.sheet, area.top, area.left) in replaced:
            continue  # a distribution stands for its formula
        if region.owner < 0:
            for tree in (region.tree, *region.guards):
                graph.add_region(region, reads_of(workbook, tree, area.sheet))
            continue
        formula = workbook.formulas[region.owner]
        if formula.kind is FormulaKind.DATA_TABLE:
            _add_data_table(graph, formula, area)
            continue
        anchor = CellAddress(formula.sheet, formula.row, formula.column)
        own = [int(cell) for cell in graph.ids_in(area)]
        graph.add_edges([cell for cell in own if cell != graph.cell_id(anchor)], [graph.cell_id(anchor)])
        reads = reads_of(workbook, region.tree, area.sheet)
        here = Region(
            Rectangle(anchor.sheet, anchor.row, anchor.column, anchor.row, anchor.column), region.tree
        )
        graph.add_region(here, reads)
    return graph


def _add_data_table(graph: DependencyGraph, formula: Formula, area: Rectangle) -> None:
    """Each cell of a data table reads its formula, what feeds the input cells, and these cells."""
    if formula.data_table is None or formula.extent is None:
        return
    for number in graph.ids_in(area):
        cell = graph.address(int(number))
        try:
            source, fed = data_table_inputs(cell, formula.extent, formula.data_table)
        except ObstacleMet:
            continue
        read = [graph.cell_id(each) for each in (source, *fed.keys(), *fed.values())]
        graph.add_edges([int(number)], [each for each in read if each >= 0])


def _join_dynamic_regions(
    graph: DependencyGraph, workbook: Workbook, regions: Iterable[Region], inputs: Sequence[int]
) -> None:
    # what they read is known only in a trial: they may depend on every input
    for region in regions:
        if inputs and reads_of(workbook, region.tree, region.rectangle.sheet).is_dynamic:
            graph.add_edges([int(cell) for cell in graph.ids_in(region.rectangle)], inputs)


def _with_limits(
    workbook: Workbook, choice: SimulationChoice, outputs: Sequence[OutputChoice]
) -> tuple[OutputChoice, ...]:
    for cell in choice.limits.keys() - {output.cell for output in outputs}:
        raise ModelInvalid(
            f"{cell_text(workbook, cell)} has a limit and is no output", "Add it with --output."
        )
    return tuple(replace(each, limits=choice.limits.get(each.cell, ())) for each in outputs)


def _chosen_inputs(chosen: Iterable[InputChoice]) -> list[ModelInput]:
    return [ModelInput(each.cell, each.name, each.distribution) for each in chosen]


def _drawing_cells(
    graph: DependencyGraph, regions: Iterable[Region], choice: SimulationChoice, calculation: Calculation
) -> list[ModelInput]:
    replaced = {each.cell for each in choice.inputs}
    found: list[ModelInput] = []
    for region in regions:
        if is_drawing(region.tree):
            for cell in graph.ids_in(region.rectangle):
                address = graph.address(int(cell))
                if address not in replaced:
                    found.append(ModelInput(address, input_name(calculation, region.tree, address), None))
    return found


def _unused_declarations(
    graph: DependencyGraph, regions: Iterable[Region], is_needed: NDArray[np.bool_]
) -> list[CellAddress]:
    """The cells with an add-in's distribution that no output depends on."""
    declaring = [graph.ids_in(region.rectangle) for region in regions if is_declaring(region.tree)]
    return [graph.address(int(cell)) for cells in declaring for cell in cells[~is_needed[cells]]]


def _correlations(
    choice: SimulationChoice,
    calculation: Calculation,
    graph: DependencyGraph,
    regions: Iterable[Region],
    drawn: Collection[CellAddress],
    is_uncertain: NDArray[np.bool_],
) -> tuple[CorrelationChoice, ...]:
    """Those chosen, and those that the formulas of drawn cells declare of other pairs."""
    chosen = {frozenset((each.first, each.second)) for each in choice.correlations}
    declared = declared_correlations(calculation, regions, drawn)
    for area in dict.fromkeys(declared.values()):
        if is_uncertain[graph.ids_in(area)].any():
            first = cell_text(calculation.workbook, CellAddress(area.sheet, area.top, area.left))
            raise ModelInvalid(
                f"the matrix of correlations at {first} is uncertain",
                "Correlations are the same in every trial.",
            )
    added = (each for each in declared if frozenset((each.first, each.second)) not in chosen)
    return (*choice.correlations, *added)


def _outputs(
    choice: SimulationChoice, calculation: Calculation, regions: Iterable[Region]
) -> tuple[OutputChoice, ...]:
    """Those chosen, else those that the workbook marks; named as chosen, else as marked."""
    name_by_cell = marked_outputs(calculation, regions)
    chosen = choice.outputs or tuple(map(OutputChoice, name_by_cell))
    return tuple(OutputChoice(each.cell, each.name or name_by_cell.get(each.cell, "")) for each in chosen)


def _warnings(workbook: Workbook, regions: Iterable[Region], inputs: Sequence[ModelInput]) -> tuple[str, ...]:
    found = [] if inputs else ["No cell is uncertain: every trial gives the same values."]
    for region in regions:
        area = region.rectangle
        cell = cell_text(workbook, CellAddress(area.sheet, area.top, area.left))
        found += [f"{cell} {warning}" for warning in seed_warnings(region.tree)]
    return tuple(found)


def _idle_warnings(
    workbook: Workbook, idle: Sequence[CellAddress], left_out: Sequence[CellAddress]
) -> Iterable[str]:
    """That no output depends on these inputs: chosen ones are simulated, those that a formula draws not."""
    if idle:
        yield f"No output depends on {_listed(workbook, idle)}."
    if left_out:
        drawn = "it draws" if len(left_out) == 1 else "they draw"
        yield f"No output depends on {_listed(workbook, left_out)}: what {drawn} is left out."


def _listed(workbook: Workbook, cells: Sequence[CellAddress]) -> str:
    shown = ", ".join(cell_text(workbook, cell) for cell in cells[:_MOST_LISTED])
    more = len(cells) - _MOST_LISTED
    return f"{shown} and {more:,} more" if more > 0 else shown


def _stored(graph: DependencyGraph, workbook: Workbook, cells: Iterable[CellAddress]) -> list[int]:
    found: list[int] = []
    for cell in cells:
        number = graph.cell_id(cell)
        if number < 0:
            raise ModelInvalid(
                f"{cell_text(workbook, cell)} is empty", "Inputs and outputs are cells that hold something."
            )
        found.append(number)
    return found


def _refuse_unknown_formulas(
    calculation: Calculation, graph: DependencyGraph, regions: Iterable[Region], is_needed: NDArray[np.bool_]
) -> None:
    workbook = calculation.workbook
    known_names = {name.name.upper() for name in workbook.names}
    for region in regions:
        cells = graph.ids_in(region.rectangle)
        if not is_needed[cells].any():
            continue
        cell = graph.address(int(cells[is_needed[cells]][0]))
        reason = _fault_of(calculation, region, cell) or refusal_of(region.tree, known_names)
        if reason is not None:
            raise ModelInvalid(
                f"{cell_text(workbook, cell)} {reason}",
                "Replace the formula, or choose outputs that do not depend on it.",
            )


def _stored_warnings(
    workbook: Workbook,
    graph: DependencyGraph,
    regions: Iterable[Region],
    is_needed: NDArray[np.bool_],
    is_uncertain: NDArray[np.bool_],
) -> list[str]:
    """Which cells have what the file keeps as their value, by the function that asks for it.

    Raises:
        ModelInvalid: if the file keeps nothing of such a cell, or an input moves it.
    """
    cells_by_function: dict[str, list[CellAddress]] = {}
    known_names = {name.name.upper() for name in workbook.names}
    for region in regions:
        numbers = graph.ids_in(region.rectangle)
        numbers = numbers[is_needed[numbers]]
        function = outside_function(region.tree, known_names) if len(numbers) else None
        for number in numbers if function else ():
            cell = graph.address(int(number))
            fault = _stored_fault(workbook, cell, bool(is_uncertain[number]))
            if fault is not None:
                raise ModelInvalid(
                    f"{cell_text(workbook, cell)} uses {function}, {fault}",
                    "Replace the formula, or choose outputs that do not depend on it.",
                )
            cells_by_function.setdefault(function or "", []).append(cell)
    return [
        f"{function} has the value that the file keeps in {_listed(workbook, cells)}."
        for function, cells in cells_by_function.items()
    ]


def _stored_fault(workbook: Workbook, cell: CellAddress, is_uncertain: bool) -> str | None:
    if is_uncertain:
        return "whose value comes from outside of the cells, and depends on an input"
    sheet = workbook.sheets[cell.sheet]
    place = sheet.position(cell.row, cell.column)
    is_kept = cached_value(workbook, sheet, place) is not None
    return None if is_kept else "whose value comes from outside of the cells, and the file keeps none"


def _fault_of(calculation: Calculation, region: Region, cell: CellAddress) -> str | None:
    """Why a region has no formula that can be read, to follow the cell's address."""
    if region.kind is FormulaKind.DATA_TABLE:
        return None  # its formula stands outside of it
    if region.tree is NO_FORMULA:
        return "holds a formula without text"
    if region.tree is not UNREADABLE:
        return None
    index = calculation.compilation.formula_by_key[key_of(cell.sheet, cell.row, cell.column)]
    return f"holds a formula that cannot be read: {calculation.compilation.trees.fault(index)}"
