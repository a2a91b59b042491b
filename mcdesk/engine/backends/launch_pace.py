"""How much of a chunk one launch of a kernel takes: little enough that a cancel is soon seen."""

# a kernel that runs cannot be stopped, and a cancel is to be answered within 50 ms
LONGEST_SECONDS = 0.04
SHORTEST_SECONDS = 0.01
FIRST_TILES = 64


class LaunchPace:
    """Tiles of the next launch of one kernel, learnt from the launches before."""

    def __init__(self) -> None:
        self._tiles = FIRST_TILES

    @property
    def tiles(self) -> int:
        """At least one."""
        return self._tiles

    def learn(self, tiles: int, seconds: float) -> None:
        """Take in how long a launch took."""
        if seconds > LONGEST_SECONDS:
            self._tiles = max(int(tiles * SHORTEST_SECONDS / seconds), 1)
        elif seconds < SHORTEST_SECONDS and tiles >= self._tiles:
            self._tiles = 2 * tiles
