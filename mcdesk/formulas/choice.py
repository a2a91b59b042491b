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


@dataclass(frozen=True, slots=True)
class SimulationChoice:
    """Inputs and outputs besides those that the workbook declares; `fixed` replaces constants."""

    inputs: tuple[InputChoice, ...] = ()
    outputs: tuple[OutputChoice, ...] = ()
    fixed: Mapping[CellAddress, Scalar] = field(default_factory=dict)
