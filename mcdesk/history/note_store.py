"""What a person writes beside the simulations of the history: a title, tags, and whether one stays on top."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mcdesk.foundation.errors import RecordMissing
from mcdesk.history.query_timing import QueryType

if TYPE_CHECKING:
    from mcdesk.history.database import Database

MOST_TITLE_CHARACTERS = 200
MOST_TAGS = 20


@dataclass(frozen=True, slots=True)
class RunNote:
    """Beside one simulation; an empty title leaves it the name of its model."""

    title: str = ""
    tags: tuple[str, ...] = ()
    is_pinned: bool = False


class NoteStore:
    """Rows that go with their simulation."""

    def __init__(self, database: "Database") -> None:
        self._database = database

    def notes_of(self, user_id: int) -> Mapping[str, RunNote]:
        """All notes of a person, by the name of the simulation."""
        # from the notes, which are few, to their simulations: SQLite takes a cross join in its order
        sql = (
            "SELECT n.simulation_id, n.title, n.tags, n.is_pinned FROM run_notes n"
            " CROSS JOIN simulation_results s ON s.simulation_id = n.simulation_id WHERE s.user_id = ?"
        )
        rows = self._database.execute(QueryType.USER_HISTORY, sql, (user_id,)).rows
        return {
            str(name): RunNote(str(title), _tags(str(tags)), bool(pinned))
            for name, title, tags, pinned in rows
        }

    def keep(self, simulation_id: str, note: RunNote) -> None:
        """Write it down, in place of what was there.

        Raises:
            RecordMissing: if there is no such simulation.
        """
        tags = tuple(dict.fromkeys(tag.strip() for tag in note.tags if tag.strip()))[:MOST_TAGS]
        sql = (
            "INSERT INTO run_notes (simulation_id, title, tags, is_pinned)"
            " SELECT simulation_id, ?, ?, ? FROM simulation_results WHERE simulation_id = ?"
            " ON CONFLICT (simulation_id) DO UPDATE SET title = excluded.title, tags = excluded.tags,"
            " is_pinned = excluded.is_pinned"
        )
        title = note.title.strip()[:MOST_TITLE_CHARACTERS]
        values = (title, json.dumps(tags, ensure_ascii=False), int(note.is_pinned), simulation_id)
        if self._database.execute(QueryType.USER_HISTORY, sql, values).changed_count == 0:
            raise RecordMissing(f"There is no simulation {simulation_id}")


def _tags(text: str) -> tuple[str, ...]:
    found = json.loads(text)
    return tuple(map(str, found)) if isinstance(found, list) else ()
