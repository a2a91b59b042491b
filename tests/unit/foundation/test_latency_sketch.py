"""The sketch of latencies: quantiles within its error, whole and merged alike, and back from bytes."""

import numpy as np
import pytest

from mcdesk.foundation.latency_sketch import RELATIVE_ERROR, LatencySketch, merged

DRAWS = {
    "uniform": lambda rng: rng.uniform(0.5, 50.0, 20_000),
    "exponential": lambda rng: rng.exponential(12.0, 20_000) + 1e-3,
    "lognormal": lambda rng: rng.lognormal(1.0, 2.0, 20_000),
    "pareto": lambda rng: rng.pareto(1.5, 20_000) + 1.0,
    "two sizes": lambda rng: rng.choice([0.03, 900.0], 20_000),
}


def sketch_of(values: np.ndarray) -> LatencySketch:
    sketch = LatencySketch()
    for value in values:
        sketch.add(float(value))
    return sketch


@pytest.mark.parametrize("name", DRAWS)
def test_that_quantiles_are_within_the_error_stated(name: str) -> None:
    values = DRAWS[name](np.random.default_rng(3))
    sketch, ordered = sketch_of(values), np.sort(values)

    for fraction in (0.0, 0.5, 0.95, 0.99, 1.0):
        exact = ordered[int(fraction * (len(ordered) - 1))]
        assert sketch.quantile(fraction) == pytest.approx(exact, rel=RELATIVE_ERROR * 1.0001)


@pytest.mark.parametrize("name", DRAWS)
def test_that_parts_together_are_the_whole(name: str) -> None:
    values = DRAWS[name](np.random.default_rng(4))

    assert merged(sketch_of(part) for part in np.array_split(values, 7)) == sketch_of(values)


def test_that_nothing_has_no_quantile_and_zeros_count() -> None:
    sketch = LatencySketch()
    assert (sketch.quantile(0.5), sketch.share_above(1.0)) == (None, None)

    for value in (0.0, -1.0, 0.0, 8.0):
        sketch.add(value)

    assert len(sketch) == 4
    assert sketch.quantile(0.5) == 0.0
    assert sketch.quantile(1.0) == pytest.approx(8.0, rel=RELATIVE_ERROR)
    assert sketch.share_above(1.0) == 0.25
    assert sketch.share_above(100.0) == 0.0


def test_that_bytes_give_the_same_sketch_and_others_are_refused() -> None:
    sketch = sketch_of(np.array([0.0, 1e-5, 3.0, 3.0, 1e9]))

    assert LatencySketch.from_bytes(sketch.to_bytes()) == sketch
    for wrong in (b"", sketch.to_bytes()[:-1], b"\xff" * 12):
        with pytest.raises(ValueError, match="sketch"):
            LatencySketch.from_bytes(wrong)
