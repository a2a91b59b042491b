"""Calls of worksheet functions: arguments prepared by their kinds, scalar functions mapped over arrays."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np

from mcdesk.engine.scalar_operations import ScalarOperations
from mcdesk.formulas import syntax
from mcdesk.formulas.arrays import Operand, as_scalar
from mcdesk.formulas.cell_store import Obstacle, ObstacleMet, ObstacleReason
from mcdesk.formulas.closures import Compiler, RawClosure
from mcdesk.formulas.coercion import to_logical, to_number, to_text
from mcdesk.formulas.collected_numbers import CollectedNumbers, Run
from mcdesk.formulas.dialects import is_declaration
from mcdesk.formulas.distribution_evaluation import compile_declaration
from mcdesk.formulas.frame import Frame, charged, mapped
from mcdesk.formulas.functions.catalogue import FUNCTION_BY_NAME
from mcdesk.formulas.functions.definition import FunctionDefinition, Kind, Parameter, run_body, scalar_result
from mcdesk.formulas.functions.excel_names import is_excel_function
from mcdesk.formulas.mapping import OverSeries, as_numbers
from mcdesk.formulas.name_calls import compile_lambda, compile_let
from mcdesk.formulas.number_collection import Collector, collector
from mcdesk.formulas.series_bodies import run_over_series
from mcdesk.formulas.values import MISSING, ArrayValue, LambdaValue, Reference, Scalar, Series, Value
from mcdesk.foundation.error_codes import ErrorCode

Coercion = Callable[[Operand], Scalar]
# An argument's closure, and what makes a scalar of it; None where it is passed as it is.
Prepared = tuple[RawClosure, Coercion | None]
_ANALYSIS_FUNCTIONS_NAMES = """
MROUND QUOTIENT EDATE EOMONTH WEEKNUM YEARFRAC NETWORKDAYS WORKDAY DELTA GESTEP FACTDOUBLE SQRTPI EFFECT
NOMINAL XNPV XIRR COUPDAYBS COUPDAYS COUPDAYSNC COUPNCD COUPNUM COUPPCD ISEVEN ISODD
"""
_ARRAY_FORCING_NAMES = """
SUMPRODUCT MMULT MDETERM MINVERSE LOOKUP INDEX CORREL PEARSON RSQ SLOPE INTERCEPT STEYX COVAR
COVARIANCE.P COVARIANCE.S SUMX2MY2 SUMX2PY2 SUMXMY2 FORECAST FORECAST.LINEAR PROB MODE MODE.SNGL
FREQUENCY AGGREGATE CHITEST CHISQ.TEST FTEST F.TEST TTEST T.TEST FILTER SORT SORTBY UNIQUE XLOOKUP
XMATCH TEXTJOIN CONCAT LINEST TREND GROWTH LOGEST XIRR XNPV NETWORKDAYS
"""
# Their arguments take whole arrays in any formula.
ARRAY_FORCING = frozenset(_ARRAY_FORCING_NAMES.split())
# Functions that came with the Analysis ToolPak: a logical value is no number to them, an absent one #N/A.
ANALYSIS_FUNCTIONS = frozenset(_ANALYSIS_FUNCTIONS_NAMES.split())
_OPERATIONS = ScalarOperations()
_SPECIAL: Mapping[str, Callable[[Compiler, syntax.Call], RawClosure]] = {
    "LET": compile_let,
    "LAMBDA": compile_lambda,
}


def compile_call(compiler: Compiler, node: syntax.Call) -> RawClosure:
    """The closure of a call: a worksheet function, a named LAMBDA, or what cannot be calculated."""
    if is_declaration(node.name):
        return compile_declaration(compiler, node)
    if node.is_addin:
        return _blocked(ObstacleReason.USER_DEFINED, node.name)
    special = _SPECIAL.get(node.name)
    if special is not None:
        return special(compiler, node)
    definition = FUNCTION_BY_NAME.get(node.name)
    if definition is None:
        return _named_call(compiler, node)
    return _function_call(compiler, node, definition)


def evaluation(definition: FunctionDefinition) -> Callable[..., Value]:
    """Return `(context, *prepared arguments) -> Value` of a function, made from its body if it has one."""
    if definition.evaluate is not None:
        return definition.evaluate
    body = definition.elementwise or definition.aggregate
    assert body is not None

    if definition.needs_calendar:
        return lambda context, *arguments: scalar_result(
            run_body(body, _OPERATIONS, context.date_1904, *arguments)
        )
    return lambda _context, *arguments: scalar_result(run_body(body, _OPERATIONS, *arguments))


_INFINITY = float("inf")


def _blocked(reason: ObstacleReason, name: str) -> RawClosure:
    def stop(_frame: Frame) -> Value:
        raise ObstacleMet(Obstacle(reason, name))

    return stop


def _named_call(compiler: Compiler, node: syntax.Call) -> RawClosure:
    bound = node.name.casefold()
    named = compiler.named(node.name, None)
    arguments = [compiler.raw(argument) for argument in node.arguments]
    reason = ObstacleReason.UNSUPPORTED if is_excel_function(node.name) else ObstacleReason.USER_DEFINED
    blocked = _blocked(reason, node.name)

    def call(frame: Frame) -> Value:
        callee = frame.names.get(bound)
        if callee is None and named is not None:
            callee = named(frame)
        if callee is None:
            return blocked(frame)
        if isinstance(callee, Reference):
            callee = frame.scalar(callee)
        if not isinstance(callee, LambdaValue):
            return callee if isinstance(callee, ErrorCode) else ErrorCode.REF
        return frame.call(callee, [argument(frame) for argument in arguments])

    return call


def _function_call(compiler: Compiler, node: syntax.Call, definition: FunctionDefinition) -> RawClosure:
    count = len(node.arguments)
    if count < definition.least_arguments or (count and definition.parameter(count - 1) is None):
        return lambda _frame: ErrorCode.VALUE
    if node.name in ARRAY_FORCING:
        compiler = compiler.in_arrays()
    evaluate = evaluation(definition)
    parameters = [parameter for place in range(count) if (parameter := definition.parameter(place))]
    single = [
        _prepare(compiler, argument, parameter)
        for argument, parameter in zip(node.arguments, parameters, strict=True)
        if parameter.kind is not Kind.NUMBERS
    ]
    if node.name in ANALYSIS_FUNCTIONS:
        single = [
            (closure, _to_plain_number if coercion is _to_number else coercion)
            for closure, coercion in single
        ]
    collectors = [
        collector(compiler, argument)
        for argument, parameter in zip(node.arguments, parameters, strict=True)
        if parameter.kind is Kind.NUMBERS
    ]
    takes_numbers = bool(definition.parameters) and definition.parameters[-1].kind is Kind.NUMBERS
    if takes_numbers:
        return _aggregate_call(evaluate, single, collectors, definition.aggregate is not None)
    defaults = _defaults(definition, count)
    over_series = _over_series(definition, [coercion for _, coercion in single], defaults)
    return _plain_call(evaluate, single, defaults, over_series)


def _defaults(definition: FunctionDefinition, count: int) -> tuple[Scalar | None, ...]:
    return tuple(parameter.default for parameter in definition.parameters[count:] if parameter.is_optional)


def _prepare(compiler: Compiler, node: syntax.Node, parameter: Parameter) -> Prepared:
    closure, coercion = _prepared_as(compiler, node, parameter.kind)
    if not parameter.is_absent_when_empty:
        return closure, coercion
    is_empty = isinstance(node, syntax.MissingArgument)

    def with_default(frame: Frame) -> Value:
        value = MISSING if is_empty else closure(frame)
        # None goes to the function, as where there is no argument.
        return parameter.default if value is MISSING else value  # type: ignore[return-value]

    return with_default, coercion


def _prepared_as(compiler: Compiler, node: syntax.Node, kind: Kind) -> Prepared:
    match kind:
        case Kind.LAZY:
            raw = compiler.raw(node)
            return (lambda frame: partial(raw, frame)), None  # type: ignore[return-value]  # a Thunk
        case Kind.RANGE | Kind.VALUE | Kind.NUMBERS:
            return compiler.raw(node), None
        case Kind.REFERENCE:
            return _reference_only(compiler.raw(node)), None
        case _:
            is_1904_number = kind is Kind.NUMBER and compiler.compilation.workbook.date_1904
            return compiler.operand(node), _to_number_of_1904 if is_1904_number else _COERCION_BY_KIND[kind]


def _reference_only(raw: RawClosure) -> RawClosure:
    def refer(frame: Frame) -> Value:
        value = raw(frame)
        return value if isinstance(value, Reference | ErrorCode) else ErrorCode.VALUE

    return refer


def _over_series(
    definition: FunctionDefinition, coercions: list[Coercion | None], defaults: tuple[Scalar | None, ...]
) -> OverSeries | None:
    """The function of whole series of numbers, where it has a body that can be run over them."""
    body = definition.elementwise
    if body is None or not set(coercions) <= {_to_number, _to_number_of_1904}:
        return None
    if definition.needs_calendar:
        return None

    def over_series(values: Sequence[Scalar | Series]) -> Scalar | Series | None:
        numbers: list[object] = []
        for value, coercion in zip(values, coercions, strict=True):
            assert coercion is not None
            number = as_numbers(value) if isinstance(value, np.ndarray) else coercion(value)
            if isinstance(number, ErrorCode):
                return number
            numbers.append(number)
        return run_over_series(body, *numbers, *defaults)

    return over_series


def _plain_call(
    evaluate: Callable[..., Value],
    prepared: list[Prepared],
    defaults: tuple[Scalar | None, ...],
    over_series: OverSeries | None,
) -> RawClosure:
    def call(frame: Frame) -> Value:
        arguments: list[Value] = []
        has_array = False
        for closure, coercion in prepared:
            value = closure(frame)
            if coercion is not None:
                if type(value) is ArrayValue:
                    has_array = True
                else:
                    value = coercion(value)  # type: ignore[arg-type]  # closures with a coercion are operands
                    if type(value) is ErrorCode and coercion is not _as_it_is and not has_array:
                        return value
            arguments.append(value)
        if has_array:
            one = _one(frame, evaluate, prepared, arguments, defaults)
            places = [place for place, (_, coercion) in enumerate(prepared) if coercion is not None]
            return mapped(frame, one, [arguments[place] for place in places], over_series)
        return charged(frame, _finite(evaluate(frame, *arguments, *defaults)))

    return call


def _finite(value: Value) -> Value:
    is_bad = type(value) is float and not -_INFINITY < value < _INFINITY
    return ErrorCode.NUM if is_bad else value


def _one(
    frame: Frame,
    evaluate: Callable[..., Value],
    prepared: list[Prepared],
    arguments: list[Value],
    defaults: tuple[Scalar | None, ...],
) -> Callable[..., Scalar]:
    """The function of one element of each array argument; arguments that take ranges stay whole."""
    places = [place for place, (_, coercion) in enumerate(prepared) if coercion is not None]

    def one(*scalars: Scalar) -> Scalar:
        complete = list(arguments)
        for place, scalar in zip(places, scalars, strict=True):
            coercion = prepared[place][1]
            assert coercion is not None
            value = coercion(scalar)
            if type(value) is ErrorCode and coercion is not _as_it_is:
                return value
            complete[place] = value
        result = _finite(evaluate(frame, *complete, *defaults))
        if type(result) is str:
            frame.budget.spend_text(len(result))
        return frame.scalar(result.rows[0][0] if isinstance(result, ArrayValue) else result)

    return one


def _aggregate_call(
    evaluate: Callable[..., Value], single: list[Prepared], collectors: list[Collector], is_body: bool
) -> RawClosure:
    def call(frame: Frame) -> Value:
        before: list[Scalar] = []
        for closure, coercion in single:
            assert coercion is not None
            value = coercion(frame.scalar(closure(frame)))
            if type(value) is ErrorCode:
                return value
            before.append(value)
        numbers: list[float] = []
        runs: list[Run] = []
        for collect in collectors:
            error = collect(frame, numbers, runs)
            if error is not None:
                return error
        collected = CollectedNumbers(numbers, runs, frame.spend)
        return _finite(evaluate(frame, *before, collected if is_body else collected.all()))

    return call


def _to_number(value: Operand) -> Scalar:
    return 0.0 if value is MISSING else to_number(as_scalar(value))


def _to_number_of_1904(value: Operand) -> Scalar:
    return 0.0 if value is MISSING else to_number(as_scalar(value), date_1904=True)


def _to_plain_number(value: Operand) -> Scalar:
    if value is MISSING:
        return ErrorCode.NA
    return ErrorCode.VALUE if isinstance(value, bool) else to_number(as_scalar(value))


def _to_text(value: Operand) -> Scalar:
    return "" if value is MISSING else to_text(as_scalar(value))


def _to_logical(value: Operand) -> Scalar:
    return False if value is MISSING else to_logical(as_scalar(value))


def _without_error(value: Operand) -> Scalar:
    return as_scalar(value)


def _as_it_is(value: Operand) -> Scalar:
    return as_scalar(value)


_COERCION_BY_KIND: Mapping[Kind, Coercion] = {
    Kind.NUMBER: _to_number,
    Kind.TEXT: _to_text,
    Kind.LOGICAL: _to_logical,
    Kind.SCALAR: _without_error,
    Kind.ANY: _as_it_is,
}
