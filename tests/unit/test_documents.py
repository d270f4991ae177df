"""Documents: what they hold, where they go, and that they come back as they were."""

import dataclasses
import datetime as dt
from typing import Any

import orjson
import pytest
from hypothesis import given

from schemas import documents, ids, stored, templates
from schemas.documents import document_of
from schemas.records import OutcomeName
from schemas.stored import payload_of
from tests.record_samples import (
    ALL,
    CLAIM,
    COUNTS,
    FEED,
    NOON,
    OUTCOME,
    REJECTED,
    REVISION,
    STANCE,
    STORY,
    claim_counts,
    placed,
    placed_articles,
)


def fields_of(record: Any) -> dict[str, Any]:
    return orjson.loads(document_of(record).source)


@given(placed_articles)
def test_articles_come_back_as_they_were(record: Any) -> None:
    assert stored.placed_of(fields_of(record)) == record


@given(claim_counts)
def test_claims_come_back_as_they_were(record: Any) -> None:
    assert stored.claim_counts_of(fields_of(record)) == record


def test_other_records_come_back_as_they_were() -> None:
    assert stored.story_of(fields_of(STORY)) == STORY
    assert stored.feed_status_of(fields_of(FEED)) == FEED
    assert stored.stored_rejected(fields_of(REJECTED)) == REJECTED


def test_only_a_feed_with_a_problem_has_the_field_that_says_so() -> None:
    well = dataclasses.replace(FEED, problem="")
    assert fields_of(FEED)["problem"] == FEED.problem
    assert "problem" not in fields_of(well)
    assert stored.feed_status_of(fields_of(well)) == well


def test_stances_come_back_but_for_the_passage_that_was_read() -> None:
    pair = dataclasses.replace(STANCE.pair, passage="")
    stance = dataclasses.replace(STANCE, pair=pair)
    assert stored.stored_stance(fields_of(STANCE), CLAIM) == stance


def test_there_is_a_sample_of_every_family() -> None:
    assert [document_of(record).family for record in ALL] == list(documents.FAMILIES)


@pytest.mark.parametrize("record", ALL, ids=lambda record: type(record).__name__)
def test_every_field_is_mapped(record: Any) -> None:
    document = document_of(record)
    assert set(orjson.loads(document.source)) <= set(templates.properties(document.family))


def test_every_mapped_field_is_written_by_some_record() -> None:
    full = {document_of(record).family: set(fields_of(record)) for record in ALL}
    full["articles"] |= {"reprint_of", "file", "position"}
    full["articles"] |= set(orjson.loads(documents.unfinished_of(placed()).source))
    full["claims"] |= {"published_at", "dropped_at"}
    full["stances"] |= {"claim_published_at"}
    full["outcomes"] |= {"file", "position", "passing"}
    full["rejected"] |= {"url", "feed"}
    full["feeds"] |= {"last_new_item"}
    assert full == {family: set(templates.properties(family)) for family in documents.FAMILIES}


def test_none_is_left_out() -> None:
    assert "published_at" not in fields_of(COUNTS)


def test_times_are_utc_with_milliseconds() -> None:
    berlin = dt.timezone(dt.timedelta(hours=1))
    assert documents.iso(NOON.astimezone(berlin)) == "2026-11-20T12:00:00.123Z"


@pytest.mark.parametrize(
    ("changes", "month"),
    [
        ({}, "2026.11"),
        ({"published_at": dt.datetime(2026, 12, 1, tzinfo=dt.UTC)}, "2026.11"),
        ({"first_published_at": None, "published_at": None}, "2026.11"),
        ({"first_published_at": dt.datetime(2025, 2, 1, tzinfo=dt.UTC)}, "2025.02"),
        (
            {
                "first_published_at": None,
                "published_at": None,
                "first_fetched_at": dt.datetime(2026, 10, 31, tzinfo=dt.UTC),
            },
            "2026.10",
        ),
        (
            {
                "revision": 1,
                "first_published_at": None,
                "published_at": dt.datetime(2026, 9, 1, tzinfo=dt.UTC),
            },
            "2026.11",
        ),
    ],
)
def test_an_article_stays_in_the_month_of_its_first_publication(
    changes: dict[str, Any], month: str
) -> None:
    assert document_of(placed(**changes)).month == month


def test_families_without_months_have_one_index() -> None:
    monthly = {document_of(record).family for record in ALL if document_of(record).month}
    assert monthly == documents.MONTHLY


@pytest.mark.parametrize("name", ["repeated", "no_text", "not_fetched", "fetch_failed"])
def test_what_brings_no_news_loses_to_every_text_and_to_what_is_later(name: OutcomeName) -> None:
    later = OUTCOME.at + dt.timedelta(days=999)
    told = [
        dataclasses.replace(OUTCOME, outcome=name, at=OUTCOME.at),
        dataclasses.replace(OUTCOME, outcome="repeated", at=later),
        dataclasses.replace(OUTCOME, outcome=name, at=later + dt.timedelta(seconds=1)),
        OUTCOME,
    ]
    versions = [document_of(each).version for each in told]
    assert versions == sorted(set(versions))


def test_that_a_second_feed_named_a_page_tells_not_how_the_page_ended() -> None:
    ended = dataclasses.replace(OUTCOME, outcome="no_text")
    at = OUTCOME.at + dt.timedelta(seconds=3)
    second = dataclasses.replace(OUTCOME, outcome="repeated", step="FetchPages", at=at)
    assert document_of(second).version < document_of(ended).version


def test_passed_over_loses_to_unread_and_that_to_a_repeat_and_all_to_any_other_outcome() -> None:
    repeated = dataclasses.replace(OUTCOME, outcome="repeated")
    unread = dataclasses.replace(OUTCOME, outcome="rejected", step="ReadFiles")
    skipped = dataclasses.replace(OUTCOME, outcome="skipped", step="ReadFiles")
    documents = [document_of(each) for each in (skipped, unread, repeated, OUTCOME)]
    assert len({document.id for document in documents}) == 1
    assert [document.version for document in documents] == [0, 1, 1_795_176_000, 1_795_176_000_123]


def test_versions_are_never_negative() -> None:
    early = dataclasses.replace(OUTCOME, at=dt.datetime(1900, 1, 1, tzinfo=dt.UTC))
    assert document_of(early).version == 0


def test_a_stance_is_as_new_as_the_newest_text_that_it_depends_on() -> None:
    current = dataclasses.replace(STANCE, dropped_at=None)
    assert document_of(current).version == document_of(STORY).version
    older = dataclasses.replace(STANCE.pair, fetched_at=NOON - dt.timedelta(days=1))
    of_claim = dataclasses.replace(current, pair=older)
    assert document_of(of_claim).version == document_of(COUNTS).version
    assert CLAIM.fetched_at == NOON
    dropped = dataclasses.replace(CLAIM, dropped_at=NOON + dt.timedelta(hours=9))
    on_dropped = dataclasses.replace(current, pair=dataclasses.replace(older, claim=dropped))
    assert document_of(on_dropped).version == document_of(current).version + 8 * 3_600_000


def test_long_keys_make_short_ids() -> None:
    long = dataclasses.replace(OUTCOME, key="https://x.example/" + "a" * 5000)
    assert len(document_of(long).id) == 26  # the server takes at most 512 bytes


def test_each_text_of_an_article_is_a_revision_of_its_own() -> None:
    later = dataclasses.replace(REVISION, seen_at=NOON + dt.timedelta(minutes=1))
    assert document_of(later).id != document_of(REVISION).id


def test_late_texts_of_one_moment_are_kept_apart_and_ids_stay_what_they_were() -> None:
    ones = [dataclasses.replace(REVISION, late_hash=late) for late in ("", "one", "other")]
    assert len({document_of(one).id for one in ones}) == 3
    assert document_of(REVISION).id == ids.digest("revision", "a1", str(ids.milliseconds(NOON)))


def test_refused_documents_of_one_record_are_kept_apart() -> None:
    one = dataclasses.replace(REJECTED, replay="document", payload="1")
    other = dataclasses.replace(one, payload="2")
    assert document_of(one).id != document_of(other).id


def test_lone_surrogates_become_question_marks() -> None:
    fields = fields_of(placed(title="a\ud800b", authors=("\udfff",)))
    assert (fields["title"], fields["authors"]) == ("a?b", ["?"])


def test_a_key_that_json_cannot_carry_is_as_the_stored_one() -> None:
    document = document_of(dataclasses.replace(OUTCOME, key="a\ud800b"))
    assert stored.document_in(payload_of(document)) == document
    assert document.key == orjson.loads(document.source)["key"] == "a?b"


def test_a_refused_document_is_read_back_from_its_rejected_record() -> None:
    document = document_of(placed())
    record = dataclasses.replace(REJECTED, payload=payload_of(document), replay="document")
    assert stored.stored_document(record) == document


@pytest.mark.parametrize("payload", ["", "[]", "{}", '{"family": "articles"'])
def test_a_cut_payload_is_no_document(payload: str) -> None:
    with pytest.raises(ValueError, match=r"pages.jsonl#line 12: its payload is no whole document"):
        stored.stored_document(dataclasses.replace(REJECTED, payload=payload))


def test_what_is_no_record_makes_no_document() -> None:
    with pytest.raises(TypeError, match="no document is made of str"):
        document_of("text")
