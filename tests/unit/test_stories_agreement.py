"""When two stories are found to be one, and when not."""

import dataclasses
import random
from collections import Counter

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.stories.labelled import in_the_end
from schemas.records import Fingerprint
from tests.beam.story_records import article, fingerprint
from transforms.stories import active_stories
from transforms.stories.active_stories import ActiveStories, Placed
from transforms.stories.agreement import agreement
from transforms.stories.features import features, nearest_members
from transforms.stories.similarity import FEATURES, Apart, load_weights, probabilities
from transforms.stories.story import ActiveStory, Merged, joined_of
from transforms.stories.term_weights import Rarity
from transforms.stories.trace import trace_of

_LETTERS = random.Random(5)
_NAMES = ["".join(_LETTERS.choices("abdegiklmnoprstuvz", k=6)).capitalize() for _ in range(600)]
MODEL = load_weights(with_vectors=True)


def names(seed: int, count: int) -> list[str]:
    return random.Random(seed).sample(_NAMES, count)


def report(number: int, words: list[str]) -> Fingerprint:
    """A report of these names, in an order of its own, and ten more."""
    words = random.Random(number).sample(words, len(words))
    body = " ".join([*words, *names(1000 + number, 10)])
    url = f"https://{number}.example/"
    return fingerprint(
        article(url, title=" ".join(words[:5]), body=body, minutes=number, source=f"S{number}")
    )


def placed(*reports: Fingerprint, stories: ActiveStories | None = None) -> list[Placed]:
    active = ActiveStories("en") if stories is None else stories
    return list(active.place_all(reports))


def story(*reports: Fingerprint) -> ActiveStory:
    made = ActiveStory()
    for each in reports:
        made.add(joined_of(trace_of(each), "s", None))
    return made


def agreed(one: ActiveStory, other: ActiveStory) -> float:
    return agreement(one, other, MODEL, Rarity("en"))


# One event told from two ends: the first two reports have little in common, those that follow tell
# what both do.
EVENT = names(1, 40)
ENDS = (report(1, EVENT[:24]), report(2, EVENT[14:38]))
BETWEEN = (report(3, EVENT[6:30]), report(4, EVENT[7:31]), report(5, EVENT[8:32]))


def test_a_story_told_from_two_ends_becomes_one_and_the_earlier_stays() -> None:
    found = placed(*ENDS, *BETWEEN)
    assert [each.placement.method for each in found[:2]] == ["first", "first"]
    [merge] = [each.merge for each in found if each.merge is not None]
    assert merge.into == found[0].placement.story_id
    assert merge.story_id == found[1].placement.story_id
    assert merge.articles[0] == ENDS[1].article_id
    assert found[-1].placement.story_id == merge.into


def test_a_merge_says_its_score_and_which_article_told_both() -> None:
    stories = ActiveStories("en")
    before: list[Placed] = []
    for each in (*ENDS, *BETWEEN):
        before.extend(placed(each, stories=stories))
        if before[-1].merge is not None:
            break
    merge = before[-1].merge
    assert merge is not None
    assert merge.counterpart == before[-1].placement.article_id
    assert merge.at == each.fetched_at
    assert MODEL.agreement <= merge.score <= 1
    assert merge.counterpart not in merge.articles
    assert len(stories) == 1


def test_an_article_that_was_moved_is_revised_where_it_is_now() -> None:
    stories = ActiveStories("en")
    found = placed(*ENDS, *BETWEEN, stories=stories)
    revised = dataclasses.replace(ENDS[1], fetched_at=BETWEEN[-1].fetched_at, revision=1)
    placement = stories.place(revised).placement
    assert (placement.method, placement.story_id) == ("revision", found[0].placement.story_id)


@pytest.mark.parametrize("roundups", [1, 2])
def test_two_sagas_that_share_a_roundup_stay_two(roundups: int) -> None:
    one, other = names(2, 24), names(3, 24)
    sagas = [report(n, saga) for n, saga in enumerate([one, other] * 3)]
    stories = ActiveStories("en")
    placed(*sagas, stories=stories)
    for number in range(roundups):
        roundup = report(10 + number, [*one[:12], *other[:12], *one[12:18], *other[12:18]])
        told = [m for m in stories.matches(roundup) if m.probability >= MODEL.threshold]
        assert len(told) == 2
        assert placed(roundup, stories=stories)[0].merge is None
    assert len(stories) == 2


def test_what_a_merged_story_says_to_the_next_is_the_mean_of_what_its_parts_say() -> None:
    """So no link of a chain counts more than its share of the members."""
    one, other, third = (
        story(*(report(10 * n + m, EVENT[n + m : n + m + 24]) for m in range(size)))
        for n, size in ((0, 4), (6, 2), (14, 3))
    )
    parts = 4 * agreed(one, third) + 2 * agreed(other, third)
    one.absorb(other, Merged(story_id="t", into="s"))
    assert agreed(one, third) == pytest.approx(parts / 6, abs=1e-6)
    assert agreed(third, one) == pytest.approx(agreed(one, third), abs=1e-6)


@given(st.lists(st.floats(0, 5), min_size=len(FEATURES), max_size=len(FEATURES)))
def test_stories_of_one_article_agree_as_either_would_join_the_other(weights: list[float]) -> None:
    model = dataclasses.replace(MODEL, weights=tuple(weights))
    rarity, reports = Rarity("en"), (report(1, EVENT[:24]), report(2, EVENT[9:33]))
    pair = [dataclasses.replace(trace_of(each), event_s=0.0) for each in reports]
    stories = [ActiveStory(), ActiveStory()]
    for made, each in zip(stories, pair, strict=True):
        made.add(joined_of(each, "s", None))
    joins = [
        probabilities(
            model,
            features(own, [other], nearest_members(own, [other]), rarity),
            Apart(np.zeros(1), np.zeros(1, dtype=np.bool_), np.zeros(1, dtype=np.bool_)),
        )[0]
        for own, other in zip(pair, reversed(stories), strict=True)
    ]
    assert agreement(*stories, model, rarity) == pytest.approx(sum(joins) / 2, abs=1e-4)


def test_a_chain_of_events_each_like_the_next_does_not_snowball() -> None:
    """Eight stories, five reports between each and the next: no more than neighbours merge."""
    chain = names(4, 136)
    starts = [report(n, chain[16 * n : 16 * n + 24]) for n in range(8)]
    between = [
        report(20 + 5 * n + m, chain[16 * n + 6 + m : 16 * n + 30 + m])
        for n in range(7)
        for m in range(5)
    ]
    found = placed(*starts, *between)
    assert sum(each.merge is not None for each in found) >= 2
    ends = in_the_end(found)[: len(starts)]
    assert max(Counter(ends).values()) <= 2
    assert ends == sorted(ends, key=ends.index)  # only neighbours are one


def test_two_stories_of_too_many_articles_stay_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(active_stories, "MOST_ARTICLES", 3)
    assert [each.merge for each in placed(*ENDS, *BETWEEN)] == [None] * 5


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.integers(0, 30), min_size=3, max_size=14), st.data())
def test_a_rebuilt_copy_merges_like_the_one_that_went_on(
    starts: list[int], data: st.DataObject
) -> None:
    chain = names(4, 60)
    stream = [report(n, chain[start : start + 24]) for n, start in enumerate(starts)]
    cut = data.draw(st.integers(1, len(stream) - 1))
    going, kept = ActiveStories("en"), []
    for each in going.place_all(stream[:cut]):
        kept.extend(each.increments)
    copies = [ActiveStories("en"), ActiveStories("en")]
    for copy, increments in zip(copies, (kept, going.increments()), strict=True):
        for increment in increments:
            copy.add(increment)
    whole = placed(*stream[cut:], stories=going)
    for copy in copies:
        assert placed(*stream[cut:], stories=copy) == whole
        assert copy.increments() == going.increments()
