"""Items and pages to articles: which of their words are taken, and what becomes of the rest."""

import dataclasses
import re

from schemas.ids import article_id
from schemas.records import START_CHARS, Article, Item, Outcome, Page, Rejected
from transforms.text.languages import detect_language
from transforms.text.paragraphs import body_text
from transforms.text.substance import text_hash
from transforms.times import plausible
from transforms.web.feed_entries import MAX_TITLE_CHARS
from transforms.web.feed_furniture import text_of_content
from transforms.web.html_trees import NoText
from transforms.web.pages import read_page
from transforms.web.unreadable import UnreadableRecord
from transforms.web.urls import canonical_or_none, registered_domain

STEP = "ExtractArticles"
MAX_BODY_CHARS = 500_000
"""A longer text is a book or a log; stages after this one would hold up all others over it."""

# WordPress ends each entry of its feeds so; without its links in summaries and plain texts.
_FOOTER_CHARS = 600
_FEED_FOOTER = re.compile(r"\s*\bThe post .{1,300}? (appeared first|first appeared) on .{1,200}\Z")


class TextTooLong(UnreadableRecord):
    """A text is longer than any article."""


def article_of(record: Item | Page) -> Article | Outcome | Rejected:
    """Returns the article of a page or item, or why there is none; exactly one of the three."""
    try:
        return _of_page(record) if isinstance(record, Page) else _of_item(record)
    except NoText as error:
        return _no_text(record, str(error))
    except UnreadableRecord as error:
        return _rejected(record, error)


def _check_length(title: str, body: str) -> None:
    if len(body) > MAX_BODY_CHARS:
        raise TextTooLong(f"{len(body)} characters; over {MAX_BODY_CHARS} are no article")
    if len(title) > MAX_TITLE_CHARS:
        raise TextTooLong(
            f"a title of {len(title)} characters; over {MAX_TITLE_CHARS} are no headline"
        )


def _of_page(page: Page) -> Article:
    item = page.item
    read = read_page(page.body, page.content_type, page.url, page.fetched_at, item)
    _check_length(read.title, read.body)
    origin = page.origin
    if page.url is None and read.url:
        origin = dataclasses.replace(origin, source=registered_domain(read.url) or origin.source)
    article = Article(
        article_id=article_id(read.url, origin.source, f"{read.title}\n{read.body}"),
        key=page.key,
        origin=origin,
        url=read.url,
        title=read.title,
        body=read.body,
        authors=read.authors or (item.authors if item else ()),
        language=read.language,
        published_at=read.published_at,
        published_from=read.published_from,
        fetched_at=page.fetched_at,
        text_hash=text_hash(read.title, read.body),
    )
    return _with_feed_time(article, item, exact=read.exact)


def _with_feed_time(article: Article, item: Item | None, *, exact: bool) -> Article:
    """What the feed tells goes first: it names the zone, and is there without the page, too.

    Where it does not, a page's time goes before it that has hour and zone (`exact`). When an entry
    was changed is another time: it stands in where the page tells none.
    """
    told = plausible(item.published_at, article.fetched_at) if item else None
    if item is None or told is None:
        return article
    if item.published_from == "feed_updated" and article.published_at is not None:
        return article
    if item.published_from == "feed_inexact" and exact:
        return article
    return dataclasses.replace(article, published_at=told, published_from=item.published_from)


def _of_item(item: Item) -> Article:
    """The full text, else the teaser: an article may be a headline alone."""
    body = _body(item)
    if not body and not item.title:
        raise NoText("neither title nor text")
    _check_length(item.title, body)
    url = canonical_or_none(item.url)
    published_at = plausible(item.published_at, item.fetched_at)
    return Article(
        article_id=article_id(url, item.origin.source, f"{item.title}\n{body}"),
        key=item.key,
        origin=item.origin,
        url=url,
        title=item.title,
        body=body,
        authors=item.authors,
        language=detect_language(f"{item.title}\n{body}", item.language),
        published_at=published_at,
        published_from=item.published_from if published_at else "unknown",
        fetched_at=item.fetched_at,
        text_hash=text_hash(item.title, body),
        teaser=not body or not (item.text or item.html),
    )


def _body(item: Item) -> str:
    if item.text:
        return body_text(item.text)
    text = text_of_content(item.html, item.url) if item.html else item.summary
    return _without_footer(body_text(text))


def _without_footer(body: str) -> str:
    start = max(len(body) - _FOOTER_CHARS, 0)
    return body[:start] + _FEED_FOOTER.sub("", body[start:])


def _no_text(record: Item | Page, reason: str) -> Outcome:
    return Outcome(
        key=record.key,
        origin=record.origin,
        url=record.url,
        outcome="no_text",
        step=STEP,
        reason=reason,
        at=record.fetched_at,
    )


def _rejected(record: Item | Page, error: UnreadableRecord) -> Rejected:
    payload = record.body if isinstance(record, Page) else record.title.encode()
    # The line that named a fetched page is a headline alone where it is read anew.
    fetched = isinstance(record, Page) and record.item is not None
    return Rejected(
        key=record.key,
        origin=record.origin,
        url=record.url,
        step=STEP,
        error=type(error).__name__,
        message=f"{record.key}: {error}",
        payload=payload[:START_CHARS].decode("utf-8", "replace"),
        replay="url" if fetched else record.origin.replay_of(record.url),
        at=record.fetched_at,
    )
