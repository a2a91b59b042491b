"""In which order parts are emitted, and which of them share one loop because they feed each other."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mcdesk.formulas.blocks import CellMap, Part
from mcdesk.formulas.reads import Read, reads_of
from mcdesk.formulas.rectangle_index import RectangleIndex
from mcdesk.model.addresses import Rectangle


@dataclass(frozen=True, slots=True)
class Sweep:
    """A loop along rows or columns: in each round the steps in order, over what it leaves of their cells."""

    steps: tuple["Part | Sweep", ...]
    is_by_row: bool
    is_backward: bool

    @property
    def parts(self) -> tuple[Part, ...]:
        """All parts of the steps, in order."""
        found: list[Part] = []
        for step in self.steps:
            found.extend(step.parts if isinstance(step, Sweep) else (step,))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Cycle:
    """Cells that read each other whatever the order."""

    parts: tuple[Part, ...]


Step = Part | Sweep | Cycle


class PartGraph:
    """Which part reads which."""

    def __init__(self, cells: CellMap, parts: Sequence[Part]) -> None:
        self.cells = cells
        self.parts = parts
        self._index = RectangleIndex([part.rectangle for part in parts])
        self.reads = [self._reads(part) for part in parts]
        self.touched = [self._touched(i) for i in range(len(parts))]
        self.read_parts = [{other for _, found in each for other in found} for each in self.touched]
        self._await_whole_blocks()

    def _reads(self, part: Part) -> tuple[Read, ...]:
        if part.block.tree is None:
            return ()
        return reads_of(self.cells.workbook, part.block.tree, part.rectangle.sheet).reads

    def _touched(self, number: int) -> list[tuple[Read, frozenset[int]]]:
        area = self.parts[number].rectangle
        return [(read, frozenset(self.parts_in(read.swept(area)))) for read in self.reads[number]]

    def _await_whole_blocks(self) -> None:
        """Let evaluated cells wait for all of the blocks that they read, which their stage reads whole."""
        parts_by_block: dict[int, set[int]] = {}
        for i, part in enumerate(self.parts):
            parts_by_block.setdefault(id(part.block), set()).add(i)
        if all(len(numbers) == 1 for numbers in parts_by_block.values()):
            return
        for i, part in enumerate(self.parts):
            if part.block.is_slow:
                blocks = {id(self.parts[other].block) for other in self._precedents(i)}
                self.read_parts[i] = self.read_parts[i].union(*(parts_by_block[block] for block in blocks))

    def _precedents(self, number: int) -> set[int]:
        found: set[int] = set()
        waiting = list(self.read_parts[number])
        while waiting:
            part = waiting.pop()
            if part not in found:
                found.add(part)
                waiting.extend(self.read_parts[part])
        return found

    def parts_in(self, area: Rectangle) -> set[int]:
        """Parts that share cells with an area."""
        return set(self._index.touching(area))


def schedule(graph: PartGraph, groups: Sequence[Sequence[int]]) -> list[Step | tuple[Part, ...]]:
    """The steps for strongly connected groups in order; a bare tuple must be cut into cells."""
    steps: list[Step | tuple[Part, ...]] = []
    for group in groups:
        parts = [graph.parts[i] for i in group]
        if len(group) == 1 and group[0] not in graph.read_parts[group[0]]:
            steps.append(parts[0])
            continue
        sweep = _sweep(graph, group)
        if sweep is not None:
            steps.append(sweep)
        elif all(part.rectangle.size == 1 for part in parts):
            steps.append(Cycle(tuple(parts)))
        else:
            steps.append(tuple(parts))
    return steps


def connected_groups(edges: Sequence[Iterable[int]]) -> list[list[int]]:
    """Strongly connected groups, those that are read first. Source: Tarjan 1972, without recursion."""
    order: dict[int, int] = {}
    low: dict[int, int] = {}
    on_stack: set[int] = set()
    stack: list[int] = []
    groups: list[list[int]] = []
    for root in range(len(edges)):
        if root in order:
            continue
        work = [(root, iter(sorted(edges[root])))]
        order[root] = low[root] = len(order)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, following = work[-1]
            nxt = next(following, None)
            if nxt is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == order[node]:
                    groups.append(_popped(stack, on_stack, node))
            elif nxt not in order:
                order[nxt] = low[nxt] = len(order)
                stack.append(nxt)
                on_stack.add(nxt)
                work.append((nxt, iter(sorted(edges[nxt]))))
            elif nxt in on_stack:
                low[node] = min(low[node], order[nxt])
    return groups


def _popped(stack: list[int], on_stack: set[int], node: int) -> list[int]:
    group: list[int] = []
    while True:
        top = stack.pop()
        on_stack.discard(top)
        group.append(top)
        if top == node:
            return sorted(group)


@dataclass(frozen=True, slots=True)
class _Edge:
    """A read of one part of a group, and the parts of the group that it touches."""

    reader: int
    read: Read
    touched: frozenset[int]


def _sweep(graph: PartGraph, group: Sequence[int]) -> Sweep | None:
    members = frozenset(group)
    edges = [
        _Edge(i, read, touched & members)
        for i in group
        for read, touched in graph.touched[i]
        if touched & members
    ]
    return _nested(graph, group, edges, (True, False))


def _nested(
    graph: PartGraph, group: Sequence[int], edges: Sequence[_Edge], axes: Sequence[bool]
) -> Sweep | None:
    """Loops for a group of parts that feed each other; `axes` are those without a loop, rows as True.

    Source: Allen and Kennedy 1987, Automatic translation of Fortran programs to vector form: reads of
    earlier rounds ask nothing of a round, and what is left of the group is cut again.
    """
    for is_by_row in axes:
        rest = [axis for axis in axes if axis is not is_by_row]
        for is_backward in (False, True):
            lags = [_lag(edge.read, is_by_row, is_backward) for edge in edges]
            if any(lag is None or lag > 0 for lag in lags):
                continue
            left = [edge for edge, lag in zip(edges, lags, strict=True) if lag == 0]
            steps = _round(graph, group, left, rest)
            if steps is not None:
                return Sweep(tuple(steps), is_by_row, is_backward)
    return None


def _round(
    graph: PartGraph, group: Sequence[int], edges: Sequence[_Edge], axes: Sequence[bool]
) -> list[Part | Sweep] | None:
    """The parts in order within one round, those that feed each other in a loop of their own."""
    before: dict[int, set[int]] = {i: set() for i in group}
    edges_by_reader: dict[int, list[_Edge]] = {}
    for edge in edges:
        before[edge.reader] |= edge.touched
        edges_by_reader.setdefault(edge.reader, []).append(edge)
    steps: list[Part | Sweep] = []
    for inner in connected_groups_of(before):
        if len(inner) == 1 and inner[0] not in before[inner[0]]:
            steps.append(graph.parts[inner[0]])
            continue
        inside = frozenset(inner)
        reads = [edge for i in inner for edge in edges_by_reader[i]]
        own = [
            _Edge(each.reader, each.read, each.touched & inside) for each in reads if each.touched & inside
        ]
        sweep = _nested(graph, inner, own, axes)
        if sweep is None:
            return None
        steps.append(sweep)
    return steps


def _lag(read: Read, is_by_row: bool, is_backward: bool) -> int | None:
    """How far ahead in the loop's direction a read reaches; None if it does not move along."""
    axes = (read.top, read.bottom) if is_by_row else (read.left, read.right)
    if any(axis is None or axis.is_absolute for axis in axes):
        return None
    offsets = [axis.offset for axis in axes if axis is not None]
    return max(-offset for offset in offsets) if is_backward else max(offsets)


def connected_groups_of(before: Mapping[int, set[int]]) -> list[list[int]]:
    """As `connected_groups`, for a graph whose nodes are any numbers."""
    names = sorted(before)
    place = {name: i for i, name in enumerate(names)}
    edges = [{place[other] for other in before[name] if other in place} for name in names]
    return [[names[i] for i in group] for group in connected_groups(edges)]
