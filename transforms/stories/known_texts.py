"""What DropRepeats knows of an article, and what follows from one more text of it. Without Beam."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from schemas.memory import Memory
from schemas.records import Article, Outcome, Revision
from schemas.stored import stored_article
from transforms.stories.text_changes import change_between
from transforms.text.substance import text_hash

# A text that comes back after so many others is written again, as a revision.
MOST_TEXTS = 50


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An article as it stands.

    Attributes:
        current: its newest text. hashes: of its other texts, the latest first, at most 50.
    """

    current: Article
    hashes: tuple[str, ...] = ()


class Step(NamedTuple):
    """What one more text leads to: the new state, and what to put out.

    Attributes:
        article: the text that is shown from now on, with the one that it replaces.
        revision: the text, where it came too late to be shown.
    """

    known: Known
    article: Article | None = None
    revision: Revision | None = None
    outcome: Outcome | None = None


def order(article: Article) -> tuple[Any, ...]:
    """Texts in order of time; of two of the same moment the longer comes first, and stays."""
    return (article.fetched_at, -len(article.body), article.text_hash, article.key)


def step(known: Known | None, article: Article) -> Step:
    """What `article`, the next in order, means to what is known.

    A text that is known ends as `repeated`, an unknown one no newer than the current one as
    `superseded`, with a Revision; a newer and changed one replaces the current one, but a teaser
    no full text: it ends as `repeated`. What changes in boilerplate alone is the same text.
    """
    if known is None:
        first = _with_history(article, 0, article)
        return Step(Known(current=first), article=first)
    current = known.current
    older = article.fetched_at <= current.fetched_at
    if article.text_hash == current.text_hash or (older and article.text_hash in known.hashes):
        return Step(known, outcome=_outcome(article, "repeated", f"known as of {_at(current)}"))
    if older:
        outcome = _outcome(article, "superseded", f"older than the text of {_at(current)}")
        kept = dataclasses.replace(known, hashes=_with(known.hashes, article.text_hash))
        late = dataclasses.replace(_revision(article, current, 0), late_hash=article.text_hash)
        return Step(kept, revision=late, outcome=outcome)
    if article.teaser and not current.teaser:
        reason = "a teaser of a text that is known in full"
        return Step(known, outcome=_outcome(article, "repeated", reason))
    newer = _with_history(article, current.revision + 1, current)
    kept = Known(current=newer, hashes=_with(known.hashes, current.text_hash))
    replaced = _revision(current, newer, current.revision)
    return Step(kept, article=dataclasses.replace(newer, replaces=replaced))


def recall(memory: Memory, article_ids: Sequence[str]) -> dict[str, Known]:
    """What the index knows of these articles; two lookups, however many there are."""
    found = {
        document["article_id"]: Known(current=_as_hashed_now(stored_article(document)))
        for document in memory.find("articles", "article_id", article_ids)
    }
    # Of every article: a superseded text leaves the revision's number alone.
    revisions = memory.find("revisions", "article_id", sorted(found)) if found else ()
    for document in sorted(revisions, key=lambda revision: revision["seen_at"]):
        known = found[document["article_id"]]
        earlier = text_hash(document["title"], document["body"])
        found[document["article_id"]] = dataclasses.replace(
            known, hashes=_with(known.hashes, earlier)
        )
    return found


def _as_hashed_now(article: Article) -> Article:
    """A stored text by the rules of today, which may know more of what is boilerplate in it."""
    return dataclasses.replace(article, text_hash=text_hash(article.title, article.body))


def _with(hashes: tuple[str, ...], text_hash: str) -> tuple[str, ...]:
    return (text_hash, *(known for known in hashes if known != text_hash))[:MOST_TEXTS]


def _with_history(article: Article, revision: int, before: Article) -> Article:
    return dataclasses.replace(
        article,
        revision=revision,
        first_fetched_at=before.first_fetched_at or before.fetched_at,
        first_published_at=before.first_published_at if revision else article.published_at,
    )


def _revision(replaced: Article, following: Article, number: int) -> Revision:
    return Revision(
        article_id=replaced.article_id,
        revision=number,
        url=replaced.url,
        source=replaced.source,
        title=replaced.title,
        body=replaced.body,
        language=replaced.language,
        seen_at=replaced.fetched_at,
        replaced_at=following.fetched_at,
        change=change_between(replaced, following),
    )


def _outcome(article: Article, name: Literal["repeated", "superseded"], reason: str) -> Outcome:
    return Outcome(
        key=article.key,
        origin=article.origin,
        url=article.url,
        outcome=name,
        step="DropRepeats",
        reason=reason,
        article_id=article.article_id,
        at=article.fetched_at,
    )


def _at(article: Article) -> str:
    return article.fetched_at.isoformat(timespec="seconds")
