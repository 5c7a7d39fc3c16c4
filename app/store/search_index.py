"""Fill the full-text table (SQLite FTS5) and the list of words that suggestions come from."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, text

from app.model.words import split_words

# The indexed columns, in the order of the table.
SEARCHED = ("name", "body", "notes", "terms", "synonyms", "receptors")
# Separates the texts of one column: a snippet ends there.
BULLET = " \N{BULLET} "
CREATE_SEARCH = (
    f"CREATE VIRTUAL TABLE search USING fts5(id UNINDEXED, {', '.join(SEARCHED)}, "
    "tokenize='unicode61 remove_diacritics 2')"
)
# Name of the list of all words in `spelling`. The other lists have the ids of one collection each.
WORDS = "words"
# The collection whose records are found last.
LAST_KIND = "sources"


def search_order(record: Mapping[str, Any]) -> tuple[bool, str, int]:
    """The place of a record among equal matches: by collection, then in reading order.

    Records are stored in this order, so that their row numbers say it.
    """
    return record["kind"] == LAST_KIND, record["kind"], record["position"]


def fill_search_index(connection: Connection, rows: list[dict[str, str]]) -> None:
    """Create and fill the search tables, in the transaction that loads the records.

    No model and no migration describes the table `search`: Alembic can't write a virtual table.
    """
    connection.execute(text(CREATE_SEARCH))
    # A row gets the row number of its record: the two tables are joined by it.
    numbers = {
        row.id: row.rowid for row in connection.execute(text("SELECT id, rowid FROM record"))
    }
    names = ("id", *SEARCHED)
    insert = f"INSERT INTO search (rowid, {', '.join(names)}) VALUES (:number, "
    numbered = [row | {"number": numbers[row["id"]]} for row in rows]
    connection.execute(text(f"{insert}{', '.join(f':{name}' for name in names)})"), numbered)
    # One segment instead of several: each query looks into every segment.
    connection.execute(text("INSERT INTO search (search) VALUES ('optimize')"))
    words = {(WORDS, word) for row in rows for word in words_to_suggest(row)}
    ids = connection.execute(text("SELECT kind, id FROM record"))
    spellings = [
        {"list": name, "word": word, "reversed": word[::-1]}
        for name, word in sorted({*words, *ids})
    ]
    connection.execute(text("INSERT INTO spelling VALUES (:list, :word, :reversed)"), spellings)


def words_to_suggest(row: dict[str, str]) -> Iterator[str]:
    """Yield the words of a record that may be suggested for a misspelled one."""
    for name in ("name", "body", "notes", "synonyms"):
        yield from split_words(row[name])
