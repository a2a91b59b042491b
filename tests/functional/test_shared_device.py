"""Four people, one of each tier, and a fifth with a short run: who has how much of the device.

Shares are recomputed from the chunk stamps by SQL alone; nothing of the scheduler is asked.
"""

import sqlite3
import sys
import time
from pathlib import Path

from mcdesk.services import folders_under, open_services
from tests.functional.people import MARKS_OF_PROCESSES, SharedFolder, result_of, wait_until

WINDOW_SECONDS = 9.0
# a chunk takes about 0.1; who is further ahead as the window begins has that much less in it
MOST_SECONDS_AHEAD = 0.25
MOST_POINTS_OFF = 5.0
MOST_SECONDS_OF_A_SHORT_RUN = 10.0
WEIGHT_BY_TIER = {"enterprise": 3.0, "professional": 2.0, "standard": 1.0, "trial": 0.5}
MODEL_BY_TIER = {"enterprise": "B", "professional": "C", "standard": "B", "trial": "C"}

pytestmark = MARKS_OF_PROCESSES


def test_that_device_seconds_follow_the_weights_of_the_tiers(shared_folder: SharedFolder) -> None:
    with open_services(folders_under(shared_folder.home)) as services:
        for tier in (*WEIGHT_BY_TIER, "short"):
            name = "standard" if tier == "short" else tier
            services.people.administration.add(f"{tier}@example.org", name)

    for tier, model in MODEL_BY_TIER.items():
        shared_folder.run(model, 10**9, "--as", f"{tier}@example.org")
    wait_until(lambda: is_settled(shared_folder), 60.0)
    began = time.time()
    time.sleep(WINDOW_SECONDS)
    shares = shares_between(shared_folder.home / "mcdesk.db", began, began + WINDOW_SECONDS)
    short_began = time.monotonic()
    short = result_of(shared_folder.run("A", 100_000, "--as", "short@example.org"))
    short_seconds = time.monotonic() - short_began

    total = sum(WEIGHT_BY_TIER.values())
    entitled = {tier: weight / total for tier, weight in WEIGHT_BY_TIER.items()}
    told = {tier: f"{100 * shares[tier]:.1f} of {100 * entitled[tier]:.1f} %" for tier in entitled}
    sys.stdout.write(f"shares over {WINDOW_SECONDS:.0f} s: {told}; short run {short_seconds:.1f} s\n")
    assert all(abs(shares[tier] - entitled[tier]) * 100 < MOST_POINTS_OFF for tier in entitled), told
    assert short["status"] == "completed"
    assert short_seconds < MOST_SECONDS_OF_A_SHORT_RUN


def is_settled(folder: SharedFolder) -> bool:
    """Whether all four compute, and nobody has still to catch up with those who began earlier."""
    queue = folder.command("queue")
    trials = [job["trials_done"] for job in queue["jobs"]]
    least = min((share["score"] for share in queue["shares"]), default=0.0)
    ahead = [share["usage"] - least * share["weight"] for share in queue["shares"]]
    is_level = max(ahead, default=0.0) < MOST_SECONDS_AHEAD
    return len(trials) == len(MODEL_BY_TIER) and all(trials) and is_level


def shares_between(database: Path, began: float, ended: float) -> dict[str, float]:
    """The part of the device seconds that each tier had, of chunks cut at both ends of the window."""
    sql = (
        "SELECT substr(email, 1, instr(email, '@') - 1),"
        " sum(min(began_at + device_seconds, ?2) - max(began_at, ?1))"
        " FROM chunks JOIN users ON users.id = chunks.user_id"
        " WHERE began_at + device_seconds > ?1 AND began_at < ?2 GROUP BY email"
    )
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10.0)
    try:
        seconds = dict(connection.execute(sql, (began, ended)).fetchall())
    finally:
        connection.close()
    total = sum(seconds.values())
    return {tier: seconds.get(tier, 0.0) / total for tier in WEIGHT_BY_TIER}
