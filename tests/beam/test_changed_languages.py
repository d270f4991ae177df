"""An article that changes its language leaves the stories of the one that it had."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from schemas.records import Article
from tests.beam.story_graph import index_of, one_by_one, run, run_stream
from tests.beam.story_records import article
from tests.beam.test_follow_merges import NAMES, changed, report
from tests.beam.test_left_stories import in_a_row, index_after, reused
from transforms.files.memory import FolderMemoryConfig

_FIRE, _FERRY = NAMES[:24], NAMES[200:224]
RELEASE_S = 2.0


def finnish(text: Article) -> Article:
    return dataclasses.replace(text, language="fi")


ENGLISH = report(0, _FIRE)
FINNISH = finnish(reused(ENGLISH, report(20, _FERRY, minutes=10)))
COPY = article(
    "https://copy.example/ends", title="Copied", body=ENGLISH.body, minutes=30, source="Copier"
)
CASES = {
    "copy": [ENGLISH, FINNISH, COPY],
    "joins": [ENGLISH, report(1, _FIRE), finnish(report(21, _FERRY, minutes=5)), FINNISH, COPY],
    "mixed": [
        *(ENGLISH, report(1, _FIRE), FINNISH),
        *(finnish(report(21, _FERRY, minutes=12)), report(2, _FIRE, minutes=20)),
    ],
    "back": [ENGLISH, report(1, _FIRE), FINNISH, changed(ENGLISH, 20, "said 2", "said 22")],
    # It comes back with a text of a third event.
    "returns": [
        *(ENGLISH, report(1, _FIRE), FINNISH),
        *(reused(ENGLISH, report(22, NAMES[100:124], minutes=20)), report(2, _FIRE, minutes=30)),
    ],
    # The story that it has left goes into another one.
    "merge": [
        *(report(0, NAMES[:24]), report(1, NAMES[14:38]), report(8, NAMES[15:39], minutes=1.5)),
        finnish(reused(report(1, NAMES[14:38]), report(20, _FERRY, minutes=2))),
        finnish(report(21, _FERRY, minutes=2.5)),
        *(report(3 + n, NAMES[7 - n : 31 - n]) for n in range(4)),
    ],
}
every = pytest.mark.parametrize("name", CASES)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The index after one run over each case."""
    return {
        name: index_after(articles, tmp_path_factory.mktemp(name))
        for name, articles in CASES.items()
    }


def test_a_copy_of_the_text_that_it_had_is_no_reprint(whole: dict[str, Any]) -> None:
    for name in ("copy", "joins"):
        assert not any("reprint_of" in each for each in whole[name]["articles"]), name
        [story] = [each for each in whole[name]["articles"] if each["url"] == COPY.url]
        assert {each["article_id"] for each in whole[name]["claims"] if each["current"]} >= {
            story["article_id"]
        }, name


def test_it_is_no_counterpart_where_it_is_no_more(whole: dict[str, Any]) -> None:
    joined = {each["url"]: each for each in whole["mixed"]["articles"]}
    later, there = (joined[f"https://{number}.example/ends"] for number in (2, 1))
    assert later["placement_counterpart"] == there["article_id"]


@every
def test_a_story_has_one_language(name: str, whole: dict[str, Any]) -> None:
    languages = {each["story_id"]: each["language"] for each in whole[name]["stories"]}
    articles = whole[name]["articles"]
    assert [each["language"] for each in articles] == [
        languages[each["story_id"]] for each in articles
    ]


def test_it_does_not_go_along_with_a_story_that_it_has_left(whole: dict[str, Any]) -> None:
    stories = whole["merge"]["stories"]
    went = {each["story_id"] for each in stories if "merged_into" in each}
    assert len(went) == 1
    assert not went & {each["story_id"] for each in whole["merge"]["articles"]}
    moved = {each["url"] for each in whole["merge"]["articles"] if "moved_at" in each}
    assert "https://8.example/ends" in moved
    assert "https://1.example/ends" not in moved


@every
def test_runs_that_follow_one_another_end_as_one_run(
    name: str, whole: dict[str, Any], tmp_path: Path
) -> None:
    assert in_a_row(CASES[name], tmp_path / "row") == whole[name]


@every
def test_a_stream_ends_as_a_bounded_run(name: str, whole: dict[str, Any], tmp_path: Path) -> None:
    stream = one_by_one(CASES[name], RELEASE_S)
    found = run_stream(stream, tmp_path / "out", release_s=RELEASE_S)
    assert index_of(tmp_path / "index", found) == whole[name]


@every
def test_a_stream_after_another_run_ends_as_one_run(
    name: str, whole: dict[str, Any], tmp_path: Path
) -> None:
    """It finds the article in the index in the language that it leaves."""
    ordered = sorted(CASES[name], key=lambda each: each.fetched_at)
    cut = next(number for number, each in enumerate(ordered) if each.language == "fi")
    index = tmp_path / "index"
    index_of(index, run(ordered[:cut], tmp_path / "earlier"))
    stream = one_by_one(ordered[cut:], RELEASE_S)
    found = run_stream(stream, tmp_path / "out", RELEASE_S, FolderMemoryConfig(str(index)))
    assert index_of(index, found) == whole[name]
