"""DropRepeats: unchanged copies end here; a changed text goes on as a revision."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import apache_beam as beam
from apache_beam.pvalue import TaggedOutput

from schemas.records import Article, Outcome, Revision
from transforms.in_order import InOrderFn, Kept
from transforms.ordered_stage import OrderedStage
from transforms.recall_fn import RecallFn
from transforms.stories.known_texts import Known, order, recall, step


class Distinct(NamedTuple):
    """Each article goes on as `articles`, or ends as `outcomes`.

    Attributes:
        articles: texts that are new: of a new article, or newer and changed ones, which carry the
            text that they replace.
        revisions: texts that came later than newer ones.
        outcomes: `repeated` and `superseded`.
    """

    articles: beam.PCollection[Article]
    revisions: beam.PCollection[Revision]
    outcomes: beam.PCollection[Outcome]


class DropRepeats(OrderedStage[beam.PCollection[Article], Distinct]):
    """Keeps one Article for each text that an article has had, in the order of `fetched_at`.

    Bounded or unbounded. State for each article: its text and the hashes of its last 50 earlier
    ones; dropped `expiry_s` after it was last seen. An article that comes after that is looked up
    in `memory`, or is new where there is none.

    Args: see `OrderedStage`; articles are looked up 200 at a time.
    """

    def expand(self, articles: beam.PCollection[Article]) -> Distinct:
        """Returns the new texts, the replaced ones and the outcomes of the rest."""
        recalled = articles | "RecallArticles" >> beam.ParDo(
            RecallFn(self._memory, _article_id, recall)
        ).with_output_types(tuple[str, tuple[Article, Known | None]])
        outputs = self._fit(recalled, _DropFn.stage) | "DropByArticle" >> beam.ParDo(
            _DropFn(self._order)
        ).with_outputs("revisions", "outcomes", main="articles")
        return Distinct(outputs["articles"], outputs["revisions"], outputs["outcomes"])


def _article_id(article: Article) -> str:
    return article.article_id


class _DropFn(InOrderFn[tuple[Article, Known | None]], stage="DropRepeats"):
    def rank(self, element: tuple[Article, Known | None]) -> tuple[Any, ...]:
        return order(element[0])

    def take(
        self, key: str, elements: list[tuple[Article, Known | None]], kept: Kept
    ) -> Iterator[Any]:
        stored = kept.read()
        known = stored[0] if stored else next((k for _, k in elements if k is not None), None)
        for article, _ in elements:
            known, text, revision, outcome = step(known, article)
            if text is not None:
                yield text
            if revision is not None:
                yield TaggedOutput("revisions", revision)
            if outcome is not None:
                yield TaggedOutput("outcomes", outcome)
        kept.replace([known])
