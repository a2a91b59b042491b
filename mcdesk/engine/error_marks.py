"""Trials with their errors in one array: a failed trial is a NaN that carries the code of its error.

No trial has the value NaN otherwise: what is no number is an error of the worksheet.
"""

import numpy as np
from numpy.typing import NDArray

from mcdesk.engine.simulation_types import TrialValues

_QUIET_NAN = np.uint64(0x7FF8_0000_0000_0000)
_CODE_BITS = np.uint64(0xFF)

Floats = NDArray[np.float64]


def marked(trials: TrialValues) -> Floats:
    """(n,) float64; the values themselves where no trial failed."""
    if trials.errors is None:
        return trials.values
    values = trials.values.copy()
    failed = trials.errors != 0
    values.view(np.uint64)[failed] = _QUIET_NAN | trials.errors[failed].astype(np.uint64)
    return values


def unmarked(cell: str, values: Floats) -> TrialValues:
    """The trials that `marked` wrote; a failed one has the value 0."""
    failed = np.isnan(values)
    if not failed.any():
        return TrialValues(cell, values, None)
    errors = np.zeros(len(values), dtype=np.uint8)
    errors[failed] = (values[failed].view(np.uint64) & _CODE_BITS).astype(np.uint8)
    return TrialValues(cell, np.where(failed, 0.0, values), errors)
