"""One claim in other words, by meaning and words together."""

from collections.abc import Sequence

import numpy as np
import pytest

from tests.beam.story_records import article, reading
from transforms.models.base import Floats, ModelInfo
from transforms.models.load import load_embedder
from transforms.stories.likeness import Likeness
from transforms.stories.linking import LinkLimits, StoryClaims


@pytest.fixture(scope="module")
def likeness() -> Likeness:
    return Likeness(load_embedder())


def linked(likeness: Likeness, one: str, other: str) -> bool:
    """Whether the second claim is taken for the first in other words."""
    story = StoryClaims(LinkLimits(), likeness)
    [first] = story.link(reading(article("https://a.example/1", body=one), one)).claims
    later = reading(article("https://b.example/2", body=other, minutes=9), other)
    [second] = story.link(later).claims
    return second.same_as == first.claim_id


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "The harbour bridge will stay closed for three months, the operator said.",
            "According to the operator, the harbour bridge will remain shut for 3 months.",
        ),
        (
            "Some 7,000 people in Porthaven lost power after the storm.",
            "Seven thousand people lost power when the storm came to Porthaven.",
        ),
        (
            "The repair of the dam will cost the city $2 million.",
            "Repairing the dam is going to cost the city 2 million dollars.",
        ),
        (
            "“No votes were lost in the storm,” said Ida Brack, who heads the county's board.",
            "At a press conference in Riverton Ms Brack said: “No votes were lost in the storm.”",
        ),
    ],
)
def test_other_words(likeness: Likeness, one: str, other: str) -> None:
    assert linked(likeness, one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "Russian casualties were estimated at 7,000 in almost a month of war.",
            "Russian casualties were estimated at 7,000 to 15,000 in almost a month of war.",
        ),
        (
            "The harbour bridge will stay closed for three months, the operator said.",
            "The harbour bridge will stay closed for three weeks, the operator said.",
        ),
        (
            "The mayor approved the repair of the harbour bridge.",
            "The mayor rejected the repair of the harbour bridge.",
        ),
        (
            "The barge that hit the harbour bridge carried gravel.",
            "The barge that hit the harbour bridge belonged to a bank.",
        ),
    ],
)
def test_another_claim_of_like_words(likeness: Likeness, one: str, other: str) -> None:
    assert not linked(likeness, one, other)


def test_sentences_without_words_are_like_nothing(likeness: Likeness) -> None:
    assert likeness("The bridge is closed.", "The bridge is closed.") == pytest.approx(1)


HALF = "The harbour bridge \ud83d will stay closed for three months, the operator said."
WHOLE = "The harbour bridge will stay closed for three months, the operator said."


def test_a_claim_that_cannot_be_read_is_compared_by_words_and_told(likeness: Likeness) -> None:
    story = StoryClaims(LinkLimits(), likeness)
    first = story.link(reading(article("https://a.example/1", body=HALF), HALF))
    later = story.link(reading(article("https://b.example/2", body=WHOLE, minutes=9), WHOLE))
    again = story.link(reading(article("https://c.example/3", body=HALF, minutes=19), HALF))
    assert first.unread == later.unread == []
    assert [claim.text for claim, _ in again.unread] == [HALF]
    assert later.claims[0].same_as == again.claims[0].same_as == first.claims[0].claim_id


class Apart:
    """An embedder for which no two sentences are alike."""

    def __init__(self, *languages: str) -> None:
        self.info = ModelInfo(name="a", revision="1", threshold=0, languages=frozenset(languages))
        self._read = 0

    def embed(self, texts: Sequence[str]) -> Floats:
        self._read += len(texts)
        return np.eye(8, dtype=np.float32)[self._read - len(texts) : self._read]


@pytest.mark.parametrize(("embedder", "same"), [(Apart(), True), (Apart("de", "en"), False)])
def test_languages_that_the_embedder_names_are_compared_by_meaning(
    embedder: Apart, same: bool
) -> None:
    one = "Die Hafenbrücke bleibt drei Monate lang gesperrt, sagte der Betreiber."
    other = "Wie der Betreiber sagte, bleibt die Hafenbrücke noch drei Monate gesperrt."
    story = StoryClaims(LinkLimits(), Likeness(embedder))
    first = story.link(reading(article("https://a.example/1", body=one, language="de"), one))
    later = article("https://b.example/2", body=other, language="de", minutes=9)
    [claim] = story.link(reading(later, other)).claims
    assert (claim.same_as == first.claims[0].claim_id) == same
