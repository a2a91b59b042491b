"""Bodies of functions and operators run over whole series, as the last rows of folded arrays have them."""

import numpy as np

from mcdesk.engine.block_operations import BlockOperations, Lanes
from mcdesk.formulas.functions.definition import Body, Outcome, run_body
from mcdesk.formulas.mapping import joined_series
from mcdesk.formulas.values import Scalar, Series
from mcdesk.foundation.error_codes import ErrorCode

_BLOCK = BlockOperations()


def run_over_series(body: Body, *arguments: object) -> Scalar | Series | None:
    """Return what a body makes of series and scalars; None where only some of the results are errors."""
    with np.errstate(all="ignore"):
        outcome: Outcome[Lanes] = run_body(body, _BLOCK, *arguments)
        value = np.asarray(outcome.value)
        codes = np.zeros(value.shape, np.uint8) if outcome.error is None else np.asarray(outcome.error)
        codes = np.where(codes != 0, codes, np.where(np.isfinite(value), 0, int(ErrorCode.NUM)))
    if codes.any():
        return ErrorCode(int(codes.flat[0])) if codes.min() == codes.max() else None
    return joined_series(value.astype(np.bool_) if value.dtype == np.bool_ else value.astype(np.float64))
