"""Terms that a text uses, linked to the record that explains them, at their first use on a page."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from app.pages.views import Answers, Piece
from app.resources import RESOURCES
from app.resources.vocabularies import ReceptorStatus

# A receptor with its status is a word of a vocabulary, whose page says what each status means.
RECEPTOR_STATUS = r"(?:HER2|HR|ER|PR)-(?:positive|negative)"
# Shorter names are too often a part of something else.
SHORTEST = 3


class Glossary:
    """The names of things that have a record, and a pattern that finds any of them."""

    def __init__(self, addresses: Mapping[str, str], receptors: str) -> None:
        self.addresses = addresses
        self.receptors = receptors
        names = sorted(addresses, key=lambda name: (name[0], -len(name)))
        # By their first letter: at most places of a text all names are ruled out at once.
        choices = "|".join(
            f"{re.escape(first)}(?:{'|'.join(re.escape(name[1:]) for name in alike)})"
            for first, alike in groupby(names, key=lambda name: name[0])
        )
        self.pattern = re.compile(rf"(?<![\w/-])(?:{RECEPTOR_STATUS}|{choices})(?![\w/-])")

    def address(self, name: str) -> str:
        """The address that explains a name."""
        return self.addresses.get(name, self.receptors)


def make_glossary(answers: Answers) -> Glossary:
    """The glossary of all collections whose names mean the same wherever a text has one."""
    addresses: dict[str, str] = {}
    for resource in RESOURCES:
        if not resource.synonyms:
            continue
        for record in answers.records(resource.kind, {}):
            for name in long_names(record, resource.names):
                addresses.setdefault(name, record["url"])
                addresses.setdefault(name[:1].upper() + name[1:], record["url"])
    statuses = ReceptorStatus.kebab_name()
    return Glossary(addresses, f"{answers.base_url}/v1/vocabularies/{statuses}")


def long_names(record: Mapping[str, object], fields: Iterable[str]) -> Iterator[str]:
    """Yield the names that a record has in these fields, without the shortest."""
    for field in fields:
        value = record[field]
        for name in value if isinstance(value, list) else [value]:
            if isinstance(name, str) and len(name) >= SHORTEST:
                yield name


class Linker:
    """Links the terms of one page: each once, and none to the page itself."""

    def __init__(self, glossary: Glossary, own: str) -> None:
        self.glossary = glossary
        self.used = {own}

    def link(self, text: str) -> list[Piece]:
        """A text in parts, with a link at the first use of each term."""
        parts: list[Piece] = []
        end = 0
        for found in self.glossary.pattern.finditer(text):
            address = self.glossary.address(found[0])
            if address in self.used:
                continue
            self.used.add(address)
            if found.start() > end:
                parts.append(Piece(text[end : found.start()]))
            parts.append(Piece(found[0], address))
            end = found.end()
        if end < len(text) or not parts:
            parts.append(Piece(text[end:]))
        return parts
