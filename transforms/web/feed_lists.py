"""Which feeds to poll: OPML files, TOML files, plain URLs."""

import codecs
import dataclasses
import re
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import listparser

from transforms.text.byte_order_marks import UTF_16
from transforms.web.urls import UnusableUrl, feed_key, registered_domain

_ENCODING = re.compile(
    rb"(?:\xef\xbb\xbf)?<\?xml[^>]{1,100}encoding\s*=\s*[\"']([\w.-]{1,40})[\"']"
)

_WITH_USER = re.compile(r"\s*[a-z][a-z0-9+.-]*://[^/?#]*@(?P<host>[^/?#]*)", re.IGNORECASE)


class FeedListError(ValueError):
    """A list of feeds cannot be used; the message names the file, the entry and the remedy."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed to poll.

    Attributes:
        url: as given. source: the outlet's name, in the ledger and on every article.
        paused: listed, but not to be polled for now.
    """

    url: str
    source: str
    paused: bool = False


def read_feed_lists(names: Sequence[str]) -> tuple[Feed, ...]:
    """Reads lists of feeds: files ending in .opml, .xml or .toml, and URLs of feeds themselves.

    A feed named twice is polled once, under its first name.

    Raises:
        FeedListError: a file that cannot be read, an entry that is no feed, or no feed at all.
    """
    feeds: dict[str, Feed] = {}
    for name in names:
        for feed in _feeds(name):
            feeds.setdefault(feed_key(feed.url), feed)
    if not feeds:
        raise FeedListError(f"{', '.join(names) or 'no list'}: names no feed")
    return tuple(feeds.values())


def _feeds(name: str) -> Iterator[Feed]:
    if name.lower().startswith(("http://", "https://")):
        yield _feed(name, "", name)
        return
    suffix = Path(name).suffix.lower()
    if suffix not in (".opml", ".xml", ".toml"):
        raise FeedListError(
            f"{name}: neither a URL (they begin with https:// or http://) nor a list "
            "(a file that ends in .toml, .opml or .xml)"
        )
    try:
        body = Path(name).read_bytes()
    except OSError as error:
        raise FeedListError(f"{name}: {error.strerror}") from error
    yield from _toml_feeds(name, body) if suffix == ".toml" else _opml_feeds(name, body)


def _toml_feeds(name: str, body: bytes) -> Iterator[Feed]:
    """Yields the entries of `[[feeds]]` tables with `url` and, at will, `source` and `paused`."""
    try:
        table = tomllib.loads(body.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise FeedListError(f"{name}: no UTF-8; save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise FeedListError(f"{name}: no TOML: {error}") from error
    entries = table.get("feeds", [])
    if unknown := sorted(set(table) - {"feeds"}):
        raise FeedListError(f"{name}: unknown key {unknown[0]!r}; feeds stand under [[feeds]]")
    if not isinstance(entries, list):
        raise FeedListError(f"{name}: feeds stand under [[feeds]], each with url and source")
    for number, entry in enumerate(entries, start=1):
        yield _toml_feed(f"{name}: feed {number}", entry)


def _toml_feed(place: str, entry: Any) -> Feed:
    if not isinstance(entry, dict) or not isinstance(entry.get("url"), str):
        raise FeedListError(f'{place} has no url; write url = "https://..."')
    if unknown := sorted(set(entry) - {"url", "source", "paused"}):
        known = "known are url, source and paused"
        raise FeedListError(f"{place}: unknown key {unknown[0]!r}; {known}")
    source, paused = entry.get("source", ""), entry.get("paused", False)
    if not isinstance(source, str):
        raise FeedListError(f"{place}: source must be a string")
    if not isinstance(paused, bool):
        raise FeedListError(f"{place}: paused must be true or false")
    return dataclasses.replace(_feed(entry["url"], source, place), paused=paused)


def _opml_feeds(name: str, body: bytes) -> Iterator[Feed]:
    parsed = listparser.parse(_in_utf_8(name, body))
    if not parsed.feeds:
        raise FeedListError(f"{name}: no OPML, or no outline in it has an xmlUrl")
    for number, entry in enumerate(parsed.feeds, start=1):
        yield _feed(entry.url, entry.get("title") or "", f"{name}: feed {number}")


def _in_utf_8(name: str, body: bytes) -> bytes:
    """Returns XML in UTF-8 behind a byte order mark.

    listparser goes by such a mark alone: it reads by HTML's rules, under which the encoding of an
    XML declaration is nothing, and UTF-8 without a declaration is Latin-1.
    """
    declared = _ENCODING.match(body)
    encoding = declared[1].decode() if declared else "utf-8"
    if body.startswith(UTF_16):
        encoding = "utf-16"
    try:
        text = body.decode(encoding)
    except (LookupError, UnicodeError) as error:
        raise FeedListError(f"{name}: no {encoding.upper()}; save it as UTF-8") from error
    return codecs.BOM_UTF8 + text.removeprefix("\ufeff").encode()


def _feed(url: str, source: str, place: str) -> Feed:
    if found := _WITH_USER.match(url):
        raise FeedListError(
            f"{place.replace(url, found['host'])}: the URL on {found['host']} holds a user name or "
            "password; the index and messages would show it: leave it out"
        )
    try:
        feed_key(url)
    except UnusableUrl as error:
        raise FeedListError(f"{place}: {error}") from error
    return Feed(url=url.strip(), source=source.strip() or registered_domain(url))
