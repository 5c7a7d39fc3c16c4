"""Draw dates as numbered marks on a line of years, a lane for each name."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import count

from markupsafe import Markup

from app.pages.charts import across, line, sign, svg, word
from app.pages.drawings import Axis

SAME_NUMBERS = "The numbers are those of the table below."
YEAR_ONLY = "A dashed mark stands in the middle of its year: the source gives no month."
# The shape of each lane.
SHAPES = ("circle", "square", "right")
# Heights in em: of a mark, of what stands around the marks of a lane.
STAMP, AROUND = 2.1, 2
# Marks that are nearer, in percent, stand above each other.
NEAR = 13
SIZE = 2.4  # of a mark: two digits have room in it
YEAR, MONTH = 4, 7  # lengths of a date that has no more


def middle_of(iso: str) -> float:
    """A date as a year with its fraction: the middle of what is known of it."""
    start = date.fromisoformat(f"{iso}-01-01"[:10])
    day = start + timedelta({YEAR: 182, MONTH: 15}.get(len(iso), 0))
    return day.year + (day.timetuple().tm_yday - 1) / 366


def stack(days: Sequence[tuple[str, int]], axis: Axis) -> Iterator[tuple[float, int, int, str]]:
    """Yield place, level, number and date of marks; those that would touch have levels."""
    levels: dict[int, float] = {}
    for at, number, day in sorted((axis.place(middle_of(day)), n, day) for day, n in days):
        level = next(n for n in count() if at - levels.get(n, -NEAR) >= NEAR)
        levels[level] = at
        yield at, level, number, day


def draw_timeline(title: str, events: Sequence[tuple[str, str, int]]) -> Markup:
    """Numbered marks on a line of years, a lane and a shape for each name (date, lane, number)."""
    middles = [middle_of(day) for day, _, _ in events]
    years = range(int(min(middles)), int(max(middles) + 0.2) + 2)
    axis, marks, top = Axis((float(years[0]), float(years[-1]))), [], 0.0
    lanes = dict.fromkeys(lane for _, lane, _ in events)
    for lane, form in zip(lanes, SHAPES, strict=False):
        shown = list(stack([(day, n) for day, of, n in events if of == lane], axis))
        marks.append(word(0, top + 1.2, lane, "label"))
        top += AROUND + STAMP * (1 + max(level for _, level, _, _ in shown))
        for at, level, number, day in shown:
            y = top - STAMP * (level + 0.7)
            style = "stamp dashed" if len(day) == YEAR else "stamp"
            marks.append(sign(at, y, form, style, SIZE))
            marks.append(word(at, y + 0.35, str(number), "figure", "middle"))
        marks.append(across(0, 100, top, "grid"))
    ticks = years[:: -(-len(years) // 6)]
    grid = [line(axis.place(year), 0, top) for year in ticks]
    words = [
        word(axis.place(year), top + 1.15, str(year), "tick minor" if nth % 2 else "tick")
        for nth, year in enumerate(ticks)
    ]
    return svg(top + 1.5, title, [*grid, *marks, *words], SAME_NUMBERS)
