"""PlaceArticles: an article meets its fingerprint and its place again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import apache_beam as beam
from apache_beam.coders import PickleCoder
from apache_beam.transforms.timeutil import TimeDomain
from apache_beam.transforms.userstate import BagStateSpec, TimerSpec, on_timer
from apache_beam.transforms.window import TimestampedValue
from apache_beam.utils.timestamp import Duration

from schemas import ids
from schemas.records import Article, Fingerprint, PlacedArticle, Placement

DEFAULT_EXPIRY_S = 86_400.0


class Parts(NamedTuple):
    """What belongs together by `article_id` and `fetched_at`."""

    articles: beam.PCollection[Article]
    fingerprints: beam.PCollection[Fingerprint]
    placements: beam.PCollection[Placement]


class PlaceArticles(beam.PTransform[Parts, beam.PCollection[PlacedArticle]]):
    """Joins each article with its fingerprint and its placement, in any order of arrival.

    Bounded or unbounded; one PlacedArticle for each article, at the latest of the three timestamps.
    State for each text: the parts that came so far, dropped as soon as all three are there, and in
    a stream `expiry_s` after the last of them in any case: a part is missing for so long only where
    a stage between rejected the article, and then its outcome says so.

    Args:
        release_s: as the other stages have it. Where it is None, for bounded runs, no timer is set:
            placements come at the end of time, and a timer would fire before them.
    """

    def __init__(
        self, *, release_s: float | None = None, expiry_s: float = DEFAULT_EXPIRY_S
    ) -> None:
        super().__init__()
        self._expiry_s = None if release_s is None else expiry_s

    def expand(self, parts: Parts) -> beam.PCollection[PlacedArticle]:
        """Returns the articles with their places."""
        keyed = [
            part
            | f"Key{name.capitalize()}" >> beam.Map(_by_text).with_output_types(tuple[str, Any])
            for name, part in parts._asdict().items()
        ]
        return (
            keyed
            | "FlattenParts" >> beam.Flatten()
            | "JoinParts" >> beam.ParDo(_JoinFn(self._expiry_s)).with_output_types(PlacedArticle)
        )


def _by_text(
    part: Article | Fingerprint | Placement,
) -> tuple[str, Article | Fingerprint | Placement]:
    return f"{part.article_id}@{ids.milliseconds(part.fetched_at)}", part


class _JoinFn(beam.DoFn):
    PARTS = BagStateSpec("parts", PickleCoder())
    EXPIRY = TimerSpec("PlaceArticlesExpiry", TimeDomain.WATERMARK)

    def __init__(self, expiry_s: float | None) -> None:
        self._expiry_s = expiry_s

    def process(
        self,
        element: tuple[str, Article | Fingerprint | Placement],
        timestamp: Any = beam.DoFn.TimestampParam,
        parts: Any = beam.DoFn.StateParam(PARTS),  # noqa: B008 (Beam's way to name state)
        expiry: Any = beam.DoFn.TimerParam(EXPIRY),  # noqa: B008
    ) -> Iterator[Any]:
        parts.add((timestamp, element[1]))
        found = {type(part): (time, part) for time, part in parts.read()}
        if len(found) == 3:
            parts.clear()
            placed = PlacedArticle(
                article=found[Article][1],
                placement=found[Placement][1],
                fingerprint=found[Fingerprint][1],
            )
            yield TimestampedValue(placed, max(time for time, _ in found.values()))
        elif self._expiry_s is not None:
            expiry.set(timestamp + Duration.of(self._expiry_s))

    @on_timer(EXPIRY)
    def on_expiry(self, parts: Any = beam.DoFn.StateParam(PARTS)) -> None:  # noqa: B008
        """Drops what no third part came for."""
        parts.clear()
