"""How uniform numbers are spread over the trials of a run: plain, Latin hypercube or Sobol points."""

from mcdesk.engine.sampling.latin_hypercube import LatinHypercube
from mcdesk.engine.sampling.plain import Plain
from mcdesk.engine.sampling.sampler import Sampler, Sampling, replicate_count
from mcdesk.engine.sampling.sobol import MOST_DIMENSIONS, Sobol

__all__ = [
    "MOST_DIMENSIONS",
    "LatinHypercube",
    "Plain",
    "Sampler",
    "Sampling",
    "Sobol",
    "replicate_count",
]
