"""Chains of binary operators, `a + b - c ...`: trees as deep as they are long, walked without recursion."""

from collections.abc import Callable

from mcdesk.formulas.syntax import Binary, BinaryOperator, Node

REFERENCE_OPERATORS = frozenset((BinaryOperator.RANGE, BinaryOperator.UNION, BinaryOperator.INTERSECTION))


def continues_chain(left: Node, operator: BinaryOperator) -> bool:
    """Whether an operator only goes on with the chain that its left operand is.

    Operators of values share chains; unions and intersections have their own, ranges have none.
    """
    if not isinstance(left, Binary):
        return False
    if operator in REFERENCE_OPERATORS:
        return left.operator is operator and operator is not BinaryOperator.RANGE
    return left.operator not in REFERENCE_OPERATORS


def chain_of(last: Binary) -> tuple[Node, list[Binary]]:
    """The first operand of a chain, and its operations from the first to the last."""
    operations = [last]
    while isinstance(left := operations[-1].left, Binary) and continues_chain(left, operations[-1].operator):
        operations.append(left)
    operations.reverse()
    return operations[0].left, operations


def with_operands(last: Binary, replaced: Callable[[Node], Node]) -> Node:
    """The chain with each of its operands replaced, in reading order."""
    first, operations = chain_of(last)
    chain = replaced(first)
    for each in operations:
        chain = Binary(each.operator, chain, replaced(each.right))
    return chain
