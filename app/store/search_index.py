"""Fill the full-text table (SQLite FTS5) and the list of words that suggestions come from."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, text

from app.model.forms import stem
from app.model.words import fold_letters, split_words

# The indexed columns, in the order of the table.
SEARCHED = ("name", "body", "notes", "terms", "synonyms", "spellings", "receptors")
# Separates the texts of one column: a snippet ends there.
BULLET = " \N{BULLET} "
# Separates the names of one thing.
OR = " | "
CREATE_SEARCH = (
    f"CREATE VIRTUAL TABLE search USING fts5(id UNINDEXED, {', '.join(SEARCHED)}, number, "
    "tokenize='porter unicode61 remove_diacritics 2')"
)
# Names of lists in `spelling`: the words of all records, and other spellings of them, which are
# known but never suggested. COMMON has the stems of words that so many records have that they tell
# nothing, but for a status. The other lists have the ids or values of one collection each.
WORDS, FORMS, COMMON = "words", "forms", "common"
LEAST_COMMON = 0.3
TOLD_STATUSES = ("positive", "negative")
INSERT_SPELLING = "INSERT INTO spelling VALUES (:list, :word, :reversed, :written, :records)"
# The collection whose records are found last.
LAST_KIND = "sources"
# The scheme of the keys by which a search finds a record whose heading is the query.
HEADING = "heading"


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
    names = ("id", *SEARCHED, "number")
    insert = f"INSERT INTO search (rowid, {', '.join(names)}) VALUES (:number, "
    numbered = [row | {"number": numbers[row["id"]]} for row in rows]
    connection.execute(text(f"{insert}{', '.join(f':{name}' for name in names)})"), numbered)
    # One segment instead of several: each query looks into every segment.
    connection.execute(text("INSERT INTO search (search) VALUES ('optimize')"))
    connection.execute(text(INSERT_SPELLING), list(list_spellings(rows)))


def list_spellings(rows: list[dict[str, str]]) -> Iterator[dict[str, Any]]:
    """The words of all records, with the number of records that have each."""
    words = Counter(word for row in rows for word in {*words_to_suggest(row)})
    forms = Counter(word for row in rows for word in row["spellings"].split() if word not in words)
    stems = Counter(found for row in rows for found in {*map(stem, words_to_suggest(row))})
    least = LEAST_COMMON * len(rows)
    rare = {word for word, count in stems.items() if count < least} | {*map(stem, TOLD_STATUSES)}
    common = Counter({word: count for word, count in stems.items() if word not in rare})
    for name, counts in ((WORDS, words), (FORMS, forms), (COMMON, common)):
        for word, count in sorted(counts.items()):
            yield {
                "list": name,
                "word": word,
                "reversed": word[::-1],
                "written": word,
                "records": count,
            }


def words_to_suggest(row: dict[str, str]) -> Iterator[str]:
    """Yield the words of a record that may be suggested for a misspelled one."""
    for name in ("name", "body", "notes"):
        yield from map(fold_letters, split_words(row[name]))
