"""What the tests with several processes begin with."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.functional.people import SharedFolder


@pytest.fixture
def shared_folder(tmp_path: Path) -> Iterator[SharedFolder]:
    """A data folder; whoever was started on it is gone at the end."""
    shared = SharedFolder(tmp_path / "home")
    yield shared
    shared.end_all()
