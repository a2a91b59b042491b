"""Statistics as JSON and back."""

import json
from dataclasses import replace

import pytest

from mcdesk.dispatch.run_document import statistics_of, statistics_text
from mcdesk.dispatch.run_statistics import RunStatistics
from mcdesk.engine.simulation_types import ErrorCount, Influence, InputStatistics, OutputStatistics

OUTPUT = OutputStatistics(
    cell="S!B1",
    name="Value",
    base_value=1.0,
    trials=10,
    errors=1,
    error_kinds=(ErrorCount("#DIV/0!", 1, 4, "S!A9"),),
    mean=2.5,
    mean_ci95=(2.0, 3.0),
    sd=0.5,
    variance=0.25,
    skewness=0.0,
    kurtosis=3.0,
    minimum=1.0,
    maximum=4.0,
    percentiles={5: 1.1, 95: 3.9},
    percentiles_ci95={5: (1.0, 1.2), 95: (3.8, 4.0)},
    sensitivity=(Influence("S!A1", 0.9, 1.5, 1.0),),
)
STATISTICS = RunStatistics(
    inputs=(InputStatistics("S!A1", "Growth", "normal(0, 1)", 0.01, 0.99),),
    outputs=(OUTPUT,),
    warnings=("A warning",),
)


def test_that_statistics_come_back_as_they_were() -> None:
    assert statistics_of(statistics_text(STATISTICS)) == STATISTICS


def test_that_unknown_statistics_come_back_unknown() -> None:
    unknown = replace(OUTPUT, mean=None, mean_ci95=None, sd=None, percentiles={}, percentiles_ci95={})

    assert statistics_of(statistics_text(RunStatistics(outputs=(unknown,)))) == RunStatistics(
        outputs=(unknown,)
    )


def test_that_a_figure_that_is_no_number_is_null() -> None:
    text = statistics_text(RunStatistics(outputs=(replace(OUTPUT, skewness=float("nan")),)))

    assert json.loads(text)["outputs"][0]["skewness"] is None


def test_that_every_percentile_has_a_key_and_null_without_data() -> None:
    unknown = replace(OUTPUT, percentiles={}, percentiles_ci95={})

    outputs = json.loads(statistics_text(RunStatistics(outputs=(OUTPUT, unknown))))["outputs"]

    keys = ["1", "5", "10", "25", "50", "75", "90", "95", "99"]
    assert [list(output["percentiles"]) for output in outputs] == [keys, keys]
    assert [outputs[0]["percentiles"][key] for key in ("1", "5")] == [None, 1.1]
    assert set(outputs[1]["percentiles"].values()) == {None}
    assert set(outputs[1]["percentiles_ci95"]) == set(keys)


def test_that_shortened_statistics_come_back_as_such() -> None:
    shortened = replace(STATISTICS, is_whole=False)

    assert statistics_of(statistics_text(shortened)) == shortened


def test_that_trials_count_from_one_in_json() -> None:
    document = json.loads(statistics_text(STATISTICS))

    assert document["outputs"][0]["error_kinds"][0]["first_trial"] == 5


@pytest.mark.parametrize("text", ["", "null", "[]", "{}", '{"inputs": [{"no": 1}], "outputs": []}'])
def test_that_a_text_that_is_something_else_gives_nothing(text: str) -> None:
    assert statistics_of(text) is None
