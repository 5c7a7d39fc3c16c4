"""Drugs: medicines against HER2-positive breast cancer."""

from collections.abc import Iterator
from datetime import date as date_type
from typing import Any, Literal

from pydantic import BaseModel, Field

from app.model.citation import PartialDate, Text
from app.model.code import Code
from app.model.field import Described, Strict
from app.model.place import Item
from app.model.record import KIND, Cited, Identified, RecordSeed, Ref
from app.model.resource import Graph, KindRow, Loaded, Many, Resource
from app.model.rule import Broken, rule
from app.model.schema_org import medical_codes
from app.model.vocabulary import Vocabulary
from app.resources.treatments import TreatmentSeed


class DrugClass(Vocabulary):
    """How a drug is made and works."""

    MONOCLONAL_ANTIBODY = "monoclonal-antibody", "an antibody made in the laboratory"
    ANTIBODY_DRUG_CONJUGATE = (
        "antibody-drug-conjugate",
        "an antibody that carries a chemotherapy drug",
        "Antibody-drug conjugate",
    )
    KINASE_INHIBITOR = "kinase-inhibitor", "a drug that stops the signal of a kinase"


class Route(Vocabulary):
    """Route by which a drug is administered."""

    INFUSION = "infusion", "as an infusion; the source does not say into what"
    INTRAVENOUS = "intravenous", "into a vein"
    SUBCUTANEOUS = "subcutaneous", "under the skin"
    ORAL = "oral", "by mouth"


class Agency(Vocabulary):
    """Who approves medicines."""

    FDA = "FDA", "U.S. Food and Drug Administration"
    EMA = "EMA", "European Medicines Agency"


class Setting(Vocabulary):
    """The setting that an approval is for."""

    METASTATIC = "metastatic", "metastatic or inoperable disease"
    NEOADJUVANT = "neoadjuvant", "before surgery"
    ADJUVANT = "adjuvant", "after surgery"
    EXTENDED_ADJUVANT = "extended-adjuvant", "after adjuvant treatment"


class ApprovalType(Vocabulary):
    """Whether an approval is accelerated or regular."""

    ACCELERATED = "accelerated", "on early evidence, to be confirmed"
    REGULAR = "regular", "on full evidence"


class ProductKind(Vocabulary):
    """How a product relates to the drug."""

    REFERENCE = "reference", "the product first approved"
    BIOSIMILAR = "biosimilar", "highly similar to the reference product"
    COMBINATION = "combination", "the drug together with another"


class ResultStatistic(Vocabulary):
    """What the number in a trial's result means."""

    HAZARD_RATIO = "hazard-ratio", "hazard ratio of treatment to control"
    MEDIAN = "median", "median time"
    PERCENT = "percent", "share of the patients"
    OTHER = "other", "another number; the endpoint says which"


class Approval(Item):
    """One approval for breast cancer."""

    key_fields = ("agency", "date", "setting")

    agency: Agency = Field(description="Agency that approved it.")
    date: date_type = Field(description="Day of the approval.")
    setting: Setting = Field(description="Setting that the approval is for.")
    indication: Text = Field(description="Patients whom it is for, in our own words.")
    approval_type: ApprovalType | None = Field(
        None, description="Whether it is accelerated or regular."
    )


class TrialResult(Strict):
    """One result of a trial."""

    endpoint: Text = Field(description="What was measured.")
    statistic: ResultStatistic = Field(description="What the number means.")
    value: float = Field(description="The number, in the treated arm if there are two.")
    control: float | None = Field(None, description="The number in the control arm.")
    unit: Text | None = Field(None, description="Unit.")
    ci_low: float | None = Field(None, description="Lower end of the 95% interval of `value`.")
    ci_high: float | None = Field(None, description="Upper end of the 95% interval of `value`.")
    p_value: Text | None = Field(None, description="P value as printed.")


class Trial(Item):
    """A pivotal trial."""

    key_fields = ("name",)

    name: Text = Field(description="Name of the trial.")
    nct_id: str | None = Field(
        None, pattern=r"^NCT\d{8}$", description="ClinicalTrials.gov identifier."
    )
    phase: int | None = Field(None, ge=1, le=4, description="Phase.")
    enrolled: int | None = Field(None, ge=1, description="Number of patients.")
    population: Text = Field(
        description="Patients and what they were treated with, in our own words."
    )
    results: list[TrialResult] = Field([], description="Results of the trial.")


class Product(Item):
    """A product with the drug in it."""

    key_fields = ("brand_name",)

    brand_name: Text = Field(description="Brand name.")
    nonproprietary_name: Text = Field(description="Nonproprietary name with its suffix.")
    kind: ProductKind = Field(description="How it relates to the drug.")
    applicant: Text | None = Field(None, description="Holder of the license.")
    approved: PartialDate | None = Field(None, description="First US approval.")


class DrugFilters(Described):
    """Columns by which the list of drugs can be filtered."""

    generic_name: str = Field(min_length=1, description="Nonproprietary name.")
    brand_names: Many[Text] = Field([], description="Brand names.")
    aliases: Many[Text] = Field(
        [], description="Other names that the sources use, misprints left out."
    )
    drug_class: DrugClass | None = DrugClass.field("How it is made and works.", default=None)
    target: str | None = Field(None, description="What it binds or blocks.")
    approved: date_type | None = Field(None, description="First US approval.")
    applicant: str | None = Field(None, description="Holder of the US license.")
    route: Many[Route] = Field([], description="Routes by which it is administered.")


class DrugFields(DrugFilters):
    """Fields of a drug in its seed file."""

    mechanism: Text | None = Field(None, description="How it works, in our own words.")
    payload: Text | None = Field(None, description="What a conjugate carries.")
    combined_with: list[Text] = Field(
        [], description="Drugs or kinds of drug that it may be combined with."
    )
    application: str | None = Field(
        None, pattern=r"^(BLA|NDA) \d{6}$", description="FDA application number."
    )
    approvals: list[Approval] = Field([], description="Approvals for breast cancer.")
    boxed_warnings: list[Text] = Field([], description="What the US label's boxed warning names.")
    trials: list[Trial] = Field([], description="Pivotal trials, with typed results.")
    products: list[Product] = Field([], description="Products, such as biosimilars.")
    codes: list[Code] = Field([], description="Its codes in other vocabularies.")


class DrugSeed(DrugFields, RecordSeed):
    """A drug in `seed/drugs.yaml`."""

    @rule("approvals", "approved")
    def check_first_approval(self) -> Iterator[Broken]:
        for number, approval in enumerate(self.approvals):
            if approval.agency is Agency.FDA and self.approved and approval.date < self.approved:
                message = f"should not be before approved {self.approved}, got {approval.date}"
                yield ("approvals", number, "date"), message

    def compute_fields(self) -> dict[str, Any]:
        return {"setting": sorted({approval.setting for approval in self.approvals})}


class DrugComputed(Described):
    """The column that is compute_fields from a drug's approvals."""

    setting: Many[Setting] = Field([], description="Settings for which it is or was approved.")


class Drug(Cited, DrugComputed, DrugFields, Identified):
    """One medicine against HER2-positive breast cancer."""

    kind: Literal["drugs"] = KIND


class DrugRow(DrugComputed, DrugFilters, KindRow, table=True):
    """The row of a drug in its typed table."""


class DrugLinks(BaseModel):
    """Links of a single drug."""

    treatments: list[Ref] = Field(description="Treatments and classes that it belongs to.")


def drug_links(drug: Loaded, graph: Graph) -> DrugLinks:
    """The treatments and classes that a drug belongs to."""
    treatments = graph.refs(TreatmentSeed, lambda treatment: drug.seed.id in treatment.drugs)
    return DrugLinks(treatments=treatments)


DRUGS = Resource(
    kind="drugs",
    singular="drug",
    plural="drugs",
    label="generic_name",
    about="Medicines against HER2-positive breast cancer: names, class, mechanism, approvals. "
    "Boxed warnings come from US labels; the articles name no serious side effect.",
    seed=DrugSeed,
    model=Drug,
    row=DrugRow,
    columns=("name", "drug_class", "approved", "route", "setting", "target"),
    names=("generic_name", "brand_names", "aliases"),
    synonyms=True,
    stated=("generic_name",),
    schema_org=lambda drug: {
        "@type": "Drug",
        "code": medical_codes(drug),
        "nonProprietaryName": drug["generic_name"],
        "proprietaryName": drug["brand_names"],
        "alternateName": drug["aliases"],
        "administrationRoute": drug["route"],
        "mechanismOfAction": drug["mechanism"],
        "warning": [f"Boxed warning of the US label: {text}" for text in drug["boxed_warnings"]],
    },
    ages=True,
    links=drug_links,
    links_model=DrugLinks,
)
