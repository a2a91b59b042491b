"""What statements define, use and touch; loops with their bodies."""

from collections.abc import Callable, Iterable, Iterator

from mcdesk.engine.ir import Affine, Immediate, Loop, SlotAccess, Statement


def defined_values(body: Iterable[Statement]) -> Iterator[int]:
    """The value numbers that statements define, loop indices and carries among them."""
    for statement in body:
        if isinstance(statement, Loop):
            yield statement.index
            for carry in statement.carries:
                yield carry.inside
                yield carry.result
            yield from defined_values(statement.body)
        elif statement.result >= 0:
            yield statement.result


def used_values(body: Iterable[Statement]) -> Iterator[int]:
    """The value numbers that statements use, their own among them."""
    for statement in body:
        if isinstance(statement, Loop):
            for carry in statement.carries:
                yield carry.initial
                yield carry.following
            yield from used_values(statement.body)
            continue
        yield from statement.operands
        at = place_in(statement.immediate)
        if at is not None:
            yield from (index for index, _ in at.terms)


def place_in(immediate: Immediate) -> Affine | None:
    """The place that an immediate names, if it names one."""
    at = immediate.at if isinstance(immediate, SlotAccess) else immediate
    return at if isinstance(at, Affine) else None


def with_place(immediate: Immediate, change: Callable[[Affine], Affine]) -> Immediate:
    """An immediate with the place that it names changed; others as they are."""
    if isinstance(immediate, SlotAccess):
        return SlotAccess(immediate.array, change(immediate.at))
    return change(immediate) if isinstance(immediate, Affine) else immediate


def size_of(body: Iterable[Statement]) -> int:
    """How many instructions there are, those of loops counted once."""
    return sum(size_of(each.body) if isinstance(each, Loop) else 1 for each in body)
