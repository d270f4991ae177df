"""RecallUnfinished: articles that an earlier run showed, and was stopped before it judged them."""

import contextlib
from collections.abc import Iterator
from typing import Any

import apache_beam as beam
from apache_beam.transforms.window import TimestampedValue

from schemas.ids import milliseconds
from schemas.memory import MemoryConfig
from schemas.records import Article
from schemas.stored import stored_article
from transforms.event_times import timestamp_of


class RecallUnfinished(beam.PTransform[beam.pvalue.PBegin, beam.PCollection[Article]]):
    """Gives unfinished articles of `memory` once more, each at its own `fetched_at`.

    Bounded; what comes later waits for them, since they hold the watermark.
    """

    def __init__(self, memory: MemoryConfig) -> None:
        super().__init__()
        self._memory = memory

    def expand(self, pbegin: beam.pvalue.PBegin) -> beam.PCollection[Article]:
        """Returns the articles."""
        once = pbegin | "AskOnce" >> beam.Create([None], reshuffle=False)
        find = beam.ParDo(_FindFn(self._memory)).with_output_types(Article)
        return once | "FindUnfinished" >> find


class _FindFn(beam.DoFn):
    def __init__(self, memory: MemoryConfig) -> None:
        self._config = memory

    def process(self, _: None) -> Iterator[Any]:
        with contextlib.closing(self._config.open()) as memory:
            for stored in memory.find("articles", "unfinished", ["true"]):
                article = stored_article(stored)
                yield TimestampedValue(article, timestamp_of(milliseconds(article.fetched_at)))
