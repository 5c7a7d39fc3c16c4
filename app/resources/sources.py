"""Sources: the documents and registry tables that records cite."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AnyHttpUrl, BaseModel, Field

from app.model.field import AS_WRITTEN, Described, Strict
from app.model.identifier import Doi, NctId, Pmid, SetId
from app.model.record import KIND, Cited, Identified, RecordSeed, Ref
from app.model.resource import Graph, KindRow, Loaded, Resource
from app.model.source_ref import Standing
from app.model.value import PartialDate, SourceId, Text
from app.model.vocabulary import EDITORIAL, Vocabulary


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


class Reference(Strict):
    """An entry of a source's list of references."""

    number: int = Field(ge=1, description="Its number in the list.")
    authors: Text | None = Field(None, description="Authors as printed.")
    publisher: Text | None = Field(None, description="Publisher or journal.")
    title: Text | None = Field(None, description="Title as printed.")
    issue: Text | None = Field(None, description="Year, volume and pages as printed.")
    doi: Doi | None = Field(None, description="DOI.")


class SourceFilters(Described):
    """Columns by which the list of sources can be filtered."""

    publisher: str = Field(min_length=1, description="Who published it.")
    source_kind: SourceKind = SourceKind.field("What it is.", editorial=True)
    standing: Standing = Standing.field("Whether it is current.", editorial=True)
    published: PartialDate | None = Field(None, description="Day of publication.")
    reviewed: PartialDate | None = Field(None, description="Day of its last medical review.")
    journal: str | None = Field(
        None, min_length=1, description="Journal that printed it.", json_schema_extra=EDITORIAL
    )
    doi: Doi | None = Field(None, description="DOI of the paper.", json_schema_extra=EDITORIAL)
    pmid: Pmid | None = Field(
        None, description="PubMed identifier of the paper.", json_schema_extra=EDITORIAL
    )
    nct_id: NctId | None = Field(
        None, description="ClinicalTrials.gov identifier.", json_schema_extra=EDITORIAL
    )
    setid: SetId | None = Field(
        None,
        description="DailyMed set id: it names a label, whatever its version.",
        json_schema_extra=EDITORIAL,
    )


class SourceFields(SourceFilters):
    """Fields of a source."""

    title: Text = Field(description="Title.")
    authors: list[Text] = Field([], description="Authors, as printed.")
    reviewer: Text | None = Field(None, description="Medical reviewer.")
    document_url: AnyHttpUrl | None = Field(
        None, description="Verified address of the document itself."
    )
    accessed: date = Field(
        description="Day on which the curator read it.", json_schema_extra=EDITORIAL
    )
    terms: Text = Field(description="Terms of use, in short.", json_schema_extra=EDITORIAL)
    document_sha256: Annotated[str | None, AS_WRITTEN] = Field(
        None,
        pattern="^[0-9a-f]{64}$",
        description="SHA-256 of the captured text, or null where none was captured.",
        json_schema_extra=EDITORIAL,
    )
    derived_from: list[SourceId] = Field(
        [],
        description="Sources whose data it uses: such figures are not independent of each other.",
        json_schema_extra=EDITORIAL,
    )
    superseded_by: SourceId | None = Field(
        None,
        description="The newer edition, where it is among our sources.",
        json_schema_extra=EDITORIAL,
    )
    references: list[Reference] = Field([], description="References that the source lists.")


class SourceSeed(SourceFields, RecordSeed):
    """A source in `seed/sources.yaml`; it cites itself for its title, authors and dates."""


class Source(Cited, SourceFields, Identified):
    """One published document or registry table."""

    kind: Literal["sources"] = KIND


class SourceRow(SourceFilters, KindRow, table=True):
    """The row of a source in its typed table."""


class SourceLinks(BaseModel):
    """Links of a single source."""

    records: list[Ref] = Field(description="All records that cite it, in their notes too.")


def source_links(source: Loaded, graph: Graph) -> SourceLinks:
    """The records that cite a source, in their notes too."""
    records = graph.records.values()
    return SourceLinks(records=[r.ref for r in records if source.seed.id in r.sources])


SOURCES = Resource(
    kind="sources",
    singular="source",
    plural="sources",
    label="title",
    about="Every document and table that a record cites, with the references that each lists.",
    seed=SourceSeed,
    model=Source,
    row=SourceRow,
    columns=("name", "publisher", "source_kind", "published", "standing"),
    names=("title",),
    identifiers={"doi": "DOI", "pmid": "PMID", "nct_id": "NCT", "setid": "SETID"},
    asked=("article", "paper", "publication", "study", "document", "page", "reference", "citation"),
    stated=("title",),
    schema_org=lambda source: {
        "@type": "Article",
        "publisher": {"@type": "Organization", "name": source["publisher"]},
        "creditText": "; ".join(source["authors"]) or None,
        "datePublished": source["published"],
        "creativeWorkStatus": source["standing"],
        "sameAs": source["document_url"],
    },
    links=source_links,
    links_model=SourceLinks,
)
