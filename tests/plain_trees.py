"""Trees of values: what they are made of, and whether two are the same to the last bit."""

import struct
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import Enum

import numpy as np


def parts_of(value: object) -> Iterator[object]:
    """What a value holds directly, as it is to be kept."""
    if isinstance(value, tuple | list | frozenset):
        yield from value
    elif isinstance(value, dict):
        yield from value.keys()
        yield from value.values()
    elif is_dataclass(value):
        yield from (getattr(value, each.name) for each in fields(value) if each.init)
    elif "__getstate__" in vars(type(value)):
        yield from value.__getstate__()  # type: ignore[misc]  # ours give a tuple
    elif type(value).__module__.startswith(("mcdesk", "tests")) and not isinstance(value, Enum):
        yield from vars(value).values()


def kinds_in(tree: object) -> set[type]:
    """The types of everything in a tree."""
    found, waiting = set(), [tree]
    while waiting:
        value = waiting.pop()
        found.add(type(value))
        waiting.extend(parts_of(value))
    return found


def is_same(left: object, right: object) -> bool:
    """Whether two trees have the same types and bits."""
    if type(left) is not type(right):
        return False
    if isinstance(left, float) and isinstance(right, float):
        return struct.pack("<d", left) == struct.pack("<d", right)
    if isinstance(left, np.ndarray) and isinstance(right, np.ndarray):
        heads = [(each.dtype, each.shape, each.flags.writeable, each.tobytes()) for each in (left, right)]
        return heads[0] == heads[1]
    if isinstance(left, frozenset):
        return left == right
    ours, theirs = list(parts_of(left)), list(parts_of(right))
    if not ours:
        return left == right or not isinstance(left, int | str | bytes | Enum)
    return len(ours) == len(theirs) and all(map(is_same, ours, theirs))
