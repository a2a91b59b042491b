"""The fourth migration: what a person writes beside a simulation of the history."""

NOTES = """
CREATE TABLE run_notes (
    simulation_id TEXT NOT NULL PRIMARY KEY
        REFERENCES simulation_results (simulation_id) ON DELETE CASCADE,
    title TEXT NOT NULL DEFAULT '',
    tags TEXT NOT NULL DEFAULT '[]', -- a list of texts, as JSON
    is_pinned INTEGER NOT NULL DEFAULT 0 CHECK (is_pinned IN (0, 1))
) STRICT, WITHOUT ROWID
"""
