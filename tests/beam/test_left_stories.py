"""A newer text that belongs to another story: the story that it left says so."""

import dataclasses
import random
from pathlib import Path
from typing import Any

import pytest

from schemas.records import Article
from tests.beam.story_graph import by_steps, index_of, one_by_one, run, run_stream
from tests.beam.test_follow_merges import NAMES, changed, report
from transforms.files.memory import FolderMemoryConfig
from transforms.text.substance import text_hash

DAY = 24 * 60.0
_FIRE, _FERRY = NAMES[:24], NAMES[200:224]


def reused(page: Article, text: Article) -> Article:
    """The page of an article, with another text on it."""
    return dataclasses.replace(
        page,
        title=text.title,
        body=text.body,
        text_hash=text_hash(text.title, text.body),
        fetched_at=text.fetched_at,
    )


ALONE = [
    report(0, _FIRE),
    report(2, _FERRY, minutes=9 * DAY),
    reused(report(0, _FIRE), report(3, _FERRY, minutes=9 * DAY + 20)),
]
ONE_OF_TWO = [*ALONE, report(1, _FIRE)]
BOTH = [*ONE_OF_TWO, reused(report(1, _FIRE), report(4, _FERRY, minutes=9 * DAY + 40))]
# The first article is of another event when its story has ended, and begins another one.
ENDED = [
    *(report(0, _FIRE), report(1, _FIRE)),
    reused(report(0, _FIRE), report(3, _FERRY, minutes=9 * DAY)),
    report(4, _FIRE, minutes=9 * DAY + 60),
]
# The second report's story goes into the first one's; when that has ended, the report changes.
BEGUN_ANEW = [
    *(report(0, NAMES[:24]), report(1, NAMES[14:38]), report(2, NAMES[15:39])),
    *(report(3, NAMES[7:31]), report(4, NAMES[6:30])),
    changed(report(1, NAMES[14:38]), 9 * DAY + 30, "said 3", "said 33"),
]
# The first report, which is older than the second one's story, is of that event when its own has
# ended: it begins another one, which the second one's goes into.
TAKEN_IN = [
    *(report(0, _FERRY), report(1, NAMES[:24], minutes=9 * DAY)),
    reused(report(0, _FERRY), report(2, NAMES[14:38], minutes=9 * DAY + 10)),
    *(report(3 + n, NAMES[7 - n : 31 - n], minutes=9 * DAY + 20 + n) for n in range(4)),
    changed(report(1, NAMES[:24], minutes=9 * DAY), 60, "said 3", "said 33"),
]
every = pytest.mark.parametrize(
    "articles",
    [ALONE, ONE_OF_TWO, BOTH, ENDED, BEGUN_ANEW],
    ids=["alone", "one of two", "both", "ended", "begun anew"],
)


def index_after(articles: list[Article], folder: Path) -> dict[str, Any]:
    folder.mkdir(exist_ok=True)
    return index_of(folder / "index", run(articles, folder / "out"))


def in_a_row(articles: list[Article], folder: Path) -> dict[str, Any]:
    """The index after a run for each article, primed from the index."""
    folder.mkdir()
    index, found = folder / "index", dict[str, Any]()
    for number, each in enumerate(sorted(articles, key=lambda one: one.fetched_at)):
        found = index_of(index, run([each], folder / str(number), FolderMemoryConfig(str(index))))
    return found


def of_url(found: dict[str, Any], number: int) -> dict[str, Any]:
    [article] = [a for a in found["articles"] if a["url"] == f"https://{number}.example/ends"]
    return article  # type: ignore[no-any-return]


def test_the_article_counts_where_it_is_now(tmp_path: Path) -> None:
    found = index_after(ONE_OF_TWO, tmp_path)
    stories = {story["story_id"]: story for story in found["stories"]}
    left, joined = (of_url(found, number)["story_id"] for number in (1, 2))
    assert of_url(found, 0)["story_id"] == joined != left
    assert (stories[left]["articles"], stories[left]["sources"]) == (1, ["Outlet 1"])
    assert stories[left]["headline"] == of_url(found, 1)["title"]
    assert (stories[joined]["articles"], stories[joined]["claims"]) == (2, 2)


def test_what_its_older_text_said_stays_there_and_is_marked(tmp_path: Path) -> None:
    found = index_after(ONE_OF_TWO, tmp_path)
    left, reused_id = of_url(found, 1)["story_id"], of_url(found, 0)["article_id"]
    here = [claim for claim in found["claims"] if claim["story_id"] == left]
    assert {(claim["article_id"] == reused_id, claim["current"]) for claim in here} == {
        (True, False),
        (False, True),
    }
    said = [s for s in found["stances"] if s["story_id"] == left and s["article_id"] == reused_id]
    assert said
    assert not any(stance["current"] for stance in said)
    assert {claim["supporting"] for claim in here if claim["current"]} == {0}


def test_a_story_that_all_have_left_has_no_articles(tmp_path: Path) -> None:
    found = index_after(ALONE, tmp_path)
    [left] = [story for story in found["stories"] if story["articles"] == 0]
    assert left["headline"] == report(0, _FIRE).title
    assert (left["claims"], left["sources"]) == (0, [])


def test_a_story_that_was_left_is_called_as_before_the_last_one_left(tmp_path: Path) -> None:
    found = index_after(BOTH, tmp_path)
    [left] = [story for story in found["stories"] if story["articles"] == 0]
    assert left["headline"] == report(1, _FIRE).title


def test_the_first_article_of_a_story_that_went_into_another_begins_one_of_its_own(
    tmp_path: Path,
) -> None:
    found = index_after(BEGUN_ANEW, tmp_path)
    stories = {story["story_id"]: story for story in found["stories"]}
    anew, other = (stories[of_url(found, number)["story_id"]] for number in (1, 2))
    assert (anew["articles"], anew["sources"], "merged_into" in anew) == (1, ["Outlet 1"], False)
    assert (other["articles"], other["sources"][1]) == (4, "Outlet 2")
    assert [story["merged_into"] for story in found["stories"] if "merged_into" in story] == [
        other["story_id"]
    ]
    assert {s["story_id"] for s in found["stances"] if s["current"]} == {other["story_id"]}


def test_a_story_that_a_newer_text_began_takes_another_in(tmp_path: Path) -> None:
    found = index_after(TAKEN_IN, tmp_path / "whole")
    stories = {story["story_id"]: story for story in found["stories"]}
    [later] = [story for story in found["stories"] if "merged_into" in story]
    assert later["merged_into"] == of_url(found, 0)["story_id"]
    assert stories[later["merged_into"]]["articles"] == 6
    assert in_a_row(TAKEN_IN, tmp_path / "row") == found
    streamed = run_stream(one_by_one(TAKEN_IN, 5.0), tmp_path / "stream", release_s=5.0)
    assert index_of(tmp_path / "streamed", streamed) == found


@every
def test_order_of_arrival_changes_nothing(articles: list[Article], tmp_path: Path) -> None:
    shuffled = random.Random(1).sample(articles, len(articles))
    assert index_after(shuffled, tmp_path / "1") == index_after(articles, tmp_path / "2")


@every
def test_runs_that_follow_one_another_end_as_one_run(
    articles: list[Article], tmp_path: Path
) -> None:
    found = in_a_row(articles, tmp_path / "row")
    assert found == index_after(articles, tmp_path / "whole")


@every
def test_a_stream_ends_as_a_bounded_run(articles: list[Article], tmp_path: Path) -> None:
    stream = by_steps(articles, step_s=DAY * 30, steps=21)
    found = index_of(tmp_path / "index", run_stream(stream, tmp_path / "out", release_s=300.0))
    assert found == index_after(articles, tmp_path / "whole")


@every
def test_a_stream_after_other_runs_ends_as_one_run(articles: list[Article], tmp_path: Path) -> None:
    """The index tells where the article is now before the story that it left is written anew."""
    earlier, later = (
        [each for each in articles if (each.fetched_at < ALONE[-1].fetched_at) is before]
        for before in (True, False)
    )
    index = tmp_path / "index"
    index_of(index, run(earlier, tmp_path / "earlier"))
    found = run_stream(
        by_steps(later, step_s=DAY * 30, steps=21),
        tmp_path / "out",
        release_s=300.0,
        memory=FolderMemoryConfig(str(index)),
    )
    assert index_of(index, found) == index_after(articles, tmp_path / "whole")
