"""The tool `survival`: typed figures, the newest of each kind unless older ones are asked for."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mcp_types import CallToolResult

from app.model.labels import say_count
from app.pages.markdown import escape_markdown
from app.pages.source_lines import say_sources_briefly
from app.pages.statements import view_statement
from app.resources.survival import STAGES_BY_SYSTEM
from app.serving.agents.arguments import SurvivalArguments
from app.serving.agents.replies import (
    frame_short,
    place_digest,
    read_start,
    structured_result,
    take_items,
)
from app.serving.agents.statements import SurvivalFigure, SurvivalResult
from app.serving.cursors import encode_cursor
from app.serving.errors import InvalidParameters, ParameterError
from app.serving.library import Library
from app.serving.service import Service

JsonFigure = Mapping[str, Any]
CONDITIONS = ("stage", "stage_system", "hr_status", "her2_status")
# Figures that are alike in these tell the same of other years.
ALIKE_BUT_YEARS = ("data_provider", "measure", "years", *CONDITIONS)
NO_CONVERSION = "Stages of two systems, and relative and overall survival, are never converted."


def answer_survival(service: Service, arguments: SurvivalArguments) -> CallToolResult:
    """Survival figures of a stage and receptors."""
    check_system(arguments)
    given = {name: getattr(arguments, name) for name in CONDITIONS}
    asked = {name: [str(word)] for name, word in given.items() if word is not None}
    library = Library(service)
    every = library.records("survival", asked)
    records = every if arguments.older else list(newest_figures(every))
    digest = place_digest("survival", arguments)
    start = read_start(arguments.cursor, digest)
    taken = take_items(describe_survival(record, library) for record in records[start:])
    end = start + len(taken)
    result = SurvivalResult(
        data_version=service.database.release.version,
        total=len(records),
        left_out=len(every) - len(records),
        figures=[figure for figure, _ in taken],
        next_cursor=encode_cursor(digest, end) if end < len(records) else None,
    )
    lines = [text for _, text in taken] if every else list(say_nearest(library, asked))
    text = frame_short(service, say_figures(result), lines, result.next_cursor)
    return structured_result(result, text)


def check_system(arguments: SurvivalArguments) -> None:
    """Raise InvalidParameters for a stage that its system does not have."""
    stage, system = arguments.stage, arguments.stage_system
    if stage is None or system is None or stage in STAGES_BY_SYSTEM[system]:
        return
    allowed = [str(word) for word in STAGES_BY_SYSTEM[system]]
    detail = f"should be a stage of {system}: stages of two systems are never converted"
    # The most similar word would be a stage of another meaning: none is proposed.
    raise InvalidParameters(
        ParameterError(
            parameter="stage",
            location="arguments",
            value=str(stage),
            detail=detail,
            allowed=allowed,
        )
    )


def newest_figures(records: Sequence[JsonFigure]) -> Iterator[JsonFigure]:
    """Yield the figures of the newest years, of those that are alike in all else."""
    newest: dict[tuple[Any, ...], int] = {}
    for record in records:
        key = tuple(record[name] for name in ALIKE_BUT_YEARS)
        newest[key] = max(newest.get(key, 0), record["diagnosed_to"] or 0)
    for record in records:
        key = tuple(record[name] for name in ALIKE_BUT_YEARS)
        if record["diagnosed_to"] in (None, newest[key]):
            yield record


def describe_survival(record: JsonFigure, library: Library) -> tuple[SurvivalFigure, str]:
    """A figure as data, and as a line."""
    view = view_statement(record, library)
    figure = SurvivalFigure.create(record, view)
    notes = "".join(f" Curator's note ({label.lower()}): {text}" for label, text in view.notes)
    said = escape_markdown(f"{view.name}: {say_with_interval(figure)}{say_people(figure)}.{notes}")
    return figure, f"{figure.record}: {said} {say_sources_briefly(view)}"


def say_with_interval(figure: SurvivalFigure) -> str:
    """A figure with its confidence interval, if it has one."""
    if figure.ci_low is None or figure.ci_high is None:
        return figure.figure
    return f"{figure.figure} (interval {figure.ci_low:g} to {figure.ci_high:g})"


def say_people(figure: SurvivalFigure) -> str:
    """Who was counted, where a source says so."""
    return f", of {figure.population}" if figure.population else ""


def say_figures(result: SurvivalResult) -> str:
    """How many figures there are."""
    left = f" Older years left out: {result.left_out} (older=true)." if result.left_out else ""
    shown = f"{len(result.figures)} of {say_count(result.total, 'survival figure')}."
    return f"{shown}{left} {NO_CONVERSION}"


def say_nearest(library: Library, asked: Mapping[str, list[str]]) -> Iterator[str]:
    """Yield what there is with one condition less."""
    yield "No figure has all these conditions."
    for name in asked:
        fewer = {other: value for other, value in asked.items() if other != name}
        found = library.records("survival", fewer)
        words = sorted({str(record[name]) for record in found})
        if found:
            yield f"Without {name} there are {len(found)}, with {name} {', '.join(words)}."
