"""Small records for the tests of the story stages."""

from __future__ import annotations

import datetime as dt
import zlib

import numpy as np

from schemas import ids
from schemas.records import (
    Article,
    Claim,
    Fingerprint,
    Origin,
    PlacedArticle,
    Placement,
    Reading,
)
from transforms.stories.fingerprint import make_fingerprint
from transforms.text.substance import text_hash

START = dt.datetime(2026, 11, 1, 8, tzinfo=dt.UTC)


def article(
    url: str = "https://a.example/1",
    *,
    title: str = "Harbour bridge closed after barge hits pier",
    body: str = "The harbour bridge in Porthaven was closed on Sunday after a barge hit a pier.",
    minutes: float = 0,
    source: str = "Courier",
    language: str = "en",
    published_minutes: float | None = None,
    teaser: bool = False,
) -> Article:
    """An article fetched so many minutes after START."""
    fetched = START + dt.timedelta(minutes=minutes)
    published = (
        None if published_minutes is None else START + dt.timedelta(minutes=published_minutes)
    )
    return Article(
        article_id=ids.article_id(url, source, body),
        key=url,
        origin=Origin(source=source, feed="https://a.example/feed"),
        url=url,
        title=title,
        body=body,
        language=language,
        published_at=published,
        published_from="unknown" if published is None else "feed",
        fetched_at=fetched,
        text_hash=text_hash(title, body),
        teaser=teaser,
        first_fetched_at=fetched,
        first_published_at=published,
    )


def bag_of_words(text: str, dim: int = 64) -> np.ndarray:
    """An embedding without a model: words hashed into `dim` places."""
    vector = np.zeros(dim, dtype=np.float32)
    for word in text.lower().split():
        vector[zlib.crc32(word.strip(".,").encode("utf-8", "replace")) % dim] += 1
    return vector


def fingerprint(of: Article) -> Fingerprint:
    """The fingerprint of an article by `bag_of_words`."""
    return make_fingerprint(of, bag_of_words(f"{of.title} {of.body}"))


def placed(of: Article, story_id: str = "s1", reprint_of: str | None = None) -> PlacedArticle:
    """An article in a story."""
    placement = Placement(
        article_id=of.article_id,
        fetched_at=of.fetched_at,
        story_id=story_id,
        reprint_of=reprint_of,
        method="reprint" if reprint_of else "similar",
        score=0.9,
        counterpart=reprint_of,
    )
    return PlacedArticle(article=of, placement=placement, fingerprint=fingerprint(of))


def claim(of: Article, text: str, story_id: str = "s1") -> Claim:
    """A claim of an article; `text` stands in its body, or at its start for want of a place."""
    start = max(of.body.find(text), 0)
    claim_id = ids.claim_id(of.article_id, text)
    return Claim(
        claim_id=claim_id,
        article_id=of.article_id,
        story_id=story_id,
        text=text,
        start=start,
        end=start + len(text),
        score=0.9,
        same_as=claim_id,
        language=of.language,
        source=of.source,
        url=of.url,
        title=of.title,
        published_at=of.published_at,
        fetched_at=of.fetched_at,
        model="test",
        model_revision="1",
        threshold=0.5,
    )


def reading(
    of: Article, *texts: str, story_id: str = "s1", reprint_of: str | None = None
) -> Reading:
    """A placed article with its claims."""
    claims = tuple(claim(of, text, story_id) for text in texts)
    return Reading(placed=placed(of, story_id, reprint_of), claims=claims)
