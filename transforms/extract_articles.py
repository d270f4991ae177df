"""ExtractArticles: pages and items to articles."""

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

import apache_beam as beam
from apache_beam.pvalue import TaggedOutput

from schemas.records import Article, Item, Outcome, Page, Rejected
from transforms.web.articles import article_of


class Extracted(NamedTuple):
    """Every page and item ends in exactly one of these."""

    articles: beam.PCollection[Article]
    outcomes: beam.PCollection[Outcome]
    rejected: beam.PCollection[Rejected]


class ExtractArticles(beam.PTransform[beam.PCollection[Item | Page], Extracted]):
    """Finds title, text, authors, time, canonical URL and language.

    Bounded or unbounded; each element by itself, without state, in no order; timestamps stay.

    Pages without an article end as the outcome `no_text`, with the reason: `live blog`, `video`,
    `paywall stub`, `cookie wall`, `login wall`, `error page`, `index page`, `too short`, ... To
    `rejected` go pages over 5 MiB or 40,000 elements, texts over 500,000 characters and titles over
    1,000: what a page may cost is bounded by these (`benchmarks.worst_pages`). Items without full
    text become articles of title and teaser.
    """

    def expand(self, records: beam.PCollection[Item | Page]) -> Extracted:
        """Returns articles, outcomes and rejects."""
        ends = records | "Extract" >> beam.ParDo(_ExtractFn()).with_outputs(
            "outcomes", "rejected", main="articles"
        )
        return Extracted(ends.articles, ends.outcomes, ends.rejected)


_End = (
    Article
    | TaggedOutput[Literal["outcomes"], Outcome]
    | TaggedOutput[Literal["rejected"], Rejected]
)


class _ExtractFn(beam.DoFn):
    def process(self, record: Item | Page) -> Iterator[_End]:
        yield _tagged(article_of(record))


def _tagged(end: Article | Outcome | Rejected) -> Any:
    match end:
        case Article():
            return end
        case Outcome():
            return TaggedOutput("outcomes", end)
        case Rejected():
            return TaggedOutput("rejected", end)
