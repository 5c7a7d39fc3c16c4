"""What is drawn on an axis, without how: answers with ranges, ratios with intervals."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Any

# An axis ends at such a number times a power of ten.
STEPS = (1, 2, 5, 10)
# Ends of the axis of ratios: below each other by half.
RATIOS = (0.125, 0.25, 0.5, 1, 2, 4, 8)


@dataclass(frozen=True)
class Axis:
    """A scale with its ticks; `is_ratio`: half and double lie equally far from one."""

    ticks: tuple[float, ...]
    unit: str = ""
    is_ratio: bool = False

    def place(self, value: float) -> float:
        """Where a value lies, in percent of the axis."""
        low, high = self.ticks[0], self.ticks[-1]
        if self.is_ratio:
            inside = min(max(value, low), high)
            return round(100 * log(inside / low) / log(high / low), 2)
        return round(100 * (value - low) / (high - low), 2)


@dataclass
class Mark:
    """One value on an axis, with its range or interval."""

    title: str
    axis: Axis
    value: float
    low: float | None = None
    high: float | None = None
    comparator: str = "exactly"


def linear_axis(highest: float, unit: str = "") -> Axis:
    """An axis from zero to a round number that is not below the highest value."""
    power = 1.0
    while power * 10 < highest:
        power *= 10
    top = next(step * power for step in STEPS if step * power >= highest)
    parts = 4 if top / power in (1, 2) or top == 100 else 5
    return Axis(tuple(top * part / parts for part in range(parts + 1)), unit)


def ratio_axis(values: Sequence[float]) -> Axis:
    """An axis of ratios around one that holds these values."""
    low = max([tick for tick in RATIOS if tick <= min([*values, 0.5])], default=RATIOS[0])
    high = min([tick for tick in RATIOS if tick >= max([*values, 2])], default=RATIOS[-1])
    return Axis(tuple(tick for tick in RATIOS if low <= tick <= high), is_ratio=True)


def is_ratio(result: Mapping[str, Any]) -> bool:
    """Whether a result is a hazard ratio with a number."""
    return result["statistic"] == "hazard-ratio" and result["value"] is not None


def ratio_results(trial: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the hazard ratios of a trial that have a number."""
    return filter(is_ratio, trial["results"])


def trials_axis(ratios: Iterable[Iterable[Mapping[str, Any]]]) -> Axis | None:
    """An axis that holds the ratios of some trials with their intervals, if they have any."""
    ends = [
        float(result[name])
        for results in ratios
        for result in results
        for name in ("value", "ci_low", "ci_high")
        if result[name]
    ]
    return ratio_axis(ends) if ends else None


def mark_ratio(result: Mapping[str, Any], title: str, axis: Axis) -> Mark:
    """A hazard ratio with its interval."""
    low, high = result["ci_low"], result["ci_high"]
    return Mark(
        title,
        axis,
        float(result["value"]),
        None if low is None else float(low),
        None if high is None else float(high),
    )
