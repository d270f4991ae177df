"""FollowMerges: what is in a story that went into another goes there, too."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any, NamedTuple

import apache_beam as beam
from apache_beam.pvalue import TaggedOutput

from schemas.records import Merge, PlacedArticle, Reading
from transforms.in_order import InOrderFn, Kept
from transforms.ordered_stage import OrderedStage
from transforms.recall_fn import RecallFn
from transforms.stories.following import Known, Move, at_rest, follow, rank, recall

Element = tuple[Reading | Move, Known | None]


class Found(NamedTuple):
    """The articles with their claims, and the stories that were found to be one."""

    readings: beam.PCollection[Reading]
    merges: beam.PCollection[Merge]


class Followed(NamedTuple):
    """Where the articles are.

    Attributes:
        articles: as they are to be written, again for each that was moved.
        readings: every one, and again for each article that was moved, as it is then; and one that
            has `left` where a newer text is in another story than the text before.
    """

    articles: beam.PCollection[PlacedArticle]
    readings: beam.PCollection[Reading]


class FollowMerges(OrderedStage[Found, Followed]):
    """Sends the articles of a story that was merged once more, into the story that stays.

    By article, in the order of time: what was read before the merge goes on as it was, and again
    with the other story's id and the time of the merge, so that the stages behind see a story
    end and its articles arrive at the other one, on a stream as in a backfill of its archive.

    Bounded or unbounded; a bounded run puts out each article once, as it is in the end. State for
    each article: its text and claims, and the ids of at most 500 former claims, dropped `expiry_s`
    after it was last heard of. An article that is moved after that is looked up in `memory`; where
    there is none, it stays where it was.

    Args: see `OrderedStage`; articles are looked up 200 at a time.
    """

    def expand(self, found: Found) -> Followed:
        """Returns the articles to be written, and the readings of each story."""
        recalled = (
            (
                found.readings,
                found.merges | "MergeOfEach" >> beam.FlatMap(_moves).with_output_types(Move),
            )
            | "FlattenFound" >> beam.Flatten()
            | "RecallMoved"
            >> beam.ParDo(
                RecallFn(self._memory, _article_id, recall, wanted=_known_before)
            ).with_output_types(tuple[str, Element])
        )
        outputs = self._fit(recalled, _FollowFn.stage) | "FollowByArticle" >> beam.ParDo(
            _FollowFn(self._order)
        ).with_outputs("articles", main="readings")
        return Followed(outputs["articles"], outputs["readings"])


def _moves(merge: Merge) -> Iterator[Move]:
    of_one = dataclasses.replace(merge, articles=(), former=())
    for article_id in merge.articles:
        yield Move(article_id=article_id, merge=of_one)


def _article_id(element: Reading | Move) -> str:
    return element.article_id if isinstance(element, Move) else element.placed.article.article_id


def _known_before(element: Reading | Move) -> bool:
    return isinstance(element, Move) or element.placed.article.revision > 0


class _FollowFn(InOrderFn[Element], stage="FollowMerges"):
    def rank(self, element: Element) -> tuple[Any, ...]:
        return rank(element[0])

    def take(self, key: str, elements: list[Element], kept: Kept) -> Iterator[Any]:
        stored: list[Known] = kept.read()
        known = stored[0] if stored else next((k for _, k in elements if k is not None), None)
        followed: list[Reading] = []
        for element, _ in elements:
            known, readings = follow(known, element)
            followed += readings
        yield from at_rest(followed)
        if known is not None:
            kept.replace([known])
            yield TaggedOutput("articles", known.reading.placed)
