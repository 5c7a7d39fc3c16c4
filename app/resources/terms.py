"""Terms: genes, diseases and statuses, with their codes in other vocabularies."""

from pydantic import Field
from sqlmodel import JSON, SQLModel
from sqlmodel import Field as SQLField

from app.citing import Text
from app.codes import Code
from app.records import Cited, Identified, RecordSeed, Resource
from app.tables import KindRow
from app.vocabulary import Vocabulary


class TermKind(Vocabulary):
    """What a term stands for."""

    GENE = "gene", "a human gene"
    DISEASE = "disease", "a disease or a group of diseases"
    STATUS = "status", "a status or history that is coded beside a disease"


class TermColumns(SQLModel):
    """The fields of a term that lists are filtered by."""

    term_kind: TermKind = TermKind.field("What it stands for.", editorial=True)
    symbol: str | None = SQLField(None, description="Approved symbol (HGNC), or null.")
    synonyms: list[Text] = SQLField([], sa_type=JSON, description="Other names.")


class TermFields(TermColumns):
    """The own fields of a term."""

    name: Text = Field(description="Approved or preferred name.")
    codes: list[Code] = Field([], description="Its codes in other vocabularies.")


class TermSeed(TermFields, RecordSeed):
    """A term in `seed/terms.yaml`."""


class TermRow(TermColumns, KindRow, table=True):
    """The filters of terms."""

    __tablename__ = "term"


class Term(Cited, TermFields, Identified):
    """One gene, disease or status."""


TERMS = Resource(
    kind="terms",
    singular="term",
    plural="terms",
    about="Genes, diseases and statuses with their codes: HGNC, NCIt, MONDO, ICD-10-CM.",
    seed=TermSeed,
    row=TermRow,
    answer=Term,
    schema_org=lambda term: {
        "@type": "DefinedTerm",
        "termCode": term["symbol"],
        "alternateName": term["synonyms"],
    },
)
