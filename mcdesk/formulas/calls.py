"""Calls of worksheet functions: arguments prepared by their kinds, scalar functions mapped over arrays."""

from collections.abc import Callable, Mapping
from functools import partial

from mcdesk.engine.scalar_operations import ScalarOperations
from mcdesk.formulas import syntax
from mcdesk.formulas.argument_coercion import (
    COERCION_BY_KIND,
    Coercion,
    as_it_is,
    number_argument,
    plain_number,
)
from mcdesk.formulas.arrays import Operand
from mcdesk.formulas.cell_store import Obstacle, ObstacleMet, ObstacleReason
from mcdesk.formulas.closures import Compiler, RawClosure
from mcdesk.formulas.collected_numbers import CollectedNumbers, Run
from mcdesk.formulas.dialects import is_declaration
from mcdesk.formulas.distribution_evaluation import compile_declaration
from mcdesk.formulas.frame import Frame, charged, mapped
from mcdesk.formulas.functions.catalogue import FUNCTION_BY_NAME
from mcdesk.formulas.functions.definition import FunctionDefinition, Kind, Parameter, run_body, scalar_result
from mcdesk.formulas.functions.excel_names import is_excel_function, is_outside_function
from mcdesk.formulas.mapped_calls import MappedCall, finite
from mcdesk.formulas.name_calls import compile_lambda, compile_let
from mcdesk.formulas.number_collection import Collector, collector
from mcdesk.formulas.values import MISSING, ArrayValue, LambdaValue, Reference, Scalar, Value
from mcdesk.foundation.error_codes import ErrorCode

# An argument's closure, and what makes a scalar of it; None where it is passed as it is.
Prepared = tuple[RawClosure, Coercion | None]
_ANALYSIS_FUNCTIONS_NAMES = """
MROUND QUOTIENT EDATE EOMONTH WEEKNUM YEARFRAC NETWORKDAYS WORKDAY DELTA GESTEP FACTDOUBLE SQRTPI EFFECT
NOMINAL XNPV XIRR COUPDAYBS COUPDAYS COUPDAYSNC COUPNCD COUPNUM COUPPCD ISEVEN ISODD
DISC INTRATE YIELDDISC RECEIVED PRICEDISC ACCRINTM PRICEMAT YIELDMAT TBILLPRICE TBILLYIELD TBILLEQ PRICE YIELD
DURATION MDURATION DOLLARDE DOLLARFR ACCRINT AMORDEGRC AMORLINC ODDFPRICE ODDFYIELD ODDLPRICE ODDLYIELD
COMPLEX IMPOWER BESSELI BESSELJ BESSELK BESSELY ERF ERFC
"""
_ARRAY_FORCING_NAMES = """
SUMPRODUCT MMULT MDETERM MINVERSE LOOKUP INDEX CORREL PEARSON RSQ SLOPE INTERCEPT STEYX COVAR
COVARIANCE.P COVARIANCE.S SUMX2MY2 SUMX2PY2 SUMXMY2 FORECAST FORECAST.LINEAR PROB MODE MODE.SNGL
FREQUENCY AGGREGATE CHITEST CHISQ.TEST FTEST F.TEST TTEST T.TEST FILTER SORT SORTBY UNIQUE XLOOKUP
XMATCH TEXTJOIN CONCAT LINEST TREND GROWTH LOGEST XIRR XNPV NETWORKDAYS GROUPBY PIVOTBY
"""
# Their arguments take whole arrays in any formula.
ARRAY_FORCING = frozenset(_ARRAY_FORCING_NAMES.split())
# Of these only the ranges: a whole range as a place or an x is the cell in line with the formula.
_VALUES_IN_LINE = frozenset(("INDEX", "LOOKUP", "FORECAST", "FORECAST.LINEAR"))
_ONE_VALUE = frozenset((Kind.NUMBER, Kind.SCALAR, Kind.ANY))
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
    if node.is_addin and node.name not in FUNCTION_BY_NAME:
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
            run_body(body, _OPERATIONS, context.dates.is_1904, *arguments)
        )
    return lambda _context, *arguments: scalar_result(run_body(body, _OPERATIONS, *arguments))


def _blocked(reason: ObstacleReason, name: str) -> RawClosure:
    def stop(_frame: Frame) -> Value:
        raise ObstacleMet(Obstacle(reason, name))

    return stop


def _reason_of(name: str) -> ObstacleReason:
    if is_outside_function(name):
        return ObstacleReason.EXTERNAL
    return ObstacleReason.UNSUPPORTED if is_excel_function(name) else ObstacleReason.USER_DEFINED


def _named_call(compiler: Compiler, node: syntax.Call) -> RawClosure:
    bound = node.name.casefold()
    named = compiler.named(node.name, None)
    arguments = [compiler.raw(argument) for argument in node.arguments]
    blocked = _blocked(_reason_of(node.name), node.name)

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
    whole = compiler.in_arrays() if node.name in ARRAY_FORCING else compiler
    single_value = compiler if node.name in _VALUES_IN_LINE else whole
    evaluate = evaluation(definition)
    parameters = [parameter for place in range(count) if (parameter := definition.parameter(place))]
    to_number = (plain_number if node.name in ANALYSIS_FUNCTIONS else number_argument)(compiler.dates)
    single = [
        _prepare(single_value if parameter.kind in _ONE_VALUE else whole, argument, parameter, to_number)
        for argument, parameter in zip(node.arguments, parameters, strict=True)
        if parameter.kind is not Kind.NUMBERS
    ]
    collectors = [
        collector(whole, argument)
        for argument, parameter in zip(node.arguments, parameters, strict=True)
        if parameter.kind is Kind.NUMBERS
    ]
    takes_numbers = bool(definition.parameters) and definition.parameters[-1].kind is Kind.NUMBERS
    if takes_numbers:
        return _aggregate_call(evaluate, single, collectors, definition.aggregate is not None)
    defaults = _defaults(definition, count)
    mapping = MappedCall(definition, evaluate, [coercion for _, coercion in single], defaults)
    return _plain_call(evaluate, single, defaults, mapping)


def _defaults(definition: FunctionDefinition, count: int) -> tuple[Scalar | None, ...]:
    return tuple(parameter.default for parameter in definition.parameters[count:] if parameter.is_optional)


def _prepare(compiler: Compiler, node: syntax.Node, parameter: Parameter, to_number: Coercion) -> Prepared:
    closure, coercion = _prepared_as(compiler, node, parameter.kind)
    if parameter.kind is Kind.NUMBER:
        coercion = to_number
    if not parameter.is_absent_when_empty:
        return closure, coercion
    is_empty = isinstance(node, syntax.MissingArgument)

    def with_default(frame: Frame) -> Value:
        value = MISSING if is_empty else closure(frame)
        # None goes to the function, as where there is no argument.
        return parameter.default if value is MISSING else value  # type: ignore[return-value]

    if coercion is not None and parameter.default is None:
        coercion = partial(_coerced_if_given, coercion)
    return with_default, coercion


def _coerced_if_given(coercion: Coercion, value: Operand | None) -> Scalar:
    return value if value is None else coercion(value)  # type: ignore[return-value]  # None is passed on


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
            return compiler.operand(node), COERCION_BY_KIND.get(kind)


def _reference_only(raw: RawClosure) -> RawClosure:
    def refer(frame: Frame) -> Value:
        value = raw(frame)
        return value if isinstance(value, Reference | ErrorCode) else ErrorCode.VALUE

    return refer


def _plain_call(
    evaluate: Callable[..., Value],
    prepared: list[Prepared],
    defaults: tuple[Scalar | None, ...],
    mapping: MappedCall,
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
                    if type(value) is ErrorCode and coercion is not as_it_is and not has_array:
                        return value
            elif type(value) is ArrayValue and value.references and mapping.takes_references:
                has_array = True
            arguments.append(value)
        if has_array:
            return mapping.result(frame, arguments)
        return charged(frame, finite(evaluate(frame, *arguments, *defaults)))

    return call


def _aggregate_call(
    evaluate: Callable[..., Value], single: list[Prepared], collectors: list[Collector], is_body: bool
) -> RawClosure:
    coercions = [coercion for _, coercion in single if coercion is not None]

    def call(frame: Frame) -> Value:
        before = [closure(frame) for closure, _ in single]
        is_mapped = any(type(value) is ArrayValue for value in before)
        if not is_mapped:
            before = [coerce(frame.scalar(each)) for coerce, each in zip(coercions, before, strict=True)]
            error = next((value for value in before if type(value) is ErrorCode), None)
            if error is not None:
                return error
        numbers: list[float] = []
        runs: list[Run] = []
        for collect in collectors:
            error = collect(frame, numbers, runs)
            if error is not None:
                return error
        collected = CollectedNumbers(numbers, runs, frame.spend)
        last = collected if is_body else collected.all()

        def result(*scalars: Scalar) -> Scalar:
            coerced = [coerce(each) for coerce, each in zip(coercions, scalars, strict=True)]
            failed = next((each for each in coerced if type(each) is ErrorCode), None)
            return finite(evaluate(frame, *coerced, last)) if failed is None else failed  # type: ignore[return-value]

        if is_mapped:
            return mapped(frame, result, before)
        return finite(evaluate(frame, *before, last))

    return call
