"""Terms: genes, diseases and statuses, with their codes in other vocabularies."""

from pydantic import BaseModel, Field

from app.model.citation import Text
from app.model.code import Code
from app.model.resource import Many, Resource, answer_of, seed_of, table_of
from app.model.vocabulary import Vocabulary


class TermKind(Vocabulary):
    """What a term stands for."""

    GENE = "gene", "a human gene"
    DISEASE = "disease", "a disease or a group of diseases"
    STATUS = "status", "a status or history that is coded beside a disease"


class TermFields(BaseModel):
    """The own fields of a term."""

    term_kind: TermKind = TermKind.field("What it stands for.", editorial=True)
    symbol: str | None = Field(None, description="Approved symbol (HGNC), or null.")
    synonyms: Many[Text] = Field([], description="Other names.")
    name: Text = Field(description="Approved or preferred name.")
    codes: list[Code] = Field([], description="Its codes in other vocabularies.")


TERMS = Resource(
    kind="terms",
    singular="term",
    plural="terms",
    about="Genes, diseases and statuses with their codes: HGNC, NCIt, MONDO, ICD-10-CM.",
    seed=seed_of(TermFields),
    answer=answer_of(TermFields, about="One gene, disease or status."),
    row=table_of(TermFields, "term_kind", "symbol", "synonyms"),
    schema_org=lambda term: {
        "@type": "DefinedTerm",
        "termCode": [code["curie"] for code in term["codes"]],
        "alternateName": [*filter(None, [term["symbol"]]), *term["synonyms"]],
    },
)
