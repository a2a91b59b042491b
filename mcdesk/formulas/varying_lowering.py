"""Instructions for what is written otherwise in each cell of a part."""

from mcdesk.engine.ir import Affine, Type
from mcdesk.formulas.aligned_cells import table_value
from mcdesk.formulas.emission import PartReader
from mcdesk.formulas.lowered import Lowered, NotLowerable, lowered_constant
from mcdesk.formulas.reads import reference_reads
from mcdesk.formulas.syntax import VaryingNumber, VaryingReference


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
        NotLowerable: unless all of them are certain, or stand in slot arrays together.
    """
    here, ops, cells = reader.position, reader.ops, reader.cells
    if not here.is_moving:
        return reader.cell(node.at(here.row, here.column))
    places: list[int] = []
    blocks = []
    certain = []
    for row, column in here.cells_of(reader.part):
        (read,) = reference_reads(cells.workbook, node.at(row, column), here.sheet)
        area = read.at(row, column)
        block = cells.block_at(area.sheet, area.top, area.left)
        if block is None:
            certain.append(cells.certain(area.sheet, area.top, area.left))
        else:
            blocks.append(block)
            places.append(block.place(area.top, area.left))
    index = here.index_in(ops, reader.part)
    if not blocks:
        return reader.table_element(certain, index)
    arrays = {(block.type, block.value_array, block.error_array) for block in blocks}
    if certain or len(arrays) > 1:
        raise NotLowerable("references to unlike cells")
    place = table_value(ops, Type.INTEGER, places, index)
    return reader.slot(blocks[0], Affine(0), ops.iclamp(place, min(places), max(places)))
