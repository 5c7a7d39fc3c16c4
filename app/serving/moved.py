"""The right address of a misspelled one, and of a record by its name or an old id. No HTTP."""

import re
from collections.abc import Collection, Iterable
from difflib import get_close_matches
from typing import NamedTuple
from urllib.parse import quote

from app.model.vocabulary import Vocabulary
from app.resources import RESOURCES
from app.serving.formats import Format
from app.serving.headers import SAFE
from app.serving.parameters import LONGEST_ID, fold_id
from app.store.database import Database
from app.store.lookups import find_id_by_name, find_kind, get_record, get_withdrawal

FORMAT_SUFFIX = re.compile(rf"\.({'|'.join(Format)})$", re.IGNORECASE)
RECORD_KINDS = [resource.kind for resource in RESOURCES]


class Move(NamedTuple):
    """Where an address leads: for good if it was only misspelled, for now if by a name."""

    path: str
    format: str | None
    is_permanent: bool


def find_move(database: Database, path: str, known: Collection[str]) -> Move | None:
    """The right address of one that names nothing, or None. `known` are those without an id."""
    plain = "/" + "/".join(part for part in path.split("/") if part)
    folded = plain.lower().replace("_", "-").replace(" ", "-")
    if folded in known:
        return Move(folded, None, is_permanent=True) if folded != path else None
    suffix = FORMAT_SUFFIX.search(plain)
    form = suffix[1].lower() if suffix else None
    if form and FORMAT_SUFFIX.sub("", folded).removeprefix("/v1/") in RECORD_KINDS:
        return Move(FORMAT_SUFFIX.sub("", folded), form, is_permanent=True)
    match FORMAT_SUFFIX.sub("", plain).split("/"):
        case ["", version, kind, name] if version.lower() == "v1" and len(name) <= LONGEST_ID:
            return find_record(database, fold_id(kind), name, form, path)
    return None


def find_record(
    database: Database, kind: str, name: str, form: str | None, path: str
) -> Move | None:
    """The address of a record, or of a vocabulary, by its misspelled id, its name or its old id."""
    wanted = fold_id(name)
    if kind == "vocabularies":
        names = {words.kebab_name() for words in Vocabulary.__subclasses__()}
        is_moved = wanted in names and form is None
        return Move(f"/v1/{kind}/{wanted}", None, is_permanent=True) if is_moved else None
    if kind not in RECORD_KINDS:
        return None
    if get_record(database, kind, wanted):
        address = f"/v1/{kind}/{wanted}"
        return Move(address, form, is_permanent=True) if address != path or form else None
    if found := find_id_by_name(database, kind, name):
        return Move(f"/v1/{kind}/{found}", form, is_permanent=False)
    gone = get_withdrawal(database, kind, wanted)
    if gone and gone.successor:
        successor = f"/v1/{find_kind(database, gone.successor)}/{gone.successor}"
        return Move(successor, form, is_permanent=False)
    return None


def nearest_address(path: str, known: Iterable[str]) -> str | None:
    """The most similar address without an id, or None if none is similar; of a record, its list."""
    folded = "/" + path.strip("/").lower().replace("_", "-")[:LONGEST_ID]
    listed = list(known)
    if f"/v1{folded}" in listed:
        return f"/v1{folded}"
    upper = folded.rpartition("/")[0]
    near = get_close_matches(folded, listed, 1, 0.7)
    near += get_close_matches(upper, listed, 1, 0.9) if upper.count("/") > 1 else []
    return next(iter(near), None)


def write_address(base_url: str, move: Move, query: str) -> str:
    """The whole address of a move, with the parameters of the request."""
    parameters = quote(query, safe=SAFE)
    if move.format and "format=" not in parameters:
        parameters = f"format={move.format}" + (f"&{parameters}" if parameters else "")
    return f"{base_url}{quote(move.path)}" + (f"?{parameters}" if parameters else "")
