"""Lowering of TREND at one place on a line through the numbers of two ranges."""

from collections.abc import Sequence

from mcdesk.engine.builder import Value
from mcdesk.formulas.aligned_cells import RangeCells, segments_of
from mcdesk.formulas.functions.definition import Outcome, run_body
from mcdesk.formulas.functions.statistics.regression import place_on_fit
from mcdesk.formulas.lowered import Lowered, LoweredKind, NotLowerable, finished, first_error, is_error
from mcdesk.formulas.lowered_pairs import LoweredPairs
from mcdesk.formulas.lowering import FormulaLowering
from mcdesk.formulas.syntax import Node
from mcdesk.foundation.error_codes import ErrorCode


def lower_trend(lowering: FormulaLowering, arguments: Sequence[Node]) -> Lowered:
    """TREND(known y, known x, x) with one known x for each y."""
    if len(arguments) != 3:
        raise NotLowerable("TREND of something else than two ranges and a number")
    ops, reader = lowering.ops, lowering.reader
    ranges = [RangeCells(reader, node) for node in arguments[:2]]
    if ranges[0].shape != ranges[1].shape or 1 not in ranges[0].shape:
        raise NotLowerable("TREND over several variables")
    if ranges[0].count_beyond:
        raise NotLowerable("TREND over blank cells")
    segments = segments_of(ranges)
    if not all(all(strip.number_flags(segment.count)) for segment in segments for strip in segment.strips):
        raise NotLowerable("TREND over cells that are no numbers")
    pairs = LoweredPairs(reader, segments, ErrorCode.NONE)
    x = lowering.number(arguments[2])
    outcome: Outcome[Value] = run_body(place_on_fit, ops, x.value, pairs)
    failing = pairs.error()
    if failing is not None:
        # an error among the numbers is no number to TREND
        wrong, none = ops.error(ErrorCode.VALUE), ops.error(ErrorCode.NONE)
        failing = ops.select(is_error(ops, failing), wrong, none)
    before = first_error(ops, failing, outcome.error, x.error)
    return finished(ops, Outcome(outcome.value), before, LoweredKind.NUMBER)
