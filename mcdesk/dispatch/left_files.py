"""Clears a data folder of what nobody names: trials of deleted runs, folders of runs that have ended."""

import logging
import os
import shutil

from mcdesk.dispatch.dispatch_types import DispatchSetup
from mcdesk.foundation.errors import McdeskError
from mcdesk.history.queue_store import QueueStore
from mcdesk.history.sample_store import SampleStore

SECONDS_BETWEEN_CLEARINGS = 24 * 3600.0
# What is younger may belong to a run that is being written down.
LEAST_AGE_SECONDS = 3600.0
STAMP_NAME = "cleared"

logger = logging.getLogger(__name__)


def clear_left_files(setup: DispatchSetup) -> None:
    """Clear, at most once a day whoever executes; a large folder takes a while, so in a thread of its own."""
    stamp = setup.running_folder.parent / STAMP_NAME
    now = setup.wall_seconds()
    try:
        # a stamp from a day to come was made before the clock was set back
        if stamp.is_file() and abs(now - stamp.stat().st_mtime) < SECONDS_BETWEEN_CLEARINGS:
            return
        stamp.touch()
        os.utime(stamp, (now, now))
        with setup.open_database() as database:
            count = SampleStore(database, setup.samples_folder).remove_orphans(now - LEAST_AGE_SECONDS)
            names = QueueStore(database).names()
        folders = setup.running_folder.iterdir() if setup.running_folder.is_dir() else ()
        for folder in folders:
            if folder.name not in names and folder.stat().st_mtime < now - LEAST_AGE_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)
                count += 1
    except (OSError, McdeskError) as error:
        logger.info("left files stay: %s", error)
        return
    logger.info("%d left files and folders removed", count)
