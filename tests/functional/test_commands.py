"""Commands as a person runs them: real processes, a data folder of their own."""

import csv
import json
import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.builders_xlsx import write_xlsx

Mcdesk = Callable[..., "subprocess.CompletedProcess[str]"]
ROOT = Path(__file__).parent.parent.parent
PATIENCE_SECONDS = 120

pytestmark = pytest.mark.slow


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return os.environ | {"MCDESK_HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT)}


@pytest.fixture
def mcdesk(tmp_path: Path, environment: dict[str, str]) -> Mcdesk:
    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "mcdesk", *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )

    return run


@pytest.fixture
def model(tmp_path: Path) -> str:
    sheets = {"S": {"A1": 10.0, "A2": 2.0, "A3": ("=A1*A2", 20.0), "A4": ("=IF(A1<9,1/0,A3)", 20.0)}}
    return write_xlsx(tmp_path / "model.xlsx", sheets).name


def run_arguments(model: str, *more: str) -> list[str]:
    return ["run", model, "--input", "S!A1=normal(10, 1)", "--output", "S!A3=Product", *more]


def document(completed: "subprocess.CompletedProcess[str]") -> dict[str, Any]:
    assert completed.stderr == ""
    found: dict[str, Any] = json.loads(completed.stdout)
    return found


def one_line(completed: "subprocess.CompletedProcess[str]") -> str:
    assert completed.stderr.startswith("mcdesk: ")
    assert completed.stderr.count("\n") == 1
    return completed.stderr


def test_that_the_version_is_printed_at_once(mcdesk: Mcdesk) -> None:
    began = time.perf_counter()
    completed = mcdesk("--version")
    sys.stdout.write(f"--version took {time.perf_counter() - began:.3f} s")

    assert completed.returncode == 0
    assert completed.stdout.startswith("mcdesk ")


def test_that_a_run_has_every_field_of_its_contract(mcdesk: Mcdesk, model: str) -> None:
    found = document(mcdesk(*run_arguments(model, "--trials", "1e4", "--json")))

    assert (found["status"], found["cached"], found["trials"], found["seed"]) == (
        "completed",
        False,
        10_000,
        1,
    )
    assert found["allocation"]["tier"] == "enterprise"
    assert set(found["model"]) == {"name", "sha256", "formula_cells", "compiled_cells", "slow_cells"}
    assert {"load_s", "compile_s", "simulate_s", "total_s", "trials_per_s", "cpu_s"} == set(found["timing"])
    output = found["outputs"][0]
    assert (output["cell"], output["name"], output["base_value"]) == ("S!A3", "Product", 20.0)
    assert output["mean"] == pytest.approx(20.0, abs=4 * 2 / 100)
    assert output["sd"] == pytest.approx(2.0, rel=0.05)
    assert set(output["percentiles"]) == {"1", "5", "10", "25", "50", "75", "90", "95", "99"}
    assert found["inputs"][0]["distribution"] == "normal(10, 1)"
    assert output["sensitivity"][0]["variance_share"] == pytest.approx(1.0)


def test_that_a_repeated_run_is_answered_from_the_history(mcdesk: Mcdesk, model: str) -> None:
    first = document(mcdesk(*run_arguments(model, "--json")))
    second = document(mcdesk(*run_arguments(model, "--json")))
    third = document(mcdesk(*run_arguments(model, "--json", "--no-cache")))

    assert [each["cached"] for each in (first, second, third)] == [False, True, False]
    assert first["simulation_id"] == second["simulation_id"] != third["simulation_id"]
    assert first["outputs"] == second["outputs"] == third["outputs"]


def test_that_another_run_is_not_taken_for_the_same(mcdesk: Mcdesk, model: str) -> None:
    document(mcdesk(*run_arguments(model, "--json")))
    changes = (["--seed", "2"], ["--trials", "500"], ["--set", "S!A2=3"], ["--output", "S!A4"])

    answers = [document(mcdesk(*run_arguments(model, "--json", *change))) for change in changes]

    assert [each["cached"] for each in answers] == [False] * len(changes)


def test_that_a_set_value_replaces_a_constant(mcdesk: Mcdesk, model: str) -> None:
    found = document(mcdesk(*run_arguments(model, "--set", "S!A2=200", "--json")))

    assert found["outputs"][0]["mean"] == pytest.approx(2000, rel=0.01)


def test_that_a_run_stands_in_the_history_until_it_is_deleted(mcdesk: Mcdesk, model: str) -> None:
    key = document(mcdesk(*run_arguments(model, "--json")))["simulation_id"]

    listed = document(mcdesk("history", "list", "--json"))["simulations"]
    exported = document(mcdesk("history", "export", key))
    shown = mcdesk("history", "show", key[:8])
    deleted = mcdesk("history", "delete", key[:8])

    assert [each["simulation_id"] for each in listed] == [key]
    assert exported["setup"]["inputs"][0]["cell"] == "S!A1"
    assert "Product" in shown.stdout
    assert deleted.returncode == 0
    assert document(mcdesk("history", "list", "--json"))["simulations"] == []


def test_that_row_k_of_the_trials_is_trial_k(mcdesk: Mcdesk, model: str, tmp_path: Path) -> None:
    mcdesk(*run_arguments(model, "--output", "S!A4", "--trials", "50", "--save-trials", "trials.csv"))
    with (tmp_path / "trials.csv").open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)

    arguments = run_arguments(model, "--output", "S!A4", "--trial", "17", "--json")[1:]
    calculated = document(mcdesk("calc", *arguments))

    assert head == ["S!A1", "S!A3", "S!A4"]
    assert len(rows) == 50
    assert "#DIV/0!" in {row[2] for row in rows}
    value_by_cell = {each["cell"]: each["value"] for each in calculated["cells"]}
    assert [value_by_cell[cell] for cell in head[:2]] == [float(text) for text in rows[16][:2]]


def test_that_a_share_of_errors_is_told_with_kind_first_cell_and_trial(mcdesk: Mcdesk, model: str) -> None:
    arguments = run_arguments(model, "--output", "S!A4", "--json")
    found = document(mcdesk(*arguments))["outputs"][1]

    # The input is below 9 in 15.87 % of the trials.
    assert found["errors"] == pytest.approx(1587, abs=4 * 37)
    assert found["error_kinds"][0]["kind"] == "#DIV/0!"
    assert found["error_kinds"][0]["trials"] == found["errors"]
    assert found["error_kinds"][0]["first_cell"] == "S!A4"
    first = found["error_kinds"][0]["first_trial"]
    inputs = [
        document(mcdesk("calc", *arguments[1:], "--trial", str(trial)))["cells"][0]["value"]
        for trial in range(1, first + 1)
    ]
    assert [value < 9.0 for value in inputs] == [False] * (first - 1) + [True]


@pytest.mark.parametrize("sampling", ["lhs", "sobol"])
def test_that_a_spread_sample_is_simulated_saved_and_calculated_alike(
    mcdesk: Mcdesk, model: str, sampling: str, tmp_path: Path
) -> None:
    saved = str(tmp_path / "trials.npz")
    given = ("--trials", "2000", "--sampling", sampling)
    found = document(mcdesk(*run_arguments(model, *given, "--save-trials", saved, "--json")))
    calculated = document(mcdesk("calc", *run_arguments(model, *given, "--trial", "1234", "--json")[1:]))

    value_by_cell = {each["cell"]: each["value"] for each in calculated["cells"]}
    assert found["sampling"] == sampling
    with np.load(saved) as columns:
        assert columns["S!A1"][1233] == value_by_cell["S!A1"]
        assert columns["S!A3"][1233] == value_by_cell["S!A3"]
        # plain sampling has a standard error of 0.022; here it is 0.001 and, of 125 points each, 0.0025
        assert columns["S!A1"].mean() == pytest.approx(10.0, abs=0.01)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_that_an_interrupted_run_keeps_its_trials(
    tmp_path: Path, environment: dict[str, str], mcdesk: Mcdesk, model: str, number: signal.Signals
) -> None:
    command = [sys.executable, "-m", "mcdesk", *run_arguments(model, "--trials", "2e9", "--json")]
    process = subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    _wait_until_it_runs(mcdesk)
    process.send_signal(number)
    printed, told = process.communicate(timeout=PATIENCE_SECONDS)

    found = json.loads(printed)
    assert process.returncode == 130
    assert "were kept" in told
    assert (found["status"], found["stopped_by"]) == ("cancelled", "cancelled")
    assert 0 < found["trials_done"] < found["trials"] == 2_000_000_000
    assert found["outputs"][0]["mean"] == pytest.approx(20.0, abs=0.2)
    kept = document(mcdesk("history", "list", "--json"))["simulations"][0]
    assert (kept["status"], kept["trials_done"]) == ("cancelled", found["trials_done"])


def test_that_garbage_is_refused_in_one_line(mcdesk: Mcdesk, tmp_path: Path) -> None:
    (tmp_path / "garbage.xlsx").write_bytes(b"PK\x03\x04" + bytes(range(256)) * 4)

    for command in (
        ["run", "garbage.xlsx"],
        ["check", "garbage.xlsx"],
        ["calc", "garbage.xlsx", "--trial", "1"],
    ):
        completed = mcdesk(*command)
        assert completed.returncode == 2
        assert "garbage.xlsx" in one_line(completed)


def test_that_more_trials_than_fit_into_memory_are_not_saved(mcdesk: Mcdesk, model: str) -> None:
    completed = mcdesk(*run_arguments(model, "--trials", "1e12", "--save-trials", f"{model}.csv"))

    assert completed.returncode == 2
    assert "memory" in one_line(completed)


def test_that_an_unknown_account_is_refused(mcdesk: Mcdesk, model: str) -> None:
    completed = mcdesk(*run_arguments(model, "--as", "nobody@example.org"))

    assert completed.returncode == 2
    assert "nobody@example.org" in one_line(completed)


def test_that_a_run_is_charged_to_the_account_that_is_named(mcdesk: Mcdesk, model: str) -> None:
    mcdesk("account", "add", "ann@example.org", "--tier", "trial")

    found = document(mcdesk(*run_arguments(model, "--as", "Ann@example.org", "--trials", "1e5", "--json")))

    assert found["allocation"] == {
        "tier": "trial",
        "class": "ultra",
        "memory_mb": 1024,
        "compute_percent": 25,
        "seconds_limit": 300,
    }
    listed = document(mcdesk("history", "list", "--json"))["simulations"]
    assert listed[0]["account"] == "ann@example.org"


def test_that_a_history_that_cannot_be_opened_does_not_lose_the_result(
    mcdesk: Mcdesk, model: str, tmp_path: Path
) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "mcdesk.db").write_bytes(b"no database at all" * 100)

    found = document(mcdesk(*run_arguments(model, "--json")))

    assert found["status"] == "completed"
    assert "not kept in the history" in " ".join(found["warnings"])


def test_that_quiet_json_prints_nothing_else(mcdesk: Mcdesk, model: str) -> None:
    assert mcdesk(*run_arguments(model, "--json", "--quiet")).stderr == ""


def test_that_tables_name_outputs_and_inputs(mcdesk: Mcdesk, model: str) -> None:
    printed = mcdesk(*run_arguments(model)).stdout

    assert "Product (S!A3)" in printed
    assert "normal(10, 1)" in printed


def test_that_health_has_every_key_of_its_contract(mcdesk: Mcdesk) -> None:
    found = document(mcdesk("health", "--json"))

    assert found["status"] in ("excellent", "good", "degraded")
    assert {"backend", "gpus", "progress_ms", "kpis", "capacity", "alerts"} <= set(found)
    assert (found["backend"] == "cuda") == (found["cuda_obstacles"] == [])
    assert {"journal_mode", "schema_version", "integrity"} <= set(found["database"])
    query = found["queries"]["progress_update"]
    assert {"count", "p50_ms", "p95_ms", "max_ms", "threshold_ms", "slow"} == set(query)


def test_that_the_demo_leaves_no_account_in_the_history(mcdesk: Mcdesk) -> None:
    completed = mcdesk("demo", "--seconds", "5")

    assert (completed.returncode, completed.stderr) == (0, "")
    for tier, example in zip(
        ("enterprise", "professional", "standard", "trial"),
        ("product_launch", "portfolio", "project_plan", "newsvendor"),
        strict=True,
    ):
        assert tier in completed.stdout
        assert f"{example}.xlsx" in completed.stdout
    emails = [each["email"] for each in document(mcdesk("account", "list", "--json"))["accounts"]]
    assert not any("demo" in email for email in emails)


def _wait_until_it_runs(mcdesk: Mcdesk) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        listed = json.loads(mcdesk("history", "list", "--json").stdout)["simulations"]
        # Progress is kept from the first second on, so there are trials to keep by then.
        if listed and listed[0]["trials_done"] > 0:
            return
        time.sleep(0.1)
    pytest.fail("the run did not begin")


@pytest.fixture
def pair(tmp_path: Path) -> str:
    cells = {"A1": 0.0, "A2": 0.0, "A3": 0.0, "B1": ("=A1+A2+A3", 0.0), "B2": ("=RAND()+RAND()", 0.0)}
    return str(write_xlsx(tmp_path / "pair.xlsx", {"S": cells}))


_PAIR = [f"--input=S!A{row}=normal(0, 1)" for row in (1, 2, 3)] + ["--output=S!B1", "--json"]


@pytest.mark.parametrize("sampling", ["mc", "lhs", "sobol"])
def test_that_correlated_inputs_move_the_sum_as_they_must(mcdesk: Mcdesk, pair: str, sampling: str) -> None:
    ranks = ("--correlate", "S!A1,S!A2=0.8", "--correlate", "S!A2,S!A3=-0.3")
    found = document(
        mcdesk("run", pair, *_PAIR, *ranks, "--sampling", sampling, "--trials", "40000", "--limit", "S!B1=1")
    )

    output = found["outputs"][0]
    variance = 3 + 2 * 2 * math.sin(math.pi * 0.8 / 6) - 2 * 2 * math.sin(math.pi * 0.3 / 6)
    assert output["sd"] == pytest.approx(math.sqrt(variance), rel=0.015)
    assert output["sd_ci95"][0] < output["sd"] < output["sd_ci95"][1]
    below = 0.5 * (1 + math.erf(1 / math.sqrt(2 * variance)))
    assert output["probabilities"][0]["limit"] == 1.0
    assert output["probabilities"][0]["below"] == pytest.approx(below, abs=0.01)
    assert [each["cells"] for each in found["correlations"]] == [["S!A1", "S!A2"], ["S!A2", "S!A3"]]
    for each in found["correlations"]:
        assert each["reached"] == pytest.approx(each["rank"], abs=0.02)
    assert found["warnings"] == []


def test_that_a_contradiction_is_repaired_and_told(mcdesk: Mcdesk, pair: str) -> None:
    ranks = [f"--correlate=S!A{a},S!A{b}={rank}" for a, b, rank in ((1, 2, 0.9), (2, 3, 0.9), (1, 3, -0.9))]
    found = document(mcdesk("run", pair, *_PAIR, *ranks, "--trials", "2000"))

    (warning,) = found["warnings"]
    assert "contradict" in warning
    assert "S!A" in warning


@pytest.mark.parametrize(
    ("correlation", "words"),
    [
        ("S!A1,S!A1=0.5", "S!A1 is correlated with itself"),
        ("S!A1,S!A2=1.5", "not from -1 to 1"),
        ("S!A1,S!B1=0.5", "S!B1 is correlated and no input"),
        ("S!A1,S!B2=0.5", "S!B2 is correlated and draws 2 numbers"),
        ("S!A1,S!Z9=0.5", "S!Z9 is an empty cell"),
    ],
)
def test_that_a_wrong_correlation_is_refused_in_one_line(
    mcdesk: Mcdesk, pair: str, correlation: str, words: str
) -> None:
    completed = mcdesk("run", pair, *_PAIR, "--correlate", correlation)

    assert completed.returncode == 2
    assert words in one_line(completed)


def test_that_a_limit_needs_an_output(mcdesk: Mcdesk, pair: str) -> None:
    completed = mcdesk("run", pair, *_PAIR, "--limit", "S!A1=0")

    assert completed.returncode == 2
    assert "S!A1 has a limit and is no output" in one_line(completed)


def test_that_a_stop_rule_ends_the_run_and_is_told_again_from_the_history(mcdesk: Mcdesk, pair: str) -> None:
    asked = ("run", pair, *_PAIR, "--trials", "1e6", "--stop", "sd 3%")
    first, second = document(mcdesk(*asked)), document(mcdesk(*asked))

    assert (first["status"], first["stopped_by"], first["cached"]) == ("completed", "sd 3%", False)
    assert first["trials_done"] == 3072
    assert (second["cached"], second["trials_done"], second["stopped_by"]) == (True, 3072, "sd 3%")
    assert second["outputs"] == first["outputs"]


def test_that_a_tier_set_from_the_command_line_counts_in_the_next_run(mcdesk: Mcdesk, model: str) -> None:
    mcdesk("account", "add", "ann@example.org", "--tier", "trial")
    changed = document(mcdesk("account", "set-tier", "ann@example.org", "professional", "--json"))
    found = document(mcdesk(*run_arguments(model, "--as", "ann@example.org", "--json")))

    assert changed["tier"] == found["allocation"]["tier"] == "professional"
    refused = mcdesk("account", "set-tier", "eve@example.org", "professional")
    assert refused.returncode == 2
    assert "eve@example.org" in one_line(refused)
