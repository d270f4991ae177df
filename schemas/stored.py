"""Stored documents read back into the records that they were made of.

Later runs prime themselves from these (`schemas.memory`).
"""

import base64
import datetime as dt
from typing import Any

import orjson

from schemas.records import (
    Article,
    Claim,
    ClaimCounts,
    Document,
    FeedStatus,
    Fingerprint,
    Merge,
    Origin,
    Pair,
    PlacedArticle,
    Placement,
    Rejected,
    Stance,
    Story,
)

Stored = dict[str, Any]


def stored_article(document: Stored) -> Article:
    """Returns the article of a document of the `articles` family."""
    return Article(
        article_id=document["article_id"],
        key=document["key"],
        origin=_origin_of(document),
        url=document.get("url"),
        title=document["title"],
        body=document["body"],
        authors=tuple(document["authors"]),
        language=document["language"],
        published_at=_time_or_none(document, "published_at"),
        published_from=document["published_from"],
        fetched_at=_time(document["fetched_at"]),
        text_hash=document["text_hash"],
        teaser=document["teaser"],
        revision=document["revision"],
        first_fetched_at=_time_or_none(document, "first_fetched_at"),
        first_published_at=_time_or_none(document, "first_published_at"),
    )


def stored_fingerprint(document: Stored) -> Fingerprint:
    """Returns the fingerprint of a document of the `articles` family."""
    kept = document["fingerprint"]
    return Fingerprint(
        article_id=document["article_id"],
        source=document["source"],
        language=kept["language"],
        event_time=_time(document["event_time"]),
        dated=document.get("published_at") is not None,
        fetched_at=_time(document["fetched_at"]),
        first_fetched_at=_time(document.get("first_fetched_at") or document["fetched_at"]),
        revision=document["revision"],
        vector=base64.b64decode(kept["vector"]),
        terms=tuple((str(term), float(weight)) for term, weight in kept["terms"]),
        signature=base64.b64decode(kept["signature"]),
        words=kept["words"],
        embedding=kept["embedding"],
    )


def placed_of(document: Stored) -> PlacedArticle:
    """Returns all that a document of the `articles` family was made of."""
    placement = Placement(
        article_id=document["article_id"],
        fetched_at=_time(document["fetched_at"]),
        story_id=document["story_id"],
        reprint_of=document.get("reprint_of"),
        method=document["placement_method"],
        score=float(document["placement_score"]),
        counterpart=document.get("placement_counterpart"),
        first_story_id=document.get("first_story_id"),
        moved_at=_time_or_none(document, "moved_at"),
    )
    return PlacedArticle(
        article=stored_article(document),
        placement=placement,
        fingerprint=stored_fingerprint(document),
    )


def claim_of(document: Stored) -> Claim:
    """Returns the claim of a document of the `claims` family."""
    return Claim(
        claim_id=document["claim_id"],
        article_id=document["article_id"],
        story_id=document["story_id"],
        text=document["text"],
        start=document["start"],
        end=document["end"],
        score=float(document["score"]),
        speaker=document["speaker"],
        quoted=document["quoted"],
        same_as=document["same_as"],
        language=document["language"],
        source=document["source"],
        url=document.get("url"),
        title=document["title"],
        published_at=_time_or_none(document, "published_at"),
        fetched_at=_time(document["fetched_at"]),
        model=document["model"],
        model_revision=document["model_revision"],
        threshold=float(document["threshold"]),
        uncertain=document["uncertain"],
        dropped_at=_time_or_none(document, "dropped_at"),
        moved_at=_time_or_none(document, "moved_at"),
    )


def stored_stance(document: Stored, claim: Claim) -> Stance:
    """Returns the stance of a document of the `stances` family, without the passage read for it.

    Args:
        claim: what it is about; the document has only a part of it.
    """
    pair = Pair(
        claim=claim,
        story_headline=document["story_headline"],
        article_id=document["article_id"],
        source=document["source"],
        url=document.get("url"),
        title=document["title"],
        published_at=_time_or_none(document, "published_at"),
        fetched_at=_time(document["fetched_at"]),
        passage="",
        evidence=document["evidence"],
        start=document["start"],
        end=document["end"],
    )
    supports, denies, discusses, unrelated = (
        float(document[f"score_{label}"])
        for label in ("supports", "denies", "discusses", "unrelated")
    )
    return Stance(
        stance_id=document["stance_id"],
        pair=pair,
        label=document["label"],
        score=float(document["score"]),
        scores=(supports, denies, discusses, unrelated),
        model=document["model"],
        model_revision=document["model_revision"],
        uncertain=document["uncertain"],
        dropped_at=_time_or_none(document, "dropped_at"),
    )


def claim_counts_of(document: Stored) -> ClaimCounts:
    """Returns all that a document of the `claims` family was made of."""
    return ClaimCounts(
        claim=claim_of(document),
        supporting=document["supporting"],
        denying=document["denying"],
        discussing=document["discussing"],
        as_of=_time(document["as_of"]),
    )


def story_of(document: Stored) -> Story:
    """Returns the story of a document of the `stories` family."""
    return Story(
        story_id=document["story_id"],
        language=document["language"],
        headline=document["headline"],
        first_seen=_time(document["first_seen"]),
        last_seen=_time(document["last_seen"]),
        sources=tuple(document["sources"]),
        articles=document["articles"],
        reprints=document["reprints"],
        claims=document["claims"],
        method=document["placement_method"],
        score=float(document["placement_score"]),
        as_of=_time(document["as_of"]),
        merge=_merge_of(document) if "merged_into" in document else None,
    )


def _merge_of(document: Stored) -> Merge:
    return Merge(
        story_id=document["story_id"],
        into=document["merged_into"],
        score=float(document["merge_score"]),
        counterpart=document["merge_counterpart"],
        at=_time(document["merged_at"]),
    )


def feed_status_of(document: Stored) -> FeedStatus:
    """Returns the status, with its poll state, of a document of the `feeds` family."""
    return FeedStatus(
        feed=document["feed"],
        source=document["source"],
        status=document["status"],
        http_status=document["http_status"],
        last_poll=_time(document["last_poll"]),
        last_success=_time_or_none(document, "last_success"),
        last_new_item=_time_or_none(document, "last_new_item"),
        interval_s=float(document["interval_s"]),
        failures=document["failures"],
        items=document["items"],
        new_items=document["new_items"],
        quiet=document["quiet"],
        silent=document["silent"],
        habit_s=float(document["habit_s"]),
        problem=document.get("problem") or "",
        state=document["state"],
    )


def payload_of(document: Document) -> str:
    """Returns `document` as JSON on one line, for `document_in` to write it anew."""
    head = {
        "family": document.family,
        "id": document.id,
        "month": document.month,
        "version": document.version,
        "key": document.key,
        "document": orjson.Fragment(document.source),
    }
    return orjson.dumps(head).decode()


def document_in(payload: str | bytes) -> Document:
    """Undoes `payload_of`.

    Raises:
        orjson.JSONDecodeError, KeyError, TypeError: it is none of ours, or not whole.
    """
    kept = orjson.loads(payload)
    source = orjson.dumps(kept["document"])
    return Document(
        family=kept["family"],
        id=kept["id"],
        month=kept["month"],
        version=kept["version"],
        key=kept["key"],
        source=bytes(memoryview(source)),  # compact, as `document_of` leaves it
    )


def stored_document(rejected: Rejected) -> Document:
    """Returns the document that the server refused, to be written anew.

    Raises:
        ValueError: the record's payload is no whole document (its `replay` is not `document`).
    """
    try:
        return document_in(rejected.payload)
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise ValueError(f"{rejected.key}: its payload is no whole document: {error}") from error


def stored_rejected(document: Stored) -> Rejected:
    """Returns the record of a document of the `rejected` family."""
    return Rejected(
        key=document["key"],
        origin=_origin_of(document),
        url=document.get("url"),
        step=document["step"],
        error=document["error"],
        message=document["message"],
        payload=document["payload"],
        replay=document["replay"],
        at=_time(document["at"]),
    )


def _origin_of(document: Stored) -> Origin:
    return Origin(
        source=document["source"],
        feed=document.get("feed"),
        file=document.get("file"),
        position=document.get("position"),
    )


def _time(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def _time_or_none(document: Stored, name: str) -> dt.datetime | None:
    return _time(document[name]) if name in document else None
