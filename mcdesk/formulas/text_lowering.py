"""Texts that vary by trial: codes of a few known texts, so that each can be asked beforehand."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from mcdesk.engine.builder import StageBuilder, Value
from mcdesk.engine.ir import Type
from mcdesk.formulas.aligned_cells import table_value
from mcdesk.formulas.comparison import compare_texts
from mcdesk.formulas.emission import PartReader
from mcdesk.formulas.lowered import Lowered, LoweredKind, NotLowerable, first_error
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
    operands = node.arguments if isinstance(node, Call) else (node.left, node.right)
    place, varying = _varying(reader, operands, lower)
    here = reader.position
    cell = CellAddress(here.sheet, here.row, here.column)
    scalars: list[Scalar] = []
    for text in _texts(reader.ops):
        scalar = reader.cells.evaluate(_with_operand(node, operands, place, Text(text)), cell)
        if scalar is None:
            raise NotLowerable("an operation on a text that has no single value")
        scalars.append(scalar)
    assert varying.value is not None
    result = tabulated(reader, scalars, reader.ops.text_code(varying.value))
    return Lowered(
        result.kind, result.value, first_error(reader.ops, varying.error, result.error), result.text
    )


def tabulated(reader: PartReader, scalars: Sequence[Scalar], index: Value) -> Lowered:
    """One of several known scalars of one kind, errors among them."""
    ops = reader.ops
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
    reader: PartReader, operands: Sequence[Node], lower: Callable[[Node], Lowered]
) -> tuple[int, Lowered]:
    """The one operand that varies, which must be a text."""
    found: tuple[int, Lowered] | None = None
    for place, operand in enumerate(operands):
        known = reader.known_scalars(operand)
        if known is not None:
            if any(type(scalar) is not type(known[0]) or scalar != known[0] for scalar in known):
                raise NotLowerable("a text that varies beside what differs from cell to cell")
            continue
        value = lower(operand)
        if value.kind is not LoweredKind.TEXT or value.text is not None or found is not None:
            raise NotLowerable("an operation on more than a text that varies")
        found = place, value
    if found is None:
        raise NotLowerable("no text that varies")
    return found


def _with_operand(node: Call | Binary, operands: Sequence[Node], place: int, operand: Node) -> Node:
    if isinstance(node, Call):
        return replace(node, arguments=(*operands[:place], operand, *operands[place + 1 :]))
    return replace(node, left=operand) if place == 0 else replace(node, right=operand)


def _texts(ops: StageBuilder) -> Sequence[str]:
    texts = ops.draft.strings
    if len(texts) > _MOST_TEXTS:
        raise NotLowerable("very many texts")
    return texts


def _ranks(texts: Sequence[str]) -> list[int]:
    """The place of each text in the order of comparison, the same for texts that are equal there."""
    place_by_key = {key: place for place, key in enumerate(sorted({text.casefold() for text in texts}))}
    return [place_by_key[text.casefold()] for text in texts]
