"""GroupStories on a runner: order, restarts, priming; with it the whole chain behind it."""

import dataclasses
import random
from pathlib import Path
from typing import Any

import pytest

from schemas.documents import document_of
from schemas.records import Article
from tests.beam.stored import FileMemory
from tests.beam.story_graph import DOCUMENTED, by_steps, index_of, run, run_stream
from tests.beam.story_records import article
from transforms.group_stories import GroupStories

_LETTERS = random.Random(5)
_NAMES = ["".join(_LETTERS.choices("abdegiklmnoprstuvz", k=6)).capitalize() for _ in range(400)]


def news() -> list[Article]:
    """Four events, five reports each over five hours; one report is a copy, one is corrected."""
    articles = []
    for event in range(4):
        words = random.Random(event).choices(_NAMES, k=24)
        for version in range(5):
            own = random.Random(100 * event + version).choices(_NAMES, k=30)
            texts = [
                " ".join(words[:12]) + f" said {event + 2} were hurt.",
                " ".join([*words[12:], *own]),
            ]
            body = "\n".join(texts)
            if version == 3:
                body = articles[-1].body
            url = f"https://{version}.example/{event}"
            minutes = 60 * version + event
            made = article(url, title=" ".join(words[:5]), body=body, minutes=minutes)
            source = dataclasses.replace(made.origin, source=f"Outlet {version}")
            articles.append(dataclasses.replace(made, origin=source))
    corrected = dataclasses.replace(
        articles[0],
        body=articles[0].body.replace("2 were", "9 were"),
        text_hash="corrected",
        fetched_at=articles[-1].fetched_at,
    )
    return [*articles, corrected]


def documents(found: dict[str, list[Any]]) -> dict[tuple[str, str], bytes]:
    """The documents that an index holds in the end: the newest version, the latest written."""
    made = [document_of(record) for name in DOCUMENTED for record in found[name]]
    return {(d.family, d.id): d.source for d in sorted(made, key=lambda each: each.version)}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    return run(news(), tmp_path_factory.mktemp("whole") / "out")


def test_each_event_is_one_story_and_copies_are_reprints(whole: dict[str, list[Any]]) -> None:
    stories: dict[str, set[str]] = {}
    for placed in whole["placed"]:
        event = placed.article.url.rsplit("/", 1)[1]
        stories.setdefault(event, set()).add(placed.placement.story_id)
    assert all(len(found) == 1 for found in stories.values())
    assert len(set.union(*stories.values())) == 4
    assert sum(p.placement.reprint_of is not None for p in whole["placed"]) == 4


@pytest.mark.parametrize("seed", [1, 2])
def test_order_of_arrival_changes_nothing(
    seed: int, whole: dict[str, list[Any]], tmp_path: Path
) -> None:
    shuffled = news()
    random.Random(seed).shuffle(shuffled)
    assert documents(run(shuffled, tmp_path / "out")) == documents(whole)


def test_two_halves_primed_from_the_index_are_one_run(
    whole: dict[str, list[Any]], tmp_path: Path
) -> None:
    ordered = sorted(news(), key=lambda each: (each.fetched_at, each.article_id))
    index = tmp_path / "index"
    memory = FileMemory(str(index))
    together: dict[str, list[Any]] = {}
    for number, half in enumerate((ordered[:9], ordered[9:])):
        found = run(half, tmp_path / f"half{number}", memory)
        index_of(index, found)
        for name, records in found.items():
            together.setdefault(name, []).extend(records)
    assert documents(together) == documents(whole)


def test_a_stream_leaves_the_documents_of_a_bounded_run(
    whole: dict[str, list[Any]], tmp_path: Path
) -> None:
    arrivals = news()
    random.Random(3).shuffle(arrivals)
    found = run_stream(by_steps(arrivals, step_s=3600.0, steps=6), tmp_path / "out")
    assert documents(found) == documents(whole)


def test_wrong_bounds_are_refused() -> None:
    with pytest.raises(ValueError, match="release_s"):
        GroupStories(release_s=0)
