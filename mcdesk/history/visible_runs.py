"""The simulations that one person sees, others being as good as absent; what leaves or goes is audited."""

from mcdesk.history.audit_store import AuditAction, AuditStore
from mcdesk.history.database import Database
from mcdesk.history.identity import Viewer
from mcdesk.history.run_record import RunRecord
from mcdesk.history.run_store import RunStore


class VisibleRuns:
    """A view on the history for `viewer`."""

    def __init__(self, database: Database, viewer: Viewer) -> None:
        self._database = database
        self._viewer = viewer
        self._runs = RunStore(database)
        self._audit = AuditStore(database)

    def runs(self, limit: int = 50) -> tuple[RunRecord, ...]:
        """The simulations, the newest first."""
        return self._runs.runs(limit, self._viewer.account_ids)

    def record(self, simulation_id: str) -> RunRecord:
        """The simulation of this name; the beginning of the name will do where it is the only one.

        Raises:
            RecordMissing: if there is none, or several begin so.
        """
        return self._runs.record(simulation_id, self._viewer.account_ids)

    def text(self, simulation_id: str) -> str:
        """A simulation with set-up and result, as the text of one JSON object.

        Raises:
            RecordMissing: as `record`.
        """
        return self._runs.export(simulation_id, self._viewer.account_ids)

    def export(self, simulation_id: str) -> str:
        """The same text, for a file that leaves mcdesk.

        Raises:
            RecordMissing: as `record`.
        """
        record = self.record(simulation_id)
        self._audit.record(self._viewer.account, AuditAction.EXPORTED, record.simulation_id)
        return self.text(record.simulation_id)

    def delete(self, simulation_id: str) -> RunRecord:
        """Forget a simulation, and return what it was.

        Raises:
            RecordMissing: as `record`.
        """
        with self._database.transaction(is_durable=True):
            record = self.record(simulation_id)
            self._runs.delete(record.simulation_id)
            self._audit.record(self._viewer.account, AuditAction.DELETED, record.simulation_id)
        return record
