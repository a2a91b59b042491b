"""The sixth migration: measurements by second to hour, alerts, and ratings of simulations."""

MONITOR = """
CREATE TABLE metrics (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('counter', 'gauge', 'latency'))
) STRICT;

CREATE TABLE metric_rollups (
    metric_id INTEGER NOT NULL REFERENCES metrics (id) ON DELETE CASCADE,
    seconds INTEGER NOT NULL CHECK (seconds IN (1, 60, 600, 3600)),
    at INTEGER NOT NULL, -- where these seconds begin, since 1970
    count INTEGER NOT NULL,
    total REAL NOT NULL,
    least REAL NOT NULL,
    most REAL NOT NULL,
    sketch BLOB,
    PRIMARY KEY (metric_id, seconds, at)
) STRICT, WITHOUT ROWID;

CREATE TABLE alerts (
    id INTEGER PRIMARY KEY,
    rule TEXT NOT NULL,
    began REAL NOT NULL, -- seconds since 1970, as those below
    ended REAL,
    value REAL NOT NULL, -- as it was when this began
    worst REAL NOT NULL,
    threshold REAL NOT NULL,
    acknowledged REAL
) STRICT;

CREATE UNIQUE INDEX alerts_standing ON alerts (rule) WHERE ended IS NULL;
CREATE INDEX alerts_began ON alerts (began DESC);

CREATE TABLE muted_alerts (
    rule TEXT NOT NULL PRIMARY KEY,
    until REAL NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE run_ratings (
    simulation_id TEXT NOT NULL PRIMARY KEY
        REFERENCES simulation_results (simulation_id) ON DELETE CASCADE,
    rating INTEGER NOT NULL CHECK (rating BETWEEN 1 AND 10),
    at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX run_ratings_at ON run_ratings (at, rating);

-- key figures over a time are read from this index alone
CREATE INDEX simulation_results_finished ON simulation_results
    (finished_at, status, backend, seconds, trials_done, user_id, model_name)
    WHERE finished_at IS NOT NULL;

CREATE INDEX leases_granted ON leases (granted_at, tier, outcome, waited_seconds);
CREATE INDEX refusals_at ON refusals (at, tier);
CREATE INDEX rates_measured ON rates (device, measured_at DESC)
"""
