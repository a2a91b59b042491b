"""Texts that vary by trial: codes of a few known texts, so that each can be asked beforehand."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from mcdesk.engine.builder import StageBuilder, Value
from mcdesk.engine.ir import Type
from mcdesk.formulas.aligned_cells import table_value
from mcdesk.formulas.comparison import compare_texts
from mcdesk.formulas.emission import PartReader
from mcdesk.formulas.lowered import Lowered, LoweredKind, NotLowerable, behind_error, first_error
from mcdesk.formulas.reads import DYNAMIC_CALLS
from mcdesk.formulas.syntax import Binary, Call, Node, Text
from mcdesk.formulas.values import Scalar
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import CellAddress

_MOST_TEXTS = 3_000


def compared_texts(ops: StageBuilder, holds: Callable[[int], bool], left: Lowered, right: Lowered) -> Value:
    """What a comparison makes of the order of two texts, as LOGICAL."""
    if left.text is not None and right.text is not None:
        return ops.logical(holds(compare_texts(left.text, right.text)))
    assert left.value is not None and right.value is not None
    texts = _texts(ops)
    if left.text is None and right.text is None:
        ranks = _ranks(texts)
        a, b = (
            table_value(ops, Type.INTEGER, ranks, ops.text_code(value)) for value in (left.value, right.value)
        )
        above = ops.select(ops.ieq(a, b), ops.logical(holds(0)), ops.logical(holds(1)))
        return ops.select(ops.ilt(a, b), ops.logical(holds(-1)), above)
    if left.text is None:
        known, code = right.text or "", ops.text_code(left.value)
        return table_value(ops, Type.LOGICAL, [holds(compare_texts(text, known)) for text in texts], code)
    code = ops.text_code(right.value)
    return table_value(ops, Type.LOGICAL, [holds(compare_texts(left.text, text)) for text in texts], code)


def lifted(reader: PartReader, node: Call | Binary, lower: Callable[[Node], Lowered]) -> Lowered:
    """An operation on one text that varies and on what is certain: its results are tabulated.

    Raises:
        NotLowerable: if that is not what the node is, or its results differ in kind.
    """
    if isinstance(node, Call) and node.name in DYNAMIC_CALLS:
        raise NotLowerable("a reference that is known in a trial only")
    operands = list(node.arguments if isinstance(node, Call) else (node.left, node.right))
    place, varying = _varying(reader, operands, lower)
    if varying is None:
        result = reader.one_of_each_cell(reader.scalars_of(_with_operands(node, operands)))
        if result is None:
            raise NotLowerable("an operation that has no single value")
        return result
    here = reader.position
    cell = CellAddress(here.sheet, here.row, here.column)
    scalars: list[Scalar] = []
    for text in _texts(reader.ops):
        operands[place] = Text(text)
        scalar = reader.cells.evaluate(_with_operands(node, operands), cell)
        if scalar is None:
            raise NotLowerable("an operation on a text that has no single value")
        scalars.append(scalar)
    assert varying.value is not None
    result = tabulated(reader, scalars, reader.ops.text_code(varying.value))
    return behind_error(reader.ops, varying.error, result)


def tabulated(reader: PartReader, scalars: Sequence[Scalar], index: Value) -> Lowered:
    """One of several known scalars of one kind, errors among them."""
    ops = reader.ops
    if not scalars:
        raise NotLowerable("a text of which none is known")
    errors = [int(scalar) if isinstance(scalar, ErrorCode) else 0 for scalar in scalars]
    others: list[Scalar] = [scalar for scalar in scalars if not isinstance(scalar, ErrorCode)]
    inside = ops.iclamp(index, 0, len(scalars) - 1)
    if not any(errors) or not others:
        return reader.table_element(scalars, inside)
    # beside an error stands what is in some other place
    plain = [others[0] if isinstance(scalar, ErrorCode) else scalar for scalar in scalars]
    element = reader.table_element(plain, inside)
    error = first_error(ops, table_value(ops, Type.ERROR, errors, inside), element.error)
    return Lowered(element.kind, element.value, error, element.text)


def _varying(
    reader: PartReader, operands: list[Node], lower: Callable[[Node], Lowered]
) -> tuple[int, Lowered | None]:
    """The one operand that varies, which must be a text; those that turn out certain are replaced."""
    found: tuple[int, Lowered | None] = -1, None
    for place, operand in enumerate(operands):
        known = reader.known_scalars(operand)
        if known is not None:
            if any(type(scalar) is not type(known[0]) or scalar != known[0] for scalar in known):
                raise NotLowerable("a text that varies beside what differs from cell to cell")
            continue
        value = lower(operand)
        if value.text is not None and value.error is None:
            operands[place] = Text(value.text)
        elif value.kind is LoweredKind.TEXT and value.text is None and found[1] is None:
            found = place, value
        else:
            raise NotLowerable("an operation on more than a text that varies")
    return found


def _with_operands(node: Call | Binary, operands: Sequence[Node]) -> Node:
    if isinstance(node, Call):
        return replace(node, arguments=tuple(operands))
    return replace(node, left=operands[0], right=operands[1])


def _texts(ops: StageBuilder) -> Sequence[str]:
    texts = ops.draft.strings
    if len(texts) > _MOST_TEXTS:
        raise NotLowerable("very many texts")
    return texts


def _ranks(texts: Sequence[str]) -> list[int]:
    """The place of each text in the order of comparison, the same for texts that are equal there."""
    place_by_key = {key: place for place, key in enumerate(sorted({text.casefold() for text in texts}))}
    return [place_by_key[text.casefold()] for text in texts]
