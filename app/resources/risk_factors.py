"""Risk factors: things that raise or lower the risk of breast cancer."""

from typing import Annotated, Literal

from pydantic import Field

from app.model.code import Code
from app.model.field import AS_WRITTEN, Described, Strict
from app.model.record import KIND, Cited, Identified, RecordSeed
from app.model.resource import KindRow, Resource
from app.model.schema_org import join_fields, medical_codes
from app.model.value import Text
from app.model.vocabulary import Vocabulary


class RiskFactorCategory(Vocabulary):
    """The group that a risk factor belongs to."""

    INHERITED_GENE = "inherited-gene", "a gene whose inherited variants change the risk"
    LIFESTYLE = "lifestyle", "a habit or choice: diet, weight, exercise, alcohol, tobacco"
    REPRODUCTIVE = "reproductive", "periods, births, menopause, hormones taken"
    DEMOGRAPHIC = "demographic", "age, sex, descent"
    MEDICAL_HISTORY = (
        "medical-history",
        "personal or family history, the breast itself, past treatment",
    )


class Effect(Vocabulary):
    """Effect of a risk factor on the risk, stated as strongly as its sources state it."""

    RAISES = "raises", "raises the risk"
    MAY_RAISE = "may-raise", "can or may raise the risk"
    ASSOCIATED = "associated", "is called a risk factor, or linked to the disease; no more is said"
    LOWERS = "lowers", "lowers the risk"
    MAY_LOWER = "may-lower", "can or may lower the risk"


class Gene(Strict):
    """A human gene."""

    symbol: str = Field(description="Approved symbol (HGNC).")
    hgnc_id: str | None = Field(None, pattern=r"^HGNC:\d+$", description="HGNC identifier.")
    ncbi_gene_id: int | None = Field(None, ge=1, description="NCBI Gene identifier.")


class RiskFactorFilters(Described):
    """Columns by which the list of risk factors can be filtered."""

    category: RiskFactorCategory = RiskFactorCategory.field(
        "Group of the risk factor.", editorial=True
    )
    effect: Effect = Effect.field("Effect on the risk, stated as strongly as the sources state it.")
    modifiable: Annotated[bool | None, AS_WRITTEN] = Field(
        None, description="Whether it can be changed; null where no source says."
    )


class RiskFactorFields(RiskFactorFilters):
    """Fields of a risk factor."""

    name: Text = Field(description="What raises or lowers the risk.")
    codes: list[Code] = Field([], description="Its codes in other vocabularies.")
    gene: Annotated[Gene | None, AS_WRITTEN] = Field(
        None, description="The gene, for inherited-gene; otherwise null."
    )


class RiskFactorSeed(RiskFactorFields, RecordSeed):
    """A risk factor in `seed/risk-factors.yaml`."""


class RiskFactor(Cited, RiskFactorFields, Identified):
    """One thing that raises or lowers the risk of breast cancer."""

    kind: Literal["risk-factors"] = KIND


class RiskFactorRow(RiskFactorFilters, KindRow, table=True):
    """The row of a risk factor in its typed table."""


RISK_FACTORS = Resource(
    kind="risk-factors",
    singular="risk factor",
    plural="risk factors",
    about="Things that raise or lower the risk of breast cancer, genes included.",
    seed=RiskFactorSeed,
    model=RiskFactor,
    row=RiskFactorRow,
    columns=("name", "effect", "category", "modifiable", "sources"),
    names=("name",),
    cited_where_named=True,
    stated=("effect",),
    schema_org=lambda factor: {
        "@type": "MedicalRiskFactor",
        "code": medical_codes(factor),
        "description": join_fields(factor, "effect", "category", "applies_to"),
    },
)
