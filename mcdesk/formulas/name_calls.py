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
    declared = node.arguments[:-1]
    parameters = tuple(name for each in declared if (name := _bound_name(each) or _optional_name(each)))
    if len(parameters) != len(declared):
        return lambda _frame: ErrorCode.VALUE
    required = max((i for i, each in enumerate(declared, 1) if _is_required(each)), default=0)
    body = node.arguments[-1]
    return lambda frame: LambdaValue(parameters, body, dict(frame.names), required)


def _bound_name(node: syntax.Node) -> str | None:
    if isinstance(node, syntax.NameReference) and node.sheet is None:
        return node.name.casefold()
    return None


def _optional_name(node: syntax.Node) -> str | None:
    """The parameter of `[name]`, as it is typed; a file keeps it as `_xlop.name`."""
    if isinstance(node, syntax.StructuredReference) and node.table is None and not node.items:
        return node.first.casefold() if node.first is not None and node.last is None else None
    return None


def _is_required(node: syntax.Node) -> bool:
    return isinstance(node, syntax.NameReference) and not node.is_optional
