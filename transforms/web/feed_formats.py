"""Two families of formats: RSS, RDF and Atom; JSON Feed. Sitemaps have a file of their own."""

import codecs
import datetime as dt
import io
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urljoin
from xml.sax import SAXParseException

import feedparser
import orjson

from transforms.text.charsets import as_labelled, as_utf8
from transforms.times import is_exact, parse_time
from transforms.web.feed_entries import (
    MAX_ENTRIES,
    FeedDocument,
    FeedEntry,
    UnreadableFeed,
    from_struct,
    language_code,
    left_out,
    summary_text,
    title_text,
    too_many,
)
from transforms.web.feed_pace import skips_of
from transforms.web.feed_teasers import full_text, leads_on
from transforms.web.feedparser_mended import mend
from transforms.web.feedparser_mended.references import with_whole_letters
from transforms.web.json_values import scalar_text
from transforms.web.markup import plain_text
from transforms.web.page_names import names_in
from transforms.web.urls import canonical_or_none, registered_domain

mend()

_MOBILE = re.compile(r"https?://(?:m|mobile|touch|amp)\.", re.IGNORECASE)
_PLAIN = frozenset(("text/plain", "text"))
_HTML = frozenset(("text/html", "application/xhtml+xml"))
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32le"),
    (codecs.BOM_UTF32_BE, "utf-32be"),
    (codecs.BOM_UTF16_LE, "utf-16le"),
    (codecs.BOM_UTF16_BE, "utf-16be"),
    (codecs.BOM_UTF8, "utf-8"),
)

_FAILURES = (
    *(ArithmeticError, AssertionError, AttributeError, LookupError),
    *(RecursionError, TypeError, ValueError),
)
MAX_TAGS = 500_000
"""More would take feedparser over half a minute; 5,000 entries have a third of them."""
_PROLOGUE_BYTES = 16 * 1024
_HEADER_LABEL = re.compile(r";\s*charset\s*=\s*[\"']?([\w.:-]+)", re.ASCII | re.IGNORECASE)
_OWN_LABEL = re.compile(rb"\s*<\?xml\s[^>]*?encoding\s*=\s*[\"']([\w.:-]+)")
_BY_DEFAULT = re.compile(r"utf|(us-)?ascii", re.IGNORECASE)
_ELEMENT = re.compile(rb"<\x00{0,3}\w")
# `//gazette.example/1` and `www.gazette.example/1`; `gazette.example/1` may be a file's name.
_HOST = re.compile(r"(//(?=\w)|www\.(?=\w))?\w[\w.-]*\.\w")


def parse_xml_feed(body: bytes, content_type: str, url: str | None) -> FeedDocument:
    """Reads RSS, RDF or Atom, also where it is not well-formed.

    feedparser is given a stream, since it would open bytes that look like a path or a URL.

    Raises:
        UnreadableFeed: nothing of this kind, or what would keep feedparser busy for minutes.
    """
    _check_cost(body)
    letters, told = _letters(body, content_type)
    try:
        parsed = feedparser.parse(
            io.BytesIO(with_whole_letters(letters)),
            response_headers={"content-type": told},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except UnreadableFeed:
        raise
    # Nothing but feedparser stands above: what it fails at is the feed's, and must not stop others.
    except _FAILURES as error:
        raise UnreadableFeed(f"feedparser fails at it: {type(error).__name__}: {error}") from error
    problem = _problem(parsed)
    if not parsed.entries and (not parsed.version or problem):
        raise UnreadableFeed(problem or "no RSS, RDF or Atom: neither a known root nor entries")
    feed = parsed.feed
    is_atom = str(parsed.version).startswith("atom")
    selves = [one.get("href") for one in feed.get("links") or () if one.get("rel") == "self"]
    site = feed.get("link") or ""
    base = _base(url, (*selves, site), "" if is_atom else site)
    own = frozenset(map(registered_domain, (url or base, _joined(base, site))))
    authors = _xml_authors(feed) if is_atom else ()  # RFC 4287, 4.2.1; RSS knows editors alone
    return FeedDocument(
        format=parsed.version or "unknown",
        title=title_text(feed.get("title") or "", plain=_is_plain(feed, "title")),
        language=language_code(feed.get("language")),
        entries=tuple(
            _xml_entry(entry, base, own, authors) for entry in parsed.entries[:MAX_ENTRIES]
        ),
        ttl_s=_ttl_s(feed.get("ttl")),
        skips=skips_of(body),
        problem=problem or too_many(len(parsed.entries)),
        left_out=left_out(len(parsed.entries)),
    )


def _letters(body: bytes, content_type: str) -> tuple[bytes, str]:
    """Returns a feed's bytes as feedparser reads them rightly, and the content type for them.

    By itself it takes all that has one broken byte, or one letter beyond the standard of its
    charset, for Windows-1252. What is in ASCII alone may be a charset of seven bits, or UTF-16:
    that is left to it.
    """
    marked = _marked(body)
    text = as_utf8(body)
    if text is None and not marked:
        text = _as_told(body, content_type)
    if text is not None and not text.isascii():
        return text.encode("utf-8", "replace"), "application/xml; charset=utf-8"
    return body, marked or content_type or "application/xml"


def _as_told(body: bytes, content_type: str) -> str | None:
    """Returns a feed's text in the charset of the header, else of the feed itself.

    Both may say UTF-8 or ASCII by default; what is in neither has shown that already.
    """
    own = _OWN_LABEL.match(body, 0, _PROLOGUE_BYTES)
    labels = (*_HEADER_LABEL.findall(content_type), own[1].decode() if own else "")
    told = (as_labelled(body, label) for label in labels if not _BY_DEFAULT.match(label))
    return next((text for text in told if text is not None), None)


def _marked(body: bytes) -> str:
    """Returns the content type that a byte order mark tells, "" without one.

    It goes before the header's (RFC 7303, 3.3). By itself feedparser takes ASCII in UTF-16 for
    UTF-8, which it is, with zeros between the letters.
    """
    charset = next((name for mark, name in _MARKS if body.startswith(mark)), "")
    return f"application/xml; charset={charset}" if charset else ""


def _check_cost(body: bytes) -> None:
    if len(body) > _PROLOGUE_BYTES and not _ELEMENT.search(body, 0, _PROLOGUE_BYTES):
        raise UnreadableFeed(f"no element within the first {_PROLOGUE_BYTES} bytes")
    if (tags := body.count(b"<")) > MAX_TAGS:
        raise UnreadableFeed(f"{tags} tags; over {MAX_TAGS} are no feed")


def _problem(parsed: Any) -> str:
    """Says what feedparser met; a lying charset or content type alone is no problem."""
    error = parsed.get("bozo_exception")
    harmless = (feedparser.CharacterEncodingOverride, feedparser.NonXMLContentType)
    if not parsed.bozo or isinstance(error, harmless):
        return ""
    if isinstance(error, SAXParseException):
        at = f"line {error.getLineNumber()}, column {error.getColumnNumber()}"
        return f"broken XML: {error.getMessage()}, {at}"[:500]
    return f"{type(error).__name__}: {error}"[:500]


def _ttl_s(minutes: object) -> float | None:
    """Returns RSS's `ttl`, which counts minutes, in seconds."""
    text = minutes.strip() if isinstance(minutes, str) else ""
    return float(text) * 60 if text.isascii() and text.isdigit() and len(text) < 8 else None


def _xml_entry(entry: Any, base: str, own: frozenset[str], authors: tuple[str, ...]) -> FeedEntry:
    summary = entry.get("summary") or ""
    # FeedBurner's own link, which counts clicks, stands where the outlet's was.
    link = _web(entry, "feedburner_origlink") or _link(entry, base, own) or _web(entry, "id")
    url = _joined(base, link)
    title = title_text(entry.get("title") or "", plain=_is_plain(entry, "title"))
    html, text = _contents(entry, summary)
    if html and leads_on(html, url, title):
        html = None
    if not (html or text or _is_web(url)):
        html = summary or None  # "complete in itself": RSS 2.0 on items without a link
    plain = _is_plain(entry, "summary")
    told = [name for name in ("published", "dc_date") if _time(entry, name)]
    exact = (name for name in told if is_exact(dict.get(entry, name)))
    published = next(exact, told[0] if told else "published")
    return FeedEntry(
        id=entry.get("id") or "",
        url=url,
        title=title,
        summary="" if summary in (html, text) else summary_text(summary, plain=plain),
        html=html,
        text=text,
        authors=_xml_authors(entry) or _xml_authors(entry.get("source") or {}) or authors,
        published_at=_time(entry, published),
        updated_at=_time(entry, "updated"),
        exact=is_exact(dict.get(entry, published)),
        language=language_code((entry.get("title_detail") or {}).get("language")),
    )


def _link(entry: Any, base: str, own: frozenset[str]) -> str:
    """Returns an entry's own link, of several pages the first; feedparser takes the last.

    What is for a medium or a language goes behind: the form for telephones, a translation. So does
    what lies under another domain than the feed and its site.
    """

    def rank(link: Any) -> tuple[bool, bool, bool]:
        url = _joined(base, link["href"])
        special = bool(link.get("media") or link.get("hreflang"))
        return special, registered_domain(url) not in own, _MOBILE.match(url) is not None

    pages = [
        one
        for one in entry.get("links") or ()
        if one.get("rel") == "alternate" and one.get("type") in _HTML and one.get("href")
    ]
    return min(pages, key=rank)["href"] if len(pages) > 1 else entry.get("link") or ""


def _is_web(url: str) -> bool:
    return url[:8].lower().startswith(("http://", "https://"))


def _is_plain(record: Any, field: str) -> bool:
    """Tells whether the feed, or feedparser's look at it, takes a field for plain text."""
    return (record.get(f"{field}_detail") or {}).get("type") in _PLAIN


def _base(url: str | None, selves: Iterable[str | None], site: str) -> str:
    """Returns what links are relative to, "" where nothing tells.

    That is the feed's address, and for RSS and JSON Feed, whose standards do not say, the site's
    where it lies on another host: what is behind `feeds.` has no pages.

    Args:
        selves: what the feed says of its address. site: "" for Atom, which says that it is its own.
    """
    told = (_joined("", one) for one in (url, *selves) if one)
    base = next(filter(_is_web, told), "")
    site = _joined(base, site)
    return site if canonical_or_none(site) and _host(site) != _host(base) else base


def _host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0].lower().removeprefix("www.")


def _time(entry: Any, field: str) -> dt.datetime | None:
    """Feedparser is asked for what is left: the words of some other languages.

    Its own `get` would put `published` in the place of a missing `updated`.
    """
    read = parse_time(dict.get(entry, field))
    return read or from_struct(dict.get(entry, f"{field}_parsed"))


def _web(entry: Any, field: str) -> str:
    """Returns a field that is a URL by itself, as the id of an entry without a link may be."""
    told = entry.get(field)
    return told if isinstance(told, str) and _is_web(told) else ""


def _contents(entry: Any, summary: str) -> tuple[str | None, str | None]:
    """Returns the longest full text as HTML or as plain text; (None, None) for a teaser."""
    contents = [one for one in entry.get("content") or () if one.get("value")]
    if not contents:
        return None, None
    longest = max(contents, key=lambda one: len(one["value"]))
    value = longest["value"]
    if not full_text(value, summary):
        return None, None
    return (None, value) if longest.get("type") in _PLAIN else (value, None)


def _xml_authors(entry: Any) -> tuple[str, ...]:
    return _names(author.get("name") or "" for author in entry.get("authors") or ())


def _names(bylines: Iterable[str]) -> tuple[str, ...]:
    names = (name for byline in bylines for name in names_in(plain_text(byline)))
    return tuple(dict.fromkeys(names))


def parse_json_feed(body: bytes, url: str | None) -> FeedDocument:
    """Reads JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""
    try:
        feed = orjson.loads(body.removeprefix(codecs.BOM_UTF8))
    except orjson.JSONDecodeError as error:
        raise UnreadableFeed(f"no JSON: {error}") from error
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise UnreadableFeed("no JSON Feed: it has no list of items")
    base = _base(url, (_text(feed, "feed_url"),), _text(feed, "home_page_url"))
    authors = _json_authors(feed)
    return FeedDocument(
        format="json",
        title=title_text(_text(feed, "title")),
        language=language_code(feed.get("language")),
        entries=tuple(_json_entry(item, base, authors) for item in items[:MAX_ENTRIES]),
        problem=too_many(len(items)),
        left_out=left_out(len(items)),
    )


def _json_entry(item: Any, base: str, authors: tuple[str, ...]) -> FeedEntry:
    if not isinstance(item, dict):
        return FeedEntry(id=scalar_text(item)[:200])
    summary, html, text = (
        _text(item, name) for name in ("summary", "content_html", "content_text")
    )
    url = _joined(base, _text(item, "url") or _text(item, "external_url") or _web(item, "id"))
    teaser = summary or html or text
    title = title_text(_text(item, "title"))
    alone = not _is_web(url)  # then whatever text there is, is all of it
    if leads_on(html, url, title):
        html = text = ""
    html = html if alone or full_text(html, summary) else ""
    text = text if not html and (alone or full_text(text, summary)) else ""
    return FeedEntry(
        id=scalar_text(item.get("id") or ""),
        url=url,
        title=title,
        summary=summary_text(teaser) if summary or not (html or text) else "",
        html=html or None,
        text=text or None,
        authors=_json_authors(item) or authors,
        published_at=parse_time(item.get("date_published")),
        updated_at=parse_time(item.get("date_modified")),
        exact=is_exact(item.get("date_published")),
        language=language_code(item.get("language")),
    )


def _json_authors(item: dict[str, Any]) -> tuple[str, ...]:
    listed = item.get("authors")
    authors = listed if isinstance(listed, list) else [item.get("author")]
    return _names(_text(one, "name") for one in authors if isinstance(one, dict))


def _text(record: dict[str, Any], name: str) -> str:
    value = record.get(name)
    return value if isinstance(value, str) else ""


def _joined(base: str, link: str) -> str:
    """Returns a link as an address; what begins with a host of the outlet's lacks a scheme only."""
    link = link.strip()
    if not link or _is_web(link):
        return link
    host = _HOST.match(link)
    if host and (host[1] or registered_domain(f"https://{link}") == registered_domain(base)):
        scheme = "http" if base.lower().startswith("http:") else "https"
        return f"{scheme}://{link.removeprefix('//')}"
    try:
        return urljoin(base, link)
    except ValueError:
        return link
