"""The tools: what each is for, what it takes, and the function that answers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mcp_types import CallToolResult, Tool, ToolAnnotations
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException

from app.serving.agents.arguments import (
    ApprovalArguments,
    Arguments,
    CitationArguments,
    ComparisonArguments,
    RecordArguments,
    SearchArguments,
    SurvivalArguments,
)
from app.serving.agents.figures import NO_CONVERSION, answer_survival
from app.serving.agents.hits import answer_search
from app.serving.agents.readings import (
    answer_approvals,
    answer_citation,
    answer_comparison_call,
    answer_record_call,
)
from app.serving.agents.replies import ToolFault, text_result
from app.serving.agents.schemas import write_schema
from app.serving.agents.statements import SearchResult, SurvivalResult
from app.serving.errors import InvalidParameters, ParameterError, shorten_errors
from app.serving.handlers import distinct_errors, parameter_error
from app.serving.service import Service

# Every tool reads the data and nothing else.
READS_ONLY = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)


@dataclass(frozen=True)
class AgentTool:
    """One tool."""

    name: str
    title: str
    description: str
    takes: type[Arguments]
    answer: Callable[[Service, Any], CallToolResult]
    result: type[BaseModel] | None = None

    def describe(self) -> Tool:
        """The tool as the protocol lists it."""
        return Tool(
            name=self.name,
            title=self.title,
            description=self.description,
            input_schema=write_schema(self.takes, "input"),
            output_schema=write_schema(self.result, "output") if self.result else None,
            annotations=READS_ONLY,
        )


TOOLS = {
    tool.name: tool
    for tool in (
        AgentTool(
            "search",
            "Search all records",
            "Start here. Finds drugs, approvals, trials, warnings, survival, statistics, facts, "
            "tests, symptoms, sources on HER2-positive breast cancer. Each hit: main values, who "
            "says so, as of when, link to the passage. Brand names and synonyms are known.",
            SearchArguments,
            answer_search,
            SearchResult,
        ),
        AgentTool(
            "get_record",
            "Read a record whole",
            "One record with every value, note and source: a drug with its boxed warnings, "
            "approvals, trials and products; a trial with all results. A long one comes in parts.",
            RecordArguments,
            answer_record_call,
        ),
        AgentTool(
            "survival",
            "Survival figures",
            f"Survival figures by stage and receptors, with years and population. {NO_CONVERSION}",
            SurvivalArguments,
            answer_survival,
            SurvivalResult,
        ),
        AgentTool(
            "drug_approvals",
            "Approvals of drugs",
            "FDA and EU approvals for breast cancer by date: use, evidence, what became of it.",
            ApprovalArguments,
            answer_approvals,
        ),
        AgentTool(
            "compare_sources",
            "Compare sources",
            "What different sources answer to one question, side by side, and why they differ.",
            ComparisonArguments,
            answer_comparison_call,
        ),
        AgentTool(
            "cite",
            "Cite a record",
            "Ready citations of a record and of the sources that support it.",
            CitationArguments,
            answer_citation,
        ),
    )
}


def call_tool(service: Service, tool: AgentTool, arguments: dict[str, Any]) -> CallToolResult:
    """The answer of a tool, or what is wrong with the call and what is allowed."""
    try:
        return tool.answer(service, tool.takes.model_validate(arguments))
    except ValidationError as error:
        fields = tool.takes.model_fields
        found = distinct_errors(error.errors(include_url=False))
        errors = [parameter_error(fields, {**e, "loc": ("arguments", *e["loc"])}) for e in found]
        return refuse(tool, errors)
    except InvalidParameters as error:
        return refuse(tool, error.errors)
    except ToolFault as error:
        return text_result(str(error), is_error=True)
    except HTTPException as error:
        return text_result(str(error.detail), is_error=True)


def refuse(tool: AgentTool, errors: list[ParameterError]) -> CallToolResult:
    """A message for each wrong argument, with what is allowed."""
    lines = [
        f"{say_error(error)} {tool.takes.hints.get(error.parameter, '')}".strip()
        for error in shorten_errors(errors)
    ]
    return text_result("\n".join(lines), is_error=True)


def say_error(error: ParameterError) -> str:
    """What is wrong with an argument, and what is allowed."""
    got = "" if error.value is None else f", got {error.value!r:.200}"
    near = f" Did you mean {error.did_you_mean!r}?" if error.did_you_mean else ""
    allowed = f" Allowed: {', '.join(map(str, error.allowed))}." if error.allowed else ""
    more = f" There are {error.allowed_count} in all." if error.allowed_count else ""
    return f"{error.parameter}: {error.detail}{got}.{near}{allowed}{more}"
