"""Matrices: product, inverse, determinant, transposition; in a fixed order of operations, no library."""

from mcdesk.formulas.arrays import array_of, transposed
from mcdesk.formulas.functions.definition import Context, FunctionDefinition, number
from mcdesk.formulas.functions.parameters import cells, function
from mcdesk.formulas.values import ArrayValue, Scalar, Value, as_number_or_error
from mcdesk.foundation.error_codes import ErrorCode

Matrix = list[list[float]]
# Steps of a product or an elimination that cost as much as a unit of work.
_STEPS_PER_UNIT = 4


def matrix_of(array: ArrayValue) -> Matrix | ErrorCode:
    """Return an array's numbers; #VALUE! where an element is none."""
    rows: Matrix = []
    for row in array.rows:
        numbers: list[float] = []
        for element in row:
            if isinstance(element, ErrorCode):
                return element
            if type(element) is not float:
                return ErrorCode.VALUE
            numbers.append(element)
        rows.append(numbers)
    return rows


def multiply(context: Context, left: Value, right: Value) -> Value:
    """MMULT."""
    a, b = matrix_of(context.array(left)), matrix_of(context.array(right))
    if isinstance(a, ErrorCode):
        return a
    if isinstance(b, ErrorCode):
        return b
    if len(a[0]) != len(b):
        return ErrorCode.VALUE
    context.spend(len(a) * len(b) * len(b[0]) // _STEPS_PER_UNIT)
    columns = list(zip(*b, strict=True))
    return array_of([_dot(row, column) for column in columns] for row in a)


def _dot(row: list[float], column: tuple[float, ...]) -> Scalar:
    total = 0.0
    for x, y in zip(row, column, strict=True):
        total += x * y
    return as_number_or_error(total)


def determinant(context: Context, source: Value) -> Scalar:
    """MDETERM."""
    matrix = matrix_of(context.array(source))
    if isinstance(matrix, ErrorCode):
        return matrix
    if len(matrix) != len(matrix[0]):
        return ErrorCode.VALUE
    context.spend(len(matrix) ** 3 // _STEPS_PER_UNIT)
    solved = eliminate(matrix, [[] for _ in matrix])
    return 0.0 if solved is None else as_number_or_error(solved[1])


def inverse(context: Context, source: Value) -> Value:
    """MINVERSE; #NUM! for a singular matrix."""
    matrix = matrix_of(context.array(source))
    if isinstance(matrix, ErrorCode):
        return matrix
    if len(matrix) != len(matrix[0]):
        return ErrorCode.VALUE
    context.spend(len(matrix) ** 3 // (_STEPS_PER_UNIT // 2))
    unit = [[float(row == column) for column in range(len(matrix))] for row in range(len(matrix))]
    solved = eliminate(matrix, unit)
    return ErrorCode.NUM if solved is None else array_of(solved[0])


def eliminate(matrix: Matrix, right: Matrix) -> tuple[Matrix, float] | None:
    """Solve by Gauss-Jordan elimination with partial pivoting.

    Args:
        matrix: n x n. right: n rows of right-hand sides.

    Returns:
        The solution, of the shape of `right`, and the determinant; None for a singular matrix.
    """
    size = len(matrix)
    rows = [[*row, *side] for row, side in zip(matrix, right, strict=True)]
    product = 1.0
    for step in range(size):
        best = max(range(step, size), key=lambda row: abs(rows[row][step]))
        if rows[best][step] == 0.0:
            return None
        if best != step:
            rows[step], rows[best] = rows[best], rows[step]
            product = -product
        pivot = rows[step][step]
        product *= pivot
        rows[step] = [x / pivot for x in rows[step]]
        for other in range(size):
            factor = rows[other][step]
            if other != step and factor != 0.0:
                rows[other] = [x - factor * y for x, y in zip(rows[other], rows[step], strict=True)]
    return [row[size:] for row in rows], product


def transpose(context: Context, source: Value) -> Value:
    """TRANSPOSE."""
    array = context.folded(source)
    return transposed(context.array(array) if array.series else array)


def unit_matrix(_context: Context, size: float) -> Value:
    """MUNIT."""
    count = int(size)
    if not 1 <= count <= 1000:
        return ErrorCode.VALUE
    return array_of([float(row == column) for column in range(count)] for row in range(count))


FUNCTIONS: tuple[FunctionDefinition, ...] = (
    function("MMULT", multiply, cells("left"), cells("right")),
    function("MDETERM", determinant, cells("matrix")),
    function("MINVERSE", inverse, cells("matrix")),
    function("TRANSPOSE", transpose, cells("array")),
    function("MUNIT", unit_matrix, number("size")),
)
