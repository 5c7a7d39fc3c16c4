"""Tests: procedures that find or characterize the disease."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from app.model.code import Code
from app.model.field import Described
from app.model.place import Item
from app.model.record import KIND, Cited, Identified, RecordSeed
from app.model.resource import KindRow, Many, Resource
from app.model.rule import Broken, rule
from app.model.schema_org import medical_codes
from app.model.value import Text
from app.model.vocabulary import AppliesTo, Vocabulary


class Purpose(Vocabulary):
    """What a test is for."""

    SCREENING = "screening", "to find disease in people without a finding"
    EXAMINATION = "examination", "to examine a person"
    IMAGING = "imaging", "to see inside the body"
    TISSUE = "tissue", "to take tissue and look for cancer cells"
    HER2_STATUS = "her2-status", "to tell whether the cancer is HER2-positive"
    HORMONE_RECEPTOR_STATUS = (
        "hormone-receptor-status",
        "to tell whether the cancer has estrogen or progesterone receptors",
        "Hormone-receptor status",
    )
    RECURRENCE_RISK = "recurrence-risk", "to evaluate the risk that the cancer comes back"


class Specimen(Vocabulary):
    """Specimen that a test examines."""

    BIOPSY_TISSUE = "biopsy-tissue", "tissue removed in a biopsy"
    SURGICAL_TISSUE = "surgical-tissue", "tissue removed in an operation"
    BLOOD = "blood", "blood"


class Interpretation(Vocabulary):
    """What a result means for the status that is tested."""

    NEGATIVE = "negative", "the cancer does not have the feature"
    EQUIVOCAL = "equivocal", "the result does not decide; another test follows"
    POSITIVE = "positive", "the cancer has the feature"


class TestResult(Item):
    """One result that a test can have."""

    key_fields = ("score",)

    score: Text = Field(description="The score, normalized (IHC: 0, 1+, 2+, 3+).")
    printed: list[Text] = Field(min_length=1, description="The score as the sources print it.")
    interpretation: Interpretation = Field(description="What it means for the status.")
    meaning: Text | None = Field(None, description="What the sources say about the result.")
    next_step: Text | None = Field(None, description="What to do next, as the sources say.")


class TestFilters(Described):
    """Columns by which the list of tests can be filtered."""

    purpose: Purpose = Purpose.field("What it is for.")
    specimen: Many[Specimen] = Field([], description="Specimens that it examines.")
    aliases: Many[Text] = Field([], description="Other names.")


class TestFields(TestFilters):
    """Fields of a test."""

    name: Text = Field(description="The procedure.")
    measures: Text | None = Field(None, description="What it examines or measures.")
    description: Text = Field(description="What the sources say about it, in our own words.")
    codes: list[Code] = Field([], description="Its codes in other vocabularies.")
    results: list[TestResult] = Field([], description="The results it can have; may be empty.")


class TestSeed(TestFields, RecordSeed):
    """A test in `seed/tests.yaml`."""

    @rule("purpose", "applies_to")
    def check_disease(self) -> Iterator[Broken]:
        diseases = (None, AppliesTo.BREAST_CANCER, AppliesTo.METASTATIC_BREAST_CANCER)
        if self.purpose is Purpose.HER2_STATUS and self.applies_to not in diseases:
            yield ("applies_to",), "should not be HER2-positive: the test finds the status"


class Test(Cited, TestFields, Identified):
    """One diagnostic procedure."""

    kind: Literal["tests"] = KIND


class TestRow(TestFilters, KindRow, table=True):
    """The row of a test in its typed table."""


TESTS = Resource(
    kind="tests",
    singular="test",
    plural="tests",
    about="Procedures that find or characterize the disease, with scores and what they mean.",
    seed=TestSeed,
    model=Test,
    row=TestRow,
    columns=("name", "purpose", "specimen", "measures", "sources"),
    names=("name", "aliases"),
    cited_where_named=True,
    synonyms=True,
    stated=("description",),
    schema_org=lambda test: {
        "@type": "MedicalTest",
        "code": medical_codes(test),
        "alternateName": test["aliases"],
        "description": test["description"],
    },
    ages=True,
)
