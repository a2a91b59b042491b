"""Sums in a fixed order: a binary tree over 1,024 lanes, so that no bit depends on who adds."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

BLOCK_TRIALS = 1024


def lane_sums(blocks: Floats) -> Floats:
    """Sum of each block, by halving adds: lane i + lane i + 512, then 256, down to one.

    Args:
        blocks: (blocks, lanes) float64; the number of lanes is a power of two.

    Returns:
        (blocks,) float64, in the unit of the values; each add is rounded once.
    """
    width = blocks.shape[1]
    while width > 1:
        width //= 2
        blocks = blocks[:, :width] + blocks[:, width : 2 * width]
    return blocks[:, 0]


def tree_sum(values: Floats) -> float:
    """Sum of a vector, (n,) float64: blocks of 1,024 as in `lane_sums`, then a tree over the blocks."""
    if values.size == 0:
        return 0.0
    sums = lane_sums(
        _padded(values, -(-values.size // BLOCK_TRIALS) * BLOCK_TRIALS).reshape(-1, BLOCK_TRIALS)
    )
    width = 1 << (len(sums) - 1).bit_length()
    return float(lane_sums(_padded(sums, width).reshape(1, width))[0])


def _padded(values: Floats, size: int) -> Floats:
    if values.size == size:
        return values
    padded = np.zeros(size)
    padded[: values.size] = values
    return padded
