"""Trees of plain values as bytes and back; what is read makes values, and nothing in it is ever run.

Values of one place of many objects are next to each other, so that little is done for each alone:

    file     SHA-256 of the classes and of all that follows | arrays | column of one value
    arrays   how many, 4 bytes | of each: dtype, read-only, dimensions, a byte each | lengths, 8 bytes | data
    column   how many kinds, a byte | kinds, a byte each | which one each value is of, a byte each, unless
             all are of one | of each kind: the values
    kind     its number; the highest bit says that a column of places in the values comes before these
    values   whole numbers: width, a byte, and the numbers; text, bytes, tuples, ...: lengths and what is
             in all of them as one column; objects: a column for each field

All numbers are little-endian. Every value but an object takes a byte at least, so that what is read can
become no larger than its bytes allow.
"""

import hashlib
import struct
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from itertools import chain, islice
from typing import Any, TypeVar

import numpy as np

from mcdesk.foundation.plain_shapes import PlainClass, Shape, plain_class, shape_of

T = TypeVar("T")

MOST_DEPTH = 64
_DIGEST_BYTES = 32
_REPEATED = 0x80
# far more than objects that have fields can need
_MOST_VALUES_PER_BYTE = 32
_BUILT_IN: tuple[type, ...] = (
    *(type(None), bool, int, float, str, bytes, tuple, list, dict, frozenset, np.ndarray),
)
_SHARED = {list, dict}
_DTYPES = [*map(np.dtype, ("?", "i1", "<i2", "<i4", "<i8", "u1", "<u2", "<u4", "<u8", "<f4", "<f8"))]
_ARRAY_HEAD = struct.Struct("<BBB")
_COUNT = struct.Struct("<I")
_TOLD_AS_DAMAGE = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, struct.error)


class NotPlain(TypeError):
    """A value that is of none of the classes, or too deep: a fault of who wants it written."""


class PlainDataDamaged(Exception):
    """The bytes are not those that were written, or not by this version."""


class PlainFormat:
    """Writes and reads trees of plain values, and of objects of a closed set of classes.

    Args:
        classes: enums, and what `plain_class` takes.
        names: what their annotations may speak of beside these.
    """

    def __init__(self, classes: Iterable[type], names: Mapping[str, object] | None = None) -> None:
        self.kinds = (*_BUILT_IN, *classes)
        known = {**{each.__name__: each for each in self.kinds}, **(names or {})}
        self.members = {each: list(each) for each in self.kinds if issubclass(each, Enum)}
        self.classes: dict[type, PlainClass] = {
            each: plain_class(each, known)
            for each in self.kinds[len(_BUILT_IN) :]
            if not issubclass(each, Enum)
        }
        told = [(each.__qualname__, self._told(each)) for each in self.kinds]
        self._schema = hashlib.sha256(repr(told).encode())

    def to_bytes(self, value: object) -> bytes:
        """A tree as bytes.

        Raises:
            NotPlain: if it holds anything that is not plain.
        """
        writer = _Writer(self)
        writer.column([value], 0)
        content = b"".join(
            (_COUNT.pack(len(writer.arrays)), *map(_array_bytes, writer.arrays), *writer.parts)
        )
        return self._digest(content) + content

    def from_bytes(self, data: bytes, wanted: type[T]) -> T:
        """The tree that was written, if it is of the wanted type.

        Raises:
            PlainDataDamaged: if these are not the bytes of one.
        """
        if data[:_DIGEST_BYTES] != self._digest(memoryview(data)[_DIGEST_BYTES:]):
            raise PlainDataDamaged("the bytes were changed, or another version wrote them")
        try:
            reader = _Reader(self, data)
            (value,) = reader.column(1, shape_of(wanted), 0)
        except _TOLD_AS_DAMAGE as error:
            raise PlainDataDamaged(f"the bytes are of no tree: {error}") from error
        if reader.left_bytes:
            raise PlainDataDamaged("there is more than the tree")
        if not isinstance(value, wanted):
            raise PlainDataDamaged("the tree is of another type")
        return value

    def _told(self, kind: type) -> object:
        """What must be the same where it is read."""
        if kind in self.members:
            return [each.name for each in self.members[kind]]
        return self.classes[kind].names if kind in self.classes else ()

    def _digest(self, content: bytes | memoryview) -> bytes:
        digest = self._schema.copy()
        digest.update(content)
        return digest.digest()


class _Writer:
    def __init__(self, plain: PlainFormat) -> None:
        self._plain = plain
        self._codes = {kind: code for code, kind in enumerate(plain.kinds)}
        self._array_places: dict[int, int] = {}
        self.arrays: list[np.ndarray[Any, Any]] = []
        self.parts: list[bytes] = []

    def column(self, values: list[Any], depth: int) -> None:
        if depth > MOST_DEPTH:
            raise NotPlain("the tree is too deep")
        if not values:
            self.parts.append(b"\0")
            return
        kinds = list(map(type, values))
        distinct = {kind: place for place, kind in enumerate(dict.fromkeys(kinds))}
        groups = [values]
        if len(distinct) > 1:
            groups = [
                [each for each, its in zip(values, kinds, strict=True) if its is kind] for kind in distinct
            ]
        places = [self._repeated(kind, group) for kind, group in zip(distinct, groups, strict=True)]
        codes = [
            self._code(kind) | (0 if refs is None else _REPEATED)
            for kind, refs in zip(distinct, places, strict=True)
        ]
        self.parts.append(bytes([len(distinct), *codes]))
        if len(distinct) > 1:
            self.parts.append(bytes(map(distinct.__getitem__, kinds)))
        for kind, group, refs in zip(distinct, groups, places, strict=True):
            if refs is None:
                self._values(kind, group, depth)
            else:
                once = list({id(each): each for each in group}.values())
                self._ints([len(once)])
                self._ints(refs)
                self._values(kind, once, depth)

    def _code(self, kind: type) -> int:
        try:
            return self._codes[kind]
        except KeyError:
            raise NotPlain(f"{kind.__module__}.{kind.__qualname__} is none of the classes") from None

    def _repeated(self, kind: type, values: list[Any]) -> list[int] | None:
        """Where each value is among those that are different objects; None where all are."""
        if kind not in self._plain.classes and kind not in _SHARED:
            return None
        place_by_id = {number: place for place, number in enumerate(dict.fromkeys(map(id, values)))}
        if len(place_by_id) == len(values):
            return None
        return [place_by_id[id(each)] for each in values]

    def _values(self, kind: type, values: list[Any], depth: int) -> None:
        if kind in self._plain.classes:
            for column in self._plain.classes[kind].take(values):
                self.column(column, depth + 1)
        elif kind in self._plain.members:
            place_by_member = {each: place for place, each in enumerate(self._plain.members[kind])}
            self._ints(list(map(place_by_member.__getitem__, values)))
        elif kind in (tuple, list, frozenset, dict):
            self._ints(list(map(len, values)))
            self.column(list(chain.from_iterable(values)), depth + 1)
            if kind is dict:
                self.column([each for value in values for each in value.values()], depth + 1)
        elif kind is np.ndarray:
            self._ints(list(map(self._array_place, values)))
        else:
            self._leaves(kind, values)

    def _leaves(self, kind: type, values: list[Any]) -> None:
        if kind is int:
            self._ints(values)
        elif kind is float:
            self.parts.append(np.array(values, dtype="<f8").tobytes())
        elif kind is str:
            self._bytes([each.encode("utf-8", "surrogatepass") for each in values])
        elif kind is bytes:
            self._bytes(values)
        else:
            self.parts.append(bytes(map(bool, values)))

    def _ints(self, values: list[int]) -> None:
        try:
            array = np.array(values, dtype=np.int64)
        except OverflowError:
            self.parts.append(b"\0")
            self._bytes([each.to_bytes(each.bit_length() // 8 + 1, "little", signed=True) for each in values])
            return
        low, high = int(array.min()), int(array.max())
        width = next(each for each in (1, 2, 4, 8) if -1 << 8 * each - 1 <= low and high < 1 << 8 * each - 1)
        self.parts.append(bytes([width]) + array.astype(f"<i{width}").tobytes())

    def _bytes(self, values: list[bytes]) -> None:
        self._ints(list(map(len, values)))
        self.parts.extend(values)

    def _array_place(self, array: np.ndarray[Any, Any]) -> int:
        place = self._array_places.setdefault(id(array), len(self.arrays))
        if place == len(self.arrays):
            self.arrays.append(array)
        return place


def _array_bytes(array: np.ndarray[Any, Any]) -> bytes:
    dtype = array.dtype.newbyteorder("<")
    if dtype not in _DTYPES:
        raise NotPlain(f"arrays of {array.dtype} are not plain")
    head = _ARRAY_HEAD.pack(_DTYPES.index(dtype), not array.flags.writeable, array.ndim)
    return head + struct.pack(f"<{array.ndim}Q", *array.shape) + array.astype(dtype, copy=False).tobytes()


class _Reader:
    def __init__(self, plain: PlainFormat, data: bytes) -> None:
        self._plain = plain
        self._data = data
        self._place = _DIGEST_BYTES
        self._made_values = 0
        (count,) = _COUNT.unpack(self._take(_COUNT.size))
        # not a list of so many: the number may be anything
        self._arrays: list[np.ndarray[Any, Any]] = []
        while len(self._arrays) < count:
            self._arrays.append(self._array())

    @property
    def left_bytes(self) -> int:
        return len(self._data) - self._place

    def column(self, count: int, shape: Shape | None, depth: int) -> list[Any]:
        self._made_values += count
        if depth > MOST_DEPTH or self._made_values > _MOST_VALUES_PER_BYTE * len(self._data):
            raise ValueError("it is too deep or too large")
        codes = self._take(self._take(1)[0])
        if len(codes) == 1:
            return self._kind(codes[0], count, shape, depth)
        if len(codes) > count:
            raise ValueError("there are more kinds than values")
        selected = self._take(count)
        if not codes and not count:
            return []
        groups = [iter(self._kind(code, selected.count(k), shape, depth)) for k, code in enumerate(codes)]
        return list(map(next, map(groups.__getitem__, selected)))

    def _kind(self, code: int, count: int, shape: Shape | None, depth: int) -> list[Any]:
        kind = self._plain.kinds[code & ~_REPEATED]
        if count < 1 or (shape is not None and kind not in shape.inside):
            raise ValueError(f"{kind.__qualname__} is out of place")
        if not code & _REPEATED:
            return self._values(kind, count, shape, depth)
        (distinct,), places = self._lengths(1), self._lengths(count)
        if not 0 < distinct <= count:
            raise ValueError("there are more objects than places")
        return list(map(self._values(kind, distinct, shape, depth).__getitem__, places))

    def _values(self, kind: type, count: int, shape: Shape | None, depth: int) -> list[Any]:
        if kind in self._plain.classes:
            its = self._plain.classes[kind]
            return its.make([self.column(count, each, depth + 1) for each in its.shapes])
        if kind in self._plain.members:
            return list(map(self._plain.members[kind].__getitem__, self._lengths(count)))
        if kind is np.ndarray:
            arrays = list(map(self._arrays.__getitem__, self._lengths(count)))
            if shape is not None and not all(shape.allows_array(each.dtype) for each in arrays):
                raise ValueError("an array of this type is out of place")
            return arrays
        if kind in (tuple, list, frozenset, dict):
            return self._containers(kind, count, shape, depth)
        return self._leaves(kind, count)

    def _containers(self, kind: type, count: int, shape: Shape | None, depth: int) -> list[Any]:
        lengths = self._lengths(count)
        wanted = None if shape is None or kind is not tuple else shape.lengths
        if wanted is not None and not wanted.issuperset(lengths):
            raise ValueError("a tuple has another length")
        inside = (None, None) if shape is None else shape.inside[kind]
        items: Iterable[Any] = self.column(sum(lengths), inside[0], depth + 1)
        if kind is dict:
            items = zip(items, self.column(sum(lengths), inside[1], depth + 1), strict=True)
        following = iter(items)
        make: Callable[[Iterable[Any]], Any] = kind
        found = [make(islice(following, length)) for length in lengths]
        if kind in (dict, frozenset) and list(map(len, found)) != lengths:
            raise ValueError("a key is there twice")
        return found

    def _leaves(self, kind: type, count: int) -> list[Any]:
        if kind is int:
            return self._ints(count)
        if kind is float:
            return list(np.frombuffer(self._take(8 * count), "<f8").tolist())
        if kind is str:
            return [each.decode("utf-8", "surrogatepass") for each in self._bytes(count)]
        if kind is bytes:
            return self._bytes(count)
        flags = self._take(count)
        if flags.translate(None, b"\0\1" if kind is bool else b"\0"):
            raise ValueError("a truth value is neither, or nothing is something")
        return list(map(bool, flags)) if kind is bool else [None] * count

    def _ints(self, count: int) -> list[int]:
        width = self._take(1)[0]
        if width == 0:
            return [int.from_bytes(each, "little", signed=True) for each in self._bytes(count)]
        if width not in (1, 2, 4, 8):
            raise ValueError("no number is so wide")
        return list(np.frombuffer(self._take(width * count), f"<i{width}").tolist())

    def _lengths(self, count: int) -> list[int]:
        lengths = self._ints(count)
        if min(lengths) < 0:
            raise ValueError("a length is negative")
        return lengths

    def _bytes(self, count: int) -> list[bytes]:
        return [self._take(length) for length in self._lengths(count)]

    def _array(self) -> np.ndarray[Any, Any]:
        code, is_read_only, dimensions = _ARRAY_HEAD.unpack(self._take(_ARRAY_HEAD.size))
        dtype, shape = _DTYPES[code], struct.unpack(f"<{dimensions}Q", self._take(8 * dimensions))
        item_count = 1
        for length in shape:
            item_count *= length
        data = self._take(item_count * dtype.itemsize)
        if is_read_only > 1 or (dtype.kind == "b" and data.translate(None, b"\0\1")):
            raise ValueError("a truth value is neither")
        array = np.frombuffer(data, dtype).reshape(shape).astype(dtype.newbyteorder("="))
        array.flags.writeable = not is_read_only
        return array

    def _take(self, count: int) -> bytes:
        if count > self.left_bytes:
            raise ValueError("it ends too early")
        self._place += count
        return self._data[self._place - count : self._place]
