"""Labelled stories as the stream would see them, and the measure of a grouping."""

from __future__ import annotations

import datetime as dt
import json
import pathlib
from collections import Counter
from collections.abc import Hashable, Sequence
from typing import NamedTuple

from schemas import ids
from schemas.records import Article, Fingerprint, Origin
from transforms import embed_articles
from transforms.models.base import Embedder, TextError
from transforms.stories.active_stories import ActiveStories, Placed
from transforms.text.substance import text_hash

# Sets without times: all was fetched at one moment, as a folder of files would be.
_FETCHED = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


class Labelled(NamedTuple):
    """An article and the name of the story that people put it in."""

    article: Article
    story: str


class Agreement(NamedTuple):
    """B-cubed precision, recall and their harmonic mean (Bagga and Baldwin 1998)."""

    precision: float
    recall: float
    f1: float


def read_labelled(path: pathlib.Path) -> list[Labelled]:
    """The documents of a JSON Lines file under `stories/`, in the order that a run takes them."""
    with path.open(encoding="utf-8") as lines:
        found = [_labelled(json.loads(line), path.stem) for line in lines]
    return sorted(found, key=lambda each: (each.article.fetched_at, each.article.article_id))


def without_stories_of(labelled: Sequence[Labelled], others: Sequence[Labelled]) -> list[Labelled]:
    """`labelled` less the stories of which `others` have a text."""
    texts = {each.article.body for each in others}
    shared = {each.story for each in labelled if each.article.body in texts}
    return [each for each in labelled if each.story not in shared]


def fingerprints_of(articles: Sequence[Article], embedder: Embedder) -> list[Fingerprint]:
    """Fingerprints by the code that the stream runs.

    Raises:
        TextError: a text that the embedder cannot read.
    """
    made: list[Fingerprint] = []
    for each in embed_articles.fingerprints_of(articles, embedder):
        if isinstance(each, TextError):
            raise each
        made.append(each)
    return made


def grouped(fingerprints: Sequence[Fingerprint], stories: ActiveStories) -> list[str]:
    """The story of each fingerprint in the end, placed in the order given."""
    return in_the_end(list(stories.place_all(fingerprints)))


def in_the_end(placed: Sequence[Placed]) -> list[str]:
    """The story of each article after all merges."""
    story_of: dict[str, str] = {}
    for each in placed:
        if each.merge is not None:
            story_of.update(dict.fromkeys(each.merge.articles, each.merge.into))
        story_of[each.placement.article_id] = each.placement.story_id
    return [story_of[each.placement.article_id] for each in placed]


def b_cubed(said: Sequence[Hashable], gold: Sequence[Hashable]) -> Agreement:
    """How well one grouping agrees with another."""
    both, ours, theirs = Counter(zip(said, gold, strict=True)), Counter(said), Counter(gold)
    precision = sum(n * n / ours[s] for (s, _), n in both.items()) / len(gold)
    recall = sum(n * n / theirs[g] for (_, g), n in both.items()) / len(gold)
    return Agreement(precision, recall, 2 * precision * recall / (precision + recall))


def _labelled(row: dict[str, str], name: str) -> Labelled:
    date, title, text = row.get("date"), row.get("title", ""), row["text"]
    published = dt.datetime.fromisoformat(date).replace(tzinfo=dt.UTC) if date else None
    article = Article(
        article_id=ids.digest(name, row["id"]),
        key=row["id"],
        origin=Origin(source=row.get("source", row["id"]), file=name),
        url=None,
        title=title,
        body=text,
        language="en",
        published_at=published,
        published_from="record" if published else "unknown",
        fetched_at=max(published or _FETCHED, _FETCHED),
        text_hash=text_hash(title, text),
    )
    return Labelled(article, row["cluster"])
