"""How far a simulation is, as one JSON object."""

from mcdesk.foundation.errors import RecordMissing
from mcdesk.history.database import Database
from mcdesk.history.queue_store import QueueStore
from mcdesk.history.run_store import RunStore


def progress_document(database: Database, simulation_id: str) -> dict[str, object] | None:
    """What `json` writes, of the simulation of exactly that name; None where there is none.

    What is not known is None: rate, mean and half-width of the first output stand in the queue, which a
    simulation that has ended has left. `time_left_s` is seconds on the device, by the simulation's own rate.

    Raises:
        StoreError: or what else keeps the history from being read.
    """
    # the queue first: what leaves it meanwhile has ended in the history
    job = QueueStore(database).find(simulation_id)
    try:
        record = RunStore(database).record(simulation_id)
    except RecordMissing:
        return None
    if record.simulation_id != simulation_id:
        return None
    is_final = record.status.is_final
    return {
        "simulation_id": record.simulation_id,
        "status": record.status.value,
        "trials_done": record.trials_done,
        "trials": record.trials,
        "rate": None if job is None else job.trials_per_second,
        "mean": None if job is None else job.mean,
        "half_width": None if job is None else job.half_width,
        "time_left_s": 0.0 if is_final else None if job is None else job.left_seconds,
    }
