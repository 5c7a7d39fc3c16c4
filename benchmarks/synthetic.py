"""Seeds of any size: the real seed with synthetic records of its shapes added.

Each is a real record copied, with an id, a name and texts that no other has, so that the real
loader checks, renders and indexes it like all others.
"""

import shutil
from collections.abc import Iterator
from copy import deepcopy
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import yaml

Record = dict[str, Any]
SYLLABLES = [consonant + vowel for consonant in "bdfglmnprtvz" for vowel in "aeiou"]
RARE, COMMON = "quokkaberry", "wombatella"  # in five facts, and in each tenth
MATCHES = 50  # facts of the synthetic topic, whatever the size
TOPIC = "synthetic-topic"
SHARES = {"survival": 0.15, "drugs": 0.05}  # the rest are facts


def word(number: int) -> str:
    """A made-up word for each number."""
    syllables = []
    for _ in range(4):
        number, rest = divmod(number, len(SYLLABLES))
        syllables.append(SYLLABLES[rest])
    return "zu" + "".join(syllables)


def copies(records: list[Record], count: int) -> Iterator[tuple[int, Record]]:
    """Copies of the records in turn, numbered from 0."""
    return enumerate(deepcopy(record) for record in islice(cycle(records), count))


def facts(records: list[Record], count: int) -> Iterator[Record]:
    """Facts; some with the rare word, the common word or the synthetic topic."""
    for number, fact in copies(records, count):
        extra = f"{RARE} " * (number < 5) + f"{COMMON} " * (number % 10 == 0)
        fact["id"] = f"synthetic-fact-{number:06}"
        fact["statement"] = f"{fact['statement'].rstrip('.')}: {extra}{word(number)}."
        if number < MATCHES:
            fact["topic"] = TOPIC
        yield fact


def survival(records: list[Record], count: int) -> Iterator[Record]:
    """Survival figures of all values, so without the intervals that real values lie in."""
    for number, figure in copies([r for r in records if "ci_low" not in r], count):
        figure["id"] = f"synthetic-figure-{number:06}"
        figure["name"] = f"{figure['name']}, {word(100_000 + number)}"
        figure["value_percent"] = number * 7 % 1000 / 10
        yield figure


def drugs(records: list[Record], count: int) -> Iterator[Record]:
    """Drugs with names that no other has, and without codes."""
    for number, drug in copies(records, count):
        name = word(200_000 + number)
        drug["id"], drug["generic_name"] = f"synthetic-drug-{number:06}", f"{name}mab"
        for field in ("brand_names", "aliases"):
            if field in drug:
                rename_items(drug, field, name)
        yield without_codes(drug)


def rename_items(drug: Record, field: str, name: str) -> None:
    """Give the items of a list new names, also where they are cited and spoken of."""
    new = {item: f"{name} {field[0]}{n}" for n, item in enumerate(drug[field])}
    drug[field] = list(new.values())
    places = {f"{field}[{item}]": f"{field}[{new[item]}]" for item in new}
    for part, key in ("citations", "supports"), ("notes", "about"):
        for holder in drug.get(part, []):
            holder[key] = [places.get(place, place) for place in holder.get(key, [])]


def without_codes(drug: Record) -> Record:
    """A drug without codes, and without the citations that support nothing else."""
    drug.pop("codes", None)
    for citation in drug["citations"]:
        citation["supports"] = [n for n in citation["supports"] if not n.startswith("codes")]
    drug["citations"] = [citation for citation in drug["citations"] if citation["supports"]]
    return drug


def topic(records: list[Record]) -> Record:
    """A topic for the facts of the filter whose matches do not grow."""
    return deepcopy(records[0]) | {"id": TOPIC, "title": "Synthetic topic"}


def write_seed(source: Path, target: Path, count: int) -> None:
    """Copy a seed and add that many synthetic records."""
    shutil.copytree(source, target)
    numbers = {kind: int(count * share) for kind, share in SHARES.items()}
    numbers["facts"] = count - sum(numbers.values())
    for kind, make in (("facts", facts), ("survival", survival), ("drugs", drugs)):
        append(target / f"{kind}.yaml", make(read(source, kind), numbers[kind]))
    append(target / "topics.yaml", [topic(read(source, "topics"))])


def read(seed: Path, kind: str) -> list[Record]:
    """The records of a seed file."""
    records: list[Record] = yaml.load((seed / f"{kind}.yaml").read_text("utf-8"), yaml.CSafeLoader)
    return records


def append(path: Path, records: Iterator[Record] | list[Record]) -> None:
    """Add records to a seed file."""
    with path.open("a", encoding="utf-8") as file:
        for record in records:
            text = yaml.dump([record], Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True)
            file.write(f"\n{text}")
