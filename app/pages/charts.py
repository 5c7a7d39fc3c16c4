"""Draw as inline SVG.

Widths are percentages, heights are `em` of the chart's one size of words, and there is no
`viewBox`: a chart is as wide as its box, and its words grow with those of the page, on a phone and
on paper. Words whose length is not known are HTML, which wraps. Colors, patterns and weights are
classes of the style sheet, so both palettes apply.
"""

from collections.abc import Sequence
from functools import lru_cache

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
# Heights in em: of a scale, of a row of a plot, and its middle.
SCALE, ROW, MIDDLE = 1.6, 2.1, 1.05


def svg(height: float, title: str, marks: Sequence[str], desc: str = "", style: str = "") -> Markup:
    """A picture with a name and, where the name does not say all, a description.

    Without a name it repeats what is said elsewhere.
    """
    told = f"<title>{esc(title)}</title>" if title else ""
    told += f"<desc>{esc(desc)}</desc>" if desc else ""
    role = 'role="img"' if title else 'aria-hidden="true"'
    return Markup(
        f'<svg class="chart {style}" {role} width="100%" height="{em(height)}">'
        f"{told}{''.join(marks)}</svg>"
    )


def em(size: float) -> str:
    """A height in the size of the words."""
    return f"{round(size, 2):g}em"


def line(at: float, top: float, bottom: float, style: str = "grid") -> str:
    """A vertical line."""
    ends = f'y1="{em(top)}" y2="{em(bottom)}"'
    return f'<line class="{style}" x1="{at}%" x2="{at}%" {ends}/>'


def across(start: float, end: float, y: float, style: str) -> str:
    """A horizontal line."""
    level = em(y)
    return f'<line class="{style}" x1="{start}%" x2="{end}%" y1="{level}" y2="{level}"/>'


def word(at: float, y: float, text: str, style: str = "tick", anchor: str = "") -> str:
    """Text that never leaves the picture: at its ends it is anchored inwards."""
    anchor = anchor or ("start" if at < 5 else "end" if at > 95 else "middle")
    return f'<text class="{style}" x="{at}%" y="{em(y)}" text-anchor="{anchor}">{esc(text)}</text>'


def sign(at: float, y: float, form: str, style: str = "mark", scale: float = 1) -> str:
    """A sign of its own outline, as large as the words."""
    path = f'<path class="{style}" d="{PATHS[form]}" transform="scale({scale})"/>'
    box = 'width="1em" height="1em" viewBox="0 0 14 14" overflow="visible"'
    return f'<svg x="{at}%" y="{em(y)}" {box}>{path}</svg>'


def say_tick(value: float) -> str:
    """A number on a scale."""
    return f"{value:,.0f}" if value > 9 else f"{value:g}"


@lru_cache(maxsize=500)
def draw_axis(axis: Axis, title: str) -> Markup:
    """The scale of drawn rows; its last word carries the unit.

    Every other word is `minor`: it is left out where there is no room for all.
    """
    last = len(axis.ticks) - 1
    marks = []
    for number, tick in enumerate(axis.ticks):
        is_minor = tick != 1 if axis.is_ratio else (last - number) % 2
        style = "tick minor" if is_minor and 0 < number < last else "tick"
        text = say_tick(tick) + axis.unit * (number == last)
        marks += [word(axis.place(tick), 0.95, text, style), line(axis.place(tick), 1.25, SCALE)]
    return svg(SCALE, title, marks, style="axis")


def draw_bars(series: SeriesView, panel: Panel) -> Markup:
    """The bars of a panel, each with its words above it as a link to its record."""
    bars = "".join(write_bar(bar, series.top, panel.label) for bar in panel.bars)
    unit = series.unit if series.unit == "%" else ""
    ticks = "".join(
        f"<span>{say_tick(tick)}{unit}</span>" for tick in (0, series.top / 2, series.top)
    )
    name = ", ".join(filter(None, (series.title, panel.label)))
    return Markup(
        f'<ul class="chart bars" aria-label="{esc(name)}">{bars}</ul>'
        f'<p class="scale" aria-hidden="true">{ticks}</p>'
    )


def write_bar(bar: Bar, top: float, stage: str) -> str:
    """A bar below its words; who hears the link alone hears the stage, too."""
    spoken = f'<span class="hidden">{esc(stage)}: </span>' if stage else ""
    drawn = "".join(draw_bar(bar, top))
    return (
        f'<li><a href="{esc(bar.url)}"><span class="label">{spoken}{esc(bar.label)}</span> '
        f'<b>{esc(bar.text)}</b><svg width="100%" height="1em" aria-hidden="true">{drawn}</svg>'
        "</a></li>"
    )


def draw_bar(bar: Bar, top: float) -> list[str]:
    """What is drawn of a bar: solid as far as the figure says that it reaches."""
    value, box = round(100 * bar.value / top, 2), 'height="1em"'
    parts = [f'<rect class="track" width="100%" {box}/>']
    if bar.comparator in ("less-than", "at-most"):
        parts.append(f'<rect class="endless" width="{value}%" {box}/>')
    else:
        parts.append(f'<rect class="{bar.tone}" width="{value}%" {box}/>')
        if bar.pattern:
            parts.append(f'<rect width="{value}%" {box} fill="url(#{bar.pattern})"/>')
    if bar.comparator == "more-than":
        parts.append(f'<rect class="endless" x="{value}%" width="{100 - value}%" {box}/>')
    parts += [line(tick, 0, 1) for tick in (25, 50, 75)]
    if bar.low is not None and bar.high is not None:
        ends = [round(100 * end / top, 2) for end in (bar.low, bar.high)]
        parts.append(across(ends[0], ends[1], 0.5, "whisker"))
        parts += [line(end, 0.2, 0.8, "whisker") for end in ends]
    return parts


def draw_mark(mark: Mark) -> Markup:
    """One value on an axis: an interval of a ratio, or an answer with its qualifier."""
    return draw_interval(mark) if mark.axis.is_ratio else draw_dot(mark)


def draw_dot(mark: Mark) -> Markup:
    """A dot, a hollow dot for `about`, a bar for a range, an arrow where there is no end."""
    place, at = mark.axis.place, mark.axis.place(mark.value)
    marks = [line(place(tick), 0, ROW) for tick in mark.axis.ticks]
    if mark.high is not None:
        width = round(place(mark.high) - at, 2)
        box = f'y="{em(MIDDLE - 0.3)}" height="0.6em"'
        marks.append(f'<rect class="range" x="{at}%" width="{width}%" {box}/>')
        marks += [
            line(place(end), MIDDLE - 0.5, MIDDLE + 0.5, "end") for end in (mark.value, mark.high)
        ]
    elif mark.comparator in ("more-than", "less-than"):
        form, to = ("right", 99.0) if mark.comparator == "more-than" else ("left", 1.0)
        marks += [across(at, to, MIDDLE, "endless"), sign(to, MIDDLE, form)]
        marks.append(sign(at, MIDDLE, "circle", "mark hollow"))
    else:
        style = "mark hollow" if mark.comparator == "about" else "mark"
        marks.append(sign(at, MIDDLE, "circle", style))
    return svg(ROW, mark.title, marks, style="row")


def draw_interval(mark: Mark) -> Markup:
    """A ratio with its interval, a row of a forest plot; the line at 1 is no difference."""
    place = mark.axis.place
    marks = [line(place(t), 0, ROW, "one" if t == 1 else "grid") for t in mark.axis.ticks]
    if mark.low is not None and mark.high is not None:
        ends = (place(mark.low), place(mark.high))
        marks.append(across(*ends, MIDDLE, "span"))
        marks += [line(end, MIDDLE - 0.4, MIDDLE + 0.4, "end") for end in ends]
    return svg(ROW, mark.title, [*marks, sign(place(mark.value), MIDDLE, "square")], style="row")
