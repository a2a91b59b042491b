"""A history with known simulations, and the status service over it."""

from collections.abc import Iterator

import pytest

from tests.unit.monitor.conftest import Measured, measured
from tests.unit.monitor.status.serving_folder import Client, ServingFolder

__all__ = ["measured"]


@pytest.fixture
def place(measured: Measured) -> ServingFolder:
    """The folder of the history."""
    return ServingFolder(measured.path.parent)


@pytest.fixture
def client(place: ServingFolder) -> Iterator[Client]:
    """Of a service that serves there."""
    with place.serving() as found:
        yield found
