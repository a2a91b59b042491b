"""Room that is kept beside the history, to be given up where the disk is full.

SQLite needs a little room to read, and even to delete. With a full disk nobody could free any by deleting
simulations.
"""

from pathlib import Path

from mcdesk.foundation.whole_file import free_bytes, write_whole

NAME = "ballast"
BYTES = 16_000_000
# with less room the ballast would be a part of the trouble
LEAST_FREE_BYTES = 1_000_000_000


def keep_ballast(folder: Path, least_free_bytes: int = LEAST_FREE_BYTES) -> bool:
    """Make the ballast where there is none and room is plenty; whether it is there."""
    ballast = folder / NAME
    if ballast.exists():
        return True
    free = free_bytes(folder)
    if free is None or free < least_free_bytes + BYTES:
        return False
    try:
        # written, not only as long: a file with holes keeps no room
        write_whole(ballast, bytes(BYTES))
    except OSError:
        return False
    return True


def drop_ballast(folder: Path) -> bool:
    """Give the room up; whether there was any."""
    try:
        (folder / NAME).unlink()
    except OSError:
        return False
    return True
