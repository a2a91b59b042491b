"""What a dispatcher is made of; frozen, put together in a composition root."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from mcdesk.dispatch.engine_host import EngineHost
from mcdesk.dispatch.job_news import JobListener, NobodyListens
from mcdesk.foundation.clock import utc_now
from mcdesk.foundation.metrics import Metrics
from mcdesk.foundation.settings import Settings
from mcdesk.history.database import Database
from mcdesk.scheduling.queue_snapshot import QueueCapacity


class ThreadExecutor(Protocol):
    """Runs work in threads of its own: a ThreadPoolExecutor, or a QThreadPool behind one method."""

    def submit(self, work: Callable[[], None], /) -> object:
        """Run this in a thread; there is one for each admitted simulation."""


@dataclass(frozen=True, slots=True)
class DispatchSetup:
    """Everything that a dispatcher uses of the world.

    Attributes:
        device: what it computes on, `cpu` or `cuda:0`.
        open_database: a connection for the dispatcher's own thread.
        boot_id: changes when the computer is started again; what is not yet on the disk is lost then.
        listener: is told of each chunk, whether this process computes it or another one.
        wall_seconds: seconds since 1970, for stamps.
        metrics: are told of each chunk, and how long the queue is.
    """

    device: str
    open_database: Callable[[], Database]
    start_host: Callable[[], EngineHost]
    executor: ThreadExecutor
    running_folder: Path
    samples_folder: Path
    settings: Settings
    capacity: QueueCapacity
    boot_id: str
    locks_folder: Path | None = None
    listener: JobListener = field(default_factory=NobodyListens)
    process_id: int = field(default_factory=os.getpid)
    monotonic: Callable[[], float] = time.monotonic
    wall_seconds: Callable[[], float] = time.time
    now: Callable[[], datetime] = utc_now
    metrics: Metrics = field(default_factory=Metrics)
