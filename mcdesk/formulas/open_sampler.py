"""The sampler of a model: Sobol points need to know its draws beforehand."""

from dataclasses import dataclass

from mcdesk.engine.random_stream import StreamKey
from mcdesk.engine.sampling.correlated import Correlated
from mcdesk.engine.sampling.latin_hypercube import LatinHypercube
from mcdesk.engine.sampling.plain import Plain
from mcdesk.engine.sampling.sampler import Sampler, Sampling
from mcdesk.engine.sampling.sobol import MOST_DIMENSIONS, Sobol
from mcdesk.formulas.correlation_groups import correlation_groups
from mcdesk.formulas.draw_counts import DrawCounts
from mcdesk.formulas.simulation_model import ModelInput, SimulationModel


@dataclass(frozen=True, slots=True)
class OpenedSampler:
    """A sampler, and what was assumed."""

    sampler: Sampler
    warnings: tuple[str, ...] = ()


def open_sampler(model: SimulationModel, sampling: Sampling, trials: int) -> OpenedSampler:
    """The sampler of a run of so many trials.

    Raises:
        OptionInvalid: if there are more trials than the sampling has points.
        ModelInvalid: if cells are correlated that cannot be.
    """
    opened = _opened(model, sampling, trials)
    if not model.correlations:
        return opened
    found = correlation_groups(model)
    return OpenedSampler(Correlated(opened.sampler, found.groups), (*opened.warnings, *found.warnings))


def _opened(model: SimulationModel, sampling: Sampling, trials: int) -> OpenedSampler:
    if sampling is Sampling.PLAIN:
        return OpenedSampler(Plain())
    if sampling is Sampling.LATIN_HYPERCUBE:
        return OpenedSampler(LatinHypercube(trials))
    keys = _draw_keys(model)
    dimensions = {key: place for place, key in enumerate(keys[:MOST_DIMENSIONS])}
    beyond = len(keys) - len(dimensions)
    warnings: tuple[str, ...] = ()
    if beyond > 0:
        warnings = (
            f"The model draws {len(keys):,} numbers a trial, Sobol points have {MOST_DIMENSIONS:,}"
            f" dimensions: the other {beyond:,} draws are plain (mc).",
        )
    return OpenedSampler(Sobol(trials, dimensions), warnings)


def _draw_keys(model: SimulationModel) -> list[StreamKey]:
    """The draws of a model: those that the outputs need first, then the others, in order of the cells."""
    counts = DrawCounts(model)
    graph = model.graph
    ordered = sorted(
        model.inputs,
        key=lambda each: (
            not model.is_needed[graph.cell_id(each.cell)] or each.cell in model.idle_inputs,
            each.cell.sheet, each.cell.row, each.cell.column,
        ),
    )  # fmt: skip
    return [key for each in ordered for key in _keys_of(model, each, counts)]


def _keys_of(model: SimulationModel, each: ModelInput, counts: DrawCounts) -> list[StreamKey]:
    sheet = model.workbook.sheets[each.cell.sheet].name
    count = 1 if each.distribution is not None else counts.of(each.cell)
    return [StreamKey(sheet, each.cell.row, each.cell.column, place) for place in range(count)]
