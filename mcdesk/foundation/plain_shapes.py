"""Which plain values the fields of a class may hold, taken from its annotations."""

import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from operator import attrgetter
from typing import Any, Never, Union

import numpy as np

_CONTAINERS = (tuple, list, frozenset)


@dataclass(frozen=True, slots=True)
class Shape:
    """What a place may hold.

    Attributes:
        inside: by each type that is allowed, the shapes inside of it: none of a leaf, those of keys and of
            values of a dict, else that of all items. A place whose own shape is None may hold anything.
        lengths: of its tuples; None where any is allowed.
        kinds: scalar types of its arrays; `numpy.generic` stands for all.
    """

    inside: Mapping[type, "tuple[Shape | None, ...]"]
    lengths: frozenset[int] | None = frozenset()
    kinds: frozenset[type] = frozenset()

    def allows_array(self, dtype: np.dtype[np.generic]) -> bool:
        """Whether an array of this type may be there."""
        return any(issubclass(dtype.type, each) for each in self.kinds)


@dataclass(frozen=True, slots=True)
class PlainClass:
    """How objects of a class are taken apart and made again.

    Attributes:
        names: of what is written of an object, in order.
        shapes: what each of these may be.
        take: objects to a column of values for each name.
        make: columns to objects.
    """

    names: tuple[str, ...]
    shapes: "tuple[Shape | None, ...]"
    take: Callable[[list[Any]], list[list[Any]]]
    make: Callable[[list[list[Any]]], list[Any]]


def plain_class(cls: type, names: Mapping[str, object]) -> PlainClass:
    """The fields that `__init__` of a dataclass takes; of another class its state, or what it annotates.

    Args:
        names: what annotations may speak of beside what their module knows.

    Raises:
        ValueError: of a class without any of these.
    """
    local = dict(names)
    if is_dataclass(cls):
        hints = typing.get_type_hints(cls, localns=local)
        hints = {each.name: hints[each.name] for each in fields(cls) if each.init and not each.kw_only}
        take, make = _attributes(hints), _calls(cls)
    elif "__getstate__" in vars(cls):
        state = typing.get_type_hints(vars(cls)["__getstate__"], localns=local)["return"]
        hints = {f"{place}": hint for place, hint in enumerate(typing.get_args(state))}
        take, make = _states, _objects_of_states(cls)
    else:
        hints = typing.get_type_hints(cls, localns=local)
        take, make = _attributes(hints), _objects(cls, tuple(hints))
    if not hints:
        raise ValueError(f"{cls.__qualname__} has no fields that could be written")
    return PlainClass(tuple(hints), tuple(shape_of(each) for each in hints.values()), take, make)


def shape_of(hint: object) -> Shape | None:
    """The shape that an annotation tells; None for what may be anything.

    Raises:
        ValueError: of an annotation that has no meaning here.
    """
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (Union, types.UnionType):
        return _any_of([shape_of(each) for each in arguments])
    if origin is not None:
        return _shape_of_parts(hint, origin, arguments)
    if hint in (object, Any):
        return None
    if hint is Never:
        return Shape({})
    if hint in _CONTAINERS or hint is dict:
        return Shape({hint: (None, None)}, None)
    if hint is np.ndarray:
        return Shape({hint: ()}, kinds=frozenset({np.generic}))
    if hint is None or isinstance(hint, type):
        # as everywhere in Python, a whole number will do for a float
        found = {type(None)} if hint is None else {float, int} if hint is float else {hint}
        return Shape({each: () for each in found})
    raise ValueError(f"{hint} says nothing about plain values")


def _shape_of_parts(hint: object, origin: type, arguments: tuple[Any, ...]) -> Shape:
    if origin is np.ndarray:
        return Shape({np.ndarray: ()}, kinds=frozenset(typing.get_args(arguments[1])))
    if origin is tuple and arguments[-1:] != (...,):
        return Shape({tuple: (_any_of(list(map(shape_of, arguments))),)}, frozenset({len(arguments)}))
    if origin in _CONTAINERS:
        return Shape({origin: (shape_of(arguments[0]),)}, None if origin is tuple else frozenset())
    if origin in (dict, Mapping):
        return Shape({dict: tuple(map(shape_of, arguments))})
    raise ValueError(f"{hint} says nothing about plain values")


def _any_of(shapes: "list[Shape | None]") -> Shape | None:
    known = [each for each in shapes if each is not None]
    if len(known) < len(shapes):
        return None
    inside: dict[type, tuple[Shape | None, ...]] = {}
    for shape in known:
        for kind, parts in shape.inside.items():
            others = inside.get(kind, parts)
            inside[kind] = tuple(_any_of(list(pair)) for pair in zip(others, parts, strict=True))
    lengths = [each.lengths for each in known]
    is_any = any(each is None for each in lengths)
    return Shape(
        inside,
        None if is_any else frozenset().union(*(each for each in lengths if each is not None)),
        frozenset().union(*(each.kinds for each in known)),
    )


def _attributes(hints: Mapping[str, object]) -> Callable[[list[Any]], list[list[Any]]]:
    getters = [attrgetter(name) for name in hints]
    return lambda objects: [list(map(getter, objects)) for getter in getters]


def _states(objects: list[Any]) -> list[list[Any]]:
    return [list(column) for column in zip(*(each.__getstate__() for each in objects), strict=True)]


def _calls(cls: type) -> Callable[[list[list[Any]]], list[Any]]:
    return lambda columns: list(map(cls, *columns))


def _objects(cls: type, names: tuple[str, ...]) -> Callable[[list[list[Any]]], list[Any]]:
    def make(columns: list[list[Any]]) -> list[Any]:
        found = []
        for row in zip(*columns, strict=True):
            made: Any = object.__new__(cls)
            vars(made).update(zip(names, row, strict=True))
            found.append(made)
        return found

    return make


def _objects_of_states(cls: type) -> Callable[[list[list[Any]]], list[Any]]:
    def make(columns: list[list[Any]]) -> list[Any]:
        found = []
        for row in zip(*columns, strict=True):
            made: Any = object.__new__(cls)
            made.__setstate__(row)
            found.append(made)
        return found

    return make
