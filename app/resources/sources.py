"""Sources: the documents and registry tables that everything rests on."""

from datetime import date

from pydantic import AnyHttpUrl, BaseModel, Field

from app.model.citation import PartialDate, SourceId, Text
from app.model.record import RecordSeed, Ref
from app.model.resource import Loaded, Resource, answer_of, table_of
from app.model.vocabulary import EDITORIAL, Strict, Vocabulary


class SourceKind(Vocabulary):
    """What a source is."""

    HEALTH_ARTICLE = "health-article", "an article for patients and the public"
    REGISTRY_TABLE = "registry-table", "a table of a cancer registry"
    JOURNAL_ARTICLE = "journal-article", "a paper in a scientific journal"
    DRUG_LABEL = "drug-label", "the prescribing information of a medicine"
    REGULATOR_NOTICE = "regulator-notice", "a notice or approval letter of a regulator"
    TRIAL_RECORD = "trial-record", "an entry of a clinical-trial registry"
    CODE_LIST = "code-list", "an official terminology or code list"
    GUIDELINE = "guideline", "a guideline or statement of a professional body"
    WEB_PAGE = "web-page", "another page on the web"


class Standing(Vocabulary):
    """Whether a source still stands."""

    CURRENT = "current", "nothing newer of the same kind is known to replace it"
    SUPERSEDED = "superseded", "its publisher has issued a newer edition"
    RETIRED = "retired", "its publisher has withdrawn it"


class Reference(Strict):
    """An entry of a source's own list of references."""

    number: int = Field(ge=1, description="Its number in the list.")
    authors: Text | None = Field(None, description="Authors as printed, or null.")
    publisher: Text | None = Field(None, description="Publisher or journal, or null.")
    title: Text | None = Field(None, description="Title as printed, or null.")
    issue: Text | None = Field(None, description="Year, volume and pages as printed, or null.")
    doi: str | None = Field(None, pattern=r"^10\.\d{4,9}/\S+$", description="DOI, or null.")


class SourceFields(BaseModel):
    """The own fields of a source."""

    publisher: str = Field(min_length=1, description="Who published it.")
    source_kind: SourceKind = SourceKind.field("What it is.", editorial=True)
    standing: Standing = Standing.field("Whether it still stands.", editorial=True)
    published: PartialDate | None = Field(None, description="Day of publication, or null.")
    reviewed: PartialDate | None = Field(
        None, description="Day of its last medical review, or null."
    )
    title: Text = Field(description="Title.")
    authors: list[Text] = Field([], description="Authors, as printed.")
    reviewer: Text | None = Field(None, description="Medical reviewer, or null.")
    document_url: AnyHttpUrl | None = Field(
        None, description="Verified address of the document itself, or null."
    )
    accessed: date = Field(
        description="Day on which the curator read it.", json_schema_extra=EDITORIAL
    )
    terms: Text = Field(description="Terms of use, in short.", json_schema_extra=EDITORIAL)
    document_sha256: str | None = Field(
        None,
        pattern="^[0-9a-f]{64}$",
        description="SHA-256 of the captured text, or null where none was captured.",
        json_schema_extra=EDITORIAL,
    )
    derived_from: list[SourceId] = Field(
        [],
        description="Sources on whose data it rests: such figures are not independent.",
        json_schema_extra=EDITORIAL,
    )
    references: list[Reference] = Field([], description="What the source lists as its own sources.")


class SourceSeed(SourceFields, RecordSeed):
    """A source in `seed/sources.yaml`; it cites itself for what it says of itself."""


class SourceDetail(BaseModel):
    """What rests on a source."""

    records: list[Ref] = Field(description="All records, and records with notes, that cite it.")


def detail(source: Loaded, records: list[Loaded]) -> SourceDetail:
    """The records that rest on a source."""
    return SourceDetail(records=[r.ref for r in records if source.seed.id in r.sources])


SOURCES = Resource(
    kind="sources",
    singular="source",
    plural="sources",
    label="title",
    about="Every document and table that the data rests on, and what each lists as its sources.",
    seed=SourceSeed,
    answer=answer_of(SourceFields, about="One published document or registry table."),
    row=table_of(SourceFields, "publisher", "source_kind", "standing", "published", "reviewed"),
    schema_org=lambda source: {
        "@type": "Article",
        "publisher": {"@type": "Organization", "name": source["publisher"]},
        "creditText": "; ".join(source["authors"]) or None,
        "datePublished": source["published"],
        "creativeWorkStatus": source["standing"],
        "sameAs": source["document_url"],
    },
    detail=detail,
    detail_model=SourceDetail,
)
