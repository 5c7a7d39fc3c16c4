"""What is counted for each request: plain numbers, which cost next to nothing."""

from bisect import bisect_left
from itertools import accumulate

# Seconds; the last bucket is for what takes longer.
BOUNDS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0)
COUNTED_METHODS = ("GET", "HEAD", "OPTIONS", "POST")
OTHER = "other"  # a client may make any number of methods up


class Meter:
    """The counts of one process."""

    def __init__(self) -> None:
        # By method and the hundreds of the status.
        self.requests = {method: [0] * 6 for method in (*COUNTED_METHODS, OTHER)}
        self.others = self.requests[OTHER]
        self.misses = 0  # of the ready answers
        self.bytes = 0
        self.seconds = 0.0
        self.times = [0] * (len(BOUNDS) + 1)

    def count(self, method: str, status: int, size: int, seconds: float) -> None:
        """Count one answer."""
        self.requests.get(method, self.others)[status // 100] += 1
        self.bytes += size
        self.seconds += seconds
        self.times[bisect_left(BOUNDS, seconds)] += 1

    def cumulative_times(self) -> list[tuple[str, float]]:
        """How many answers took at most so long, as Prometheus has a histogram."""
        names = [*map(str, BOUNDS), "+Inf"]
        return list(zip(names, accumulate(self.times), strict=True))
