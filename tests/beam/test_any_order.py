"""However articles are shuffled, and split into bundles and runs, their documents end up the same.

Merges, reprints, revisions and texts that come back are all among them. What comes late joins what
was there then, so that the documents differ; that they agree with one another does not.
"""

import collections
import itertools
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from apache_beam.testing.test_stream import TestStream
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.memory import MemoryConfig
from schemas.records import Article
from tests.beam.story_graph import at_its_time, index_of, run, run_stream
from tests.beam.story_records import article
from tests.beam.test_follow_merges import two_ends
from tests.beam.test_group_stories import news
from tests.beam.test_revisions import TEXTS
from transforms.commit_documents import ORDERED_STAGES
from transforms.files.memory import FolderMemoryConfig


def in_time(articles: list[Article]) -> list[Article]:
    return sorted(articles, key=lambda each: (each.fetched_at, each.article_id))


# Merges, copies, corrections, and a text that comes back.
MIXED = in_time([*two_ends(), *TEXTS, article(TEXTS[0].url or "", body=TEXTS[0].body, minutes=55)])
ALL = in_time([*news(), *MIXED])
# A test's stream costs the more, the more steps of time there are.
RELEASE_S = 300.0
few = settings(max_examples=5, deadline=None)
fewer = settings(max_examples=2, deadline=None)
sizes = st.lists(st.integers(1, 9), min_size=1)
lates = st.sets(st.integers(0, len(MIXED) - 1), max_size=6)


def cuts(articles: list[Article]) -> st.SearchStrategy[set[int]]:
    return st.sets(st.integers(1, len(articles) - 1), max_size=3)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("undisturbed")
    return index_of(folder / "index", run(ALL, folder / "out"))


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("mixed")
    return index_of(folder / "index", run(MIXED, folder / "out"))


def pieces(articles: list[Article], cut: set[int]) -> list[list[Article]]:
    """Articles in order of time, cut at these places."""
    places = [0, *sorted(cut), len(articles)]
    return [articles[one:other] for one, other in itertools.pairwise(places)]


@few
@given(order=st.permutations(ALL), cut=cuts(ALL))
def test_runs_primed_from_the_index(
    undisturbed: dict[str, Any], order: Sequence[Article], cut: set[int]
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found: dict[str, Any] = {}
        for number, piece in enumerate(pieces(ALL, cut)):
            arrivals = [each for each in order if each in piece]
            memory = FolderMemoryConfig(str(folder / "index"))
            found = index_of(folder / "index", run(arrivals, folder / f"out{number}", memory))
        assert found == undisturbed


@fewer
@given(order=st.permutations(MIXED), cut=cuts(MIXED), sizes=sizes)
def test_streams_cut_into_bundles_and_primed_from_the_index(
    mixed: dict[str, Any], order: Sequence[Article], cut: set[int], sizes: list[int]
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found: dict[str, Any] = {}
        for number, piece in enumerate(pieces(MIXED, cut)):
            arrivals = [each for each in order if each in piece]
            memory = FolderMemoryConfig(str(folder / "index"))
            streamed = stream(bundles_of(arrivals, sizes), folder / f"out{number}", memory)
            found = index_of(folder / "index", streamed)
        assert found == mixed


@fewer
@given(late=lates, sizes=sizes)
def test_what_comes_late_leaves_no_disagreement(late: set[int], sizes: list[int]) -> None:
    """Behind a stream, a run of a backfill over what is in the index, and a text behind it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        memory = FolderMemoryConfig(str(folder / "index"))
        behind = [MIXED[number] for number in sorted(late)]
        prompt = [each for each in MIXED if each not in behind]
        half = len(behind) // 2
        bundles = bundles_of(prompt, sizes)
        found = index_of(folder / "index", stream(bundles, folder / "stream", late=behind[:half]))
        if behind[half:]:
            found = index_of(folder / "index", run(behind[half:], folder / "behind", memory))
        assert {each["article_id"] for each in found["articles"]} == {a.article_id for a in MIXED}
        assert not disagreements(found)


def bundles_of(arrivals: list[Article], sizes: list[int]) -> list[list[Article]]:
    """The arrivals in bundles of these sizes, over and over."""
    left = iter(arrivals)
    bundles = (list(itertools.islice(left, size)) for size in itertools.cycle(sizes))
    return list(itertools.takewhile(bool, bundles))


def stream(
    bundles: list[list[Article]],
    path: Path,
    memory: MemoryConfig | None = None,
    late: Sequence[Article] = (),
) -> dict[str, list[Any]]:
    """What comes out of bundles, the watermark after each of them at the earliest text to come.

    Args:
        late: what comes last, each by itself, when the watermark has passed all.
    """
    passed = min(each.fetched_at.timestamp() for bundle in bundles for each in bundle)
    arrivals = TestStream().advance_watermark_to(passed - 0.001)
    for number, bundle in enumerate(bundles):
        to_come = [each.fetched_at.timestamp() for later in bundles[number:] for each in later]
        arrivals, passed = in_steps(arrivals, passed, min(to_come))
        arrivals = arrivals.add_elements(map(at_its_time, bundle))
    every_stage = (ORDERED_STAGES + 1) * RELEASE_S
    arrivals, passed = in_steps(arrivals, passed, MIXED[-1].fetched_at.timestamp() + every_stage)
    for each in late:
        arrivals = arrivals.add_elements([at_its_time(each)])
        arrivals, passed = in_steps(arrivals, passed, passed + every_stage)
    return run_stream(arrivals, path, RELEASE_S, memory)


def in_steps(arrivals: TestStream, passed: float, at: float) -> tuple[TestStream, float]:
    """The watermark goes to just before `at`, no step being longer than the stages' own.

    In one step this runner lets a stage's watermark jump past texts that the stage before holds.
    """
    while passed < at:
        passed = min(passed + RELEASE_S, at)
        arrivals = arrivals.advance_watermark_to(passed - 0.001)
    return arrivals, passed


def disagreements(found: dict[str, Any]) -> list[str]:
    """Where what an index says of one thing in two places is not the same."""
    story_of = {each["article_id"]: each["story_id"] for each in found["articles"]}
    claims = {each["claim_id"]: each for each in found["claims"]}
    merged = {each["story_id"] for each in found["stories"] if "merged_into" in each}
    members = collections.Counter(story_of.values())
    return [
        *(f"claim {c['claim_id']}" for c in claims.values() if moved(c, story_of)),
        *(f"stance {s['stance_id']}" for s in found["stances"] if wrong(s, claims)),
        *(f"article in {story}" for story in merged & set(story_of.values())),
        *(
            f"story {s['story_id']}: {s['articles']} of {members[s['story_id']]}"
            for s in found["stories"]
            if s["story_id"] not in merged and s["articles"] != members[s["story_id"]]
        ),
    ]


def moved(claim: dict[str, Any], story_of: dict[str, str]) -> bool:
    return story_of[claim["article_id"]] != claim["story_id"]


def wrong(stance: dict[str, Any], claims: dict[str, dict[str, Any]]) -> bool:
    claim = claims[stance["claim_id"]]
    return (stance["story_id"], stance["claim_current"]) != (claim["story_id"], claim["current"])
