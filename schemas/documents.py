"""The documents that the sinks write, one family for each kind of record.

Flat, since Kibana cannot join: a stance carries its claim's text, both articles' titles, sources
and times. Times are ISO 8601 in UTC with milliseconds; what is None is left out. The mappings are
in `schemas/templates`; a test keeps both in step.

| family    | from         | id                              | version             | index      |
|-----------|--------------|---------------------------------|---------------------|------------|
| articles  | PlacedArticle| article_id                      | fetched or moved at | by month   |
| revisions | Revision     | of article, seen_at (and text)  | seen_at             | by month   |
| claims    | ClaimCounts  | claim_id                        | as_of               | one        |
| stances   | Stance       | stance_id                       | as_of               | one        |
| stories   | Story        | story_id                        | as_of               | one        |
| outcomes  | Outcome      | of key                          | at, or a losing one | one        |
| rejected  | Rejected     | of key and step (and document)  | at                  | one        |
| feeds     | FeedStatus   | of the feed's URL               | last_poll           | one        |

Only articles and revisions lie in monthly indices: their month never changes (first publication,
else first fetch; a revision's id contains its time), so one id lives in one index. A claim's month
could change with a corrected date, and an outcome's with the next poll; those have one index each.
"""

import base64
import dataclasses
import datetime as dt
import functools
from collections.abc import Mapping
from typing import Any

import orjson

from schemas import ids
from schemas.records import (
    Claim,
    ClaimCounts,
    Document,
    FeedStatus,
    Fingerprint,
    Merge,
    Origin,
    Outcome,
    PlacedArticle,
    Rejected,
    Revision,
    Stance,
    Story,
)

FAMILIES = (
    "articles",
    "revisions",
    "claims",
    "stances",
    "stories",
    "outcomes",
    "rejected",
    "feeds",
)
MONTHLY = frozenset({"articles", "revisions"})

Fields = dict[str, Any]


def iso(time: dt.datetime | None) -> str | None:
    """Returns `time` as ISO 8601 in UTC with milliseconds and `Z`; None stays None."""
    if time is None:
        return None
    return time.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@functools.singledispatch
def document_of(record: object) -> Document:
    """Returns the document of a record of one of the families, the same bytes each time.

    Lone surrogates, which JSON cannot carry, become question marks.

    Raises:
        TypeError: `record` is of no family.
    """
    raise TypeError(f"no document is made of {type(record).__name__}")


@document_of.register
def _(record: PlacedArticle) -> Document:
    article, placement = record.article, record.placement
    fields: Fields = {
        "article_id": article.article_id,
        "key": article.key,
        "url": article.url,
        **_origin(article.origin),
        "title": article.title,
        "body": article.body,
        "authors": article.authors,
        "language": article.language,
        "event_time": iso(article.event_time),
        "published_at": iso(article.published_at),
        "published_from": article.published_from,
        "fetched_at": iso(article.fetched_at),
        "first_published_at": iso(article.first_published_at),
        "first_fetched_at": iso(article.first_fetched_at),
        "text_hash": article.text_hash,
        "teaser": article.teaser,
        "revision": article.revision,
        "story_id": placement.story_id,
        "first_story_id": placement.first_story_id,
        "moved_at": iso(placement.moved_at),
        "reprint_of": placement.reprint_of,
        "placement_method": placement.method,
        "placement_score": placement.score,
        "placement_counterpart": placement.counterpart,
        "fingerprint": _fingerprint(record.fingerprint),
    }
    first = article.first_event_time
    return _document(
        "articles", article.article_id, placement.as_of, fields, key=article.key, month=first
    )


def _fingerprint(fingerprint: Fingerprint) -> Fields:
    return {
        "vector": _base64(fingerprint.vector),
        "terms": fingerprint.terms,
        "signature": _base64(fingerprint.signature),
        "words": fingerprint.words,
        "language": fingerprint.language,
        "embedding": fingerprint.embedding,
    }


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


@document_of.register
def _(record: Revision) -> Document:
    change = record.change
    # Of the texts that were shown, no two are of one moment.
    late = (record.late_hash,) if record.late_hash else ()
    seen_ms = str(ids.milliseconds(record.seen_at))
    revision_id = ids.digest("revision", record.article_id, seen_ms, *late)
    fields: Fields = {
        "revision_id": revision_id,
        "article_id": record.article_id,
        "revision": record.revision,
        "url": record.url,
        "source": record.source,
        "title": record.title,
        "body": record.body,
        "language": record.language,
        "seen_at": iso(record.seen_at),
        "replaced_at": iso(record.replaced_at),
        "changed": change.parts,
        "changed_share": change.share,
        "sentences_removed": change.sentences_removed,
        "sentences_added": change.sentences_added,
        "removed": change.removed,
        "added": change.added,
        "claims_dropped": record.claims_dropped,
        "claims_added": record.claims_added,
    }
    return _document("revisions", revision_id, record.seen_at, fields, month=record.seen_at)


@document_of.register
def _(record: ClaimCounts) -> Document:
    claim = record.claim
    fields: Fields = {
        "claim_id": claim.claim_id,
        "article_id": claim.article_id,
        "story_id": claim.story_id,
        "text": claim.text,
        "start": claim.start,
        "end": claim.end,
        "score": claim.score,
        "uncertain": claim.uncertain,
        "speaker": claim.speaker,
        "quoted": claim.quoted,
        "same_as": claim.same_as,
        "language": claim.language,
        "source": claim.source,
        "url": claim.url,
        "title": claim.title,
        "event_time": iso(claim.published_at or claim.fetched_at),
        "published_at": iso(claim.published_at),
        "fetched_at": iso(claim.fetched_at),
        "supporting": record.supporting,
        "denying": record.denying,
        "discussing": record.discussing,
        "current": claim.dropped_at is None,
        "dropped_at": iso(claim.dropped_at),
        "moved_at": iso(claim.moved_at),
        "as_of": iso(record.as_of),
        "model": claim.model,
        "model_revision": claim.model_revision,
        "threshold": claim.threshold,
    }
    return _document("claims", claim.claim_id, record.as_of, fields)


@document_of.register
def _(record: Stance) -> Document:
    pair = record.pair
    supports, denies, discusses, unrelated = record.scores
    fields: Fields = {
        "stance_id": record.stance_id,
        "story_id": pair.claim.story_id,
        "story_headline": pair.story_headline,
        "label": record.label,
        "score": record.score,
        "uncertain": record.uncertain,
        "score_supports": supports,
        "score_denies": denies,
        "score_discusses": discusses,
        "score_unrelated": unrelated,
        "article_id": pair.article_id,
        "source": pair.source,
        "url": pair.url,
        "title": pair.title,
        "event_time": iso(pair.published_at or pair.fetched_at),
        "published_at": iso(pair.published_at),
        "fetched_at": iso(pair.fetched_at),
        "evidence": pair.evidence,
        "start": pair.start,
        "end": pair.end,
        "current": record.dropped_at is None,
        "dropped_at": iso(record.dropped_at),
        **_claim_side(pair.claim),
        "model": record.model,
        "model_revision": record.model_revision,
    }
    return _document("stances", record.stance_id, record.as_of, fields)


def _claim_side(claim: Claim) -> Fields:
    return {
        "claim_id": claim.claim_id,
        "claim_same_as": claim.same_as,
        "claim_text": claim.text,
        "claim_score": claim.score,
        "claim_uncertain": claim.uncertain,
        "claim_speaker": claim.speaker,
        "claim_quoted": claim.quoted,
        "claim_language": claim.language,
        "claim_article_id": claim.article_id,
        "claim_source": claim.source,
        "claim_url": claim.url,
        "claim_title": claim.title,
        "claim_published_at": iso(claim.published_at),
        "claim_fetched_at": iso(claim.fetched_at),
        "claim_current": claim.dropped_at is None,
    }


@document_of.register
def _(record: Story) -> Document:
    fields: Fields = {
        "story_id": record.story_id,
        "language": record.language,
        "headline": record.headline,
        "first_seen": iso(record.first_seen),
        "last_seen": iso(record.last_seen),
        "sources": record.sources,
        "source_count": len(record.sources),
        "articles": record.articles,
        "reprints": record.reprints,
        "claims": record.claims,
        "placement_method": record.method,
        "placement_score": record.score,
        "as_of": iso(record.as_of),
        **(_merge(record.merge) if record.merge else {}),
    }
    return _document("stories", record.story_id, record.as_of, fields)


def _merge(merge: Merge) -> Fields:
    return {
        "merged_into": merge.into,
        "merged_at": iso(merge.at),
        "merge_method": "agreement",
        "merge_score": merge.score,
        "merge_counterpart": merge.counterpart,
    }


@document_of.register
def _(record: Outcome) -> Document:
    fields: Fields = {
        "key": record.key,
        "url": record.url,
        **_origin(record.origin),
        "outcome": record.outcome,
        "step": record.step,
        "reason": record.reason,
        "article_id": record.article_id or None,
        "passing": record.passing if record.outcome == "fetch_failed" else None,
        "at": iso(record.at),
    }
    document_id = ids.digest("outcome", record.key)
    version = _losing_version(record) or record.at
    return _document("outcomes", document_id, version, fields, key=record.key)


def _losing_version(record: Outcome) -> dt.datetime | None:
    """Returns the version of an outcome that loses to those with a text, older ones too; else None.

    A repeat never overwrites what the URL's first sighting wrote. Nor does a fetch that brings no
    text: a repeat after it could not take its place without overwriting that, too. Among these the
    latest counts, by the second: their versions end where those of texts begin, in 1970. That
    another feed named a page, too, says nothing of how the page ended, and loses to these.

    A file record that cannot be read has the file's time for want of its own; once mended, it may
    tell of an earlier one, or be a repeat. A record that was passed over, since it is no page or
    outside of a slice of time, loses to these as well.
    """
    if record.outcome == "repeated" and record.step == "FetchPages":
        return _EPOCH + 2 * _ONE
    if record.outcome in _WITHOUT_NEWS:
        return _EPOCH + max(2, int((record.at - _EPOCH).total_seconds())) * _ONE
    if record.outcome == "rejected" and record.step == "ReadFiles":
        return _EPOCH + _ONE
    return _EPOCH if record.outcome == "skipped" else None


@document_of.register
def _(record: Rejected) -> Document:
    # One record may lead to several refused documents, which are rejected each on its own.
    which = record.payload if record.replay == "document" else ""
    rejected_id = ids.digest("rejected", record.key, record.step, which)
    fields: Fields = {
        "rejected_id": rejected_id,
        "key": record.key,
        "url": record.url,
        **_origin(record.origin),
        "step": record.step,
        "error": record.error,
        "message": record.message,
        "payload": record.payload,
        "replay": record.replay,
        "at": iso(record.at),
    }
    return _document("rejected", rejected_id, record.at, fields, key=record.key)


@document_of.register
def _(record: FeedStatus) -> Document:
    fields: Fields = {
        "feed": record.feed,
        "source": record.source,
        "status": record.status,
        "http_status": record.http_status,
        "last_poll": iso(record.last_poll),
        "last_success": iso(record.last_success),
        "last_new_item": iso(record.last_new_item),
        "interval_s": record.interval_s,
        "failures": record.failures,
        "items": record.items,
        "new_items": record.new_items,
        "quiet": record.quiet,
        "silent": record.silent,
        "habit_s": record.habit_s,
        "problem": record.problem or None,  # so that `problem:*` finds those that have one
        "state": record.state,
    }
    return _document("feeds", ids.digest("feed", record.feed), record.last_poll, fields)


def replayed_of(record: object, replayed: Mapping[str, int]) -> Document:
    """Returns the document of a record; an outcome's is as new as that of its key in `replayed`."""
    document = document_of(record)
    if document.family != "outcomes":
        return document
    version = max(document.version, replayed.get(document.key, 0))
    return dataclasses.replace(document, version=version)


def is_new(placed: PlacedArticle) -> bool:
    """Says whether it is the first text of an article: only that is shown as unfinished."""
    return placed.article.revision == 0


def unfinished_of(placed: PlacedArticle) -> Document:
    """Returns the document of an article that is not read for claims yet; the whole one wins.

    Earlier runs' memory (`schemas.memory`) leaves it out.
    """
    whole = document_of(placed)
    source = whole.source[:-1] + b',"unfinished":true}'
    return dataclasses.replace(whole, version=whole.version - 1, source=source)


def moment_of(record: Any) -> dt.datetime:
    """Returns `fetched_at` of the text that `record` follows from, the newest of several."""
    match record:
        case PlacedArticle():
            return record.placement.as_of
        case Revision():
            return record.replaced_at
        case FeedStatus():
            return record.last_poll
        case Outcome() | Rejected():
            return record.at
        case _:
            as_of: dt.datetime = record.as_of
            return as_of


# The outcomes that bring no text.
_WITHOUT_NEWS = frozenset(("repeated", "no_text", "not_fetched", "fetch_failed"))
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_ONE = dt.timedelta(milliseconds=1)


def _origin(origin: Origin) -> Fields:
    return {
        "source": origin.source,
        "feed": origin.feed,
        "file": origin.file,
        "position": origin.position,
    }


def _document(
    family: str,
    document_id: str,
    version: dt.datetime,
    fields: Fields,
    *,
    key: str = "",
    month: dt.datetime | None = None,
) -> Document:
    return Document(
        family=family,
        id=document_id,
        month=f"{month.astimezone(dt.UTC):%Y.%m}" if month else "",
        version=max(0, ids.milliseconds(version)),  # the server takes no negative ones
        source=_serialised({name: value for name, value in fields.items() if value is not None}),
        key=_without_surrogates(key),  # as the stored one
    )


def _serialised(fields: Fields) -> bytes:
    try:
        dumped = orjson.dumps(fields)
    except TypeError:
        dumped = orjson.dumps(_without_surrogates(fields))
    # orjson leaves up to ten times as much memory allocated behind it (3.13).
    return bytes(memoryview(dumped))


def _without_surrogates(value: Any) -> Any:
    match value:
        case str():
            return value.encode("utf-8", "replace").decode()
        case dict():
            return {name: _without_surrogates(part) for name, part in value.items()}
        case list() | tuple():
            return [_without_surrogates(part) for part in value]
        case _:
            return value
