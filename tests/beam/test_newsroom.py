"""The promise, on the example newsroom through the command and the in-process runner."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from examples.newsroom import NewsSite, serve_newsroom
from tests.newsroom import (
    EXPECTED,
    Documents,
    as_published,
    backfill,
    differences,
    mixed_stories,
    poll,
    stories_by_name,
)


class Day(NamedTuple):
    """A day of the newsroom: polled, polled again, corrected and polled a third time."""

    site: NewsSite
    folder: Path
    first: Documents
    again: Documents
    corrected: Documents


# Reported from two ends in the first edition; the later one brings articles that tell both.
TWO_ENDS = "power-cut"


def in_edition(edition: str) -> list[dict[str, Any]]:
    """The articles that come with an edition."""
    return [entry for entry in EXPECTED["articles"] if entry["edition"] == edition]


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    folder = tmp_path_factory.mktemp("day")
    with serve_newsroom(port=0) as site:
        first = poll(site, folder)
        again = poll(site, folder)
        site.publish_corrections()
        yield Day(site, folder, first, again, poll(site, folder))


def test_every_url_ends_in_the_outcome_that_the_newsroom_expects(day: Day) -> None:
    ended = {outcome["key"]: outcome["outcome"] for outcome in day.first["outcomes"].values()}
    for entry in [*in_edition("first"), *EXPECTED["others"]]:
        got = ended.pop(day.site.url(entry["outlet"], entry["path"]))
        # Which of two copies is the original depends on which was fetched first.
        copies = {"indexed", "reprint"}
        assert got == entry["outcome"] or {got, entry["outcome"]} == copies, entry
    assert not ended, "outcomes of what the newsroom does not have"


def test_reprints_are_as_many_as_expected(day: Day) -> None:
    reprints = [a for a in day.first["articles"].values() if "reprint_of" in a]
    assert len(reprints) == sum(a["outcome"] == "reprint" for a in EXPECTED["articles"])


def test_no_two_stories_become_one(day: Day) -> None:
    for found in (day.first, day.corrected):
        assert not mixed_stories(stories_by_name(found, day.site))


def test_fetched_as_it_is_published_every_story_comes_out_as_one(day: Day) -> None:
    """A poll of a whole week in one second is in no order, and some orders tell less."""
    for found, torn in ((day.first, {TWO_ENDS: 2}), (day.corrected, {})):
        stories = stories_by_name(as_published(found), day.site)
        assert {name: len(ids) for name, ids in stories.items() if len(ids) != 1} == torn
        assert not mixed_stories(stories)
        assert len(stories) == len(EXPECTED["stories"])


def test_a_story_reported_from_two_ends_is_merged_when_later_articles_tell_both(day: Day) -> None:
    ends = stories_by_name(day.first, day.site)[TWO_ENDS]
    assert not [
        day.first["stories"][end] for end in ends if "merged_into" in day.first["stories"][end]
    ]
    [later] = [
        day.corrected["stories"][end]
        for end in ends
        if "merged_into" in day.corrected["stories"][end]
    ]
    assert ends == {later["story_id"], later["merged_into"]}
    moved = [
        article
        for article in day.corrected["articles"].values()
        if article.get("first_story_id") == later["story_id"]
    ]
    assert {article["story_id"] for article in moved} == {later["merged_into"]}
    told = day.corrected["articles"][later["merge_counterpart"]]
    added = {day.site.url(each["outlet"], each["path"]) for each in in_edition("later")}
    assert told["key"] in added
    for family in ("claims", "stances"):
        assert later["story_id"] not in {d["story_id"] for d in day.corrected[family].values()}


def test_a_second_poll_changes_nothing(day: Day) -> None:
    assert not differences(day.again, day.first)


def test_corrections_become_revisions(day: Day) -> None:
    changed = [entry for entry in EXPECTED["articles"] if "after_corrections" in entry]
    by_key = {article["key"]: article for article in day.corrected["articles"].values()}
    for entry in changed:
        article = by_key[day.site.url(entry["outlet"], entry["path"])]
        assert article["title"] == entry["after_corrections"]["title"]
        assert article["revision"] == 1
    kept = {(r["article_id"], r["title"]) for r in day.corrected["revisions"].values()}
    assert kept == {
        (by_key[day.site.url(e["outlet"], e["path"])]["article_id"], e["title"]) for e in changed
    }


def test_claims_and_stances_are_where_they_say(day: Day) -> None:
    articles = day.corrected["articles"]
    texts = {(a["article_id"], a["revision"]): a["body"] for a in articles.values()}
    texts |= {
        (r["article_id"], r["revision"]): r["body"] for r in day.corrected["revisions"].values()
    }
    bodies = {article: [b for (a, _), b in texts.items() if a == article] for article, _ in texts}
    for claim in day.corrected["claims"].values():
        cuts = [body[claim["start"] : claim["end"]] for body in bodies[claim["article_id"]]]
        assert claim["text"] in cuts
    for stance in day.corrected["stances"].values():
        cuts = [body[stance["start"] : stance["end"]] for body in bodies[stance["article_id"]]]
        assert stance["evidence"] in cuts
    assert day.corrected["stances"]


def test_the_archive_backfilled_gives_the_same_documents(day: Day, tmp_path: Path) -> None:
    replayed = backfill(day.folder / "archive", tmp_path / "out")
    assert not differences(replayed, day.corrected)
