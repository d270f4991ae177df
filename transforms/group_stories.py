"""GroupStories: which articles tell the same story, and which are copies of one another."""

import itertools
import logging
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import apache_beam as beam
from apache_beam.pvalue import TaggedOutput

from schemas import ids
from schemas.memory import MemoryConfig
from schemas.records import Article, Embedded, Fingerprint, Merge, PlacedArticle
from transforms.embed_articles import fingerprints_of
from transforms.in_order import InOrderFn, Kept, Order
from transforms.models.base import TextError
from transforms.models.load import load_embedder
from transforms.ordered_stage import OrderedStage
from transforms.stories.active_stories import VECTOR_LANGUAGES, ActiveStories, StoryLimits
from transforms.stories.recall_stories import recall_stories
from transforms.stories.story import Gone, Increment

Element = Embedded | Gone
_LOG = logging.getLogger(__name__)

# The bag is written anew when it holds so many times what is still active.
_COMPACT_FACTOR = 2
_COMPACT_LEAST = 2000


class Grouped(NamedTuple):
    """Where each article belongs, and which stories were found to be one."""

    placed: beam.PCollection[PlacedArticle]
    merges: beam.PCollection[Merge]


class GroupStories(OrderedStage[beam.PCollection[Embedded], Grouped]):
    """Places each article in a story; exactly one PlacedArticle for each.

    Two stories that are found to be one are merged: the one that began later goes into the other,
    which later articles join. What went before is for `FollowMerges` to move.

    An article whose newer text is in another language leaves the stories of the one before.

    Bounded or unbounded. Articles of one language are placed one by one in the order of
    `fetched_at`, then id, by one key; `transforms.stories.active_stories` has the figures.
    Languages outside `vector_languages` are grouped by terms alone.

    State for each language: the articles that wait, with their texts (a stage that joined texts and
    places again lost elements on Prism, see ARCHITECTURE.md); and an increment of about 1 kB for
    each article that joined, written anew without what has ended once it has doubled; the copy in
    memory carries the state's mark and is rebuilt where they differ. Stories end after
    `limits.expiry_s` without a new article, beyond `limits.max_stories` the stalest ends early; an
    end is not written, but that a story begins is. A story keeps the texts of 48 originals and the
    ids of 5000 articles. The whole state of a language is dropped after `limits.expiry_s` of
    silence.

    Args:
        release_s: see `transforms.in_order.Order`.
        limits: bounds of what is active.
        vector_languages: ISO 639-1 codes of the languages that the embedding knows; None for those
            that it names itself (`ModelInfo.languages`), English where it names none.
        memory: what earlier runs placed is read from here when a language's state is empty.
        model: as in EmbedArticles; what `memory` holds by another one is embedded anew.
    """

    def __init__(
        self,
        *,
        release_s: float | None = None,
        limits: StoryLimits | None = None,
        vector_languages: frozenset[str] | None = None,
        memory: MemoryConfig | None = None,
        model: str | None = None,
    ) -> None:
        self._limits = limits or StoryLimits()
        super().__init__(release_s=release_s, expiry_s=self._limits.expiry_s, memory=memory)
        self._vector_languages = vector_languages
        self._model = model

    def expand(self, embedded: beam.PCollection[Embedded]) -> Grouped:
        """Returns one PlacedArticle for each article, and the merges."""
        grouping = _GroupFn(
            self._order, self._limits, self._vector_languages, self._memory, self._model
        )
        keyed = embedded | "KeyByLanguage" >> beam.FlatMap(_by_language).with_output_types(
            tuple[str, Element]
        )
        outputs = self._fit(keyed, _GroupFn.stage) | "GroupByLanguage" >> beam.ParDo(
            grouping
        ).with_outputs("merges", main="placed")
        return Grouped(outputs["placed"], outputs["merges"])


def _by_language(embedded: Embedded) -> Iterator[tuple[str, Element]]:
    of, before = embedded.fingerprint, embedded.article.replaces
    if before is not None and before.language != of.language:
        yield (
            before.language,
            Gone(article_id=of.article_id, fetched_at=of.fetched_at, embedding=of.embedding),
        )
    yield of.language, embedded


def _text(element: Element) -> Fingerprint | Gone:
    return element if isinstance(element, Gone) else element.fingerprint


def _name(element: Element) -> str:
    text = _text(element)
    return f"{text.article_id}@{ids.milliseconds(text.fetched_at)}"


def _decided(
    stories: ActiveStories, elements: Sequence[Element]
) -> Iterator[tuple[Sequence[Increment], list[Any]]]:
    """What to keep of each element, and what to put out, in order."""
    for _, alike in itertools.groupby(elements, type):
        some = list(alike)
        for gone in some:
            if isinstance(gone, Gone):
                yield stories.leave(gone), []
        articles = [each for each in some if isinstance(each, Embedded)]
        placed = stories.place_all([each.fingerprint for each in articles])
        for each, (placement, increments, merge) in zip(articles, placed, strict=True):
            outputs: list[Any] = [
                PlacedArticle(
                    article=each.article, placement=placement, fingerprint=each.fingerprint
                )
            ]
            if merge is not None:
                outputs.append(TaggedOutput("merges", merge))
            yield increments, outputs


class _GroupFn(InOrderFn[Element], stage="GroupStories"):
    def __init__(
        self,
        order: Order,
        limits: StoryLimits,
        vector_languages: frozenset[str] | None,
        memory: MemoryConfig | None,
        model: str | None,
    ) -> None:
        super().__init__(order, memory)
        self._limits = limits
        self._vector_languages = vector_languages
        self._model = model
        self._active: dict[str, tuple[str, int, ActiveStories]] = {}

    def rank(self, element: Element) -> tuple[Any, ...]:
        text = _text(element)
        return (text.fetched_at, text.article_id)

    def take(self, key: str, elements: list[Element], kept: Kept) -> Iterator[Any]:
        written, stories = self._stories(key, elements, kept)
        for increments, outputs in _decided(stories, elements):
            for increment in increments:
                kept.add(increment)
            written += len(increments)
            yield from outputs
        if written > max(_COMPACT_LEAST, _COMPACT_FACTOR * stories.articles):
            kept.replace(stories.increments())
            written = stories.articles
        mark = kept.advance(_name(element) for element in elements)
        self._active[key] = (mark, written, stories)

    def forget(self, key: str) -> None:
        self._active.pop(key, None)

    def _stories(
        self, language: str, elements: list[Element], kept: Kept
    ) -> tuple[int, ActiveStories]:
        """The number of increments written, and the stories that they make."""
        mark, written, stories = self._active.pop(language, ("", 0, None))
        if stories is not None and mark == kept.mark:
            return written, stories
        increments: Sequence[Increment] = kept.read()
        if not kept.mark and self._memory is not None:
            texts = [_text(element) for element in elements]
            increments = recall_stories(
                self._memory, language, texts, self._limits.expiry_s, self._made_anew
            )
            kept.replace(increments)
        rebuilt = ActiveStories(language, self._limits, vector_languages=self._known())
        for increment in increments:
            rebuilt.add(increment)
        return len(increments), rebuilt

    def _known(self) -> frozenset[str]:
        """The languages that are compared by meaning."""
        if self._vector_languages is not None:
            return self._vector_languages
        named = load_embedder(self._model).info.languages if self._model else None
        return named or VECTOR_LANGUAGES

    def _made_anew(self, articles: Sequence[Article]) -> list[Fingerprint | TextError]:
        _LOG.info("embedding %d articles anew: earlier runs had another model", len(articles))
        return fingerprints_of(articles, load_embedder(self._model))
