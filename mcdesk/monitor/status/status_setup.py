"""What the status service is given, and where it answers by default."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mcdesk.foundation.errors import McdeskError
from mcdesk.foundation.settings import DEFAULT_STATUS_PORT, Settings
from mcdesk.history.database import Database
from mcdesk.machine.devices import Inventory
from mcdesk.monitor.dashboard import Surroundings

# Never another address: who is not on this computer is not to see even that there is something.
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class StatusSetup:
    """What the service needs.

    Attributes:
        port: on LOOPBACK; 0 takes any that is free.
        folder: of the data, for the token and for the lock that says who serves.
        open_database: a connection for a thread of the service.
        inventory, surroundings: ask for the devices of this computer, and what figures need to know of it.
        on_trouble: told in a thread of the service why it does not answer, once for each reason.
    """

    port: int
    folder: Path
    open_database: Callable[[], Database]
    inventory: Callable[[], Inventory]
    surroundings: Callable[[], Surroundings]
    on_trouble: Callable[[McdeskError], None] = lambda _: None


def status_port(settings: Settings) -> int:
    """Where the service answers, if it does."""
    return int(settings.monitor.get("status_port", DEFAULT_STATUS_PORT))
