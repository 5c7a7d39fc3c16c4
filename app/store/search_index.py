"""The full-text table (SQLite FTS5) and the spellings that a suggestion is taken from."""

from collections.abc import Iterator

from sqlalchemy import Connection, text

from app.model.words import split_words

# The indexed columns, in the order of the table.
SEARCHED = ("name", "body", "notes", "terms", "synonyms", "receptors")
# Between two texts of one column; no phrase reaches across it.
BULLET = " \N{BULLET} "
CREATE_SEARCH = (
    f"CREATE VIRTUAL TABLE search USING fts5(id UNINDEXED, {', '.join(SEARCHED)}, "
    "tokenize='unicode61 remove_diacritics 2')"
)
# The list of all words in `spelling`; the other lists are the kinds of records, with their ids.
WORDS = "words"


def fill_search_index(connection: Connection, rows: list[dict[str, str]]) -> None:
    """Create and fill the search tables, in the transaction that loads the records.

    No model and no migration describes `search`: Alembic can't write a virtual table.
    """
    connection.execute(text(CREATE_SEARCH))
    # A row has the number of its record: the two are joined by it.
    numbers = {
        row.id: row.rowid for row in connection.execute(text("SELECT id, rowid FROM record"))
    }
    names = ("id", *SEARCHED)
    insert = f"INSERT INTO search (rowid, {', '.join(names)}) VALUES (:number, "
    numbered = [row | {"number": numbers[row["id"]]} for row in rows]
    connection.execute(text(f"{insert}{', '.join(f':{name}' for name in names)})"), numbered)
    words = {(WORDS, word) for row in rows for word in indexed_words(row)}
    ids = connection.execute(text("SELECT kind, id FROM record"))
    spellings = [
        {"list": name, "word": word, "reversed": word[::-1]}
        for name, word in sorted({*words, *ids})
    ]
    connection.execute(text("INSERT INTO spelling VALUES (:list, :word, :reversed)"), spellings)


def indexed_words(row: dict[str, str]) -> Iterator[str]:
    """The words of a record that a query can be corrected to."""
    for name in ("name", "body", "notes", "synonyms"):
        yield from split_words(row[name])
