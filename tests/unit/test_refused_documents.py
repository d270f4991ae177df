"""What becomes of a document that the server refuses."""

import pytest

from schemas.documents import document_of
from schemas.records import MAX_DOCUMENT_CHARS, MAX_PAYLOAD_CHARS, Document, Origin, Rejected
from schemas.stored import stored_document
from tests.record_samples import COUNTS, NOON, ORIGIN, REJECTED, URL, placed
from transforms.elasticsearch.answers import Refusal
from transforms.elasticsearch.documents import (
    RejectionRefusedError,
    action_of,
    rejected_of,
)
from transforms.web.articles import MAX_BODY_CHARS


def refused(document: Document, status: int = 400) -> Rejected:
    error, reason = "document_parsing_exception", "failed to parse [at]"
    return rejected_of(document, Refusal(action_of(document, "x"), status, error, reason))


def test_it_says_what_was_refused_and_why() -> None:
    rejected = refused(document_of(placed()))
    assert (rejected.key, rejected.url, rejected.origin) == (URL, URL, ORIGIN)
    assert (rejected.step, rejected.error) == ("WriteToElasticsearch", "document_parsing_exception")
    assert rejected.message == "HTTP 400 for articles/a1: failed to parse [at]"
    assert rejected.at == NOON


def test_the_document_can_be_written_anew() -> None:
    document = document_of(placed())
    rejected = refused(document)
    assert rejected.replay == "document"
    assert stored_document(rejected) == document


def test_without_a_key_the_document_names_itself() -> None:
    rejected = refused(document_of(COUNTS))
    assert rejected.key == "claims/c1"
    assert rejected.origin == Origin(source="The Gazette")


def test_the_longest_article_can_be_written_anew() -> None:
    document = document_of(placed(body="“x”\n" * (MAX_BODY_CHARS // 4)))
    rejected = refused(document)
    assert rejected.replay == "document"
    assert stored_document(rejected) == document


FEED = "https://gazette.example/feed"


@pytest.mark.parametrize(
    ("key", "url", "origin", "replay"),
    [
        (URL, URL, ORIGIN, "url"),
        (f"{FEED}#7", None, Origin(source="", feed=FEED, position="7"), "no"),
        ("a.jsonl#line 3", URL, Origin(source="", file="a.jsonl", position="line 3"), "file"),
        ("", None, Origin(source=""), "no"),
    ],
)
@pytest.mark.parametrize(("chars", "status"), [(MAX_DOCUMENT_CHARS, 400), (MAX_BODY_CHARS, 413)])
def test_a_document_too_long_to_keep_is_read_anew(
    key: str, url: str | None, origin: Origin, replay: str, chars: int, status: int
) -> None:
    document = document_of(placed(body="x" * chars, key=key, url=url, origin=origin))
    rejected = refused(document, status)
    assert rejected.replay == replay
    assert len(rejected.payload) == MAX_PAYLOAD_CHARS


def test_a_refused_rejection_fails_loudly() -> None:
    with pytest.raises(RejectionRefusedError, match="document_parsing_exception: failed to parse"):
        refused(document_of(REJECTED))
