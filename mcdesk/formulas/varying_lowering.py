"""Instructions for what is written otherwise in each cell of a part."""

from collections.abc import Sequence

from mcdesk.engine.builder import Value
from mcdesk.engine.ir import Affine, Type
from mcdesk.formulas.aligned_cells import table_value
from mcdesk.formulas.blocks import Block, CellItem
from mcdesk.formulas.emission import PartReader
from mcdesk.formulas.lowered import Lowered, NotLowerable, lowered_constant
from mcdesk.formulas.reads import reference_reads
from mcdesk.formulas.syntax import CellReference, VaryingNumber, VaryingReference


def varying_number(reader: PartReader, node: VaryingNumber) -> Lowered:
    """The number of the cell at hand."""
    here = reader.position
    if not here.is_moving:
        return lowered_constant(reader.ops, node.at(here.row, here.column).value)
    numbers = [node.at(row, column).value for row, column in here.cells_of(reader.part)]
    return reader.table_element(numbers, here.index_in(reader.ops, reader.part))


def varying_cell(reader: PartReader, node: VaryingReference) -> Lowered:
    """The value of the cell that the one at hand refers to.

    Raises:
        NotLowerable: unless all of them are certain, or uncertain and of one type.
    """
    here, ops = reader.position, reader.ops
    if not here.is_moving:
        return reader.cell(node.at(here.row, here.column))
    leaves = [node.at(row, column) for row, column in here.cells_of(reader.part)]
    item_by_leaf = {leaf: _item(reader, leaf) for leaf in dict.fromkeys(leaves)}
    index = here.index_in(ops, reader.part)
    items = list(item_by_leaf.values())
    if all(block is None for block, _, _ in items):
        return reader.table_element([item_by_leaf[leaf][2] for leaf in leaves], index)
    blocks = [block for block, _, _ in items if block is not None]
    if len(blocks) < len(items):
        raise NotLowerable("references to certain and to uncertain cells")
    if len({(block.value_array, block.error_array) for block in blocks}) == 1:
        places = [item_by_leaf[leaf][1] for leaf in leaves]
        return _element(reader, blocks[0], places, index)
    number_by_leaf = {leaf: number for number, leaf in enumerate(item_by_leaf)}
    return _element(reader, _copy(reader, items), [number_by_leaf[leaf] for leaf in leaves], index)


def _item(reader: PartReader, leaf: CellReference) -> CellItem:
    reads = reference_reads(reader.cells.workbook, leaf, reader.position.sheet)
    if len(reads) != 1:
        raise NotLowerable("a reference to another file or several sheets")
    area = reads[0].at(reader.position.row, reader.position.column)
    return reader.cells.items(area)[0]


def _element(reader: PartReader, block: Block, places: Sequence[int], index: Value) -> Lowered:
    place = table_value(reader.ops, Type.INTEGER, places, index)
    return reader.slot(block, Affine(0), reader.ops.iclamp(place, min(places), max(places)))


def _copy(reader: PartReader, items: Sequence[CellItem]) -> Block:
    """The cells side by side."""
    if reader.shared is None:
        raise NotLowerable("references to unlike cells out of a loop that feeds itself")
    copy = reader.shared.side_by_side(reader.ops, items)
    if copy is None:
        raise NotLowerable("references to cells of several types")
    return copy
