"""What is measured in a simulated world, decision by decision, and how near to its bounds it comes."""

from dataclasses import dataclass, field
from itertools import combinations

from mcdesk.scheduling.queue_snapshot import QueueSnapshot
from mcdesk.scheduling.scheduler import Pause, Turn
from tests.unit.scheduling.simulated_worlds import Given, Watcher, World, WorldRun


@dataclass(slots=True)
class _Period:
    """Two accounts that both may go on: the lag at the beginning, and the least and the most since."""

    lag: float
    served: tuple[float, float]
    least: float = 0.0
    most: float = 0.0


def accounts_that_may_go_on(snapshot: QueueSnapshot) -> set[int]:
    """Those with a simulation that could use the device now, found without the scheduler."""
    is_free = snapshot.policy.borrows_idle and len(snapshot.accounts) == 1
    return {
        job.account
        for job in snapshot.admitted
        if job.is_ready
        and (
            is_free
            or (
                job.eligible_at <= snapshot.now and snapshot.accounts[job.account].eligible_at <= snapshot.now
            )
        )
    }


@dataclass(slots=True)
class FairnessWatcher(Watcher):
    """Excesses are above zero where a bound is missed.

    Attributes:
        longest_gap: seconds that somebody waited who might have gone on, and which share of the bound it is.
        widest_share: the same of the bound on the difference of two services.
        needless_pauses: nobody was given a turn though somebody might have gone on.
        lone_idle_pauses: the same where the only one with work may use all of the device.
    """

    world: World
    needless_pauses: int = 0
    lone_idle_pauses: int = 0
    decisions: int = 0
    widest_share: float = 0.0
    largest_lag_excess: float = -1.0
    longest_gap: float = 0.0
    longest_gap_share: float = 0.0
    _served: dict[int, float] = field(default_factory=dict)
    _since: dict[int, float] = field(default_factory=dict)
    _periods: dict[tuple[int, int], _Period] = field(default_factory=dict)

    @property
    def _longest_chunk(self) -> float:
        return self.world.chunk_seconds * (1.0 + self.world.jitter)

    def decided(self, snapshot: QueueSnapshot, turn: Turn | Pause) -> None:
        self.decisions += 1
        able = accounts_that_may_go_on(snapshot)
        if isinstance(turn, Pause):
            self.needless_pauses += bool(able) or any(snapshot.waiting.values())
            self.lone_idle_pauses += snapshot.policy.borrows_idle and len(snapshot.accounts) == 1
        self._since = {account: self._since.get(account, snapshot.now) for account in able}
        self._compare(snapshot, able)

    def charged(self, given: Given, run: WorldRun) -> None:
        weight = self.world.terms[given.account].weight
        self._served[given.account] = self._served.get(given.account, 0.0) + given.seconds / weight
        gap = given.began - self._since.pop(given.account)
        self.longest_gap = max(self.longest_gap, gap)
        self.longest_gap_share = max(self.longest_gap_share, gap / self._most_gap(given.account))

    def _most_gap(self, account: int) -> float:
        weights = {key: terms.weight for key, terms in self.world.terms.items()}
        total = sum(weights.values())
        # whoever is placed beside others is placed no finer than the chunk of the lightest of them
        step = self._longest_chunk / min(weights.values())
        credit = max(self.world.policy.credit_seconds, step) * (total - weights[account])
        return self._longest_chunk * (total / weights[account] + len(weights)) + credit

    def _compare(self, snapshot: QueueSnapshot, able: set[int]) -> None:
        periods = {}
        for pair in combinations(sorted(able), 2):
            one, other = pair
            now = (self._served.get(one, 0.0), self._served.get(other, 0.0))
            period = self._periods.get(pair)
            if period is None:
                lag = snapshot.accounts[one].score - snapshot.accounts[other].score
                period = _Period(lag, now)
                self._check_lag(lag)
            difference = (now[0] - period.served[0]) - (now[1] - period.served[1])
            period.least, period.most = min(period.least, difference), max(period.most, difference)
            self._check_width(pair, period)
            periods[pair] = period
        self._periods = periods

    def _check_lag(self, lag: float) -> None:
        lightest = min(terms.weight for terms in self.world.terms.values())
        most = self.world.policy.credit_seconds + self._longest_chunk / lightest
        self.largest_lag_excess = max(self.largest_lag_excess, abs(lag) - most)

    def _check_width(self, pair: tuple[int, int], period: _Period) -> None:
        """Every interval inside a period: the widest lies between its least and its most."""
        up, down = (self._longest_chunk / self.world.terms[account].weight for account in pair)
        bound = max(period.lag, up) - min(period.lag, -down)
        self.widest_share = max(self.widest_share, (period.most - period.least) / bound)
