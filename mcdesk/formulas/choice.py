"""What a person chose for a simulation: inputs, outputs, fixed cells. Addresses are resolved."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mcdesk.engine.distributions import Distribution
from mcdesk.formulas.values import Scalar
from mcdesk.model.addresses import CellAddress


@dataclass(frozen=True, slots=True)
class InputChoice:
    """A cell that is uncertain, with its distribution."""

    cell: CellAddress
    distribution: Distribution
    name: str = ""


@dataclass(frozen=True, slots=True)
class OutputChoice:
    """A cell whose distribution is wanted."""

    cell: CellAddress
    name: str = ""
    limits: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class CorrelationChoice:
    """The rank correlation of two inputs."""

    first: CellAddress
    second: CellAddress
    rank: float


@dataclass(frozen=True, slots=True)
class SimulationChoice:
    """Inputs and outputs besides those that the workbook declares; `fixed` replaces constants.

    `limits` are the values below which it is asked how probable an output is.
    """

    inputs: tuple[InputChoice, ...] = ()
    outputs: tuple[OutputChoice, ...] = ()
    fixed: Mapping[CellAddress, Scalar] = field(default_factory=dict)
    correlations: tuple[CorrelationChoice, ...] = ()
    limits: Mapping[CellAddress, tuple[float, ...]] = field(default_factory=dict)
