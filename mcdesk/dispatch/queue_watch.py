"""Tells of simulations that another process computes, as soon as that has written down how far they are."""

import logging

from mcdesk.dispatch.job_news import JobListener, JobNews, news_of
from mcdesk.foundation.errors import McdeskError
from mcdesk.history.database import Database
from mcdesk.history.queue_store import QueueStore

logger = logging.getLogger(__name__)


class QueueWatch:
    """Used in the thread that has the database open; a look where nothing was written takes microseconds."""

    def __init__(self, database: Database, listener: JobListener) -> None:
        self._database = database
        self._queue = QueueStore(database)
        self._listener = listener
        self._seen_version: int | None = None
        self._told: dict[str, JobNews] = {}

    def look(self) -> None:
        """Tell what has changed since the last look; a database that cannot be read is looked at again."""
        try:
            version = self._database.data_version()
            if version == self._seen_version:
                return
            found = {job.simulation_id: news_of(job) for job in self._queue.running()}
        except McdeskError as error:
            logger.warning("the queue cannot be watched: %s", error)
            return
        told, self._told, self._seen_version = self._told, found, version
        for name, news in found.items():
            if told.get(name) != news:
                self._listener.tell(news)
