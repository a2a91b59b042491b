"""How tightly operators bind.

From tight to loose: range, intersection, union, sign and `@`, `%`, `^`, product, sum, `&`, comparison.
"""

from mcdesk.formulas.syntax import BinaryOperator

POSTFIX_POWER = 120
UNARY_POWER = 80
PERCENT_POWER = 70
POWER_BY_OPERATOR = {
    BinaryOperator.RANGE: 110,
    BinaryOperator.INTERSECTION: 100,
    BinaryOperator.UNION: 90,
    BinaryOperator.POWER: 60,
    BinaryOperator.MULTIPLY: 50,
    BinaryOperator.DIVIDE: 50,
    BinaryOperator.ADD: 40,
    BinaryOperator.SUBTRACT: 40,
    BinaryOperator.CONCATENATE: 30,
    BinaryOperator.EQUAL: 20,
    BinaryOperator.NOT_EQUAL: 20,
    BinaryOperator.LESS: 20,
    BinaryOperator.LESS_OR_EQUAL: 20,
    BinaryOperator.GREATER: 20,
    BinaryOperator.GREATER_OR_EQUAL: 20,
}
