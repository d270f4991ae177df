"""Texts that a model cannot judge, as rejected records: one each, whoever they were judged with."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from schemas.records import START_CHARS, Article, Claim, Origin, Pair, Rejected
from transforms.models.base import TextError


def rejected_article(step: str, article: Article, error: TextError) -> Rejected:
    """An article that ends here; its record can be read anew."""
    return _rejected(
        step,
        error,
        key=article.key,
        origin=article.origin,
        url=article.url,
        payload=article.title,
        replay=article.origin.replay_of(article.url),
        at=article.fetched_at,
    )


def rejected_sentence(
    step: str, article: Article, start: int, end: int, error: TextError
) -> Rejected:
    """A sentence of an article that goes on without it."""
    return _rejected(
        step,
        error,
        key=f"sentences/{article.article_id}/{start}-{end}",
        origin=article.origin,
        url=article.url,
        payload=article.body[start:end],
        replay="no",
        at=article.fetched_at,
    )


def rejected_claim(step: str, claim: Claim, error: TextError) -> Rejected:
    """A claim that goes on without what the model would have said of it."""
    return _rejected(
        step,
        error,
        key=f"claims/{claim.claim_id}",
        origin=Origin(source=claim.source),
        url=claim.url,
        payload=claim.text,
        replay="no",
        at=claim.fetched_at,
    )


def rejected_pair(step: str, pair: Pair, error: TextError) -> Rejected:
    """A claim and a passage that are not judged."""
    return _rejected(
        step,
        error,
        key=f"pairs/{pair.claim.claim_id}/{pair.article_id}/{pair.start}-{pair.end}",
        origin=Origin(source=pair.source),
        url=pair.url,
        payload=f"{pair.claim.text}\n{pair.passage}",
        replay="no",
        at=max(pair.fetched_at, pair.claim.fetched_at),
    )


def _rejected(
    step: str,
    error: TextError,
    *,
    key: str,
    origin: Origin,
    url: str | None,
    payload: str,
    replay: Literal["url", "file", "no"],
    at: dt.datetime,
) -> Rejected:
    return Rejected(
        key=key,
        origin=origin,
        url=url,
        step=step,
        error=type(error).__name__,
        message=_writable(f"{key}: {error}"),
        payload=_writable(payload[:START_CHARS]),
        replay=replay,
        at=at,
    )


def _writable(text: str) -> str:
    """The text with a question mark for what UTF-8 cannot say, which is why it was rejected."""
    return text.encode("utf-8", "replace").decode("utf-8")
