"""Correlation matrices against closed forms and against NumPy's decompositions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from mcdesk.engine.backends.backend import ChunkRequest
from mcdesk.engine.backends.cpu import CpuBackend
from mcdesk.engine.block_operations import BlockOperations
from mcdesk.engine.builder import ProgramDraft, StageBuilder
from mcdesk.engine.correlation import (
    as_matrix,
    cholesky_factor,
    largest_change,
    nearest_correlation,
    score_correlation,
)
from mcdesk.engine.ir import Affine, SlotAccess, Type
from mcdesk.engine.random_stream import StreamKey
from mcdesk.engine.sampling.correlated import Correlated, CorrelatedDraws
from mcdesk.engine.sampling.plain import Plain

_OPS = BlockOperations()
_KEYS = tuple(StreamKey("S", row, 0) for row in range(4))


def _full(factor: tuple[tuple[float, ...], ...]) -> np.ndarray:
    full = np.zeros((len(factor), len(factor)))
    for i, row in enumerate(factor):
        full[i, : len(row)] = row
    return full


@pytest.mark.parametrize("rank", [-1.0, -0.7, 0.0, 0.3, 0.95, 1.0])
def test_that_the_score_correlation_is_pearsons(rank: float) -> None:
    assert score_correlation(rank) == pytest.approx(2 * np.sin(np.pi * rank / 6), abs=1e-15)


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 12), st.integers(0, 10_000))
def test_that_the_factor_is_that_of_numpy(size: int, seed: int) -> None:
    columns = np.random.default_rng(seed).normal(size=(size * 3, size))
    matrix = np.corrcoef(columns, rowvar=False)

    factor = cholesky_factor(matrix)

    assert factor is not None
    assert np.allclose(_full(factor), np.linalg.cholesky(matrix), atol=1e-12)


def test_that_perfect_correlation_is_factored_and_contradiction_is_not() -> None:
    assert cholesky_factor(as_matrix(2, [(0, 1, -1.0)])) == ((1.0,), (-1.0, 0.0))
    assert cholesky_factor(as_matrix(3, [(0, 1, 1.0), (1, 2, 1.0), (0, 2, 1.0)])) is not None
    assert cholesky_factor(as_matrix(3, [(0, 1, 1.0), (1, 2, 1.0)])) is None
    assert cholesky_factor(as_matrix(3, [(0, 1, 0.9), (1, 2, 0.9)])) is None


def test_that_the_repair_is_the_nearest_of_the_literature() -> None:
    # Higham 2002, section 4: the nearest to the tridiagonal matrix of ones
    found = nearest_correlation(as_matrix(3, [(0, 1, 1.0), (1, 2, 1.0)]))

    assert found[0, 1] == pytest.approx(0.7607, abs=5e-5)
    assert found[0, 2] == pytest.approx(0.1573, abs=5e-5)


@settings(max_examples=15, deadline=None)
@given(st.integers(2, 9), st.integers(0, 10_000))
def test_that_a_repaired_matrix_is_a_correlation_matrix_and_no_other_tried_is_nearer(
    size: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    entries = [(i, j, float(rng.uniform(-1, 1))) for i in range(size) for j in range(i)]
    matrix = as_matrix(size, entries)

    found = nearest_correlation(matrix)

    assert np.array_equal(found, found.T)
    assert (np.diagonal(found) == 1.0).all()
    assert np.linalg.eigvalsh(found).min() > 0.0
    assert cholesky_factor(found) is not None
    distance = np.linalg.norm(found - matrix)
    for _ in range(20):
        other = np.corrcoef(rng.normal(size=(size + 2, size)), rowvar=False)
        for share in (1e-4, 1e-2, 0.3):
            mixed = (1 - share) * found + share * other
            assert np.linalg.norm(mixed - matrix) >= distance - 1e-6


def test_that_the_largest_change_is_found() -> None:
    before = as_matrix(3, [(0, 1, 0.5), (1, 2, -0.5)])
    after = as_matrix(3, [(0, 1, 0.4), (1, 2, -0.1)])

    assert largest_change(before, after) == (1, 2)


@pytest.mark.parametrize(("rank", "seeds"), [(0.7, 100), (-0.9, 15)])
def test_that_ten_thousand_trials_reach_a_rank_correlation(rank: float, seeds: int) -> None:
    factor = cholesky_factor(as_matrix(2, [(0, 1, score_correlation(rank))]))
    assert factor is not None
    sampler = Correlated(Plain(), [CorrelatedDraws(_KEYS[:2], factor)])
    draft = ProgramDraft()
    ops = StageBuilder(draft)
    drawn = draft.slot_array(Type.NUMBER, 2)
    for place, key in enumerate(_KEYS[:2]):
        u = sampler.uniform(ops, ops.seed(), ops.trial(), [key], ops.integer(0))
        ops.write_slot(SlotAccess(drawn, Affine(place)), u)
    ops.finish("draws")
    backend = CpuBackend(draft.program(), ())
    errors = []
    for seed in range(seeds):
        first, second = backend.run(ChunkRequest(seed, 0, 10_000, (drawn,)))[drawn]
        errors.append(stats.spearmanr(first, second).statistic - rank)

    assert np.mean(np.abs(errors)) < 0.02
    assert abs(np.mean(errors)) < 4 * np.std(errors) / np.sqrt(seeds)


def test_that_marginals_stay_uniform_and_others_stay_as_they_are() -> None:
    factor = cholesky_factor(as_matrix(3, [(0, 1, 0.8), (1, 2, 0.5)]))
    assert factor is not None
    sampler = Correlated(Plain(), [CorrelatedDraws(_KEYS[:3], factor)])
    trials = np.arange(20_000, dtype=np.int64)
    with np.errstate(all="ignore"):
        for key in _KEYS[:3]:
            found = sampler.uniform(_OPS, _OPS.integer(5), trials, [key], _OPS.integer(0))
            assert stats.kstest(found, "uniform").pvalue > 1e-3
        alone = sampler.uniform(_OPS, _OPS.integer(5), trials, [_KEYS[3]], _OPS.integer(0))
        plain = Plain().uniform(_OPS, _OPS.integer(5), trials, [_KEYS[3]], _OPS.integer(0))
        which = trials % 4
        together = sampler.uniform(_OPS, _OPS.integer(5), trials, _KEYS, which)
        for place, key in enumerate(_KEYS):
            single = sampler.uniform(_OPS, _OPS.integer(5), trials, [key], _OPS.integer(0))
            assert np.array_equal(together[which == place], single[which == place])
    assert np.array_equal(alone, plain)
