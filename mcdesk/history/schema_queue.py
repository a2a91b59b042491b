"""The tables of the queue: jobs, leases, refusals, ledger, chunk stamps, rates, the executor's epoch."""

# Where people moved what waits; NULL is at the arrival.
QUEUE_ORDER = """
ALTER TABLE jobs ADD COLUMN place INTEGER;

CREATE INDEX jobs_state_place ON jobs (state, coalesce(place, arrival));
CREATE INDEX jobs_user_place ON jobs (user_id, state, coalesce(place, arrival));
CREATE INDEX jobs_moved ON jobs (simulation_id) WHERE place IS NOT NULL
"""

# What each account had of a device in a month is read from this index alone.
CHUNKS_TAKEN = """
CREATE INDEX chunks_taken ON chunks (device, user_id, began_at, device_seconds)
"""

QUEUE = """
CREATE TABLE executor (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    epoch INTEGER NOT NULL,
    generation INTEGER NOT NULL, -- which lock file counts: a new one leaves a hung holder behind
    process_id INTEGER,
    heartbeat INTEGER NOT NULL,
    beat_at TEXT,
    ledger_seconds REAL NOT NULL -- a clock of the ledger's own, which no jump of the wall clock moves
) STRICT;

INSERT INTO executor (id, epoch, generation, heartbeat, ledger_seconds) VALUES (1, 0, 0, 0, 0);

CREATE TABLE jobs (
    arrival INTEGER PRIMARY KEY AUTOINCREMENT,
    simulation_id TEXT NOT NULL UNIQUE REFERENCES simulation_results (simulation_id) ON DELETE CASCADE,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'ending')),
    device TEXT NOT NULL,
    request_json TEXT NOT NULL,
    program_sha256 TEXT NOT NULL,
    steps INTEGER NOT NULL,
    tier TEXT NOT NULL,
    memory_mb INTEGER NOT NULL,
    compute_percent INTEGER NOT NULL,
    seconds_limit INTEGER NOT NULL,
    forecast_seconds REAL,
    trials INTEGER NOT NULL,
    submitted_at TEXT NOT NULL,
    started_at TEXT,
    is_cancelled INTEGER NOT NULL DEFAULT 0 CHECK (is_cancelled IN (0, 1)),
    trials_done INTEGER NOT NULL DEFAULT 0,
    trials_per_second REAL,
    mean REAL,
    half_width REAL,
    device_seconds REAL NOT NULL DEFAULT 0,
    deaths INTEGER NOT NULL DEFAULT 0,
    committed_trials INTEGER NOT NULL DEFAULT 0,
    committed_file TEXT,
    boot_id TEXT
) STRICT;

CREATE TABLE leases (
    id INTEGER PRIMARY KEY,
    simulation_id TEXT NOT NULL,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    tier TEXT NOT NULL,
    device TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    process_id INTEGER NOT NULL,
    memory_mb INTEGER NOT NULL,
    compute_percent INTEGER NOT NULL,
    seconds_limit INTEGER NOT NULL,
    waited_seconds REAL NOT NULL,
    granted_at TEXT NOT NULL,
    beat_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    ended_at TEXT,
    outcome TEXT CHECK (outcome IN ('released', 'suspended', 'expired'))
) STRICT;

CREATE TABLE refusals (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    tier TEXT NOT NULL,
    at TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;

CREATE TABLE ledger (
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    device TEXT NOT NULL,
    usage_seconds REAL NOT NULL,
    usage_at REAL NOT NULL, -- seconds of the ledger's clock
    device_seconds REAL NOT NULL,
    PRIMARY KEY (user_id, device)
) STRICT, WITHOUT ROWID;

CREATE TABLE chunks (
    id INTEGER PRIMARY KEY,
    device TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    simulation_id TEXT NOT NULL,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    began_at REAL NOT NULL, -- seconds since 1970, by a clock that nobody sets back while the holder lives
    device_seconds REAL NOT NULL,
    first_trial INTEGER NOT NULL,
    trials INTEGER NOT NULL
) STRICT;

CREATE TABLE rates (
    device TEXT NOT NULL,
    program_sha256 TEXT NOT NULL,
    steps INTEGER NOT NULL,
    trials_per_second REAL NOT NULL,
    measured_at TEXT NOT NULL,
    PRIMARY KEY (device, program_sha256)
) STRICT, WITHOUT ROWID;

ALTER TABLE simulation_results ADD COLUMN simulate_seconds REAL;
ALTER TABLE simulation_results ADD COLUMN processor_seconds REAL;
ALTER TABLE simulation_results ADD COLUMN device_seconds REAL;

CREATE INDEX jobs_user_state ON jobs (user_id, state, arrival);
CREATE INDEX jobs_state_arrival ON jobs (state, arrival);
CREATE INDEX jobs_cancelled ON jobs (simulation_id) WHERE is_cancelled;
CREATE INDEX leases_open ON leases (simulation_id) WHERE ended_at IS NULL;
CREATE INDEX leases_simulation ON leases (simulation_id);
CREATE INDEX leases_tier ON leases (tier, outcome);
CREATE INDEX refusals_tier ON refusals (tier);
CREATE INDEX chunks_began ON chunks (began_at)
"""
