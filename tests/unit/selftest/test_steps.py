"""What the self-test finds where a part is missing or lies."""

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from mcdesk.engine.simulation_types import OutputStatistics
from mcdesk.foundation.errors import RunFailed
from mcdesk.foundation.paths import resources_folder
from mcdesk.selftest import self_test, steps
from mcdesk.selftest.step_runner import NotHere, Step
from mcdesk.selftest.steps import PRICED, RUN, Bench
from tests.builders_xlsx import write_xlsx


@pytest.fixture
def act(tmp_path: Path) -> Callable[[str], str]:
    """Takes one step by its name, on a bench that the test has to itself."""
    bench = Bench(tmp_path)
    return lambda name: next(step for step in bench.steps() if step.name == name).act()


@pytest.fixture
def resources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Examples that a test may change, and nothing else."""
    folder = tmp_path / "resources"
    shutil.copytree(resources_folder() / "examples", folder / "examples")
    monkeypatch.setattr(steps, "resources_folder", lambda: folder)
    return folder


def test_that_the_resources_and_the_examples_are_there(act: Callable[[str], str]) -> None:
    assert "3 fonts" in act("resources")
    assert "all as stored" in act("workbook")


@pytest.mark.usefixtures("resources")
def test_that_missing_resources_are_named(act: Callable[[str], str]) -> None:
    with pytest.raises(RunFailed, match="no fonts and no icons and no sobol"):
        act("resources")


def test_that_a_workbook_that_calculates_otherwise_fails(act: Callable[[str], str], resources: Path) -> None:
    write_xlsx(resources / "examples" / RUN, {"S": {"A1": 2.0, "A2": ("=A1*2", 4.0), "A3": ("=A1*3", 7.0)}})

    with pytest.raises(RunFailed, match="1 of 2 formula cells"):
        act("workbook")


def test_that_the_back_ends_give_the_price_and_the_same_bits(act: Callable[[str], str]) -> None:
    assert act("reference") == act("cpu")


def test_that_a_mean_that_is_off_fails(act: Callable[[str], str], resources: Path) -> None:
    sheet = {"B9": ("=RAND()", 0.5), "B11": ("=B9*B15", 5.0), "B15": ("=5+5", 10.0)}
    write_xlsx(resources / "examples" / PRICED, {"Option": sheet})

    with pytest.raises(RunFailed, match=r"price of the option is 10\.0"):
        act("reference")


def test_that_other_bits_than_before_fail(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    reference, cpu = (step for step in bench.steps() if step.name in ("reference", "cpu"))
    reference.act()
    first: OutputStatistics = bench.known["bits"]
    bench.known["bits"] = replace(first, maximum=(first.maximum or 0.0) + 1e-12)

    with pytest.raises(RunFailed, match="The maximum is"):
        cpu.act()


def test_that_a_computer_without_a_gpu_says_why(
    act: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "cuda_obstacles", lambda: iter(("There is no NVIDIA driver",)))

    with pytest.raises(NotHere, match="no NVIDIA driver"):
        act("cuda")


def test_that_nothing_of_the_person_is_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MCDESK_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    seen: list[str | None] = []

    def look() -> str:
        seen.extend((os.environ["MCDESK_HOME"], os.environ["QT_QPA_PLATFORM"]))
        return "looked"

    monkeypatch.setattr(Bench, "steps", lambda bench: (Step("look", look),))

    self_test.run_self_test()

    assert [line.split()[3] for line in capsys.readouterr().out.splitlines()[:-1]] == ["libraries", "look"]
    assert seen[1] == "offscreen"
    assert seen[0] != str(tmp_path / "home") and not Path(str(seen[0])).exists()
    assert (os.environ["MCDESK_HOME"], os.environ["QT_QPA_PLATFORM"]) == (str(tmp_path / "home"), "xcb")


def test_that_a_library_that_does_not_load_is_told_in_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(name: str) -> None:
        raise ImportError("libstdc++.so.6: cannot open shared object file")

    monkeypatch.setattr(self_test.importlib, "import_module", refuse)

    with pytest.raises(RunFailed, match="failed: libraries"):
        self_test.run_self_test()

    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("FAILED") and line.endswith(
        "ImportError: libstdc++.so.6: cannot open shared object file"
    )
