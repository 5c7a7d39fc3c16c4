"""Citations to copy: plain text in Vancouver style, BibTeX, RIS and CSL-JSON."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import rispy

from app.pages.views import Cite
from app.pages.words import end_sentence, say_day

PUBLISHER = "HER2 Facts"
# The characters that mean something to BibTeX, as it writes them.
BIBTEX_CHARACTERS = str.maketrans({
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "%": r"\%", "&": r"\&", "#": r"\#",
    "$": r"\$", "_": r"\_", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "\n": " ",
})  # fmt: skip
# In an address: percent signs and the like stand as they are, braces are encoded.
URL_CHARACTERS = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C", "\n": "", " ": "%20"})


class PlainWriter(rispy.RisWriter):  # type: ignore[misc]
    """Writes entries without a number above each, which no reference manager asks for."""

    def set_header(self, count: int) -> str:
        return ""


@dataclass(frozen=True)
class Work:
    """What is cited. Authors are as printed: a person or an organization."""

    id: str
    title: str
    authors: tuple[str, ...]
    publisher: str
    date: str | None
    version: str | None
    url: str | None
    accessed: str | None
    journal: str | None = None
    doi: str | None = None

    @property
    def is_article(self) -> bool:
        """Whether it appeared in a journal."""
        return self.journal is not None


def record_work(
    record: Mapping[str, Any], meta: Mapping[str, Any], address: str | None = None
) -> Work:
    """A record as a work of this service, at the address that does not change if it has one."""
    return Work(
        id=record["id"],
        title=record["name"],
        authors=(PUBLISHER,),
        publisher=PUBLISHER,
        date=meta["date"],
        version=meta["version"],
        url=address or record["url"],
        accessed=None,
    )


def source_work(source: Mapping[str, Any]) -> Work:
    """A source as the work that it is."""
    return Work(
        id=source["id"],
        title=source["title"],
        authors=tuple(source["authors"]) or (source["publisher"],),
        publisher=source["publisher"],
        date=source["published"] or source["reviewed"],
        version=None,
        url=source["document_url"],
        accessed=source["accessed"],
        journal=source.get("journal"),
        doi=source.get("doi"),
    )


def cite_record(record: Mapping[str, Any], meta: Mapping[str, Any]) -> list[Cite]:
    """The ways to cite a record."""
    return cite_work(record_work(record, meta, record["cite_as"]))


def cite_source(source: Mapping[str, Any]) -> list[Cite]:
    """The ways to cite a source."""
    return cite_work(source_work(source))


def cite_work(work: Work) -> list[Cite]:
    """The ways to cite a work."""
    csl = json.dumps([write_csl(work)], indent=1, ensure_ascii=False)
    return [
        Cite("Text", write_vancouver(work)),
        Cite("BibTeX", write_bibtex([work])),
        Cite("RIS", write_ris([work])),
        Cite("CSL-JSON", csl),
    ]


def write_vancouver(work: Work) -> str:
    """A citation in the style of Vancouver (NLM): authors, title [Internet], publisher, dates."""
    where = work.journal or work.publisher
    dated = f"{where}; {work.date[:4]}" if work.date else f"{where}; date unknown"
    cited = f" [cited {say_day(work.accessed)}]" if work.accessed else ""
    version = f" Version {work.version}." if work.version else ""
    authors = ", ".join(work.authors)
    names = "" if authors == work.publisher else f"{end_sentence(authors)} "
    title = f"{work.title.rstrip('.')} [Internet]."
    address = f" Available from: {work.url}" if work.url else ""
    doi = f" doi: {work.doi}" if work.doi else ""
    return f"{names}{title} {dated}{cited}.{version}{address}{doi}"


def write_bibtex(works: Iterable[Work]) -> str:
    """Works as BibTeX. Names are in braces of their own: an organization has no first name."""
    return "\n".join(map(write_bibtex_entry, works))


def write_bibtex_entry(work: Work) -> str:
    """A work as an entry of BibTeX."""
    authors = " and ".join(f"{{{escape_bibtex(author)}}}" for author in work.authors)
    fields = {
        "author": authors,
        "title": f"{{{escape_bibtex(work.title)}}}",
        "journal" if work.is_article else "howpublished": escape_bibtex(
            work.journal or work.publisher
        ),
        "year": work.date and work.date[:4],
        "month": work.date and work.date[5:7],
        "version": work.version,
        "doi": work.doi,
        "url": work.url and work.url.translate(URL_CHARACTERS),
        "urldate": work.accessed,
    }
    kind = "article" if work.is_article else "misc"
    lines = (f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@{kind}{{her2facts-{work.id},\n{''.join(lines)}}}\n"


def escape_bibtex(text: str) -> str:
    """A text as BibTeX writes it."""
    return text.translate(BIBTEX_CHARACTERS)


def write_ris(works: Iterable[Work]) -> str:
    """Works as RIS."""
    entries = [ris_entry(work) for work in works]
    text = rispy.dumps(entries, implementation=PlainWriter, enforce_list_tags=False)
    return str(text).lstrip()


def ris_entry(work: Work) -> dict[str, Any]:
    """A work as rispy takes it; a line of RIS can't be broken."""
    entry: dict[str, Any] = {
        "type_of_reference": "JOUR" if work.is_article else "ELEC",
        "id": f"her2facts-{work.id}",
        "authors": list(work.authors),
        "title": work.title,
        "publisher": work.publisher,
        "journal_name": work.journal,
        "year": work.date and work.date[:4],
        "date": work.date and work.date.replace("-", "/"),
        "edition": work.version,
        "doi": work.doi,
        "urls": [work.url] if work.url else None,
        "access_date": work.accessed and work.accessed.replace("-", "/"),
    }
    return {name: one_line(value) for name, value in entry.items() if value}


def one_line(value: Any) -> Any:
    """A text, or each of several, without line breaks."""
    return (
        [" ".join(text.split()) for text in value]
        if isinstance(value, list)
        else " ".join(value.split())
    )


def write_csl(work: Work) -> dict[str, Any]:
    """A work as an item of CSL-JSON."""
    item = {
        "id": f"her2facts-{work.id}",
        "type": "article-journal" if work.is_article else "webpage",
        "title": work.title,
        "author": [{"literal": author} for author in work.authors],
        "publisher": work.publisher,
        "container-title": work.journal or work.publisher,
        "version": work.version,
        "issued": date_parts(work.date),
        "accessed": date_parts(work.accessed),
        "DOI": work.doi,
        "URL": work.url,
    }
    return {name: value for name, value in item.items() if value}


def date_parts(iso: str | None) -> dict[str, Any] | None:
    """A date as CSL writes it, as precise as it is known."""
    return {"date-parts": [[int(part) for part in iso.split("-")]]} if iso else None
