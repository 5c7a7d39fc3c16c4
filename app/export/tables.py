"""Make flat tables of all records: each collection, its evidence, and each list of objects.

The tables follow from the models, so a new collection or list needs no line here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from app.export.lists import tables_of_lists
from app.export.table import POSITION, RECORD, RECORD_KIND, ROW_ID, Row, Table
from app.model.citation import Citation
from app.model.flat import Column, make_columns, named_kind, record_columns, row_values
from app.model.note import Note
from app.model.record import Cited, Identified
from app.model.resource import Resource
from app.serving.routes.vocabularies import VocabularyInfo, Word


class Records:
    """The records of all collections, as parsed JSON, and the tables that are made of them."""

    def __init__(self, records: Mapping[Resource, Sequence[Row]], version: str) -> None:
        self.records = records
        self.version = version

    def tables(self, vocabularies: Iterable[VocabularyInfo]) -> list[Table]:
        """All tables: records, collections, evidence, lists of objects, words."""
        return [
            self.all_records(),
            *map(self.collection, self.records),
            self.citations(),
            self.notes(),
            self.sources(),
            *tables_of_lists(self.records),
            word_table(vocabularies),
        ]

    def each(self) -> Iterator[tuple[Resource, Row]]:
        """Yield every record with its collection."""
        for resource, records in self.records.items():
            yield from ((resource, record) for record in records)

    def all_records(self) -> Table:
        """The table of all records, with the fields that every record has."""
        columns = tuple(dict.fromkeys((*make_columns(Identified), *make_columns(Cited))))
        rows = [{c.name: c.value(record) for c in columns} for _, record in self.each()]
        about = "Every record of every collection, with the fields that all have."
        return Table("records", about, columns, ("id",), rows=rows)

    def collection(self, resource: Resource) -> Table:
        """The table of a collection."""
        columns = tuple(name_target(resource, c) for c in record_columns(resource.model))
        rows = [row_values(columns, r, self.version) for r in self.records[resource]]
        stated = resource.stated
        return Table(resource.kind, resource.about, columns, ("id",), stated, rows=rows)

    def citations(self) -> Table:
        """The table of citations: a row for each field or item that one supports."""
        cited = tuple(column for column in make_columns(Citation) if column.name != "supports")
        columns = (
            ROW_ID, RECORD, RECORD_KIND,
            Column("note", "Id of the note that it belongs to, or null.", refers="notes"),
            Column("citation", "Its place among the citations of the record or note.", "integer"),
            Column("field", "The field that it supports."),
            Column("item", "Key of the item that it supports; null where it is the whole field."),
            *cited,
        )  # fmt: skip
        rows = [
            {"id": f"{above}/citations/{number}/{place}", **key, "note": note, "citation": number}
            | split_place(place)
            | {column.name: column.value(citation) for column in cited}
            for resource, record in self.each()
            for above, note, citations in citing(record)
            for key in [{"record": record["id"], "record_kind": resource.kind}]
            for number, citation in enumerate(citations, 1)
            for place in citation["supports"]
        ]
        about = "Which passage of which source supports which field or item: a row for each."
        return Table("citations", about, columns, ("id",), rows=rows)

    def notes(self) -> Table:
        """The table of curator's notes."""
        own = make_columns(Note)
        columns = (ROW_ID, RECORD, RECORD_KIND, POSITION, *own)
        rows = [
            {"id": f"{record['id']}/notes/{number}", "record": record["id"]}
            | {"record_kind": resource.kind, "position": number}
            | {column.name: column.value(note) for column in own}
            for resource, record in self.each()
            for number, note in enumerate(record["notes"], 1)
        ]
        about = "Curator's notes, with the fields or items that they speak of (`about`)."
        return Table("notes", about, columns, ("id",), rows=rows)

    def sources(self) -> Table:
        """The table of the sources of each record."""
        columns = (
            RECORD, RECORD_KIND,
            Column("source", "Id of a source that it or a note of it cites.", refers="sources"),
            Column("fields", "Fields that it supports; empty where a note cites it.", many=True),
        )  # fmt: skip
        rows: list[Row] = []
        for resource, record in self.each():
            fields: dict[str, list[str]] = {}
            for _, note, citations in citing(record):
                for citation in citations:
                    known = fields.setdefault(citation["source"]["id"], [])
                    known += [] if note else citation["supports"]
            rows += (
                {"record": record["id"], "record_kind": resource.kind, "source": source}
                | {"fields": list(dict.fromkeys(split_place(p)["field"] for p in places))}
                for source, places in fields.items()
            )
        about = "Which record cites which source, and for which fields."
        return Table("record-sources", about, columns, ("record", "source"), rows=rows)


def name_target(resource: Resource, column: Column) -> Column:
    """A column of links with the kind of its records, as the seed knows it."""
    field = resource.seed.model_fields.get(column.name)
    kind = named_kind(field) if field and column.refers == "*" else None
    return replace(column, refers=kind) if kind else column


def citing(record: Row) -> Iterator[tuple[str, str | None, Sequence[Row]]]:
    """Yield what cites in a record, itself and each note: path, id of the note, citations."""
    yield record["id"], None, record["citations"]
    for number, note in enumerate(record["notes"], 1):
        path = f"{record['id']}/notes/{number}"
        yield path, path, note["citations"]


def split_place(place: str) -> dict[str, str | None]:
    """The field and the item that a place names: `codes[RXNORM:224905]`."""
    name, _, key = place.partition("[")
    return {"field": name, "item": key.removesuffix("]") or None}


def word_table(vocabularies: Iterable[VocabularyInfo]) -> Table:
    """The table of the words of all closed lists."""
    columns = (Column("vocabulary", "Name of the vocabulary."), *make_columns(Word))
    rows = [
        {"vocabulary": info.name, **word.model_dump()}
        for info in vocabularies
        for word in info.words
    ]
    about = "Every word of every closed list, with label, order and meaning."
    return Table("vocabulary-words", about, columns, ("vocabulary", "value"), rows=rows)
