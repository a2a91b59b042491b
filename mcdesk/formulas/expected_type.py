"""What type a formula most likely gives, told from its tree; the lowering finds out whether it does."""

from mcdesk.engine.ir import Type
from mcdesk.formulas.functions.catalogue import FUNCTION_BY_NAME
from mcdesk.formulas.functions.definition import Result
from mcdesk.formulas.syntax import (
    Binary,
    BinaryOperator,
    Call,
    CellReference,
    ErrorLiteral,
    Logical,
    Node,
    Text,
    VaryingReference,
)

_COMPARISONS = frozenset(["=", "<>", "<", "<=", ">", ">="])
_LOGICAL_NAMES_TEXT = "AND OR XOR ISERROR ISERR ISNA ISNUMBER ISTEXT ISNONTEXT ISLOGICAL ISBLANK"
_LOGICAL_NAMES = frozenset(_LOGICAL_NAMES_TEXT.split())
_BRANCHES_BY_NAME = {"IF": slice(1, None), "IFERROR": slice(0, None), "CHOOSE": slice(1, None)}


def expected_type(tree: Node) -> Type:
    """LOGICAL or TEXT where the outermost operation gives one, else NUMBER."""
    return _type_of(tree) or Type.NUMBER


def _type_of(tree: Node) -> Type | None:
    """The type, None of what is an error or a cell."""
    match tree:
        case Text():
            return Type.TEXT
        case Logical():
            return Type.LOGICAL
        case ErrorLiteral() | CellReference() | VaryingReference() | Call("NA", _, _):
            return None
        case Binary(operator, _, _) if operator is BinaryOperator.CONCATENATE:
            return Type.TEXT
        case Binary(operator, _, _) if operator.value in _COMPARISONS:
            return Type.LOGICAL
        case Call(name, arguments, False) if name in _BRANCHES_BY_NAME:
            return _common([_type_of(node) for node in arguments[_BRANCHES_BY_NAME[name]]])
        case Call("IFS", arguments, False):
            return _common([_type_of(node) for node in arguments[1::2]])
        case Call(name, _, False):
            return _of_function(name)
    return Type.NUMBER


def _of_function(name: str) -> Type:
    definition = FUNCTION_BY_NAME.get(name)
    is_logical = definition is not None and definition.returns is Result.LOGICAL
    return Type.LOGICAL if is_logical or name in _LOGICAL_NAMES else Type.NUMBER


def _common(types: list[Type | None]) -> Type | None:
    found = {each for each in types if each is not None}
    return found.pop() if len(found) == 1 else None if not found else Type.NUMBER
