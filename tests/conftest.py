"""What every test stands on: files of mcdesk go to a folder of the session, not to the person's own."""

import os
from collections.abc import Iterator

import pytest

from mcdesk.foundation.paths import HOME_VARIABLE


@pytest.fixture(scope="session", autouse=True)
def home_of_the_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Code caches and the like; tests that run commands choose folders of their own."""
    before = os.environ.get(HOME_VARIABLE)
    os.environ[HOME_VARIABLE] = str(tmp_path_factory.mktemp("home"))
    yield
    del os.environ[HOME_VARIABLE]
    if before is not None:
        os.environ[HOME_VARIABLE] = before
