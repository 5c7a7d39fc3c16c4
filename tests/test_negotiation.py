"""Content negotiation: the examples of RFC 9110, what clients send, and nonsense."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.serving import negotiation
from app.serving.formats import CONTENT_TYPES, Format
from app.serving.negotiation import (
    Element,
    best_encoding,
    best_media_type,
    media_weight,
    parse_list,
)
from app.serving.transport import LONGEST_ACCEPT

from .conftest import Api

OFFERED = tuple(CONTENT_TYPES.values())
LENIENT = "text/*;q=0.3, text/plain;q=0.7, text/plain;format=flowed, text/plain;format=fixed;q=0.4, */*;q=0.5"


@pytest.mark.parametrize(
    ("accept", "media", "weight"),
    [
        # RFC 9110, 12.5.1
        ("audio/*; q=0.2, audio/basic", "audio/basic", 1),
        ("audio/*; q=0.2, audio/basic", "audio/mp4", 0.2),
        ("text/plain; q=0.5, text/html, text/x-dvi; q=0.8, text/x-c", "text/html", 1),
        ("text/plain; q=0.5, text/html, text/x-dvi; q=0.8, text/x-c", "text/x-c", 1),
        ("text/plain; q=0.5, text/html, text/x-dvi; q=0.8, text/x-c", "text/x-dvi", 0.8),
        ("text/plain; q=0.5, text/html, text/x-dvi; q=0.8, text/x-c", "text/plain", 0.5),
        ("text/plain; q=0.5, text/html, text/x-dvi; q=0.8, text/x-c", "text/css", 0),
        ("text/*, text/plain, text/plain;format=flowed, */*", "text/plain;format=flowed", 1),
        (LENIENT, "text/plain;format=flowed", 1),
        (LENIENT, "text/plain", 0.7),
        (LENIENT, "text/html", 0.3),
        (LENIENT, "image/jpeg", 0.5),
        (LENIENT, "text/plain;format=fixed", 0.4),
        (LENIENT, "text/html;level=3", 0.3),
        # of RFC 7231
        ("text/html;level=1, text/html;level=2;q=0.4, text/html;q=0.7", "text/html;level=3", 0.7),
        # a weight that is none
        ("text/html;q=1.5", "text/html", 0),
        ("text/html;q=-1", "text/html", 0),
        ("text/html;q=", "text/html", 0),
        ("text/html;q=0.1234", "text/html", 0),
        ("text/html;q=nan", "text/html", 0),
        ('text/html;q="1"', "text/html", 1),
        ("TEXT/HTML ; Q=0.5", "text/html", 0.5),
        # a comma and a semicolon in a quoted string divide nothing
        (r'text/html;a="x,y;q=0\"";q=0.5, text/css', "text/html", 0.5),
        # what is no media range
        ("text", "text/html", 0), ("*", "text/html", 0), ("/", "text/html", 0),
        ("text/", "text/html", 0), ("*/html", "text/html", 0), (",,;;,", "text/html", 0),
    ],
)  # fmt: skip
def test_the_most_specific_range_gives_the_weight(accept: str, media: str, weight: float) -> None:
    assert media_weight(Element.parse(media), list(parse_list(accept))) == weight


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", Format.JSON), ("*/*", Format.JSON), ("application/*", Format.JSON), ("text/*", Format.CSV),
        ("text/csv;header=present", Format.CSV), ('text/csv; header="present"', Format.CSV),
        ("text/csv;header=absent", None), ("text/csv;charset=iso-8859-1", Format.CSV),
        ("application/json; charset=utf-8", Format.JSON), ("application/json;version=1", Format.JSON),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', Format.JSONLD),
        ("application/json;q=0.5, text/csv", Format.CSV), ("application/json;q=0, */*", Format.CSV),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Format.HTML),
        ("text/html", Format.HTML), ("application/xhtml+xml", None), ("application/json;q=0", None), ("application/xml", None),
    ],
)  # fmt: skip
def test_a_format_is_chosen_by_accept(api: Api, accept: str, form: Format | None) -> None:
    assert best_media_type(accept, OFFERED) == (CONTENT_TYPES[form] if form else None)
    answer = api.get("/v1/drugs?limit=1", headers={"Accept": accept})
    assert answer.status_code == (200 if form else 406)
    assert not form or answer.headers["content-type"] == CONTENT_TYPES[form]


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        # RFC 9110, 12.5.3
        ("compress, gzip", "gzip"), ("", "identity"), ("*", "zstd"),
        ("compress;q=0.5, gzip;q=1.0", "gzip"), ("gzip;q=1.0, identity; q=0.5, *;q=0", "gzip"),
        # 8.4.1.3: the two names are one
        ("x-gzip", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"), ("identity;q=0", "identity"), ("*;q=0", "identity"),
        ("GZIP", "gzip"), ("br;q=0.5, gzip;q=0.5", "br"), ('"br"', "identity"),
    ],
)  # fmt: skip
def test_a_coding_is_chosen_by_weight(header: str, coding: str) -> None:
    assert best_encoding(header) == coding


NONSENSE = [
    "a/b" + ";" * 64_000, "a/b;" + " " * 64_000, "a/b;" + "; " * 32_000, '"' * 64_000,
    '"\\' * 32_000, '"\\"' * 20_000, "," * 64_000, "a/b;a=" * 10_000, '"a,' * 20_000, "\\" * 64_000,
    "a/b;q=0.5," * 6_000, 'a;b="' + "\\" * 63_001,
]  # fmt: skip


@pytest.mark.parametrize("header", NONSENSE, ids=lambda header: header[:8])
def test_what_is_too_long_is_refused_and_never_parsed(
    api: Api, header: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: str) -> None:
        raise AssertionError

    monkeypatch.setattr(negotiation, "parse_list", fail)
    for name in ("Accept", "Accept-Encoding"):
        answer = api.get("/v1/drugs", headers={name: header})
        assert answer.status_code == 431
        assert answer.json()["title"] == "Request Header Fields Too Large"
    both = {"Accept": "a" * (LONGEST_ACCEPT - 10), "Accept-Encoding": "b" * 11}
    assert api.get("/v1/drugs", headers=both).status_code == 431


@pytest.mark.parametrize("header", NONSENSE, ids=lambda header: header[:8])
def test_each_character_of_nonsense_is_in_one_element_at_most(header: str) -> None:
    elements = negotiation.ELEMENT.findall(header)
    assert sum(map(len, elements)) <= len(header)
    assert sum(len(part) for e in elements for part in negotiation.PART.findall(e)) <= len(header)


@given(st.text(alphabet='*/;,="\\ \tq.01' + string.ascii_lowercase, max_size=LONGEST_ACCEPT))
def test_whatever_is_sent_a_choice_is_made(header: str) -> None:
    assert best_media_type(header, OFFERED) in (*OFFERED, None)
    assert best_encoding(header) in ("zstd", "br", "gzip", "identity")
