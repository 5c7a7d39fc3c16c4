"""Codes in other vocabularies, as CURIEs, each with its address."""

import re
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from app.model.field import AS_WRITTEN, UNSEARCHED
from app.model.place import Item
from app.model.vocabulary import Vocabulary


class CodeSystem(Vocabulary):
    """A terminology or registry that assigns codes."""

    ATC = "ATC", "Anatomical Therapeutic Chemical classification (WHO Collaborating Centre)"
    CAS = "CAS", "CAS Registry Number"
    CHEMBL = "CHEMBL", "ChEMBL compound", "ChEMBL"
    DOID = "DOID", "Human Disease Ontology"
    DRUGBANK = "DRUGBANK", "DrugBank", "DrugBank"
    EFO = "EFO", "Experimental Factor Ontology"
    ENSEMBL = "ENSEMBL", "Ensembl gene", "Ensembl"
    HGNC = "HGNC", "HUGO Gene Nomenclature Committee"
    ICD10CM = (
        "ICD10CM",
        "International Classification of Diseases, 10th revision, US clinical",
        "ICD-10-CM",
    )
    LOINC = "LOINC", "Logical Observation Identifiers Names and Codes"
    MESH = "MESH", "Medical Subject Headings", "MeSH"
    MONDO = "MONDO", "Mondo Disease Ontology", "Mondo"
    NCBIGENE = "NCBIGENE", "NCBI Gene", "NCBI Gene"
    NCIT = "NCIT", "NCI Thesaurus", "NCIt"
    ONCOTREE = "ONCOTREE", "OncoTree tumor type", "OncoTree"
    PUBCHEM = "PUBCHEM", "PubChem compound", "PubChem"
    RXNORM = "RXNORM", "RxNorm concept", "RxNorm"
    UNII = "UNII", "FDA Unique Ingredient Identifier"
    UNIPROT = "UNIPROT", "UniProt protein", "UniProt"


# For each system: the pattern of its codes, and the format of their addresses if one was verified.
SYSTEMS: dict[CodeSystem, tuple[str, str | None]] = {
    CodeSystem.ATC: (r"[A-Z]\d{2}[A-Z]{2}\d{2}", "http://www.whocc.no/atc_ddd_index/?code={}"),
    CodeSystem.CAS: (r"\d{2,7}-\d{2}-\d", "https://commonchemistry.cas.org/detail?cas_rn={}"),
    CodeSystem.CHEMBL: (r"CHEMBL\d+", "https://www.ebi.ac.uk/chembl/compound/inspect/{}"),
    CodeSystem.DOID: (r"\d+", "http://purl.obolibrary.org/obo/DOID_{}"),
    CodeSystem.DRUGBANK: (r"DB\d{5}", "https://go.drugbank.com/drugs/{}"),
    CodeSystem.EFO: (r"\d{7}", "http://www.ebi.ac.uk/efo/EFO_{}"),
    CodeSystem.ENSEMBL: (r"ENSG\d{11}", None),
    CodeSystem.HGNC: (
        r"\d{1,5}",
        "https://www.genenames.org/data/gene-symbol-report/#!/hgnc_id/HGNC:{}",
    ),
    CodeSystem.ICD10CM: (
        r"[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?",
        "https://www.icd10data.com/search?s={}",
    ),
    CodeSystem.LOINC: (r"\d{1,7}-\d", "https://loinc.org/{}"),
    CodeSystem.MESH: (r"[CDQ]\d+", "https://meshb.nlm.nih.gov/record/ui?ui={}"),
    CodeSystem.MONDO: (r"\d{7}", "http://purl.obolibrary.org/obo/MONDO_{}"),
    CodeSystem.NCBIGENE: (r"\d+", "https://www.ncbi.nlm.nih.gov/gene/{}"),
    CodeSystem.NCIT: (r"C\d+", "http://purl.obolibrary.org/obo/NCIT_{}"),
    CodeSystem.ONCOTREE: (
        r"[A-Z]+",
        "http://oncotree.mskcc.org/api/tumorTypes/search/code/{}",
    ),
    CodeSystem.PUBCHEM: (r"\d+", "https://pubchem.ncbi.nlm.nih.gov/compound/{}"),
    CodeSystem.RXNORM: (
        r"\d{1,7}",
        "https://mor.nlm.nih.gov/RxNav/search?searchBy=RXCUI&searchTerm={}",
    ),
    CodeSystem.UNII: (r"[A-Z0-9]{10}", "https://precision.fda.gov/uniisearch/srs/unii/{}"),
    CodeSystem.UNIPROT: (r"[A-Z][0-9][A-Z0-9]{3}[0-9]", "http://purl.uniprot.org/uniprot/{}"),
}


class Code(Item):
    """A code in another vocabulary. A seed file holds the CURIE only."""

    key_fields = ("curie",)

    curie: str = Field(description="Compact identifier, such as `RXNORM:224905`.")
    system: CodeSystem = Field(description="The terminology or registry.")
    code: str = Field(description="The code within it.")
    url: Annotated[str | None, AS_WRITTEN, UNSEARCHED] = Field(
        description="Address of the code, or null where no format was verified."
    )

    @model_validator(mode="before")
    @classmethod
    def from_curie(cls, value: Any) -> Any:
        """Fill all fields from the CURIE of a seed file; anything else is left to Pydantic."""
        if not isinstance(value, str):
            return value
        prefix, _, code = value.partition(":")
        if prefix not in SYSTEMS:
            raise ValueError(f"should begin with one of {[str(s) for s in SYSTEMS]}, got {value!r}")
        system = CodeSystem[prefix]
        address = SYSTEMS[system][1]
        return {
            "curie": value,
            "system": system,
            "code": code,
            "url": address.format(code) if address else None,
        }

    @model_validator(mode="after")
    def check_pattern(self) -> Self:
        pattern = SYSTEMS[self.system][0]
        if not re.fullmatch(pattern, self.code):
            raise ValueError(f"should be a {self.system} code ({pattern}), got {self.code!r}")
        return self
