"""Plain values as bytes: what was written comes back, and whatever else is read does no harm."""

import pickle
import random
import struct
import tracemalloc
from dataclasses import dataclass
from enum import Enum, IntEnum
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from mcdesk.foundation.plain_data import MOST_DEPTH, NotPlain, PlainDataDamaged, PlainFormat
from tests.plain_trees import is_same

DAMAGES = 1_000
DIGEST_BYTES = 32


class Colour(Enum):
    """One of two."""

    RED = "red"
    BLUE = "blue"


class Level(IntEnum):
    """Numbers that are more than numbers."""

    LOW = 1
    HIGH = 2


@dataclass(frozen=True, slots=True)
class Leaf:
    """What hangs on a tree."""

    name: str
    colour: Colour
    weight: float | None = None


@dataclass(frozen=True, slots=True)
class Branch:
    """What holds leaves and branches."""

    leaves: "tuple[Leaf | Branch, ...]"
    ends: tuple[int, int]
    levels: dict[str, Level]
    values: NDArray[np.float64]


class Pot:
    """An object that is no dataclass."""

    _branches: list[Branch]
    _count: int

    def __init__(self) -> None:
        self._branches = []
        self._count = 0


class Sealed:
    """An object that says itself what is kept of it."""

    def __init__(self, number: int) -> None:
        self.double = 2 * number

    def __getstate__(self) -> tuple[int, str]:
        return self.double // 2, "kept"

    def __setstate__(self, state: tuple[int, str]) -> None:
        number, word = state
        if word != "kept":
            raise ValueError("it was not kept")
        self.double = 2 * number


PLAIN = PlainFormat((Colour, Level, Leaf, Branch, Pot, Sealed))

leaves = st.builds(Leaf, st.text(), st.sampled_from(Colour), st.none() | st.floats())
dtypes = st.sampled_from(["?", "i1", "<i2", "<i4", "<i8", "u1", "<u2", "<u4", "<u8", "<f4", "<f8"])
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(1 << 900), 1 << 900)
    | st.floats()
    | st.text(st.characters())
    | st.binary()
    | st.sampled_from(Colour)
    | st.sampled_from(Level)
    | leaves
    | dtypes.flatmap(
        lambda each: arrays.arrays(each, arrays.array_shapes(min_dims=0, max_dims=3, min_side=0))
    )
)
keys = st.integers() | st.text() | st.booleans()
trees = st.recursive(
    scalars,
    lambda inside: (
        st.lists(inside) | st.lists(inside).map(tuple) | st.frozensets(keys) | st.dictionaries(keys, inside)
    ),
)


def branch(depth: int = 3) -> Branch:
    values = np.arange(5, dtype=np.float64)
    values.flags.writeable = False
    inner = (branch(depth - 1),) if depth else ()
    leaf = Leaf("leaf", Colour.BLUE, 0.5)
    return Branch((leaf, *inner, leaf, Leaf("", Colour.RED)), (1, 1 << 40), {"a": Level.HIGH}, values)


def sealed(content: bytes) -> bytes:
    """Content with the sum that goes with it, as somebody would write it who means harm."""
    return PLAIN._digest(content) + content


def column(code_of: type, values: bytes) -> bytes:
    return bytes([1, PLAIN.kinds.index(code_of)]) + values


def read(content: bytes) -> object:
    return PLAIN.from_bytes(sealed(b"\0\0\0\0" + content), object)


@given(trees)
def test_that_a_tree_comes_back_with_the_same_types_and_bits(tree: object) -> None:
    assert is_same(PLAIN.from_bytes(PLAIN.to_bytes(tree), object), tree)


@given(st.integers(0, (1 << 64) - 1))
def test_that_every_bit_of_a_number_comes_back(bits: int) -> None:
    (number,) = struct.unpack("<d", struct.pack("<Q", bits))

    assert is_same(PLAIN.from_bytes(PLAIN.to_bytes((number,)), object), (number,))


def test_that_objects_come_back() -> None:
    pot = Pot()
    pot._branches, pot._count = [branch(), branch(0)], 7

    again = PLAIN.from_bytes(PLAIN.to_bytes((pot, Sealed(4))), tuple)

    assert is_same(again, (pot, Sealed(4)))
    assert again[1].double == 8


def test_that_what_was_one_object_is_one_again() -> None:
    array, shared, leaf = np.zeros(100_000), [1], Leaf("x" * 100_000, Colour.RED)

    data = PLAIN.to_bytes([array, (array, array), leaf, leaf, shared, shared])
    again = PLAIN.from_bytes(data, list)

    assert len(data) < array.nbytes + 101_000
    assert again[0] is again[1][0] is again[1][1]
    assert again[2] is again[3]
    assert again[4] is again[5]


def test_that_what_cannot_be_written_to_cannot_be_afterwards() -> None:
    again = PLAIN.from_bytes(PLAIN.to_bytes(branch()), Branch)

    assert not again.values.flags.writeable


def test_that_an_array_of_another_order_comes_back() -> None:
    array = np.asfortranarray(np.arange(6, dtype=">i4").reshape(2, 3))

    again = PLAIN.from_bytes(PLAIN.to_bytes(array), np.ndarray)

    assert np.array_equal(again, array)
    assert again.flags.c_contiguous and again.dtype.isnative


@pytest.mark.parametrize(
    "value", [object(), {1, 2}, np.float64(1.0), np.array(["a"]), np.array([None]), Path(), print, 1j]
)
def test_that_what_is_not_plain_is_not_written(value: object) -> None:
    with pytest.raises(NotPlain):
        PLAIN.to_bytes([value])


def test_that_a_tree_that_is_too_deep_is_not_written() -> None:
    tree: object = ()
    for _ in range(MOST_DEPTH + 1):
        tree = (tree,)

    with pytest.raises(NotPlain):
        PLAIN.to_bytes(tree)


def test_that_a_class_without_fields_is_not_taken() -> None:
    @dataclass
    class Nothing:
        """It has none."""

    with pytest.raises(ValueError, match="no fields"):
        PlainFormat((Nothing,))


def test_that_a_tree_of_another_type_is_refused() -> None:
    with pytest.raises(PlainDataDamaged):
        PLAIN.from_bytes(PLAIN.to_bytes(branch()), Leaf)


def test_that_a_tree_of_other_classes_is_refused() -> None:
    with pytest.raises(PlainDataDamaged):
        PlainFormat((Colour, Leaf)).from_bytes(PLAIN.to_bytes(Leaf("", Colour.RED)), Leaf)


@pytest.mark.parametrize(
    "wrong",
    [
        Leaf(1, Colour.RED),  # type: ignore[arg-type]  # on purpose, as all of these
        Leaf("", Level.LOW),  # type: ignore[arg-type]
        Leaf("", Colour.RED, True),
        Branch((1,), (1, 2), {}, np.zeros(1)),  # type: ignore[arg-type]
        Branch((), (1, 2, 3), {}, np.zeros(1)),  # type: ignore[arg-type]
        Branch((), (1, 2.0), {}, np.zeros(1)),  # type: ignore[arg-type]
        Branch((), (1, 2), {1: Level.LOW}, np.zeros(1)),  # type: ignore[dict-item]
        Branch((), (1, 2), {"": 1}, np.zeros(1)),  # type: ignore[dict-item]
        Branch((), (1, 2), {}, np.zeros(1, dtype=np.int64)),  # type: ignore[arg-type]
        Branch([], (1, 2), {}, np.zeros(1)),  # type: ignore[arg-type]
    ],
)
def test_that_a_field_of_another_type_is_refused(wrong: object) -> None:
    with pytest.raises(PlainDataDamaged):
        PLAIN.from_bytes(PLAIN.to_bytes(wrong), type(wrong))


def test_that_a_pickle_is_not_read() -> None:
    content = pickle.dumps(branch())

    for data in (content, sealed(content)):
        with pytest.raises(PlainDataDamaged):
            PLAIN.from_bytes(data, object)


def test_that_every_damaged_copy_is_refused() -> None:
    data, dice = PLAIN.to_bytes(branch()), random.Random(1)

    for _ in range(DAMAGES):
        with pytest.raises(PlainDataDamaged):
            PLAIN.from_bytes(damaged(data, dice), object)


def test_that_damage_with_the_right_sum_gives_a_tree_or_the_one_error() -> None:
    data, dice = (
        PLAIN.to_bytes((branch(), Pot(), Sealed(1), 1 << 70, b"bytes"))[DIGEST_BYTES:],
        random.Random(2),
    )
    refused = 0

    for _ in range(5 * DAMAGES):
        try:
            PLAIN.from_bytes(sealed(damaged(data, dice)), tuple)
        except PlainDataDamaged:
            refused += 1

    assert refused > DAMAGES


@given(st.binary(max_size=200))
def test_that_any_bytes_give_a_tree_or_the_one_error(content: bytes) -> None:
    try:
        read(content)
    except PlainDataDamaged:
        return


@pytest.mark.parametrize(
    "content",
    [
        column(str, b"\x08" + struct.pack("<q", 1 << 50)),
        column(bytes, b"\x08" + struct.pack("<q", (1 << 63) - 1)),
        column(tuple, b"\x08" + struct.pack("<q", 1 << 50) + column(type(None), b"")),
        column(tuple, b"\x08" + struct.pack("<q", 1 << 50) + column(Leaf, b"")),
        column(list, b"\x08" + struct.pack("<q", 1 << 50) + bytes([1, 0x80 | PLAIN.kinds.index(Leaf)])),
        column(list, b"\x08" + struct.pack("<q", 1 << 50) + b"\2\0\1"),
        column(dict, b"\x08" + struct.pack("<q", -1)),
        column(int, b"\0\x08" + struct.pack("<q", 1 << 40)),
    ],
)
def test_that_a_huge_size_is_refused_without_making_room(content: bytes) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(PlainDataDamaged):
            read(content)
        _, most_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert most_bytes < 1 << 20


@pytest.mark.parametrize("shape", [(1 << 60,), (0, 1 << 63), (1 << 32, 1 << 32), (1,) * 200])
def test_that_an_array_of_a_huge_shape_is_refused(shape: tuple[int, ...]) -> None:
    array = bytes([10, 0, len(shape)]) + struct.pack(f"<{len(shape)}Q", *shape)

    with pytest.raises(PlainDataDamaged):
        PLAIN.from_bytes(sealed(b"\1\0\0\0" + array + column(np.ndarray, b"\1\0") + b"\0" * 8), object)


def test_that_more_arrays_than_there_are_bytes_are_refused() -> None:
    with pytest.raises(PlainDataDamaged):
        PLAIN.from_bytes(sealed(b"\xff\xff\xff\xff" + column(int, b"\1\1")), object)


@pytest.mark.parametrize(
    "content",
    [
        column(int, b"\1\1") + b"\0",
        column(bool, b"\2"),
        column(type(None), b"\1"),
        column(int, b"\3\1\1\1"),
        column(str, b"\1\1\xff"),
        column(Colour, b"\1\2"),
        column(Colour, b"\1\xff"),
        column(dict, b"\1\2" + bytes([1, 2, 1, 5, 5]) + bytes([1, 2, 1, 6, 7])),
        column(dict, b"\1\1" + column(list, b"\1\0\0") + column(int, b"\1\1")),
        column(Sealed, column(int, b"\1\1") + column(str, b"\1\5") + b"other"),
        column(list, b"\1\1") * 80,
        bytes([1, 0x7F]),
        bytes([2, 1, 2, 0]),
        b"\0",
        b"",
    ],
)
def test_that_what_was_never_written_is_refused(content: bytes) -> None:
    with pytest.raises(PlainDataDamaged):
        read(content)


def test_that_an_array_of_truth_values_that_are_neither_is_refused() -> None:
    with pytest.raises(PlainDataDamaged):
        PLAIN.from_bytes(sealed(b"\1\0\0\0\0\0\0\2" + column(np.ndarray, b"\1\0")), object)


def damaged(data: bytes, dice: random.Random) -> bytes:
    """A copy that differs: bytes changed, cut off, left out or put in."""
    place, changed = dice.randrange(len(data)), bytearray(data)
    match dice.randrange(4):
        case 0:
            changed[place] ^= dice.randrange(1, 256)
        case 1:
            del changed[place:]
        case 2:
            del changed[place : place + dice.randrange(1, 9)]
        case _:
            changed[place:place] = dice.randbytes(dice.randrange(1, 9))
    return bytes(changed) if changed != data else data + b"\0"
