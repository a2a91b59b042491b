"""What bisections among the same keys share: where runs of equal keys end, and which keys are errors."""

from collections.abc import Callable, Sequence

from mcdesk.engine.builder import Value
from mcdesk.engine.ir import Affine, SlotAccess, Type
from mcdesk.formulas import operators
from mcdesk.formulas.aligned_cells import Strip
from mcdesk.formulas.emission import PartReader
from mcdesk.formulas.functions.definition import run_body
from mcdesk.formulas.lowered import Lowered, is_error
from mcdesk.formulas.shared_work import SharedWork


class KeyOrder:
    """Places among keys that stand at equal steps in one block, each filled once in a trial.

    Neighbours are compared with each other, as evaluation compares certain keys.
    """

    def __init__(self, reader: PartReader, strip: Strip, count: int, shared: SharedWork) -> None:
        self._reader = reader
        self._strip = strip
        self._count = count
        self._shared = shared

    def end(self, place: Value) -> Value:
        """The last place of the run of equal keys that a place from 0 is in."""
        return self._read("ends", self._end_step, 0, place)

    def comparable(self, place: Value) -> Value:
        """The nearest place upwards whose key is no error; the number of keys where there is none."""
        return self._read("comparable", self._comparable_step, self._count, place)

    def _read(
        self, name: str, step: Callable[[Affine, Value], Value], after_last: int, place: Value
    ) -> Value:
        ops, count = self._reader.ops, self._count
        block = self._strip.block
        assert block is not None
        key = (name, block.value_array, self._strip.start.base, self._strip.stride, count)
        array = self._shared.array(ops, key, lambda: self._filled(step, after_last))
        inside = ops.iclamp(place, 0, count - 1)
        return ops.read_slot(SlotAccess(array, Affine(0)), inside)

    def _filled(self, step: Callable[[Affine, Value], Value], after_last: int) -> int:
        """From the last key to the first: each place from what stands behind it."""
        ops, last = self._reader.ops, self._count - 1
        array = ops.draft.slot_array(Type.INTEGER, self._count)

        def body(index: int, behind: Sequence[Value]) -> Sequence[Value]:
            at = Affine(last, ((index, -1),))
            found = step(at, behind[0])
            ops.write_slot(SlotAccess(array, at), found)
            return [found]

        ops.loop(self._count, [ops.integer(after_last)], body)
        return array

    def _end_step(self, at: Affine, behind: Value) -> Value:
        ops = self._reader.ops
        place = ops.affine(at)
        following = ops.iclamp(ops.iadd(place, ops.integer(1)), 0, self._count - 1)
        key, next_key = self._key(at), self._key_at(following)
        assert key.value is not None and next_key.value is not None
        goes_on = run_body(operators.equal, ops, key.value, next_key.value).value
        for each in (key, next_key):
            if each.error is not None:
                goes_on = ops.and_(goes_on, ops.not_(is_error(ops, each.error)))
        is_last = ops.ieq(place, ops.integer(self._count - 1))
        return ops.select(ops.and_(goes_on, ops.not_(is_last)), behind, place)

    def _comparable_step(self, at: Affine, behind: Value) -> Value:
        ops, error = self._reader.ops, self._key(at).error
        place = ops.affine(at)
        return place if error is None else ops.select(is_error(ops, error), behind, place)

    def _key(self, at: Affine) -> Lowered:
        strip = self._strip
        assert strip.block is not None
        terms = tuple((index, step * strip.stride) for index, step in at.terms)
        return self._reader.slot(strip.block, Affine(strip.start.base + at.base * strip.stride, terms))

    def _key_at(self, place: Value) -> Lowered:
        ops, strip = self._reader.ops, self._strip
        assert strip.block is not None
        return self._reader.slot(strip.block, strip.start, ops.imul(place, ops.integer(strip.stride)))
