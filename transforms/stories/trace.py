"""What an active story keeps of an article: a fingerprint in 0.8 kB, ready to be compared."""

from __future__ import annotations

import dataclasses
import sys

from schemas import ids
from schemas.records import Fingerprint
from transforms.stories.reprints import as_signature, shingle_count
from transforms.stories.term_weights import packed_terms


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """An article as the state of a stream and an active story hold it.

    Attributes:
        event_s, fetched_s: when it was published (else fetched) and fetched, seconds since 1970.
        dated: whether the former is its publication.
        first_s: when its first text was fetched.
        vector: int8[dim] as in Fingerprint; b"" for an article remembered by id and time alone.
        terms: at most 64 packed terms, see `transforms.stories.term_weights`.
        signature: uint8[128], as `transforms.stories.reprints` compares it.
        shingles: number of 5-shingles that the signature stands for.
    """

    article_id: str
    source: str
    event_s: float
    dated: bool
    fetched_s: float
    first_s: float
    vector: bytes
    terms: bytes
    signature: bytes
    shingles: int


def trace_of(fingerprint: Fingerprint) -> Trace:
    """The trace of an article; a pure function of its fingerprint."""
    return Trace(
        article_id=fingerprint.article_id,
        source=sys.intern(fingerprint.source),  # one string for all articles of an outlet
        event_s=ids.milliseconds(fingerprint.event_time) / 1000,
        dated=fingerprint.dated,
        fetched_s=ids.milliseconds(fingerprint.fetched_at) / 1000,
        first_s=ids.milliseconds(fingerprint.first_fetched_at) / 1000,
        vector=fingerprint.vector,
        terms=packed_terms(fingerprint.terms),
        signature=as_signature(fingerprint.signature).tobytes(),
        shingles=shingle_count(fingerprint.words),
    )


def without_text(trace: Trace) -> Trace:
    """`trace` for remembering only that the article was there, and when."""
    return dataclasses.replace(trace, vector=b"", terms=b"", signature=b"", shingles=0)
