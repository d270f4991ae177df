"""A story that goes into another: its documents follow, in a run, a stream and runs in a row."""

import dataclasses
import datetime as dt
import random
from pathlib import Path
from typing import Any

import pytest

from schemas.records import Article
from tests.beam.story_graph import by_steps, index_of, run, run_stream
from tests.beam.story_records import START, article
from transforms.files.memory import FolderMemoryConfig
from transforms.text.substance import text_hash

_LETTERS = random.Random(9)
NAMES = ["".join(_LETTERS.choices("abdegiklmnoprstuvz", k=6)).capitalize() for _ in range(300)]
_EVENT = NAMES[:40]


def report(number: int, words: list[str], *, minutes: float | None = None) -> Article:
    """A report of these names, in an order of its own; its first sentence is a claim."""
    own = NAMES[40 + 10 * number : 50 + 10 * number]
    told = random.Random(number).sample(words, len(words))
    return article(
        f"https://{number}.example/ends",
        title=" ".join(told[:5]),
        body=f"{' '.join(words[8:18])} said {number + 2} were hurt.\n{' '.join([*told, *own])}",
        minutes=number if minutes is None else minutes,
        source=f"Outlet {number}",
    )


def changed(of: Article, minutes: float, old: str, new: str) -> Article:
    """A newer text of the same article."""
    body = of.body.replace(old, new)
    at = of.fetched_at + dt.timedelta(minutes=minutes)
    return dataclasses.replace(of, body=body, text_hash=text_hash(of.title, body), fetched_at=at)


def two_ends() -> list[Article]:
    """An event told from two ends, and then as one.

    The first two reports have little in common. The second is copied and corrected before the
    reports that have both merged, and corrected once more after them.
    """
    later = report(1, _EVENT[14:38])
    copy = article(
        "https://copy.example/ends", title="Copied", body=later.body, minutes=1.5, source="Copier"
    )
    return [
        report(0, _EVENT[:24]),
        later,
        copy,
        changed(later, 1, "said 3", "said 30"),
        *(report(3 + n, _EVENT[7 - n : 31 - n]) for n in range(4)),
        changed(later, 30, "said 3", "said 33"),
        report(8, _EVENT[7:31], minutes=40),
    ]


def three_ends() -> list[Article]:
    """An event told from three ends: the third goes into the second, which goes into the first."""
    ends = [report(number, NAMES[14 * number : 14 * number + 24]) for number in range(3)]
    last_two = [report(3 + n, NAMES[21 - n : 45 - n]) for n in range(3)]
    first_two = [report(8 + n, NAMES[7 + n % 4 : 31 + n % 4]) for n in range(10)]
    return [*ends, *last_two, *first_two]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("whole")
    return index_of(folder / "index", run(two_ends(), folder / "out"))


def test_the_later_story_points_to_the_earlier(whole: dict[str, Any]) -> None:
    stays, later = sorted(whole["stories"], key=lambda story: "merged_into" in story)
    assert later["merged_into"] == stays["story_id"]
    assert stays["first_seen"] < later["first_seen"]
    told = {each["article_id"]: each for each in whole["articles"]}[later["merge_counterpart"]]
    assert told["story_id"] == stays["story_id"]
    assert later["merged_at"] == told["fetched_at"]
    assert 0.5 <= later["merge_score"] <= 1


def test_members_claims_and_stances_follow(whole: dict[str, Any]) -> None:
    [stays] = [each for each in whole["stories"] if "merged_into" not in each]
    for family in ("articles", "claims", "stances"):
        assert {each["story_id"] for each in whole[family]} == {stays["story_id"]}, family
    assert stays["articles"] == len(whole["articles"]) == 8
    assert stays["claims"] == sum(each["current"] for each in whole["claims"])
    moved = [each for each in whole["articles"] if "first_story_id" in each]
    assert {each["first_story_id"] for each in moved} == {
        each["story_id"] for each in whole["stories"] if "merged_into" in each
    }
    assert any("reprint_of" in each for each in moved)
    assert any(each["revision"] == 2 for each in moved)
    assert sum(not each["current"] for each in whole["claims"]) == 2


def test_claims_of_both_stories_meet(whole: dict[str, Any]) -> None:
    """What the one said before the merge is held against the articles of the other."""
    [first] = [each for each in whole["articles"] if each["url"] == "https://0.example/ends"]
    by_later = {each["article_id"] for each in whole["articles"] if "first_story_id" in each}
    assert by_later & {
        each["article_id"]
        for each in whole["stances"]
        if each["claim_article_id"] == first["article_id"]
    }


@pytest.mark.parametrize("seed", [1, 2])
def test_order_of_arrival_changes_nothing(seed: int, whole: dict[str, Any], tmp_path: Path) -> None:
    shuffled = random.Random(seed).sample(two_ends(), len(two_ends()))
    assert index_of(tmp_path / "index", run(shuffled, tmp_path / "out")) == whole


@pytest.mark.parametrize("cut", range(1, len(two_ends())))
def test_runs_that_follow_one_another_end_as_one_run(
    cut: int, whole: dict[str, Any], tmp_path: Path
) -> None:
    ordered = sorted(two_ends(), key=lambda each: (each.fetched_at, each.article_id))
    index, found = tmp_path / "index", dict[str, Any]()
    for number, part in enumerate((ordered[:cut], ordered[cut:])):
        found = index_of(index, run(part, tmp_path / str(number), FolderMemoryConfig(str(index))))
    assert found == whole


def by_minute(articles: list[Article], path: Path) -> dict[str, list[Any]]:
    """What comes out of a stream whose watermark follows the articles, minute by minute."""
    return run_stream(by_steps(articles, step_s=60.0, steps=45), path)


def test_a_stream_ends_as_a_bounded_run(whole: dict[str, Any], tmp_path: Path) -> None:
    assert index_of(tmp_path / "index", by_minute(two_ends(), tmp_path / "out")) == whole


def of_one_moment(articles: list[Article]) -> list[Article]:
    """The same reports, read out of one file: they have its time, and come in the order of ids."""
    pages = sorted(articles, key=lambda each: each.article_id)
    return [
        dataclasses.replace(
            page,
            title=text.title,
            body=text.body,
            text_hash=text.text_hash,
            fetched_at=START,
            first_fetched_at=START,
        )
        for page, text in zip(pages, articles, strict=True)
    ]


@pytest.mark.parametrize("reverse", [False, True])
def test_merges_of_one_moment_take_all_of_a_story_along(reverse: bool, tmp_path: Path) -> None:
    articles = sorted(of_one_moment(three_ends()), key=lambda a: a.article_id, reverse=reverse)
    found = index_of(tmp_path / "index", run(articles, tmp_path / "out"))
    [stays] = [each for each in found["stories"] if "merged_into" not in each]
    assert len(found["stories"]) == 3
    for family in ("articles", "claims", "stances"):
        assert {each["story_id"] for each in found[family]} == {stays["story_id"]}, family
    assert {each["story_headline"] for each in found["stances"]} == {stays["headline"]}


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("chain")
    return index_of(folder / "index", run(three_ends(), folder / "out"))


def test_of_a_chain_of_merges_every_story_points_to_where_all_is_now(chain: dict[str, Any]) -> None:
    [stays] = [each for each in chain["stories"] if "merged_into" not in each]
    gone = [each for each in chain["stories"] if "merged_into" in each]
    assert {each["merged_into"] for each in gone} == {stays["story_id"]}
    first = {each["first_story_id"] for each in chain["articles"] if "first_story_id" in each}
    assert first == {each["story_id"] for each in gone}
    assert len(gone) == 2
    for family in ("articles", "claims", "stances"):
        assert {each["story_id"] for each in chain[family]} == {stays["story_id"]}, family
    assert stays["articles"] == len(three_ends())


@pytest.mark.parametrize("cut", [2, 4, 5, 6, 9, 12, 14])
def test_a_chain_of_merges_is_the_same_in_runs_that_follow_one_another(
    cut: int, chain: dict[str, Any], tmp_path: Path
) -> None:
    ordered = sorted(three_ends(), key=lambda each: (each.fetched_at, each.article_id))
    index, found = tmp_path / "index", dict[str, Any]()
    for number, part in enumerate((ordered[:cut], ordered[cut:])):
        found = index_of(index, run(part, tmp_path / str(number), FolderMemoryConfig(str(index))))
    assert found == chain


def test_a_chain_of_merges_is_the_same_in_a_stream(chain: dict[str, Any], tmp_path: Path) -> None:
    streamed = by_minute(three_ends(), tmp_path / "out")
    assert index_of(tmp_path / "index", streamed) == chain
