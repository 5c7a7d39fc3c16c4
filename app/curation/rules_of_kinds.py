"""The rules that are about one collection: sources, drugs and what belongs to them, comparisons."""

from app.curation.index import as_list
from app.curation.seed import Found, Seed
from app.curation.standing import find_superseded, show_newer
from app.model.identifier import find_identifiers
from app.model.record import RecordSeed
from app.resources.approvals import ApprovalSeed
from app.resources.comparisons import ComparisonSeed, fields_that_differ
from app.resources.drugs import DrugSeed
from app.resources.products import ProductKind, ProductSeed
from app.resources.sources import SourceKind, SourceSeed
from app.resources.trials import TrialSeed
from app.resources.vocabularies import Agency

# Fields whose values no other record of the class has.
UNIQUE: dict[type[RecordSeed], tuple[str, ...]] = {
    SourceSeed: ("doi", "pmid"),
    TrialSeed: ("nct_ids",),
    ProductSeed: ("application",),
}
OFFICIAL = (SourceKind.DRUG_LABEL, SourceKind.REGULATOR_NOTICE)


def identifiers_used_twice(seed: Seed) -> Found:
    """Identifiers that another record has: one paper is one source, one study one trial."""
    first: dict[tuple[str, str], str] = {}
    for record in seed.records:
        for name in UNIQUE.get(type(record.seed), ()):
            for value in as_list(getattr(record.seed, name)):
                other = first.setdefault((name, value.casefold()), record.seed.id)
                if other != record.seed.id:
                    yield record, (name,), f"{value} is already that of {other}"


def identifiers_unlike_the_address(seed: Seed) -> Found:
    """Sources whose address has a DOI, trial or label that the source has not."""
    for record in seed.records:
        if isinstance(record.seed, SourceSeed):
            for name, wanted in find_identifiers(str(record.seed.document_url or "")).items():
                stated = getattr(record.seed, name)
                if (stated or "").casefold() != wanted.casefold():
                    yield (
                        record,
                        (name,),
                        f"should be {wanted!r}, as in the address, got {stated!r}",
                    )


def superseded_by_nothing(seed: Seed) -> Found:
    """Superseded sources that alone support a record and don't say what has taken their place."""
    sources = {source.id: source for source in seed.of(SourceSeed)}
    needed = {s.id for record in seed.records for s in find_superseded(record, sources)}
    for record in seed.records:
        source = record.seed
        if isinstance(source, SourceSeed) and source.id in needed:
            newer = sources.get(source.superseded_by or "")
            if not any(show_newer(source, newer)):
                message = "should come with superseded_by, or a note of kind outdated that says why"
                yield record, ("standing",), message


def drugs_without_label(seed: Seed) -> Found:
    """Drugs approved in the US or the EU that cite neither a label nor a regulator."""
    kinds = {r.seed.id: r.seed.source_kind for r in seed.records if isinstance(r.seed, SourceSeed)}
    approved = {part.drug for part in (*seed.of(ApprovalSeed), *seed.of(ProductSeed))}
    for record in seed.records:
        if isinstance(record.seed, DrugSeed) and (
            record.seed.approved or record.seed.id in approved
        ):
            cited = {kinds.get(citation.source) for citation in record.seed.citations}
            if cited.isdisjoint((*OFFICIAL, None)):  # what an unknown source is can't be said
                message = f"should cite a source of kind {' or '.join(OFFICIAL)}"
                yield record, ("citations",), message


def first_approvals_that_differ(seed: Seed) -> Found:
    """Drugs whose first US approval is not the earliest approval of the FDA."""
    days: dict[str, list[str]] = {}
    for approval in seed.of(ApprovalSeed):
        if approval.agency is Agency.FDA:
            days.setdefault(approval.drug, []).append(approval.date)
    for record in seed.records:
        if isinstance(record.seed, DrugSeed) and record.seed.id in days:
            first, stated = min(days[record.seed.id]), str(record.seed.approved)
            if first != stated:
                message = f"should be the day of its earliest FDA approval, {first}, got {stated}"
                yield record, ("approved",), message


def conversions_to_other_approvals(seed: Seed) -> Found:
    """Approvals that were converted to one of another drug or agency, or to an earlier one."""
    approvals = {approval.id: approval for approval in seed.of(ApprovalSeed)}
    for record in seed.records:
        approval = record.seed
        if isinstance(approval, ApprovalSeed) and approval.converted_to in approvals:
            target = approvals[approval.converted_to]
            if (target.drug, target.agency) != (approval.drug, approval.agency):
                yield record, ("converted_to",), "should be of the same drug and agency"
            if target.date <= approval.date:
                message = f"should be later than {approval.date}, got {target.date}"
                yield record, ("converted_to",), message


def versions_of_other_products(seed: Seed) -> Found:
    """Biosimilars and generics whose reference product is none, or of another drug."""
    products = {product.id: product for product in seed.of(ProductSeed)}
    for record in seed.records:
        if isinstance(record.seed, ProductSeed) and record.seed.reference_product in products:
            target = products[record.seed.reference_product]
            if target.product_kind is not ProductKind.REFERENCE or target.drug != record.seed.drug:
                message = "should be a reference product of the same drug"
                yield record, ("reference_product",), message


def comparisons_without_reason(seed: Seed) -> Found:
    """Comparisons of figures that count different things, without saying why they differ."""
    records = {record.seed.id: record for record in seed.records}
    for record in seed.records:
        if isinstance(record.seed, ComparisonSeed):
            answers = [records[name] for name in record.seed.answers if name in records]
            terms = fields_that_differ(answers)
            if terms and record.seed.why_they_differ is None:
                message = f"is required: the answers differ in {', '.join(terms)}"
                yield record, ("why_they_differ",), message


RULES_OF_KINDS = (
    identifiers_used_twice,
    identifiers_unlike_the_address,
    superseded_by_nothing,
    drugs_without_label,
    first_approvals_that_differ,
    conversions_to_other_approvals,
    versions_of_other_products,
    comparisons_without_reason,
)
