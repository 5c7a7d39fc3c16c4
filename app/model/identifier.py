"""Identifiers of papers, trials and labels in the registries that assign them."""

import re
from typing import Annotated

from pydantic import StringConstraints

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


def find_identifiers(address: str) -> dict[str, str]:
    """The identifiers that stand in the address of a document."""
    found = {name: pattern.match(address) for name, pattern in IN_ADDRESS.items()}
    return {name: match[1] for name, match in found.items() if match}
