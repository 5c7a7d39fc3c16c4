"""What a curator writes: each field of each file with its meaning, and a skeleton of a record."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, get_origin

from pydantic import AnyUrl, BaseModel
from pydantic.fields import FieldInfo

from app.curation.messages import item_type
from app.curation.schema import list_files
from app.model.annotation import without_null
from app.model.code import Code
from app.model.place import Item
from app.model.record import RecordSeed
from app.model.value import PartialDate, Refers, refers_to
from app.model.vocabulary import EDITORIAL, Vocabulary
from app.resources import RESOURCES

BEGIN, END = "<!-- fields: begin -->", "<!-- fields: end -->"
# Fields that a record begins and ends with; the last are explained once for all records.
FIRST, LAST = (
    ("id", "source", "name", "drug", "drugs"),
    ("topic", "applies_to", "citations", "notes"),
)
TYPE_WORDS = {
    str: "text",
    int: "whole number",
    Decimal: "number, with the digits that the source prints",
    bool: "true or false",
    date: "date",
}


def order_fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """The fields of a model in the order in which they are written."""
    fields = model.model_fields
    middle = [name for name in fields if name not in (*FIRST, *LAST)]
    return {name: fields[name] for name in (*FIRST, *middle, *LAST) if name in fields}


def takes_list(info: FieldInfo) -> bool:
    """Whether a field holds many."""
    return "list[" in str(without_null(info.annotation))


def name_part(part: type) -> str:
    """The name of a model or vocabulary in the guide."""
    return part.__name__.removesuffix("Seed")


def describe_values(info: FieldInfo) -> str:
    """What a field holds."""
    kind, many = item_type(info.annotation), "list of " if takes_list(info) else ""
    beside = (part.kind for part in info.metadata if isinstance(part, Refers))
    if reference := refers_to(info.annotation) or next(beside, None):
        return f"{many}id in " + ("any file" if reference == "*" else f"`{reference}.yaml`")
    if without_null(info.annotation) == PartialDate:
        return "date, or a year or month in quotes"
    if kind is Code:
        return "list of codes, as `RXNORM:224905`"
    if issubclass(kind, BaseModel | Vocabulary):
        name = name_part(kind)
        what = "word of" if issubclass(kind, Vocabulary) else "fields of"
        return f"{many}{what} [{name}](#{name.lower()})"
    return many + ("address" if issubclass(kind, AnyUrl) else TYPE_WORDS[kind])


def is_cited(info: FieldInfo) -> bool:
    """Whether a citation has to support what stands in a field of a record."""
    extra = info.json_schema_extra
    return not (isinstance(extra, dict) and extra.items() >= EDITORIAL.items())


def describe_fields(model: type[BaseModel], heading: str, about: str = "") -> Iterator[str]:
    """A table of the fields of a model."""
    yield f"\n{heading}\n"
    if about:
        yield f"{about}\n"
    if issubclass(model, Item):
        yield f"Its key in a citation: {' '.join(f'`{name}`' for name in model.key_fields)}.\n"
    is_record = issubclass(model, RecordSeed)
    cited = " cited |" if is_record else ""
    yield f"| field | needed |{cited} holds | what it is |\n{'| --- ' * (4 + is_record)}|"
    for name, info in order_fields(model).items():
        if name not in LAST or model is RecordSeed or not is_record:
            needed = "yes" if info.is_required() else ""
            cited = f" {'yes' if is_cited(info) else ''} |" if is_record else ""
            text = (info.description or "").replace("|", "\\|")
            yield f"| `{name}` | {needed} |{cited} {describe_values(info)} | {text} |"


def describe_words(words: type[Vocabulary]) -> Iterator[str]:
    """The words of a closed list with their meanings."""
    yield f"\n#### {name_part(words)}\n\n{words.__doc__}\n"
    for word in words:
        yield f"- `{word}`: {word.meaning}"


def find_parts(model: type[BaseModel], known: dict[str, type]) -> None:
    """Add every model and vocabulary that a model's fields hold, at any depth."""
    for info in model.model_fields.values():
        kind = item_type(info.annotation)
        is_part = issubclass(kind, BaseModel | Vocabulary) and kind is not Code
        if is_part and name_part(kind) not in known:
            known[name_part(kind)] = kind
            if issubclass(kind, BaseModel):
                find_parts(kind, known)


def make_guide() -> str:
    """Every field of every file, as Markdown."""
    abouts = {resource.kind: resource.about for resource in RESOURCES}
    parts: dict[str, type] = {}
    find_parts(RecordSeed, parts)
    lines = list(describe_fields(RecordSeed, "### Every record"))
    for name, model, _ in list_files():
        lines += describe_fields(model, f"### {name}.yaml", abouts.get(name, ""))
        find_parts(model, parts)
    lines.append("\n### What the fields hold")
    for name, part in sorted(parts.items()):
        is_words = issubclass(part, Vocabulary)
        lines += describe_words(part) if is_words else describe_fields(part, f"#### {name}")
    return "\n".join(lines).strip() + "\n"


def renew_guide(text: str) -> str:
    """A README with the part between the marks as the models are now."""
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n\n{make_guide()}\n{END}{rest.partition(END)[2]}"


def print_skeleton(model: type[BaseModel], indent: str = "  ", dash: bool = True) -> Iterator[str]:
    """The lines of a record to fill in; what may be left out is a comment."""
    for number, (name, info) in enumerate(order_fields(model).items()):
        kind = item_type(info.annotation)
        yield f"{indent}# {describe_choice(info, kind)}"
        lead = f"{indent[:-2]}- " if dash and not number else indent
        if not info.is_required() and name not in LAST[:2]:
            yield f"{indent}# {name}:"
        elif issubclass(kind, BaseModel) and kind is not Code:
            yield f"{lead}{name}:"
            deeper = "    " if get_origin(without_null(info.annotation)) is list else "  "
            yield from print_skeleton(kind, indent + deeper, len(deeper) == 4)
        else:
            yield f"{lead}{name}:"


def describe_choice(info: FieldInfo, kind: Any) -> str:
    """What a field is, and the words or fields that it can hold."""
    text = f"{info.description or ''}"
    if issubclass(kind, Vocabulary):
        return f"{text} One of: {', '.join(kind)}."
    if issubclass(kind, BaseModel) and kind is not Code:
        return f"{text} Fields: {', '.join(kind.model_fields)}."
    return text
