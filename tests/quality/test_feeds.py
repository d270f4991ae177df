"""feedparser's own test suite, and feeds as they were captured, through our parser.

Each file of the suite names what its author expects of it. What an expectation says about a field
that is kept is held against ours; texts are compared as plain text, which is what is kept of them.
"""

import ast
import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from schemas.records import Origin
from tests.quality.labelled_data import labelled_data
from transforms.web.feed_documents import items_of, parse_feed, rejected_entries
from transforms.web.feed_entries import (
    FeedDocument,
    FeedEntry,
    UnreadableFeed,
    language_code,
    summary_text,
    title_text,
)

pytestmark = pytest.mark.quality

NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
# Where the suite's own server has the files whose expectations name it.
SERVER = "http://127.0.0.1:8097/"
FEED = Origin(source="Suite", feed="https://suite.example/feed")
_EXPECT = re.compile(r"Expect:\s*(.*?)\s*(?:-->|$)", re.MULTILINE)
_HEADER = re.compile(r"^Header:\s*([\w-]+):\s*(.*?)\s*$", re.MULTILINE)


class Case(NamedTuple):
    """A file of the suite, and what became of it."""

    path: Path
    document: FeedDocument | None
    expected: list[tuple[tuple[Any, ...], Any]]


class Field(NamedTuple):
    """How a field is read from ours, and in which forms an expectation may stand there."""

    ours: Callable[[FeedEntry], Any]
    wanted: Callable[[Any], tuple[Any, ...]]


def same(value: Any) -> tuple[Any, ...]:
    return (value,)


def plain(value: Any) -> tuple[Any, ...]:
    """As markup, or as the plain text that it may have been."""
    return title_text(value), title_text(value, plain=True)


def plain_summary(value: Any) -> tuple[Any, ...]:
    return summary_text(value), summary_text(value, plain=True)


def parsed_time(value: Any) -> tuple[Any, ...]:
    return (dt.datetime(*value[:6], tzinfo=dt.UTC),)


# What is known to differ, and why.
KNOWN = {
    "bozo_linenoise.xml": "feedparser's sanitiser, which is not asked, takes `<>` out of a text",
    "tag_in_attr.xml": "a tag within an attribute of another one is taken for the end of that one",
    "http_content_language.xml": "the text tells its language better than a server's default",
    "http_entry_id_base_content_location.xml": "an id is a name, which is not resolved",
    "http_entry_id_base_docuri.xml": "an id is a name, which is not resolved",
}

TITLE = Field(lambda entry: entry.title, plain)
SUMMARY = Field(
    lambda entry: entry.summary or summary_text(entry.html or entry.text or ""), plain_summary
)
PUBLISHED = Field(lambda entry: entry.published_at, parsed_time)
FIELDS = {
    ("title",): TITLE,
    ("title_detail", "value"): TITLE,
    ("summary",): SUMMARY,
    ("description",): SUMMARY,
    ("link",): Field(lambda entry: entry.url, same),
    ("id",): Field(lambda entry: entry.id, same),
    ("guid",): Field(lambda entry: entry.id, same),
    ("published_parsed",): PUBLISHED,
    ("updated_parsed",): Field(lambda entry: entry.updated_at or entry.published_at, parsed_time),
    ("author_detail", "name"): Field(lambda e: e.authors[0] if e.authors else "", plain),
    ("authors", 0, "name"): Field(lambda e: e.authors[0] if e.authors else "", plain),
}
FEED_FIELDS: dict[tuple[Any, ...], Callable[[FeedDocument], Any]] = {
    ("version",): lambda document: document.format,
    ("feed", "title"): lambda document: document.title,
    ("feed", "title_detail", "value"): lambda document: document.title,
    ("feed", "language"): lambda document: document.language,
}


def cases() -> Iterator[Case]:
    folder = labelled_data() / "feeds" / "feedparser_suite" / "tests"
    for path in sorted(folder.rglob("*.*")):
        body = path.read_bytes()
        told = body.decode("utf-8" if b"\x00" not in body[:400] else "utf-16", "replace")
        headers = {name.lower(): value for name, value in _HEADER.findall(told)}
        try:
            url = headers.get("content-location", SERVER if SERVER in told else None)
            document = parse_feed(body, headers.get("content-type", ""), url)
        except UnreadableFeed:
            document = None
        expected = _EXPECT.search(told)
        yield Case(path, document, list(equalities(expected[1])) if expected else [])


def equalities(expression: str) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Yields what an expectation says to be equal to a literal: path and value."""
    try:
        tree = ast.parse(expression, mode="eval").body
    except (SyntaxError, ValueError):
        return
    for part in tree.values if isinstance(tree, ast.BoolOp) else [tree]:
        if isinstance(part, ast.Compare) and isinstance(part.ops[0], ast.Eq):
            try:
                yield tuple(names(part.left)), ast.literal_eval(part.comparators[0])
            except ValueError:
                continue


def names(node: ast.expr) -> Iterator[Any]:
    """The path `entries`, 0, `title` of `entries[0]['title']` or `entries[0].title`."""
    match node:
        case ast.Name(id=name):
            yield name
        case ast.Attribute(value=inner, attr=name):
            yield from names(inner)
            yield name
        case ast.Subscript(value=inner, slice=ast.Constant(value=name)):
            yield from names(inner)
            yield name
        case _:
            raise ValueError("no path")


def compared(
    document: FeedDocument, path: tuple[Any, ...], value: Any
) -> tuple[Any, tuple[Any, ...]] | None:
    """What we have and what may stand there; None for a field that is not kept."""
    if path in FEED_FIELDS:
        wanted = language_code(value) if path[-1] == "language" else value
        return FEED_FIELDS[path](document), plain(wanted) if "title" in str(path) else (wanted,)
    field = FIELDS.get(path[2:]) if path[:1] == ("entries",) else None
    if field is None or value is None:
        return None
    entry = document.entries[path[1]] if len(document.entries) > path[1] else None
    return (field.ours(entry) if entry else None), field.wanted(value)


@pytest.fixture(scope="module")
def suite() -> list[Case]:
    return list(cases())


def test_no_file_of_the_suite_crashes_the_parser(suite: list[Case]) -> None:
    """Those that are read at all: of the others most are a root without entries."""
    read = [case.document for case in suite if case.document]
    assert len(suite) == 2107 and len(read) >= 1843
    for document in read:
        keys = [item.key for item in items_of(document, FEED, NOW)]
        assert len(set(keys)) == len(keys)
        list(rejected_entries(document, FEED, NOW, "ReadFeeds"))


def test_the_fields_that_are_kept_are_as_the_suite_expects(suite: list[Case]) -> None:
    checked: Counter[Any] = Counter()
    wrong = []
    for case in suite:
        for path, value in case.expected if case.document else ():
            assert case.document is not None
            both = compared(case.document, path, value)
            if both is None:
                continue
            checked[path[-1]] += 1
            if both[0] not in both[1]:
                wrong.append((case.path.name, path, *both))
    differ = {name for name, *_ in wrong}
    assert [one for one in wrong if one[0] not in KNOWN] == []
    assert differ == KNOWN.keys(), "one of the known differences is gone: take it out of the list"
    assert checked.total() >= 878


def test_captured_feeds_give_their_entries() -> None:
    """One of the 50 is broken before its first entry, and is rejected."""
    entries, refused = 0, []
    for path in sorted((labelled_data() / "feeds" / "captured").glob("*.xml")):
        try:
            document = parse_feed(path.read_bytes(), "", "https://captured.example/feed")
        except UnreadableFeed as error:
            refused.append(str(error))
            continue
        entries += len(document.entries)
        assert all(entry.title or entry.summary or entry.html for entry in document.entries), path
        assert list(items_of(document, FEED, NOW)), path
    assert (len(refused), entries) == (1, 1464), refused
