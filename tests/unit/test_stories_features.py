"""What an article and stories are compared by."""

import random
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tests.beam.story_records import article, fingerprint
from transforms.stories.features import features, nearest_members
from transforms.stories.similarity import FEATURES
from transforms.stories.story import ActiveStory, joined_of
from transforms.stories.term_weights import Rarity, packed_terms, unpacked
from transforms.stories.terms import content_terms
from transforms.stories.trace import Trace, trace_of

_LETTERS = random.Random(3)
_NAMES = ["".join(_LETTERS.choices("abdegiklmnoprstuvz", k=6)).capitalize() for _ in range(300)]


def trace(number: int, names: list[str]) -> Trace:
    url = f"https://{number}.example/"
    return trace_of(fingerprint(article(url, title=" ".join(names[:6]), body=" ".join(names))))


def story(member: Trace) -> ActiveStory:
    one = ActiveStory()
    one.add(joined_of(member, "s1", None))
    return one


TRACES = [trace(number, random.Random(number).choices(_NAMES, k=60)) for number in range(20)]
STORIES = [story(member) for member in TRACES]
RARITY = Rarity("en")


def compared(own: Trace) -> np.ndarray:
    return features(own, STORIES, nearest_members(own, STORIES), RARITY)


def test_a_text_is_like_itself_and_an_empty_one_is_like_none() -> None:
    assert compared(TRACES[4])[4].tolist() == [1.0] * len(FEATURES)
    empty = compared(trace(99, []))
    assert not empty[:, 2:].any()


@pytest.fixture
def restless() -> Iterator[None]:
    """Threads take turns far more often than they do."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("restless")
def test_languages_that_are_grouped_at_once_do_not_disturb_each_other() -> None:
    """A worker groups each language on a thread of its own."""
    alone = [compared(own) for own in TRACES]
    with ThreadPoolExecutor(3) as threads:
        at_once = list(threads.map(compared, TRACES * 40))
    for number, found in enumerate(at_once):
        assert np.array_equal(found, alone[number % len(TRACES)])


def test_how_rare_a_term_is_knows_nothing_of_stories_that_have_ended() -> None:
    common = packed_terms(content_terms("Police in London", "A fire in a hospital.", "en"))
    went_on = Rarity("en")
    for change in (1, -1):
        for _ in range(1000):
            went_on.count(common, change)
    before, now = (each.of(unpacked(common)).tolist() for each in (Rarity("en"), went_on))
    assert now == before
