"""Labels: names of fields and words of vocabularies as people write them."""

import re

# Parts of names and words that are not written in lower case.
CAPITALS = (
    "ACS", "CDC", "CI", "CURIE", "DOI", "ER", "HER2", "HGNC", "HR", "ID", "IDs", "IV", "NCBI",
    "NCI", "NCT", "P", "PMID", "PR", "SEER", "TNM", "URL",
)  # fmt: skip
SPELLINGS = {word.lower(): word for word in CAPITALS} | {"sha256": "SHA-256"}


def make_label(name: str) -> str:
    """The label of a word or of a field's name: `hr_status` is "HR status"."""
    parts = [SPELLINGS.get(part, part) for part in re.split("[-_ ]", name)]
    label = " ".join(parts)
    return label if parts[0] in SPELLINGS.values() else label[:1].upper() + label[1:]


def say_count(number: int, one: str, many: str = "") -> str:
    """A number with its noun: 1 note, 2 notes; `many` where an `s` does not make it."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
