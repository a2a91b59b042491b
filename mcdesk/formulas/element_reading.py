"""The element of a range at a place that varies."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from mcdesk.engine.builder import Value
from mcdesk.formulas.aligned_cells import RangeCells, Segment, Strip, segments_of
from mcdesk.formulas.emission import PartReader
from mcdesk.formulas.lowered import Lowered, NotLowerable, lowered_constant, select_lowered
from mcdesk.formulas.text_lowering import tabulated
from mcdesk.formulas.values import Blank, Scalar

_MOST_SEGMENTS = 300


def element_at(
    reader: PartReader, cells: RangeCells, place: Value, places: Collection[int] | None = None
) -> Lowered:
    """The element at a place from 0, an INTEGER inside of the range; a blank cell is 0.

    Args:
        places: those that the place can be; what stands at others does not matter.
    """
    ops = reader.ops
    known = ops.constant_of(place)
    if known is not None:
        return _single(reader, cells, int(known))
    segments = _joined(segments_of([cells]))
    if places and len(segments) > 1:
        segments = min(_joined(segments_of([cells], sorted(places))), segments, key=len)
    if len(segments) > _MOST_SEGMENTS:
        raise NotLowerable("a look-up over too many unlike cells")
    chosen = _of_segment(reader, segments[-1], place)
    for segment in reversed(segments[:-1]):
        is_inside = ops.ilt(place, ops.integer(segment.first + segment.count))
        chosen = select_lowered(ops, is_inside, _of_segment(reader, segment, place), chosen)
    return chosen


def _single(reader: PartReader, cells: RangeCells, place: int) -> Lowered:
    item = cells.items[place]
    if item[0] is None:
        return lowered_constant(reader.ops, item[2])
    return reader.slot(item[0], cells.strip([item]).start)


def _joined(segments: Sequence[Segment]) -> list[Segment]:
    """Certain cells that follow each other, with nothing that matters between them, as one segment."""
    joined: list[Segment] = []
    for segment in segments:
        last = joined[-1] if joined else None
        are_certain = last is not None and last.strips[0].block is None and segment.strips[0].block is None
        if last is None or not are_certain:
            joined.append(segment)
            continue
        scalars = last.strips[0].scalars
        gap = segment.first - last.first - last.count
        filling = (scalars[-1],) * gap
        strip = Strip(scalars=(*scalars, *filling, *segment.strips[0].scalars))
        joined[-1] = Segment(last.first, last.count + gap + segment.count, (strip,))
    return joined


def _of_segment(reader: PartReader, segment: Segment, place: Value) -> Lowered:
    ops, strip = reader.ops, segment.strips[0]
    inside = ops.iclamp(ops.isub(place, ops.integer(segment.first)), 0, segment.count - 1)
    if strip.block is None:
        filled: list[Scalar] = [0.0 if isinstance(scalar, Blank) else scalar for scalar in strip.scalars]
        element = tabulated(reader, filled, inside)
        return replace(element, may_be_blank=any(isinstance(scalar, Blank) for scalar in strip.scalars))
    return reader.slot(strip.block, strip.start, ops.imul(inside, ops.integer(strip.stride)))
