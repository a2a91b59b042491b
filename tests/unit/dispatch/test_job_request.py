"""A run as text, and back."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mcdesk.dispatch.job_request import JobRequest, request_of, request_text
from mcdesk.engine.sampling.sampler import Sampling
from mcdesk.engine.simulation_types import KeptTrials, SimulationPlan
from mcdesk.formulas.setup_texts import (
    CorrelationText,
    InputText,
    LimitText,
    OutputText,
    SetupFile,
    ValueText,
)
from mcdesk.formulas.values import BLANK, Scalar
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.foundation.errors import RunFailed

SETUP = SetupFile(
    inputs=(InputText("--input", "S!A1", "normal(0, 1)", "Wachstum é"),),
    outputs=(OutputText("--output", "S!B1"),),
    limits=(LimitText("--limit", "S!B1", 0.1),),
    correlations=(CorrelationText("--correlate", "S!A1", "S!A2", -0.7),),
    trials=10,
    seed=2**64 - 1,
    sampling=Sampling.SOBOL,
    stop="mean 1%",
)
REQUEST = JobRequest(
    "ab" * 32,
    ".xlsm",
    SETUP,
    SimulationPlan(10, 2**64 - 1, Sampling.SOBOL, "mean 1%"),
    "auto",
    datetime(2026, 11, 26, 12, 0, 0, 123456, tzinfo=UTC),
    KeptTrials(exact_bytes=1234),
)


@pytest.mark.parametrize("value", [0.1 + 0.2, -0.0, 5e-324, "#N/A", "", True, False, ErrorCode.NA, BLANK])
def test_that_a_request_comes_back_as_it_was(value: Scalar) -> None:
    values = (ValueText("--set", "S!A3", value, is_quoted=True),)
    request = replace(REQUEST, setup=replace(SETUP, values=values))

    back = request_of(request_text(request))

    assert back == request
    assert str(back.setup.values[0].value) == str(value)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version": 1}', '{"version": 99}'])
def test_that_another_text_is_one_clear_failure(text: str) -> None:
    with pytest.raises(RunFailed, match=r"queue|version"):
        request_of(text)


def test_that_the_text_is_json_that_anybody_reads() -> None:
    document = json.loads(request_text(REQUEST))

    assert document["model"]["sha256"] == REQUEST.model_sha256
    assert document["plan"]["seed"] == str(2**64 - 1)
