"""Approvals: each use of a drug that an agency approved, with its day."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from app.model.field import Described
from app.model.in_place import InPlace, ShortName
from app.model.record import KIND, Cited, Identified, Link, RecordSeed
from app.model.resource import KindRow, Resource
from app.model.rule import Broken, rule
from app.model.value import ApprovalId, PartialDate, Text
from app.model.vocabulary import EDITORIAL, Vocabulary
from app.resources.of_drug import REGIONS, LinkedDrug, OfDrug
from app.resources.vocabularies import Agency, Setting


class ApprovalType(Vocabulary):
    """On what evidence an approval rests."""

    ACCELERATED = "accelerated", "FDA: on early evidence, to be confirmed"
    CONDITIONAL = "conditional", "EMA: on early evidence, to be confirmed"
    REGULAR = "regular", "on full evidence"


class ApprovalStatus(Vocabulary):
    """What has become of an approval."""

    IN_FORCE = "in-force", "the label still lists the use"
    CONVERTED = "converted", "accelerated or conditional at first, on full evidence later"
    REPLACED = "replaced", "a later approval has taken its place, in other words or for more people"
    WITHDRAWN = "withdrawn", "the use or the whole product was withdrawn"
    NOT_STATED = "not-stated", "no source that was read says"


class ApprovalFilters(Described):
    """Columns by which the list of approvals can be filtered, besides the drug."""

    agency: Agency = Agency.field("Agency that approved it.")
    date: PartialDate = Field(description="Day of the approval, as precise as the source.")
    setting: Setting = Setting.field("Setting that it is for.")
    approval_type: ApprovalType | None = ApprovalType.field(
        "On what evidence it rested when it was given.", default=None
    )
    status: ApprovalStatus = ApprovalStatus.field(
        "What has become of it.", default=ApprovalStatus.NOT_STATED
    )
    converted_on: PartialDate | None = Field(
        None, description="Day on which it was converted to a regular approval."
    )


class ApprovalFields(ApprovalFilters):
    """Fields of an approval that a seed file and an answer share."""

    name: Text = Field(
        description="Agency, year, drug and use in one line.", json_schema_extra=EDITORIAL
    )
    indication: Text = Field(description="Patients whom it is for, in our own words.")


class ApprovalSeed(ApprovalFields, OfDrug, RecordSeed):
    """An approval in `seed/approvals.yaml`."""

    converted_to: ApprovalId | None = Field(
        None, description="The regular approval that it was converted to."
    )

    @rule("approval_type", "status", "converted_on", "converted_to")
    def check_conversion(self) -> Iterator[Broken]:
        is_converted = self.status is ApprovalStatus.CONVERTED
        if is_converted != bool(self.converted_on or self.converted_to):
            yield ("status",), "should be converted with converted_on or converted_to, only then"
        if is_converted and self.approval_type in (ApprovalType.REGULAR, None):
            yield ("approval_type",), "should be accelerated or conditional if it was converted"

    @rule("date", "converted_on")
    def check_days(self) -> Iterator[Broken]:
        if self.converted_on and self.converted_on <= self.date:
            message = f"should be after the approval, {self.date}, got {self.converted_on}"
            yield ("converted_on",), message


class Approval(Cited, ApprovalFields, LinkedDrug, Identified):
    """One approval of one drug for one use."""

    kind: Literal["approvals"] = KIND

    converted_to: Link | None = Field(description="The regular approval that it was converted to.")


class DrugApproval(InPlace, ApprovalFields, ShortName):
    """One approval, in place in its drug."""

    converted_to: ApprovalId | None = Field(
        description="The regular approval that it was converted to, by its id."
    )


class ApprovalRow(ApprovalFilters, OfDrug, KindRow, table=True):
    """The row of an approval in its typed table."""


APPROVALS = Resource(
    kind="approvals",
    singular="approval",
    plural="approvals",
    about="Approvals for breast cancer by the FDA and, for the European Union, after the EMA's "
    "review: the use, the day, the evidence, and what became of them.",
    seed=ApprovalSeed,
    model=Approval,
    row=ApprovalRow,
    columns=("name", "date", "agency", "setting", "approval_type", "status", "sources"),
    asked=("approved", "indication", "use"),
    stated=("indication", "date"),
    schema_org=lambda approval: {
        "@type": "DrugLegalStatus",
        "description": approval["indication"],
        "applicableLocation": {
            "@type": "AdministrativeArea",
            "name": REGIONS[approval["agency"]],
        },
    },
)
