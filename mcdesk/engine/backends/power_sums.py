"""Adds powers of deviations up in machine code, in an order that no chunk, thread or processor changes."""

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from mcdesk.engine.backends.awaited_functions import AwaitedFunctions
from mcdesk.engine.backends.llvm_machine import this_machine

Floats = NDArray[np.float64]

_WIDTH = 8
_VECTOR = f"<{_WIDTH} x double>"


def is_at_hand(powers: tuple[int, ...], rows: int, lanes: int) -> bool:
    """Whether `power_sums` need not wait for the compiler, which begins when this is first asked."""
    return _functions(powers, rows, lanes).are_at_hand()


def power_sums(blocks: Floats, shifts: Floats, powers: tuple[int, ...]) -> Floats:
    """Sums over each block of powers of (value - shift).

    Row after row is added, then lane i and the one half of all lanes further, down to one; each operation is
    rounded.

    Args:
        blocks: (n, rows, lanes) float64; the number of lanes is a power of two, 16 at least.
        shifts: (n,) float64.
        powers: some of 1 to 4, ascending; the third is d * d**2, the fourth d**2 * d**2.

    Returns:
        (n, number of powers) float64.
    """
    given, by_block = np.ascontiguousarray(blocks), np.ascontiguousarray(shifts)
    rows, lanes = given.shape[1:]
    sums, room = np.empty((len(given), len(powers))), np.empty((len(powers), lanes))
    if len(given):
        pointers = (each.ctypes.data for each in (given, by_block, room, sums))
        _functions(powers, rows, lanes).get().call(_name(powers), len(given), 0, 0, *pointers)
    return sums


def _name(powers: Sequence[int]) -> str:
    return "sums" + "".join(map(str, powers))


@cache
def _functions(powers: tuple[int, ...], rows: int, lanes: int) -> AwaitedFunctions:
    return AwaitedFunctions(lambda: this_machine().functions(_text(powers, rows, lanes), [_name(powers)]))


def _text(powers: Sequence[int], rows: int, lanes: int) -> str:
    """LLVM's text; parameters are as of every function that `Machine` loads."""
    lines = [
        f"define void @{_name(powers)}(i64 %count, i64, i64,",
        "    ptr %values, ptr %shifts, ptr %room, ptr %sums) {",
        "entry:",
        "  br label %block",
        "block:",
        "  %number = phi i64 [ 0, %entry ], [ %following, %added ]",
        "  %shift.at = getelementptr double, ptr %shifts, i64 %number",
        "  %shift1 = load double, ptr %shift.at",
        f"  %shift0 = insertelement {_VECTOR} poison, double %shift1, i64 0",
        f"  %shift = shufflevector {_VECTOR} %shift0, {_VECTOR} poison, <{_WIDTH} x i32> zeroinitializer",
        f"  %start = mul i64 %number, {rows * lanes}",
        "  br label %lanes",
        *_rows(powers, rows, lanes),
        *_tree(powers, lanes),
        "added:",
        *_ends(powers, lanes),
        "  %following = add i64 %number, 1",
        "  %is_last = icmp eq i64 %following, %count",
        "  br i1 %is_last, label %end, label %block",
        "end:",
        "  ret void",
        "}",
    ]
    return "\n".join((*lines, ""))


def _rows(powers: Sequence[int], rows: int, lanes: int) -> list[str]:
    """Sums over the rows, for one vector of lanes after the other, into the room."""
    lines = [
        "lanes:",
        "  %group = phi i64 [ 0, %block ], [ %group.next, %lanes ]",
        f"  %offset = mul i64 %group, {_WIDTH}",
        "  %first = add i64 %start, %offset",
    ]
    totals = [""] * len(powers)
    for row in range(rows):
        lines += [
            f"  %place{row} = add i64 %first, {row * lanes}",
            f"  %at{row} = getelementptr double, ptr %values, i64 %place{row}",
            f"  %x{row} = load {_VECTOR}, ptr %at{row}, align 8",
            f"  %d1.{row} = fsub {_VECTOR} %x{row}, %shift",
            f"  %d2.{row} = fmul {_VECTOR} %d1.{row}, %d1.{row}",
            f"  %d3.{row} = fmul {_VECTOR} %d1.{row}, %d2.{row}",
            f"  %d4.{row} = fmul {_VECTOR} %d2.{row}, %d2.{row}",
        ]
        for k, power in enumerate(powers):
            if row:
                lines.append(f"  %s{k}.{row} = fadd {_VECTOR} {totals[k]}, %d{power}.{row}")
            totals[k] = f"%s{k}.{row}" if row else f"%d{power}.{row}"
    for k, total in enumerate(totals):
        lines += [
            f"  %to{k} = add i64 %offset, {k * lanes}",
            f"  %to{k}.at = getelementptr double, ptr %room, i64 %to{k}",
            f"  store {_VECTOR} {total}, ptr %to{k}.at, align 8",
        ]
    return [
        *lines,
        "  %group.next = add i64 %group, 1",
        f"  %group.last = icmp eq i64 %group.next, {lanes // _WIDTH}",
        "  br i1 %group.last, label %tree, label %lanes",
    ]


def _tree(powers: Sequence[int], lanes: int) -> list[str]:
    """Halves the lanes of each power until one vector is left."""
    lines = [
        "tree:",
        f"  %half = phi i64 [ {lanes // 2}, %lanes ], [ %quarter, %halved ]",
        "  br label %pair",
        "pair:",
        "  %low = phi i64 [ 0, %tree ], [ %low.next, %pair ]",
        "  %high = add i64 %low, %half",
    ]
    for k in range(len(powers)):
        for side in ("low", "high"):
            lines += [
                f"  %{side}{k} = add i64 %{side}, {k * lanes}",
                f"  %{side}{k}.at = getelementptr double, ptr %room, i64 %{side}{k}",
                f"  %{side}{k}.x = load {_VECTOR}, ptr %{side}{k}.at, align 8",
            ]
        lines += [
            f"  %both{k} = fadd {_VECTOR} %low{k}.x, %high{k}.x",
            f"  store {_VECTOR} %both{k}, ptr %low{k}.at, align 8",
        ]
    return [
        *lines,
        f"  %low.next = add i64 %low, {_WIDTH}",
        "  %low.last = icmp eq i64 %low.next, %half",
        "  br i1 %low.last, label %halved, label %pair",
        "halved:",
        "  %quarter = lshr i64 %half, 1",
        f"  %is_vector = icmp eq i64 %half, {_WIDTH}",
        "  br i1 %is_vector, label %added, label %tree",
    ]


def _ends(powers: Sequence[int], lanes: int) -> list[str]:
    """Halves the last vectors, and stores the sums of the block."""
    lines = [f"  %sum0.place = mul i64 %number, {len(powers)}"]
    for k in range(len(powers)):
        lines += [
            f"  %last{k}.at = getelementptr double, ptr %room, i64 {k * lanes}",
            f"  %last{k} = load {_VECTOR}, ptr %last{k}.at, align 8",
        ]
        names = [f"%e{k}.{lane}" for lane in range(_WIDTH)]
        lines += [
            f"  {name} = extractelement {_VECTOR} %last{k}, i64 {lane}" for lane, name in enumerate(names)
        ]
        while len(names) > 1:
            half = len(names) // 2
            pairs = list(zip(names[:half], names[half:], strict=True))
            names = [f"%h{k}.{half}.{place}" for place in range(half)]
            lines += [
                f"  {name} = fadd double {one}, {other}"
                for name, (one, other) in zip(names, pairs, strict=True)
            ]
        lines += [
            f"  %sum{k}.own = add i64 %sum0.place, {k}",
            f"  %sum{k}.at = getelementptr double, ptr %sums, i64 %sum{k}.own",
            f"  store double {names[0]}, ptr %sum{k}.at",
        ]
    return lines
