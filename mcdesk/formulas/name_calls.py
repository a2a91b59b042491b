"""LET and LAMBDA: calls that bind names."""

from mcdesk.formulas import syntax
from mcdesk.formulas.closures import Compiler, RawClosure
from mcdesk.formulas.frame import Frame
from mcdesk.formulas.values import LambdaValue, Value
from mcdesk.foundation.error_codes import ErrorCode


def compile_let(compiler: Compiler, node: syntax.Call) -> RawClosure:
    """LET(name, value, ..., result): each value sees the names before it."""
    arguments = node.arguments
    names = [name for argument in arguments[:-1:2] if (name := _bound_name(argument))]
    if len(arguments) % 2 == 0 or len(names) != len(arguments) // 2:
        return lambda _frame: ErrorCode.VALUE
    values = [compiler.raw(argument) for argument in arguments[1:-1:2]]
    result = compiler.raw(arguments[-1])

    def let(frame: Frame) -> Value:
        bound = dict(frame.names)
        inner = frame.within(bound, frame.is_array)
        for name, value in zip(names, values, strict=True):
            bound[name] = value(inner)
        return result(inner)

    return let


def compile_lambda(_compiler: Compiler, node: syntax.Call) -> RawClosure:
    """LAMBDA(name, ..., body): a function that remembers the names around it."""
    parameters = tuple(name for argument in node.arguments[:-1] if (name := _bound_name(argument)))
    if len(parameters) != len(node.arguments) - 1:
        return lambda _frame: ErrorCode.VALUE
    body = node.arguments[-1]
    return lambda frame: LambdaValue(parameters, body, dict(frame.names))


def _bound_name(node: syntax.Node) -> str | None:
    if isinstance(node, syntax.NameReference) and node.sheet is None:
        return node.name.casefold()
    return None
