"""Distribution functions and markers of add-ins where a formula is evaluated, trial by trial.

A calculation that checks a workbook has no moment and no random numbers; add-in functions are
obstacles there.
"""

from collections.abc import Callable

from mcdesk.engine.distribution_choice import constant_quantile
from mcdesk.engine.scalar_operations import ScalarOperations
from mcdesk.formulas import syntax
from mcdesk.formulas.cell_store import Obstacle, ObstacleMet, ObstacleReason
from mcdesk.formulas.closures import Compiler, RawClosure
from mcdesk.formulas.coercion import to_number
from mcdesk.formulas.declared_distributions import list_distribution, numeric_distribution
from mcdesk.formulas.declared_draws import DeclaredDraw, DrawRefusal, declared_draw, table_columns
from mcdesk.formulas.dialects import ListShape, is_distribution_call
from mcdesk.formulas.frame import Frame
from mcdesk.formulas.values import Scalar, Value
from mcdesk.foundation.error_codes import ErrorCode

_OPERATIONS = ScalarOperations()
_LEAST_U = 2.0**-53


def compile_declaration(compiler: Compiler, node: syntax.Call) -> RawClosure:
    """The closure of a distribution or marker: a quantile, or 0."""
    obstacle = Obstacle(ObstacleReason.USER_DEFINED, node.name)
    draw = declared_draw(node) if is_distribution_call(node.name) else None
    value = _no_value if draw is None or isinstance(draw, DrawRefusal) else _quantile(compiler, draw)
    is_blocked = isinstance(draw, DrawRefusal)
    is_random = isinstance(draw, DeclaredDraw) and draw.uniform is None

    def call(frame: Frame) -> Value:
        source = frame.calculation
        if is_blocked or source.now_serial is None or (is_random and source.random is None):
            raise ObstacleMet(obstacle)
        return value(frame)

    return call


def _no_value(_frame: Frame) -> Value:
    return 0.0


def _quantile(compiler: Compiler, draw: DeclaredDraw) -> RawClosure:
    uniform = None if draw.uniform is None else compiler.raw(draw.uniform)
    parameters = [compiler.raw(node) for node in draw.parameters]
    shifts = [compiler.raw(node) for node in draw.shifts]
    borders = [None if node is None else compiler.raw(node) for node in draw.borders]
    columns = table_columns(draw.parameters[0]) if draw.shape is ListShape.TABLE else 1

    def call(frame: Frame) -> Value:
        u = frame.random(frame.next_draw()) if uniform is None else _given(frame, uniform)
        low, high = (None if each is None else frame.scalar(each(frame)) for each in borders)
        ends = low, high
        if draw.shape is None:
            scalars = [frame.scalar(each(frame)) for each in parameters]
            distribution = numeric_distribution(draw.family, scalars, ends)
        else:
            lists = [frame.elements(each(frame)) for each in parameters]
            distribution = list_distribution(draw.family, draw.shape, lists, columns, ends)
        if isinstance(u, ErrorCode):
            return u
        if isinstance(distribution, ErrorCode):
            return distribution
        return _shifted(frame, float(constant_quantile(_OPERATIONS, distribution, u)), shifts)

    return call


def _given(frame: Frame, uniform: Callable[[Frame], Value]) -> float | ErrorCode:
    u = to_number(frame.scalar(uniform(frame)))
    if isinstance(u, ErrorCode):
        return u
    return min(max(u, _LEAST_U), 1.0 - _LEAST_U) if 0.0 <= u <= 1.0 else ErrorCode.NUM


def _shifted(frame: Frame, value: float, shifts: list[RawClosure]) -> Scalar:
    for shift in shifts:
        by = to_number(frame.scalar(shift(frame)))
        if isinstance(by, ErrorCode):
            return by
        value += by
    return value if abs(value) < float("inf") else ErrorCode.NUM
