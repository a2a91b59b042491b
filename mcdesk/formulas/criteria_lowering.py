"""Criteria of COUNTIF and its like over uncertain cells: the tests, and the numbers that they choose."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from mcdesk.engine.builder import StageBuilder, Value
from mcdesk.engine.ir import Type
from mcdesk.engine.mathematics.decimals import with_fifteen_digits
from mcdesk.formulas import operators
from mcdesk.formulas.aligned_cells import Cursor, State, table_value
from mcdesk.formulas.criteria import Criterion, NumberCriterion, TextCriterion, criterion
from mcdesk.formulas.dates import DateReading
from mcdesk.formulas.emission import PartReader
from mcdesk.formulas.functions.definition import Body, run_body
from mcdesk.formulas.lowered import Lowered, LoweredKind, NotLowerable, as_number, is_error
from mcdesk.formulas.lowering import FormulaLowering
from mcdesk.formulas.operators import concatenate
from mcdesk.formulas.reads import reads_of
from mcdesk.formulas.sorted_values import neighbours_by_bits
from mcdesk.formulas.syntax import Binary, BinaryOperator, CellReference, Node, Number, Text
from mcdesk.formulas.text_numbers import text_to_number
from mcdesk.formulas.values import BLANK, Scalar
from mcdesk.foundation.error_codes import ErrorCode

_BODY_BY_SIGN: dict[str, Body] = {
    "=": operators.equal,
    "<>": operators.not_equal,
    "<": operators.less,
    "<=": operators.less_or_equal,
    ">": operators.greater,
    ">=": operators.greater_or_equal,
}
_SOME_NUMBER = 0.5
_MOST_TESTS = 2_000_000


class LoweredCriterion:
    """The test that a criterion makes of a cell, where the cell, the criterion or both are uncertain."""

    def __init__(self, lowering: FormulaLowering, node: Node) -> None:
        self._ops = lowering.ops
        self._tests: list[Criterion] = []
        self._index: Value | None = None
        self._sign, self._wanted = "=", Lowered(LoweredKind.NUMBER)
        reader = lowering.reader
        known = reader.known_scalars(node)
        if known is None:
            known = _seen_scalars(reader, node)
        self._is_known = known is not None
        if known is None:
            self._sign, self._wanted = _varying(lowering, node)
            known, self._index = _choices(self._ops, self._wanted)
        elif any(type(scalar) is not type(known[0]) or scalar != known[0] for scalar in known):
            self._index = reader.position.index_in(self._ops, reader.part)
        else:
            known = known[:1]
        self._dates = dates = reader.cells.dates
        if all(isinstance(scalar, str) for scalar in known):
            self._tests = list(_text_tests(tuple(known), dates))
        else:
            self._tests = _tests_of(known, dates)

    @property
    def certain(self) -> Criterion | None:
        """The test where it is the same in every trial and cell."""
        return self._tests[0] if len(self._tests) == 1 and self._index is None else None

    @property
    def known_tests(self) -> list[Criterion] | None:
        """The test of each cell that the body stands for, one if it is the same; None if trials differ."""
        return self._tests if self._is_known else None

    def holds(self, cursor: Cursor) -> Value:
        """Whether the element meets the criterion."""
        if self._tests:
            held = self._certain_of_certain(cursor) if cursor.is_certain else self._of_uncertain(cursor)
        elif cursor.is_certain:
            held = self._varying_of_certain(cursor)
        else:
            held = self._varying_of_uncertain(cursor)
        return held if self._wanted.error is None else self._or_same_error(cursor, held)

    def holds_for_blank(self) -> Value:
        """Whether a blank cell meets the criterion."""
        if self._tests:
            return self._of_test(Type.LOGICAL, lambda test: test(BLANK))
        return self._ops.logical(self._sign == "<>")

    def _of_test(self, kind: Type, choose: Callable[[Criterion], float | bool]) -> Value:
        """Something of the test at hand."""
        index = self._ops.integer(0) if self._index is None else self._index
        return table_value(self._ops, kind, [choose(test) for test in self._tests], index)

    def _certain_of_certain(self, cursor: Cursor) -> Value:
        if self._index is None:
            return cursor.of_certain(Type.LOGICAL, self._tests[0])
        if isinstance(cursor.index, int):
            scalar = cursor.strip.scalars[cursor.index]
            return self._of_test(Type.LOGICAL, lambda test: test(scalar))
        return self._of_test_and(cursor.strip.scalars, cursor.index.value)

    def _of_test_and(self, scalars: Sequence[Scalar], place: Value) -> Value:
        """What the test at hand makes of one of several scalars."""
        ops = self._ops
        index = ops.integer(0) if self._index is None else self._index
        if all(isinstance(test, TextCriterion) for test in self._tests):
            return self._same_text(index, scalars, place)
        if len(self._tests) * len(scalars) > _MOST_TESTS:
            raise NotLowerable("criteria over very many cells")
        held = [test(scalar) for test in self._tests for scalar in scalars]
        row = ops.imul(index, ops.integer(len(scalars)))
        return table_value(ops, Type.LOGICAL, held, ops.iadd(row, place))

    def _same_text(self, index: Value, scalars: Sequence[Scalar], place: Value) -> Value:
        """Whether the text at hand is one of several scalars, by numbers that equal texts share."""
        ops = self._ops
        numbers: dict[str, int] = {}
        for test in self._tests:
            assert isinstance(test, TextCriterion)
            numbers.setdefault(test.wanted, len(numbers))
        wanted = [numbers[test.wanted] for test in self._tests if isinstance(test, TextCriterion)]
        found = [numbers.get(scalar.casefold(), -1) if isinstance(scalar, str) else -1 for scalar in scalars]
        codes = (table_value(ops, Type.INTEGER, *each) for each in ((wanted, index), (found, place)))
        return ops.ieq(*codes)

    def _of_uncertain(self, cursor: Cursor) -> Value:
        ops, element = self._ops, cursor.lowered()
        if element.kind is LoweredKind.NUMBER:
            held = self._of_number(element)
        elif element.kind is LoweredKind.LOGICAL and element.value is not None:
            true, false = (self._of_test(Type.LOGICAL, _test_of(x)) for x in (True, False))
            held = ops.select(element.value, true, false)
        elif element.kind is LoweredKind.TEXT and element.value is not None:
            held = self._of_test_and(ops.draft.strings, ops.text_code(element.value))
        else:
            raise NotLowerable("criteria over uncertain cells of this kind")
        return held if element.error is None else self._or_error(element.error, held)

    def _of_number(self, element: Lowered) -> Value:
        ops = self._ops
        assert element.value is not None
        held = self._of_test(Type.LOGICAL, _test_of(_SOME_NUMBER))
        signs = {test.operator for test in self._tests if isinstance(test, NumberCriterion)}
        limit = self._of_test(Type.NUMBER, _number_of)
        for sign in sorted(signs):
            is_sign = self._of_test(Type.LOGICAL, _has_sign(sign))
            compared = run_body(_BODY_BY_SIGN[sign], ops, element.value, limit).value
            held = ops.select(is_sign, compared, held)
        return held

    def _or_error(self, error: Value, held: Value) -> Value:
        """The test of an element that may be an error."""
        ops = self._ops
        codes = [code for code in ErrorCode if code is not ErrorCode.NONE]
        by_code = {code: tuple(test(code) for test in self._tests) for code in codes}
        failing = self._of_test(Type.LOGICAL, _test_of(codes[0]))
        for code in codes[1:]:
            if by_code[code] != by_code[codes[0]]:
                is_code = ops.ieq(ops.error_code(error), ops.integer(int(code)))
                failing = ops.select(is_code, self._of_test(Type.LOGICAL, _test_of(code)), failing)
        return ops.select(is_error(ops, error), failing, held)

    def _varying_of_certain(self, cursor: Cursor) -> Value:
        ops, takes_text = self._ops, self._sign in ("=", "<>")

        def comparable(scalar: Scalar) -> float | None:
            if type(scalar) is float:
                return scalar
            return text_to_number(scalar, self._dates) if takes_text and isinstance(scalar, str) else None

        is_comparable = cursor.of_certain(Type.LOGICAL, lambda scalar: comparable(scalar) is not None)
        value = cursor.of_certain(Type.NUMBER, lambda scalar: comparable(scalar) or 0.0)
        return ops.select(is_comparable, self._compared(value), ops.logical(self._sign == "<>"))

    def _varying_of_uncertain(self, cursor: Cursor) -> Value:
        ops, element = self._ops, cursor.lowered()
        otherwise = ops.logical(self._sign == "<>")
        if element.kind is LoweredKind.TEXT:
            raise NotLowerable("a criterion that varies over texts that vary")
        held = otherwise
        if element.kind is LoweredKind.NUMBER and element.value is not None:
            held = self._compared(element.value)
        return held if element.error is None else ops.select(is_error(ops, element.error), otherwise, held)

    def _compared(self, value: Value) -> Value:
        assert self._wanted.value is not None
        held: Value = run_body(_BODY_BY_SIGN[self._sign], self._ops, value, self._wanted.value).value
        return held

    def _or_same_error(self, cursor: Cursor, held: Value) -> Value:
        """A criterion that is an error finds that error."""
        ops, wanted = self._ops, self._wanted.error
        assert wanted is not None
        own = cursor.error_codes() if cursor.is_certain else cursor.lowered().error
        is_same = ops.logical(False)
        if own is not None:
            is_same = ops.ieq(ops.error_code(own), ops.error_code(wanted))
        return ops.select(is_error(ops, wanted), is_same, held)


@dataclass(frozen=True, slots=True)
class ChosenNumbers:
    """`Numbers` of the elements that are chosen; `walk` feeds (chosen, cursor) of each to a step."""

    ops: StageBuilder
    walk: Callable[[State, Callable[[State, Value, Cursor], State]], tuple[Value, ...]]
    read: Callable[[Cursor], tuple[Value, Value, Value | None]] = Cursor.number

    def count(self) -> Value:
        """How many numbers are chosen."""

        def step(state: State, chosen: Value, cursor: Cursor) -> State:
            counts = self.ops.and_(chosen, self.read(cursor)[0])
            return [self.ops.select(counts, self.ops.add(state[0], self.ops.number(1.0)), state[0])]

        return self.walk([self.ops.number(0.0)], step)[0]

    def fold(
        self, initial: Sequence[Value], step: Callable[[Sequence[Value], Value], Sequence[Value]]
    ) -> tuple[Value, ...]:
        """Feed each chosen number to the step in order."""
        ops = self.ops

        def masked(state: State, chosen: Value, cursor: Cursor) -> State:
            is_number, value, _ = self.read(cursor)
            counts = ops.and_(chosen, is_number)
            if ops.constant_of(counts) is False:
                return state
            following = step(state, value)
            return [ops.select(counts, new, old) for new, old in zip(following, state, strict=True)]

        return self.walk(initial, masked)

    def total(self) -> Value:
        """Their sum in order."""
        ops = self.ops
        return self.fold((ops.number(0.0),), lambda state, x: (ops.add(state[0], x),))[0]

    def extremes(self) -> "ChosenNumbers":
        """All of them."""
        return self

    def neighbours(self, place: Value) -> tuple[Value, Value]:
        """The chosen numbers at a place, a whole NUMBER from 0, and at the next in ascending order."""
        return neighbours_by_bits(self.ops, self, place)

    def error(self) -> Value | None:
        """The first error among what is chosen."""
        ops, may_fail = self.ops, False

        def step(state: State, chosen: Value, cursor: Cursor) -> State:
            nonlocal may_fail
            error = self.read(cursor)[2]
            if error is None or ops.constant_of(chosen) is False:
                return state
            may_fail = True
            fresh = ops.and_(chosen, ops.not_(is_error(ops, state[0])))
            return [ops.select(fresh, error, state[0])]

        found = self.walk([ops.error(ErrorCode.NONE)], step)[0]
        return found if may_fail else None


def _seen_scalars(reader: PartReader, node: Node) -> list[Scalar] | None:
    """What a node is in each cell of a moving body, where it joins what is known there; else None."""
    part, here = reader.part, reader.position
    if not here.is_moving:
        return None
    match node:
        case Text(value) | Number(value):
            return [value] * len(here.cells_of(part))
        case Binary(BinaryOperator.CONCATENATE, left, right):
            sides = _seen_scalars(reader, left), _seen_scalars(reader, right)
            return None if sides[0] is None or sides[1] is None else _joined(sides[0], sides[1])
        case CellReference():
            (read,) = reads_of(reader.cells.workbook, node, part.sheet).reads
            if reader.cells.is_certain(read.swept(part)):
                return reader.cells.certain_seen(read, part, here.cells_of(part), (0, 0))
            return None
    return reader.cells.values_seen(node, part, here.cells_of(part))


def _joined(left: Sequence[Scalar], right: Sequence[Scalar]) -> list[Scalar]:
    """The texts that `&` makes, equal ones once."""
    # TRUE is 1 to a dictionary
    pairs = [(one, other, type(one), type(other)) for one, other in zip(left, right, strict=True)]
    text_by_pair = {pair: concatenate(pair[0], pair[1]) for pair in set(pairs)}
    return [text_by_pair[pair] for pair in pairs]


def _varying(lowering: FormulaLowering, node: Node) -> tuple[str, Lowered]:
    """The comparison and the number of a criterion that varies: `A1`, or `">"&A1`."""
    if isinstance(node, Binary) and node.operator is BinaryOperator.CONCATENATE:
        text, number = lowering.scalar(node.left), lowering.scalar(node.right)
        if text.kind is LoweredKind.TEXT and number.kind is LoweredKind.TEXT:
            return "=", lowering.scalar(node)
        if text.text not in (*_BODY_BY_SIGN, "") or number.surely().kind is not LoweredKind.NUMBER:
            raise NotLowerable("a criterion that is a text that varies")
        assert number.value is not None and text.text is not None
        # the number goes through its text, which has 15 digits
        rounded = with_fifteen_digits(lowering.ops, number.value)
        return text.text or "=", Lowered(LoweredKind.NUMBER, rounded, number.error)
    wanted = lowering.scalar(node)
    is_choice = wanted.kind in (LoweredKind.TEXT, LoweredKind.LOGICAL)
    return "=", wanted if is_choice else as_number(lowering.ops, wanted)


def _choices(ops: StageBuilder, wanted: Lowered) -> tuple[list[Scalar], Value | None]:
    """The texts or logical values that a criterion can be, and which one it is; none of a number."""
    assert wanted.value is not None
    if wanted.kind is LoweredKind.TEXT:
        return list(ops.draft.strings), ops.text_code(wanted.value)
    if wanted.kind is LoweredKind.LOGICAL:
        return [False, True], ops.select(wanted.value, ops.integer(1), ops.integer(0))
    return [], None


@lru_cache(maxsize=4)
def _text_tests(texts: tuple[Scalar, ...], dates: DateReading | None) -> tuple[Criterion, ...]:
    """The tests of texts that many formulas may be looking for."""
    return tuple(_tests_of(texts, dates))


def _tests_of(conditions: Sequence[Scalar], dates: DateReading | None) -> list[Criterion]:
    """The test of each condition; equal ones have the same."""
    if len(set(map(type, conditions))) > 1:
        return [criterion(condition, dates) for condition in conditions]
    test_by_condition = {condition: criterion(condition, dates) for condition in set(conditions)}
    return [test_by_condition[condition] for condition in conditions]


def _test_of(scalar: Scalar) -> Callable[[Criterion], bool]:
    return lambda test: test(scalar)


def _number_of(test: Criterion) -> float:
    return test.number if isinstance(test, NumberCriterion) else 0.0


def _has_sign(sign: str) -> Callable[[Criterion], bool]:
    return lambda test: isinstance(test, NumberCriterion) and test.operator == sign
