"""GroupStories on a runner: order, restarts, priming; with it the whole chain behind it."""

import dataclasses
import datetime as dt
import pickle
import random
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.documents import document_of
from schemas.records import Article, Embedded
from tests.beam.story_graph import DOCUMENTED, by_steps, index_of, run, run_stream
from tests.beam.story_records import START, article, fingerprint
from tests.beam.test_follow_merges import two_ends
from tests.tiny_checkpoints import packaged_reading
from transforms import group_stories
from transforms.files.memory import FolderMemoryConfig
from transforms.group_stories import Element, GroupStories
from transforms.in_order import Kept, Order
from transforms.stories.active_stories import VECTOR_LANGUAGES, StoryLimits
from transforms.stories.story import Gone

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
    memory = FolderMemoryConfig(str(index))
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


class Bag:
    """The state of a key as a runner keeps it: what is in it is pickled."""

    def __init__(self) -> None:
        self.pickled: list[bytes] = []

    def add(self, increment: Any) -> None:
        self.pickled.append(pickle.dumps(increment))

    def read(self) -> Iterator[Any]:
        return map(pickle.loads, self.pickled)

    def clear(self) -> None:
        self.pickled.clear()


class Mark:
    """A value of a key's state."""

    def __init__(self) -> None:
        self.value = ""

    def read(self) -> str:
        return self.value

    def write(self, value: str) -> None:
        self.value = value


def grouped(stream: Iterable[Element], limits: StoryLimits, lost: Iterable[int] = ()) -> list[Any]:
    """What comes out of these articles, taken one by one.

    Args:
        lost: which of them a new worker takes, whose memory is empty.
    """
    kept = Kept(Bag(), Mark())
    found: list[Any] = []
    for number, each in enumerate(stream):
        if number == 0 or number in lost:
            worker = group_stories._GroupFn(Order(), limits, VECTOR_LANGUAGES, None, None)
        found += [getattr(out, "value", out) for out in worker.take("en", [each], kept)]
    return found


def test_languages_that_the_embedder_names_are_compared_by_meaning(tmp_path: Path) -> None:
    texts = [Embedded(article=each, fingerprint=fingerprint(each)) for each in news()]

    def placed(languages: frozenset[str] | None, model: str | None) -> list[Any]:
        worker = group_stories._GroupFn(Order(), StoryLimits(), languages, None, model)
        return [*worker.take("de", [*texts], Kept(Bag(), Mark()))]

    named = packaged_reading("embeddings", ["de"], tmp_path)
    assert placed(None, named) == placed(frozenset({"de"}), None) != placed(None, None)


# Events that stay two stories, and one that is told from two ends and becomes one.
EVENTS = ([each for each in news() if (each.url or "")[-1] in "01"], two_ends())


def returning(chance: random.Random) -> list[Element]:
    """A few articles over and over, and often so late that their story has ended.

    Now and then one is in another language for a while.
    """
    some = chance.sample(chance.choice(EVENTS), chance.randint(3, 9))
    at, first, stream = START, dict[str, dt.datetime](), list[Element]()
    for _ in range(25):
        at += dt.timedelta(days=chance.choice([0.01, 0.01, 1, 3, 8]))
        drawn = chance.choice(some)
        first_at = first.setdefault(drawn.article_id, at)
        each = dataclasses.replace(drawn, fetched_at=at, first_fetched_at=first_at)
        if chance.random() < 0.2:
            stream.append(Gone(article_id=each.article_id, fetched_at=at, embedding=""))
        else:
            stream.append(Embedded(article=each, fingerprint=fingerprint(each)))
    return stream


@settings(max_examples=40, deadline=None)
@given(
    chance=st.randoms(use_true_random=False),
    lost=st.sets(st.integers(1, 24), min_size=5),
    compact_least=st.sampled_from([0, 8, 2000]),
    max_stories=st.sampled_from([2, 100_000]),
)
def test_a_worker_that_lost_its_memory_goes_on_as_one_that_did_not(
    chance: random.Random, lost: set[int], compact_least: int, max_stories: int
) -> None:
    stream, limits = returning(chance), StoryLimits(max_stories=max_stories)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(group_stories, "_COMPACT_LEAST", compact_least)
        assert grouped(stream, limits, lost) == grouped(stream, limits)
