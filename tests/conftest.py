"""What every test stands on: mcdesk's files and locks are the session's own, not those of the person."""

import gc
import os
import zlib
from collections.abc import Iterator

import pytest

from dev import MEASURED_LAYERS
from mcdesk.dispatch.device_lock import FOLDER_VARIABLE
from mcdesk.foundation.paths import HOME_VARIABLE

# compile or compute much, through lines that other tests run through too
LONG_WHERE_COUNTED = {
    "test_argument_rules.py",
    "test_certain_regions.py",
    "test_folded_arrays.py",
    "test_lowering_agrees.py",
    "test_random_workbooks.py",
    "test_work_budget.py",
}
# compile all that they look at together, once for each part that has one of their tests
WHOLLY_COUNTED = {
    "test_range_lowering_agrees.py",
    "test_region_lowering_agrees.py",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--part counted` takes two fifths of the tests of some layers, `--part rest` all that it leaves."""
    parser.addoption("--part", choices=("counted", "rest"), help="which tests to run; by default all")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what `--part` does not ask for; the choice is by name, and so the same each time."""
    part = config.getoption("--part")
    if part is None:
        return
    by_choice: dict[bool, list[pytest.Item]] = {True: [], False: []}
    for each in items:
        by_choice[_is_counted(each) == (part == "counted")].append(each)
    config.hook.pytest_deselected(items=by_choice[False])
    items[:] = by_choice[True]


def pytest_collection_finish() -> None:
    """No search for garbage goes through what was loaded and collected: it stays to the end anyway."""
    gc.collect()
    gc.freeze()


def _is_counted(item: pytest.Item) -> bool:
    name = item.nodeid.partition("@")[0]
    is_of_layer = name.startswith(tuple(f"tests/unit/{layer}/" for layer in MEASURED_LAYERS))
    is_slow = item.get_closest_marker("slow") is not None
    is_long = item.path.name in LONG_WHERE_COUNTED
    is_chosen = item.path.name in WHOLLY_COUNTED or zlib.crc32(name.encode()) % 5 < 2
    return is_of_layer and not is_slow and not is_long and is_chosen


@pytest.fixture(scope="session", autouse=True)
def home_of_the_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Code caches and the like; tests that run commands choose folders of their own."""
    before = {name: os.environ.get(name) for name in (HOME_VARIABLE, FOLDER_VARIABLE)}
    os.environ[HOME_VARIABLE] = str(tmp_path_factory.mktemp("home"))
    os.environ[FOLDER_VARIABLE] = str(tmp_path_factory.mktemp("locks"))
    yield
    for name, value in before.items():
        del os.environ[name]
        if value is not None:
            os.environ[name] = value
