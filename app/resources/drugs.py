"""Drugs: medicines against HER2-positive breast cancer."""

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, Field

from app.model.code import Code
from app.model.field import Described
from app.model.in_place import CitedPassage, InPlace, PassageList
from app.model.record import KIND, Cited, Identified, Link, RecordSeed, Ref
from app.model.resource import Graph, KindRow, Loaded, Many, Relation, Resource
from app.model.schema_org import medical_codes
from app.model.value import Text
from app.model.vocabulary import Vocabulary
from app.resources.approvals import ApprovalSeed, DrugApproval
from app.resources.products import DrugProduct, ProductSeed
from app.resources.treatments import TreatmentSeed
from app.resources.trials import DrugTrial, TrialSeed
from app.resources.vocabularies import Setting
from app.resources.warnings import DrugWarning, LabelWarningSeed


class DrugClass(Vocabulary):
    """How a drug is made and works."""

    MONOCLONAL_ANTIBODY = "monoclonal-antibody", "an antibody made in the laboratory"
    ANTIBODY_DRUG_CONJUGATE = (
        "antibody-drug-conjugate",
        "an antibody that carries a chemotherapy drug",
        "Antibody-drug conjugate",
    )
    BISPECIFIC_ANTIBODY = (
        "bispecific-antibody",
        "an antibody made in the laboratory that binds two places at once",
    )
    KINASE_INHIBITOR = "kinase-inhibitor", "a drug that stops the signal of a kinase"


class Route(Vocabulary):
    """Route by which a drug is administered."""

    INFUSION = "infusion", "as an infusion; the source does not say into what"
    INTRAVENOUS = "intravenous", "into a vein"
    SUBCUTANEOUS = "subcutaneous", "under the skin"
    ORAL = "oral", "by mouth"


class DrugFilters(Described):
    """Columns by which the list of drugs can be filtered."""

    generic_name: str = Field(
        min_length=1,
        description="International nonproprietary name; a US name with prefix or suffix is an "
        "alias.",
    )
    brand_names: Many[Text] = Field([], description="Brand names.")
    aliases: Many[Text] = Field(
        [], description="Other names that the sources use, misprints left out."
    )
    drug_class: DrugClass | None = DrugClass.field("How it is made and works.", default=None)
    target: str | None = Field(None, description="What it binds or blocks.")
    approved: date | None = Field(None, description="First US approval.")
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
    codes: list[Code] = Field([], description="Its codes in other vocabularies.")


class DrugSeed(DrugFields, RecordSeed):
    """A drug in `seed/drugs.yaml`."""


class DrugJoined(Described):
    """The column that follows from a drug's approvals."""

    setting: Many[Setting] = Field([], description="Settings for which it is or was approved.")


class Drug(Cited, DrugJoined, DrugFields, Identified):
    """One medicine against HER2-positive breast cancer."""

    kind: Literal["drugs"] = KIND

    approvals: list[Link] = Field(description="Its approvals for breast cancer.")
    products: list[Link] = Field(description="Products with it.")
    trials: list[Link] = Field(description="Trials of it.")
    warnings: list[Link] = Field(description="What its labels warn of.")


class DrugRow(DrugJoined, DrugFilters, KindRow, table=True):
    """The row of a drug in its typed table."""


class DrugLinks(BaseModel):
    """What only a single drug shows: all that belongs to it, in place."""

    treatments: list[Ref] = Field(description="Treatments and classes that it belongs to.")
    approvals: list[DrugApproval] = Field(
        description="Its approvals for breast cancer, in place: what is null is left out, and each "
        "citation names its passage by the place in `cited`."
    )
    products: list[DrugProduct] = Field(description="Products with it, in place.")
    trials: list[DrugTrial] = Field(description="Trials of it, in place.")
    warnings: list[DrugWarning] = Field(description="What its labels warn of, in place.")
    cited: list[CitedPassage] = Field(
        description="Passages that these approvals, products, trials and warnings cite, each once; "
        "name it in `fields` with them."
    )


HAS_APPROVALS = Relation("approvals", ApprovalSeed, "drug", DrugApproval)
RELATIONS = (
    HAS_APPROVALS,
    Relation("products", ProductSeed, "drug", DrugProduct),
    Relation("trials", TrialSeed, "drugs", DrugTrial),
    Relation("warnings", LabelWarningSeed, "drug", DrugWarning),
)


def join_settings(drug: Loaded, graph: Graph) -> dict[str, Any]:
    """The settings of a drug's approvals, in the order of the vocabulary."""
    seeds = (part.seed for part in graph.related(HAS_APPROVALS, drug))
    approved = {seed.setting for seed in seeds if isinstance(seed, ApprovalSeed)}
    return {"setting": [setting for setting in Setting if setting in approved]}


def drug_links(drug: Loaded, graph: Graph) -> DrugLinks:
    """The treatments of a drug, and all that belongs to it."""
    treatments = graph.refs(TreatmentSeed, lambda treatment: drug.seed.id in treatment.drugs)
    cited = PassageList(graph.cite)
    parts = {
        relation.name: [
            put_in_place(relation, part, cited) for part in graph.related(relation, drug)
        ]
        for relation in RELATIONS
    }
    return DrugLinks(treatments=treatments, **parts, cited=cited.passages)


def put_in_place(relation: Relation, part: Loaded, cited: PassageList) -> InPlace:
    """A record that belongs to a drug, in place in it."""
    values = part.seed.model_dump(exclude={"citations", "notes"}) | {"name": part.name}
    return relation.placed.model_validate(values | cited.evidence(part.seed))


DRUGS = Resource(
    kind="drugs",
    singular="drug",
    plural="drugs",
    label="generic_name",
    about="Medicines against HER2-positive breast cancer: names, class, mechanism, codes. A single "
    "drug shows its approvals, products, trials and warnings in place, a list names them.",
    seed=DrugSeed,
    model=Drug,
    row=DrugRow,
    columns=("name", "drug_class", "approved", "route", "setting", "target"),
    names=("generic_name", "brand_names", "aliases"),
    cited_where_named=True,
    synonyms=True,
    asked=("medicine", "medication", "side effects", "warnings", "approval", "dose"),
    words={DrugClass.KINASE_INHIBITOR: ("tyrosine kinase inhibitor",)},
    stated=("generic_name",),
    schema_org=lambda drug: {
        "@type": "Drug",
        "code": medical_codes(drug),
        "nonProprietaryName": drug["generic_name"],
        "proprietaryName": drug["brand_names"],
        "alternateName": drug["aliases"],
        "administrationRoute": drug["route"],
        "mechanismOfAction": drug["mechanism"],
        "warning": [warning["name"] for warning in drug["warnings"]],
    },
    ages=True,
    relations=RELATIONS,
    joined=join_settings,
    links=drug_links,
    links_model=DrugLinks,
)
