"""LinkClaims: one claim in other words gets one id; claims meet the other articles of the story."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import apache_beam as beam
from apache_beam.pvalue import TaggedOutput

from schemas.memory import MemoryConfig
from schemas.records import Claim, MovedClaim, NewText, Pair, Reading, Rejected
from transforms.in_order import InOrderFn, Kept, Order
from transforms.models.load import load_embedder
from transforms.models.unreadable import rejected_claim
from transforms.ordered_stage import DEFAULT_EXPIRY_S, OrderedStage
from transforms.stories.likeness import Likeness
from transforms.stories.linking import LinkLimits, StoryClaims, forget_texts, recall_story

_STEP = "LinkClaims"


class LinkedClaims(NamedTuple):
    """What follows from the readings of a story.

    Attributes:
        said: claims with `same_as` set, each once for each text that makes it, and again where its
            article was moved here; a NewText for each claim that the text before made or spoke to,
            and the new one may not; a MovedClaim for each that older texts of an article moved
            here made.
        pairs: to be judged.
        rejected: claims that the embedder could not read.
    """

    said: beam.PCollection[Claim | NewText | MovedClaim]
    pairs: beam.PCollection[Pair]
    rejected: beam.PCollection[Rejected]


class LinkClaims(OrderedStage[beam.PCollection[Reading], LinkedClaims]):
    """Holds each story's claims against one another and against its originals.

    Readings of a story are taken in the order of `fetched_at`, then id; those of a story that was
    merged into it come when that was found out, and meet it as new ones do. The first claim that
    says a thing meets each other original of the story, earlier or later, by the passage that
    shares most with it; reprints are not judged, so a syndicated text counts once. A claim that the
    embedder cannot read is compared by its words alone, and a rejected record says so.

    Bounded or unbounded. State for each story: 60 originals of up to 20,000 characters and 200
    claims by default; `LinkLimits` says what happens beyond. It is dropped `expiry_s` after the
    story's last article.

    Args:
        release_s, expiry_s, memory: see `OrderedStage`.
        model: the embedder, see `EmbedArticles`; it tells claims in other words.
    """

    def __init__(
        self,
        *,
        release_s: float | None = None,
        expiry_s: float = DEFAULT_EXPIRY_S,
        limits: LinkLimits | None = None,
        memory: MemoryConfig | None = None,
        model: str | None = None,
    ) -> None:
        super().__init__(release_s=release_s, expiry_s=expiry_s, memory=memory)
        self._model = model
        self._limits = limits or LinkLimits()

    def expand(self, readings: beam.PCollection[Reading]) -> LinkedClaims:
        """Returns the linked claims, the pairs, and what newer texts may no longer say."""
        keyed = readings | "KeyByStory" >> beam.Map(_by_story).with_output_types(
            tuple[str, Reading]
        )
        outputs = self._fit(keyed, _LinkFn.stage) | "LinkByStory" >> beam.ParDo(
            _LinkFn(self._order, self._limits, self._memory, self._model)
        ).with_outputs("pairs", "rejected", main="said")
        return LinkedClaims(outputs["said"], outputs["pairs"], outputs["rejected"])


def _by_story(reading: Reading) -> tuple[str, Reading]:
    return reading.placed.placement.story_id, reading


class _LinkFn(InOrderFn[Reading], stage="LinkClaims"):
    def __init__(
        self, order: Order, limits: LinkLimits, memory: MemoryConfig | None, model: str | None
    ) -> None:
        super().__init__(order, memory)
        self._model = model
        self._likeness: Likeness | None = None
        self._limits = limits

    def setup(self) -> None:
        super().setup()
        self._likeness = Likeness(load_embedder(self._model))

    def teardown(self) -> None:
        self._likeness = None
        forget_texts()
        super().teardown()

    def rank(self, element: Reading) -> tuple[Any, ...]:
        article = element.placed.article
        return (element.placed.placement.as_of, article.fetched_at, article.article_id)

    def take(self, key: str, elements: list[Reading], kept: Kept) -> Iterator[Any]:
        story = self._story(key, elements, kept)
        for reading in elements:
            linked = story.link(reading)
            yield from linked.claims
            for pair in linked.pairs:
                yield TaggedOutput("pairs", pair)
            yield from linked.new_texts
            yield from linked.moved
            for claim, error in linked.unread:
                yield TaggedOutput("rejected", rejected_claim(_STEP, claim, error))
        kept.replace(story.kept())

    def _story(self, story_id: str, elements: list[Reading], kept: Kept) -> StoryClaims:
        before = kept.read()
        new = any(reading.placed.starts_story for reading in elements)
        story = StoryClaims(self._limits, self._likeness)
        if not before and not new and self._memory is not None:
            recall_story(self._memory, story_id, story, self._limits)
        for each in before:
            story.add(each)
        return story
