"""Terms: genes, diseases and statuses, with their codes in other vocabularies."""

from typing import Literal

from pydantic import Field

from app.model.code import Code
from app.model.field import Described
from app.model.record import KIND, Cited, Identified, RecordSeed
from app.model.resource import KindRow, Many, Resource
from app.model.value import Text
from app.model.vocabulary import Vocabulary


class TermKind(Vocabulary):
    """What a term stands for."""

    GENE = "gene", "a human gene"
    DISEASE = "disease", "a disease or a group of diseases"
    STATUS = "status", "a status or history that is coded beside a disease"


class TermFilters(Described):
    """Columns by which the list of terms can be filtered."""

    term_kind: TermKind = TermKind.field("What it stands for.", editorial=True)
    symbol: str | None = Field(None, description="Approved symbol (HGNC).")
    synonyms: Many[Text] = Field([], description="Other names.")


class TermFields(TermFilters):
    """Fields of a term."""

    name: Text = Field(description="Approved or preferred name.")
    codes: list[Code] = Field([], description="Its codes in other vocabularies.")


class TermSeed(TermFields, RecordSeed):
    """A term in `seed/terms.yaml`."""


class Term(Cited, TermFields, Identified):
    """One gene, disease or status."""

    kind: Literal["terms"] = KIND


class TermRow(TermFilters, KindRow, table=True):
    """The row of a term in its typed table."""


TERMS = Resource(
    kind="terms",
    singular="term",
    plural="terms",
    about="Genes, diseases and statuses with their codes: HGNC, NCIt, MONDO, ICD-10-CM.",
    seed=TermSeed,
    model=Term,
    row=TermRow,
    columns=("name", "term_kind", "symbol", "codes"),
    names=("name", "synonyms", "symbol"),
    synonyms=True,
    stated=("name",),
    schema_org=lambda term: {
        "@type": "DefinedTerm",
        "termCode": [code["curie"] for code in term["codes"]],
        "alternateName": [*filter(None, [term["symbol"]]), *term["synonyms"]],
    },
)
