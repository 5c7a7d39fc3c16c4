"""Identifiers of papers, trials, labels and concepts in the registries that assign them.

`read_identifier` reads one however it is written: as a CURIE, an address, or as it is printed.
"""

import re
from collections.abc import Iterator
from typing import Annotated, NamedTuple
from urllib.parse import unquote

from pydantic import StringConstraints

from app.model.code import SYSTEMS
from app.model.words import comparison_key

Doi = Annotated[str, StringConstraints(pattern=r"^10\.\d{4,9}/\S+$")]
Pmid = Annotated[str, StringConstraints(pattern=r"^[1-9]\d{0,7}$")]
NctId = Annotated[str, StringConstraints(pattern=r"^NCT\d{8}$")]
SetId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
# Where an address has such an identifier, by the name of the field that holds it.
IN_ADDRESS = {
    "doi": re.compile(r"^https?://(?:dx\.|www\.)?doi\.org/(10\.[^?#]+)"),
    "pmid": re.compile(r"^https?://(?:pubmed\.ncbi\.nlm\.nih\.gov/|pubmed\.gov/|"
                       r"www\.ncbi\.nlm\.nih\.gov/pubmed/)(\d+)"),
    "nct_id": re.compile(r"^https?://(?:\w+\.)*clinicaltrials\.gov/.*(NCT\d{8})"),
    "setid": re.compile(r"^https?://dailymed\.nlm\.nih\.gov/.*[?&]setid=([0-9a-f-]{36})"),
}  # fmt: skip
# Identifiers that records have besides the codes of `CodeSystem`: prefix and pattern.
PATTERNS: dict[str, str] = {system.value: pattern for system, (pattern, _) in SYSTEMS.items()} | {
    "DOI": r"10\.\d{4,9}/\S+",
    "PMID": r"\d{1,8}",
    "PMC": r"PMC\d+",
    "NCT": r"NCT\d{8}",
    "BLA": r"\d{6}",
    "NDA": r"\d{6}",
    "SETID": r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}",
}
# Other prefixes, and parts of addresses, that stand for a system; letters and digits only.
OTHER_PREFIXES: dict[str, str] = {
    "ATC": "atccode whoatc atcdddindex whocc",
    "CAS": "casrn casnumber casregistrynumber casid",
    "CHEMBL": "chemblcompound chemblid",
    "DOID": "do diseaseontology",
    "DRUGBANK": "drugbankid",
    "EFO": "",
    "ENSEMBL": "ensemblgene ens",
    "HGNC": "hgncid genenames",
    "ICD10CM": "icd10 icd icd10cmcode icd10data",
    "LOINC": "lnc loincorg loinccode",
    "MESH": "msh meshid meshb",
    "MONDO": "",
    "NCBIGENE": "entrez entrezgene entrezgeneid geneid ncbigeneid gene",
    "NCIT": "nci ncithesaurus ncitcode ncicode",
    "ONCOTREE": "oncotreecode mskcc",
    "PUBCHEM": "pubchemcompound pubchemcid cid compound",
    "RXNORM": "rxcui rx rxnormid rxnav rxnormrxcui",
    "UNII": "fdasrs uniicode uniisearch",
    "UNIPROT": "uniprotkb up swissprot uniprotkbswissprot uniprotid",
    "DOI": "dxdoi doiorg",
    "PMID": "pubmed pubmedid medline",
    "PMC": "pmcid",
    "NCT": "clinicaltrials clinicaltrial clinicaltrialsgov nctid nctnumber ctgov",
    "BLA": "",
    "NDA": "",
    "SETID": "splsetid dailymed setid spl",
}
SYSTEM_BY_PREFIX = {
    re.sub(r"[^a-z0-9]", "", name.casefold()): system
    for system, others in OTHER_PREFIXES.items()
    for name in (system, *others.split())
}
LONGEST_PREFIX = 60
ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
DOI = re.compile(r"\b10\.\d{4,9}/[^\s?#]+")
# What stands between a prefix and its code; a colon alone says that a prefix stands before it.
BETWEEN = re.compile(r"\s*[:_#=\s]\s*(?=\S)|(?<=[A-Z])(?=\d)")
# What only a number says: which registry it is from.
NUMBER = re.compile(r"[\d.]+")


class ReadIdentifier(NamedTuple):
    """What an identifier may stand for: CURIEs, or a prefix that is not known."""

    curies: tuple[str, ...] = ()
    unknown_prefix: str | None = None
    is_bare_number: bool = False


def identifier_key(curie: str) -> str:
    """A CURIE in the form in which equal ones are equal; ICD-10-CM is printed without a dot too."""
    prefix, _, code = comparison_key(curie).partition(":")
    return f"{prefix}:{code.replace('.', '') if prefix == 'icd10cm' else code}"


def find_system(prefix: str) -> str | None:
    """The system of a prefix, however it is spelled."""
    return SYSTEM_BY_PREFIX.get(re.sub(r"[^a-z0-9]", "", prefix.casefold()))


def read_identifier(text: str) -> ReadIdentifier:
    """What a typed identifier may stand for; at most a few CURIEs."""
    plain = comparison_key(text).strip("<>[](){}\"',; ").upper()
    if ADDRESS.match(plain):
        return ReadIdentifier(tuple(dict.fromkeys(read_address(plain))))
    prefix, system, rest = split_prefix(plain)
    if system:
        return ReadIdentifier(tuple(dict.fromkeys(make_curies(system, rest))))
    if prefix and not DOI.fullmatch(plain):
        return ReadIdentifier(unknown_prefix=prefix)
    if NUMBER.fullmatch(plain):
        return ReadIdentifier(is_bare_number=True)
    found = (curie for name in PATTERNS for curie in make_curies(name, plain))
    return ReadIdentifier(tuple(dict.fromkeys(found)))


def split_prefix(text: str) -> tuple[str | None, str | None, str]:
    """The longest known prefix of an identifier, its system and the rest; or an unknown prefix."""
    places = list(BETWEEN.finditer(text[:LONGEST_PREFIX]))
    for place in reversed(places):
        if system := find_system(text[: place.start()]):
            return text[: place.start()], system, text[place.end() :]
    colon = next((place for place in places if ":" in place[0]), None)
    return text[: colon.start()] if colon else None, None, text


def make_curies(system: str, rest: str) -> Iterator[str]:
    """Yield the CURIE of an identifier in a system, if it fits; a prefix may be repeated in it."""
    _, again, inner = split_prefix(rest)
    codes = [rest, inner] if again == system else [rest]
    if PATTERNS[system].startswith(system):  # as ChEMBL writes its codes
        codes += [system + code for code in codes]
    for code in codes:
        for written in (code, add_dot(code) if system == "ICD10CM" else code):
            if re.fullmatch(PATTERNS[system], written, re.IGNORECASE):
                yield f"{system}:{written}"


def add_dot(code: str) -> str:
    """A code of ICD-10-CM with the dot that claims leave out."""
    return f"{code[:3]}.{code[3:]}" if len(code) > 3 and "." not in code else code


def read_address(address: str) -> Iterator[str]:
    """Yield the CURIEs that an address may stand for: its last part, in a system that it names."""
    if doi := DOI.search(unquote(address)):
        yield f"DOI:{doi[0]}"
        return
    host, *parts = [part for part in re.split(r"[/?#=&!]+", unquote(address))[1:] if part]
    named = [*host.split("."), *parts]
    systems = [system for name in named if (system := find_system(name))]
    for part in reversed(parts):
        _, system, rest = split_prefix(part)
        if system:
            yield from make_curies(system, rest)
        for other in systems:
            yield from make_curies(other, part)


def find_identifiers(address: str) -> dict[str, str]:
    """The identifiers that stand in the address of a document."""
    found = {name: pattern.match(address) for name, pattern in IN_ADDRESS.items()}
    return {name: match[1] for name, match in found.items() if match}
