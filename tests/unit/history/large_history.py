"""A history of many simulations, made by SQLite itself: no more than a second for fifty thousand."""

from mcdesk.history.database import Database
from mcdesk.history.query_timing import QueryType

_NUMBERS = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)"
_MOMENT = "strftime('%Y-%m-%dT%H:%M:%f000Z', 1767225600 + i * 37, 'unixepoch')"


def fill(
    database: Database,
    run_count: int,
    account_count: int = 100,
    files_each: int = 20,
    completed_percent: int = 88,
) -> None:
    """Put accounts, files and simulations in, with what belongs to them; the file is analyzed afterwards."""
    file_count = account_count * files_each
    # Some people run far more than others, and most runs were completed.
    owner = f"1 + min(i * 7919 % {account_count}, i / 7 * 104729 % {account_count})"
    status = (
        f"CASE WHEN i % 100 < {completed_percent} THEN 'completed'"
        " WHEN i % 100 < 98 THEN 'partial' ELSE 'failed' END"
    )
    rows = (
        (
            account_count,
            "INSERT OR IGNORE INTO users (id, email, name, tier, is_active, created_at, audit_salt)"
            f" {_NUMBERS} SELECT i, 'p' || i || '@x.org', 'P', 'standard', 1, {_MOMENT}, randomblob(32)"
            " FROM n",
        ),
        (
            file_count,
            "INSERT INTO uploaded_files (user_id, name, path, sha256, bytes, created_at)"
            f" {_NUMBERS} SELECT 1 + i % {account_count}, 'A.xlsx', '/', hex(randomblob(32)), 9, {_MOMENT}"
            " FROM n",
        ),
        (
            run_count,
            "INSERT INTO simulation_results (simulation_id, user_id, file_id, status, trials, seed, sampling,"
            " backend, cache_key, model_name, model_sha256, created_at, finished_at, setup_json, result_json)"
            f" {_NUMBERS} SELECT lower(hex(randomblob(8))), {owner}, 1 + i % {file_count}, {status}, 10000,"
            f" '1', 'mc', 'cpu', hex(randomblob(16)), 'A.xlsx', '0', {_MOMENT}, {_MOMENT},"
            " json_quote(hex(zeroblob(100))),"
            " json_quote(hex(zeroblob(150))) FROM n",
        ),
    )
    with database.transaction():
        for count, sql in rows:
            database.execute(QueryType.RESULT_RETRIEVAL, sql, (count,))
        for sql in _BELONGINGS:
            database.execute(QueryType.RESULT_RETRIEVAL, sql)
        for sql in _BY_THEMSELVES:
            database.execute(QueryType.RESULT_RETRIEVAL, sql, (run_count // 100,))
    database.execute(QueryType.RESULT_RETRIEVAL, "ANALYZE")


_RUNS = "FROM simulation_results"
_BELONGINGS = (
    "INSERT INTO sample_arrays (simulation_id, ordinal, role, cell, sha256, trials)"
    f" SELECT simulation_id, 0, 'output', 'B1', hex(randomblob(32)), 10000 {_RUNS} WHERE rowid % 5 = 0",
    "INSERT INTO run_notes (simulation_id, title)"
    f" SELECT simulation_id, 'Base case' {_RUNS} WHERE rowid % 50 = 0",
    "INSERT INTO leases (simulation_id, user_id, tier, device, epoch, process_id, memory_mb, compute_percent,"
    " seconds_limit, waited_seconds, granted_at, beat_at, expires_at, ended_at, outcome)"
    " SELECT simulation_id, user_id, 'standard', 'cpu', 1, 1, 512, 100, 60, 0.5, created_at, created_at,"
    f" created_at, created_at, 'released' {_RUNS}",
    "INSERT INTO chunks (device, epoch, simulation_id, user_id, began_at, device_seconds, first_trial,"
    " trials)"
    " SELECT 'cpu', 1, simulation_id, user_id, 1767225600 + rowid * 37 + column1, 0.1, 0, 10000"
    " FROM simulation_results, (VALUES (0), (1), (2), (3)) AS turns",
    "INSERT INTO jobs (simulation_id, user_id, device, request_json, program_sha256, steps, tier, memory_mb,"
    " compute_percent, seconds_limit, trials, submitted_at)"
    " SELECT simulation_id, user_id, 'cpu', '{}', '', 1, 'standard', 512, 100, 60, 10000, created_at"
    f" {_RUNS} WHERE rowid % 500 = 0",
)
_BY_THEMSELVES = (
    "INSERT INTO audit_log (at, action, actor, detail, previous_hash, hash)"
    f" {_NUMBERS} SELECT {_MOMENT}, 'exported', hex(randomblob(8)), '{{}}', '', '' FROM n",
    "INSERT INTO sessions (token_sha256, user_id, created_at, expires_at)"
    f" {_NUMBERS} SELECT hex(randomblob(32)), 1, {_MOMENT}, {_MOMENT} FROM n WHERE i <= 300",
    "INSERT INTO refusals (user_id, tier, at, reason)"
    f" {_NUMBERS} SELECT 1, 'standard', {_MOMENT}, 'memory' FROM n",
    "INSERT INTO rates (device, program_sha256, steps, trials_per_second, measured_at)"
    f" {_NUMBERS} SELECT 'cpu', hex(randomblob(32)), 100, 1e6, {_MOMENT} FROM n",
    "INSERT INTO query_timings (query_type, at, milliseconds, is_slow)"
    f" {_NUMBERS} SELECT 'user_history', {_MOMENT}, 0.1, 0 FROM n",
)
