"""Products: the medicines on the market with a drug in them, biosimilars among them."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from app.model.field import Described
from app.model.in_place import InPlace, ShortName
from app.model.record import KIND, Cited, Identified, Link, RecordSeed
from app.model.resource import KindRow, Resource
from app.model.rule import Broken, rule
from app.model.value import PartialDate, ProductId
from app.model.vocabulary import Vocabulary
from app.resources.of_drug import LinkedDrug, OfDrug, describe_drug
from app.resources.vocabularies import Agency


class ProductKind(Vocabulary):
    """How a product relates to the drug."""

    REFERENCE = "reference", "the product first approved"
    BIOSIMILAR = "biosimilar", "highly similar to the reference product"
    INTERCHANGEABLE_BIOSIMILAR = (
        "interchangeable-biosimilar",
        "a biosimilar that a US pharmacy may give in place of the reference product",
    )
    GENERIC = "generic", "the same small-molecule drug from another maker"
    COMBINATION = "combination", "the drug together with another"


COPIES = (ProductKind.BIOSIMILAR, ProductKind.INTERCHANGEABLE_BIOSIMILAR, ProductKind.GENERIC)


class ProductFilters(Described):
    """Columns by which the list of products can be filtered, besides the drug."""

    brand_name: str = Field(min_length=1, description="Brand name.")
    nonproprietary_name: str = Field(
        min_length=1, description="Nonproprietary name, with its suffix where it has one."
    )
    product_kind: ProductKind = ProductKind.field("How it relates to the drug.")
    agency: Agency = Agency.field("Agency that approved it.")
    applicant: str | None = Field(None, description="Present holder of the license.")
    applicant_at_approval: str | None = Field(
        None, description="Holder of the license when it was approved."
    )
    application: str | None = Field(
        None,
        pattern=r"^((BLA|NDA|ANDA) \d{6}|EMEA/H/C/\d{6})$",
        description="Application number: of the FDA, or of the EMA.",
    )
    approved: PartialDate | None = Field(None, description="First approval by the agency.")


class ProductSeed(ProductFilters, OfDrug, RecordSeed):
    """A product in `seed/products.yaml`."""

    reference_product: ProductId | None = Field(
        None, description="For biosimilars and generics: the product that it is a version of."
    )

    @rule("product_kind", "reference_product")
    def check_reference(self) -> Iterator[Broken]:
        if (self.reference_product is not None) != (self.product_kind in COPIES):
            words = ", ".join(COPIES)
            yield ("reference_product",), f"is required for {words}, and only there"


class Product(Cited, ProductFilters, LinkedDrug, Identified):
    """One product on the market."""

    kind: Literal["products"] = KIND

    reference_product: Link | None = Field(
        description="For biosimilars and generics: the product that it is a version of."
    )


class DrugProduct(InPlace, ProductFilters, ShortName):
    """One product, in place in its drug."""

    reference_product: ProductId | None = Field(
        description="For biosimilars and generics: the product that it is a version of, by its id."
    )


class ProductRow(ProductFilters, OfDrug, KindRow, table=True):
    """The row of a product in its typed table."""


PRODUCTS = Resource(
    kind="products",
    singular="product",
    plural="products",
    label="brand_name",
    about="Products with their kind, holder and application number, one a record and agency.",
    seed=ProductSeed,
    model=Product,
    row=ProductRow,
    columns=("name", "product_kind", "drug", "agency", "applicant", "approved", "sources"),
    names=("brand_name", "nonproprietary_name"),
    identifiers={"application": ""},
    asked=("brand", "manufacturer", "maker"),
    stated=("brand_name", "approved"),
    schema_org=lambda product: {
        "@type": "Drug",
        "proprietaryName": product["brand_name"],
        "nonProprietaryName": product["nonproprietary_name"],
        "activeIngredient": product["drug"]["name"],
        "manufacturer": product["applicant"]
        and {"@type": "Organization", "name": product["applicant"]},
        "isSimilarTo": product["reference_product"] and describe_drug(product["reference_product"]),
    },
)
