"""However articles are shuffled, and split into runs, their documents end up the same."""

import itertools
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.records import Article
from tests.beam.stored import FileMemory, store
from tests.beam.story_graph import run
from tests.beam.story_records import article
from tests.beam.test_follow_merges import two_ends
from tests.beam.test_group_stories import news
from tests.beam.test_revisions import FAMILIES, TEXTS

ALL = sorted(
    [
        *news(),
        *two_ends(),
        *TEXTS,
        article(TEXTS[0].url or "", body=TEXTS[0].body, minutes=55),
    ],
    key=lambda each: (each.fetched_at, each.article_id),
)
few = settings(max_examples=5, deadline=None)
orders = st.permutations(ALL)
cuts = st.sets(st.integers(1, len(ALL) - 1), max_size=3)


def index_of(folder: Path, found: dict[str, list[Any]]) -> dict[str, Any]:
    """The documents, by family, as an index that takes newer versions holds them."""
    store(folder / "index", [each for name in FAMILIES for each in found[name]])
    memory = FileMemory(str(folder / "index"))
    families = ("articles", "revisions", "claims", "stances", "stories")
    return {family: memory.documents(family) for family in families}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("undisturbed")
    return index_of(folder, run(ALL, folder / "out"))


def pieces(cut: set[int]) -> list[list[Article]]:
    """All articles in order of time, cut at these places."""
    return [ALL[one:other] for one, other in itertools.pairwise([0, *sorted(cut), len(ALL)])]


@few
@given(order=orders, cut=cuts)
def test_runs_primed_from_the_index(
    undisturbed: dict[str, Any], order: Sequence[Article], cut: set[int]
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found: dict[str, Any] = {}
        for number, piece in enumerate(pieces(cut)):
            arrivals = [each for each in order if each in piece]
            memory = FileMemory(str(folder / "index"))
            found = index_of(folder, run(arrivals, folder / f"out{number}", memory))
        assert found == undisturbed
