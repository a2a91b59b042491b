"""What a sampler is: it gives the number in (0, 1) of a draw in a trial."""

from collections.abc import Sequence
from enum import Enum
from typing import Protocol, TypeVar

import numpy as np

from mcdesk.engine.ir import Table, Type
from mcdesk.engine.operations import Operations
from mcdesk.engine.random_stream import StreamKey

V = TypeVar("V")

REPLICATES = 16
_LEAST_REPLICATED = 1_600
_WORD = 0xFFFFFFFF
_TWO_52 = 2.0**52
_BITS_OF_TWO_52 = 0x433 << 52
_BELOW_TWO_52 = (1 << 52) - 1


class Sampling(Enum):
    """How uniform numbers are spread over the trials."""

    PLAIN = "mc"
    LATIN_HYPERCUBE = "lhs"
    SOBOL = "sobol"


class Sampler(Protocol):
    """Gives the uniform numbers of one run."""

    def uniform(self, ops: Operations[V], seed: V, trial: V, keys: Sequence[StreamKey], which: V) -> V:
        """The number in (0, 1), at least 2**-53 from both, of the draw `keys[which]` in a trial (from 0)."""


def replicate_count(sampling: Sampling, trials: int) -> int:
    """How many independent randomisations of a point set a run of so many trials consists of."""
    if sampling is Sampling.PLAIN:
        return 1
    if sampling is Sampling.SOBOL:
        return REPLICATES
    return REPLICATES if trials >= _LEAST_REPLICATED else 1


def chosen(ops: Operations[V], numbers: Sequence[int], index: V) -> V:
    """One of several 64-bit numbers, of which a single one is a constant."""
    if len(numbers) == 1:
        return ops.integer(numbers[0])
    signed = np.array([number % (1 << 64) for number in numbers], dtype=np.uint64).view(np.int64)
    signed.flags.writeable = False
    return ops.read_table(Table(Type.INTEGER, signed), index)


def word(ops: Operations[V], value: V) -> V:
    """The lower 32 bits."""
    return ops.iand(value, ops.integer(_WORD))


def quotient(ops: Operations[V], value: V, divisor: int) -> V:
    """A whole number below 2**52 divided by another, rounded down."""
    if divisor & (divisor - 1) == 0:
        return ops.ilshr(value, divisor.bit_length() - 1)
    # the correctly rounded quotient of such numbers reaches no whole number that the exact one does not
    ratio = ops.div(small_number(ops, value), ops.number(float(divisor)))
    in_place = ops.add(ops.floor(ratio), ops.number(_TWO_52))
    return ops.iand(ops.bits(ops.within(in_place, _TWO_52, 2.0 * _TWO_52)), ops.integer(_BELOW_TWO_52))


def small_number(ops: Operations[V], value: V, summand: float = 0.0) -> V:
    """A whole number in [0, 2**52), plus 0 or 1/2, as a NUMBER."""
    # few processors convert whole numbers of 64 bits side by side
    raised = ops.from_bits(ops.ior(value, ops.integer(_BITS_OF_TWO_52)))
    return ops.within(ops.sub(raised, ops.number(_TWO_52 - summand)), 0.0, _TWO_52)
