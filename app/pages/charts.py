"""Draw as inline SVG.

Widths are percentages, heights and text are pixels, and there is no `viewBox`: a chart is as wide
as its box and its words stay the size of the page's words, on a phone and on paper. Colors,
patterns and weights are classes of the style sheet, so both palettes apply.
"""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from itertools import count

from markupsafe import Markup

from app.pages.drawings import Axis, Mark
from app.pages.markup import esc
from app.pages.series import Bar, Panel, SeriesView

PATHS = {  # marks of their own outline, told apart without color
    "circle": "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z",
    "square": "M-5 -5h10v10h-10z",
    "right": "M-2 -6L7 0L-2 6z",
    "left": "M2 -6L-7 0L2 6z",
}
SAME_NUMBERS = "The numbers are those of the table below."
# The shape of each lane of a timeline.
LANES = ("circle", "square", "right")
# Heights in pixels: of a bar with the words above it, of the scale, of a row of a plot.
BAR, SCALE, ROW = 44, 22, 30


def svg(height: int, title: str, marks: Sequence[str], desc: str = "", style: str = "") -> Markup:
    """A picture with a name and, where the name does not say all, a description.

    With links inside it is a group: what is inside an image can't be reached.
    """
    body = "".join(marks)
    role = "group" if "<a " in body else "img"
    told = f"<title>{esc(title)}</title>" + (f"<desc>{esc(desc)}</desc>" if desc else "")
    name = f' aria-label="{esc(title)}"' if role == "group" else ""
    return Markup(
        f'<svg class="chart {style}" role="{role}"{name} width="100%" height="{height}">'
        f"{told}{body}</svg>"
    )


def line(at: float, top: int, bottom: int, style: str = "grid") -> str:
    """A vertical line."""
    return f'<line class="{style}" x1="{at}%" x2="{at}%" y1="{top}" y2="{bottom}"/>'


def across(start: float, end: float, y: int, style: str) -> str:
    """A horizontal line."""
    return f'<line class="{style}" x1="{start}%" x2="{end}%" y1="{y}" y2="{y}"/>'


def word(at: float, y: int, text: str, style: str = "tick", anchor: str = "") -> str:
    """Text that never leaves the picture: at its ends it is anchored inwards."""
    anchor = anchor or ("start" if at < 5 else "end" if at > 95 else "middle")
    return f'<text class="{style}" x="{at}%" y="{y}" text-anchor="{anchor}">{esc(text)}</text>'


def sign(at: float, y: int, form: str, style: str = "mark", scale: int = 1) -> str:
    """A sign of its own outline."""
    path = f'<path class="{style}" d="{PATHS[form]}" transform="scale({scale})"/>'
    return f'<svg x="{at}%" y="{y}" overflow="visible">{path}</svg>'


def say_tick(value: float) -> str:
    """A number on a scale."""
    return f"{value:,.0f}" if value > 9 else f"{value:g}"


@lru_cache(maxsize=500)
def draw_axis(axis: Axis, title: str) -> Markup:
    """The scale above drawn rows; its last word carries the unit."""
    last = axis.ticks[-1]
    words = [
        word(axis.place(tick), 12, say_tick(tick) + axis.unit * (tick == last))
        for tick in axis.ticks
    ]
    return svg(SCALE, title, words + [line(axis.place(tick), 17, 22) for tick in axis.ticks])


def draw_bars(series: SeriesView, panel: Panel) -> Markup:
    """The bars of a panel, each a link to its record."""
    marks: list[str] = []
    for number, bar in enumerate(panel.bars):
        marks.append(draw_bar(bar, series.top, number * BAR))
    bottom = len(panel.bars) * BAR
    scale = (0, series.top / 2, series.top)
    words = [say_tick(tick) + (series.unit if series.unit == "%" else "") for tick in scale]
    marks += [word(at, bottom + 6, text) for at, text in zip((0, 50, 100), words, strict=True)]
    said = "; ".join(f"{bar.label}: {bar.text}" for bar in panel.bars)
    return svg(bottom + 10, ", ".join(filter(None, (series.title, panel.label))), marks, said)


def draw_bar(bar: Bar, top: float, y: int) -> str:
    """One bar with its words above it."""
    value, box = round(100 * bar.value / top, 2), f'y="{y + 20}" height="14"'
    parts = [
        word(0, y + 13, bar.label, "label"),
        word(100, y + 13, bar.text, "figure"),
        f'<rect class="track" width="100%" {box}/>',
        f'<rect class="{bar.tone}" width="{value}%" {box}/>',
    ]
    if bar.pattern:
        parts.append(f'<rect width="{value}%" {box} fill="url(#{bar.pattern})"/>')
    if bar.comparator == "more-than":
        parts.append(f'<rect class="endless" x="{value}%" width="{100 - value}%" {box}/>')
    parts += [line(tick, y + 20, y + 34) for tick in (25, 50, 75)]
    if bar.low is not None and bar.high is not None:
        ends = [round(100 * end / top, 2) for end in (bar.low, bar.high)]
        parts.append(across(ends[0], ends[1], y + 27, "whisker"))
        parts += [line(end, y + 23, y + 31, "whisker") for end in ends]
    return f'<a href="{esc(bar.url)}">{"".join(parts)}</a>'


def draw_mark(mark: Mark) -> Markup:
    """One value on an axis: an interval of a ratio, or an answer with its qualifier."""
    return draw_interval(mark) if mark.axis.is_ratio else draw_dot(mark)


def draw_dot(mark: Mark) -> Markup:
    """A dot, a hollow dot for `about`, a bar for a range, an arrow where there is no end."""
    place, at = mark.axis.place, mark.axis.place(mark.value)
    marks = [line(place(tick), 0, ROW) for tick in mark.axis.ticks]
    if mark.high is not None:
        width = round(place(mark.high) - at, 2)
        marks.append(f'<rect class="range" x="{at}%" width="{width}%" y="11" height="8"/>')
        marks += [line(place(end), 8, 22, "end") for end in (mark.value, mark.high)]
    elif mark.comparator in ("more-than", "less-than"):
        form, to = ("right", 99.0) if mark.comparator == "more-than" else ("left", 1.0)
        marks += [across(at, to, 15, "endless"), sign(to, 15, form)]
        marks.append(sign(at, 15, "circle", "mark hollow"))
    else:
        style = "mark hollow" if mark.comparator == "about" else "mark"
        marks.append(sign(at, 15, "circle", style))
    return svg(ROW, mark.title, marks, style="row")


def draw_interval(mark: Mark) -> Markup:
    """A ratio with its interval, a row of a forest plot; the line at 1 is no difference."""
    place = mark.axis.place
    marks = [line(place(t), 0, ROW, "one" if t == 1 else "grid") for t in mark.axis.ticks]
    if mark.low is not None and mark.high is not None:
        ends = (place(mark.low), place(mark.high))
        marks += [across(*ends, 15, "span"), *(line(end, 9, 21, "end") for end in ends)]
    return svg(ROW, mark.title, [*marks, sign(place(mark.value), 15, "square")], style="row")


def year_part(iso: str) -> float:
    """A date as a year with its fraction; a date without a day is the start of its month."""
    day = date.fromisoformat(f"{iso}-01-01"[:10])
    return day.year + (day.timetuple().tm_yday - 1) / 366


def draw_timeline(title: str, events: Sequence[tuple[str, str, int]]) -> Markup:
    """Numbered marks on a line of years, a lane and a shape for each name (date, lane, number)."""
    days = [(year_part(day), lane, number) for day, lane, number in events]
    years = range(int(min(days)[0]), int(max(days)[0] + 0.2) + 2)
    axis, marks, top = Axis((float(years[0]), float(years[-1]))), [], 0
    for lane, form in zip(
        dict.fromkeys(lane for _, lane, _ in events), ("circle", "square", "right"), strict=False
    ):
        levels: dict[int, float] = {}  # marks that would touch stand on each other
        shown = []
        for at, number in sorted((axis.place(day), n) for day, of, n in days if of == lane):
            level = next(n for n in count() if at - levels.get(n, -9) > 8)
            levels[level] = at
            shown.append((at, 26 * level, number))
        top += 28 + 26 * len(levels)
        marks.append(word(0, top - 14 - 26 * len(levels), lane, "label"))
        for at, up, number in shown:
            marks.append(sign(at, top - 19 - up, form, "stamp", 2))
            marks.append(word(at, top - 14 - up, str(number), "figure", "middle"))
        marks.append(across(0, 100, top, "grid"))
    ticks = years[:: -(-len(years) // 6)]
    grid = [line(axis.place(year), 0, top) for year in ticks]
    words = [word(axis.place(year), top + 16, str(year)) for year in ticks]
    return svg(
        top + 20, title, [*grid, *marks, *words], "The numbers are those of the table below."
    )
