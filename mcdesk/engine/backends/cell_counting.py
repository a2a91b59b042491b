"""Counts values by cell in machine code: NumPy would pass over them six times and cost five times as much."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from mcdesk.engine.backends.awaited_functions import AwaitedFunctions
from mcdesk.engine.backends.llvm_machine import this_machine
from mcdesk.engine.backends.llvm_values import literal
from mcdesk.engine.ir import Type

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

_NAME = "count_by_cell"


def is_at_hand() -> bool:
    """Whether `count_by_cell` need not wait for the compiler, which begins when this is first asked."""
    return _functions().are_at_hand()


def count_by_cell(values: Floats, low: float, per_width: float, counts: Counts) -> Floats:
    """Count values in cells of one width.

    Args:
        values: (n,) float64; NaN is taken for a value below all cells.
        low: where the first cell begins.
        per_width: 1 / the width of a cell.
        counts: (cells,) int64, contiguous; one is added for each value in its cell, which is number
            floor((value - low) * per_width), each operation rounded.

    Returns:
        (m,) float64, the values in no cell, in their order.
    """
    given = np.ascontiguousarray(values)
    bounds = np.array([low, per_width])
    outside, met = np.empty(len(given)), np.zeros(1, dtype=np.int64)
    pointers = (each.ctypes.data for each in (given, bounds, counts, outside))
    if len(given):
        _functions().get().call(_NAME, len(given), len(counts), met.ctypes.data, *pointers)
    return outside[: met[0]].copy()


@cache
def _functions() -> AwaitedFunctions:
    return AwaitedFunctions(lambda: this_machine().functions(_text(), [_NAME]))


def _text() -> str:
    """LLVM's text; parameters are as of every function that `Machine` loads."""
    zero, one = literal(Type.NUMBER, 0.0), literal(Type.NUMBER, 1.0)
    return f"""
define void @{_NAME}(i64 %count, i64 %cells, i64 %met, ptr %values, ptr %bounds, ptr %counts, ptr %outside) {{
entry:
  %low = load double, ptr %bounds
  %second = getelementptr double, ptr %bounds, i64 1
  %per = load double, ptr %second
  %beyond = add i64 %cells, 1
  %most = sitofp i64 %beyond to double
  br label %next
next:
  %place = phi i64 [ 0, %entry ], [ %following, %done ]
  %left = phi i64 [ 0, %entry ], [ %after, %done ]
  %at = getelementptr double, ptr %values, i64 %place
  %value = load double, ptr %at
  %above = fsub double %value, %low
  %scaled = fmul double %above, %per
  %raised = fadd double %scaled, {one}
  %is_above = fcmp ogt double %raised, {zero}
  %positive = select i1 %is_above, double %raised, double {zero}
  %is_small = fcmp olt double %positive, %most
  %bounded = select i1 %is_small, double %positive, double %most
  %number = fptosi double %bounded to i64
  %cell = sub i64 %number, 1
  %is_inside = icmp ult i64 %cell, %cells
  br i1 %is_inside, label %inside, label %other
inside:
  %counter = getelementptr i64, ptr %counts, i64 %cell
  %known = load i64, ptr %counter
  %more = add i64 %known, 1
  store i64 %more, ptr %counter
  br label %done
other:
  %free = getelementptr double, ptr %outside, i64 %left
  store double %value, ptr %free
  %added = add i64 %left, 1
  br label %done
done:
  %after = phi i64 [ %left, %inside ], [ %added, %other ]
  %following = add i64 %place, 1
  %is_last = icmp eq i64 %following, %count
  br i1 %is_last, label %end, label %next
end:
  %result = inttoptr i64 %met to ptr
  store i64 %after, ptr %result
  ret void
}}
"""
