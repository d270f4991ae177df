"""Articles a second of `ActiveStories`, beside one float32 product with all centroids for each.

    python -m benchmarks.stories [--stories N ...]

What `GroupStories` does for one language, with no runner, no merges, and embedding apart. Each row
runs in a process of its own: stories of one article each are put into the state, then 2,000
articles are placed, half of which belong to one of them. One in ten tells of two events, so that
their stories are compared. Peak memory is that of the whole process, state what the runner keeps
for the key when it was just written anew: it grows up to twice this, and the texts that wait come
on top. The last row has 10,000 active stories after ten times as many have ended: cost grows with
what is active, not with history. The baseline finds the nearest centroid and does nothing else.
"""

import argparse
import dataclasses
import datetime as dt
import multiprocessing
import pickle
import resource
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.table import Table

from schemas import ids
from schemas.records import Fingerprint
from transforms.stories.active_stories import ActiveStories, StoryLimits
from transforms.stories.fingerprint import quantised, unquantised
from transforms.stories.story import Joined, joined_of
from transforms.stories.trace import trace_of

_SIZES = (1_000, 10_000, 100_000)
_HISTORY = 10
_PLACED = 2_000
_BASELINE = 200
_DIM = 384
_TOPICS = 200
_SAMPLE = 1_000
_START = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)


class Row(NamedTuple):
    """What one process saw; rates are articles a second."""

    active: int
    ended: int
    rate: float
    baseline: float
    peak_mb: float
    state_mb: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stories", type=int, nargs="+", default=list(_SIZES))
    sizes = parser.parse_args().stories
    plans = [*((size, 0) for size in sizes), (min(sizes[-1], 10_000), _HISTORY)]
    spawn = multiprocessing.get_context("spawn")
    rows = []
    for size, history in plans:
        with ProcessPoolExecutor(1, mp_context=spawn) as process:  # its peak memory is its own
            rows.append(process.submit(measure, size, size * history).result())
    Console().print(table_of(rows))


def measure(active: int, ended: int) -> Row:
    """Fills the state, places articles, and then runs the baseline on the same stories."""
    stories = ActiveStories("en", StoryLimits(max_stories=active))
    for event in range(ended + active):
        stories.add(joined_of(trace_of(told(event, 0)), f"story {event:020}", None))
    numbers = range(ended + active, ended + active + _PLACED)
    coming = [coming_as(number, active, ended) for number in numbers]
    started = time.perf_counter()
    for _ in stories.place_all(coming):
        pass
    rate = _PLACED / (time.perf_counter() - started)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Row(active, ended, rate, baseline_rate(stories, coming), peak_mb, state_mb(stories))


def baseline_rate(stories: ActiveStories, coming: list[Fingerprint]) -> float:
    """The plain way: all centroids in one float32 matrix, one product and one argmax for each."""
    centroids = np.stack([unquantised(vector) for vector in _vectors(stories)])
    vectors = [unquantised(each.vector) for each in coming[:_BASELINE]]
    started = time.perf_counter()
    for vector in vectors:
        np.argmax(centroids @ vector)
    return len(vectors) / (time.perf_counter() - started)


def state_mb(stories: ActiveStories) -> float:
    """Megabytes of the increments in the runner's state, from a sample of them."""
    increments = _joined(stories)
    sample = increments[:: max(1, len(increments) // _SAMPLE)]
    return sum(len(pickle.dumps(each)) for each in sample) / len(sample) * len(increments) / 1e6


def coming_as(number: int, active: int, ended: int) -> Fingerprint:
    """Odd ones tell of a new event, even ones of an active story's, one in ten of two of them."""
    if number % 2:
        return told(number, 1)
    article = told(ended + number % active, 1)
    if number % 10:
        return article
    return of_both(article, told(ended + (number - 2) % active, 1))


def of_both(one: Fingerprint, other: Fingerprint) -> Fingerprint:
    """`one` with its vector half way to the other's, and every second term of both."""
    vector = unquantised(one.vector) + unquantised(other.vector)
    terms = dict([*one.terms[::2], *other.terms[::2]])
    return dataclasses.replace(one, vector=quantised(vector), terms=tuple(sorted(terms.items())))


def told(event: int, version: int) -> Fingerprint:
    """One report of an event: 24 of its 64 terms are the event's own, as is most of its vector.

    An event's topic makes up a third of the vector's length, so that hundreds of 100,000 stories
    come near an article, as they do in news.
    """
    topic, own = _random(event % _TOPICS), _random(1_000 + event)
    report = _random(10_000_000 + 2 * event + version)
    vector = 0.6 * _unit(topic) + 0.65 * _unit(own) + 0.45 * _unit(report)
    words = [*(int(w) for w in own.integers(0, 50_000, 24)), *_common(report)]
    terms = {f"{'N' if n < 12 else 'w'}{word:05}": 1.0 + n % 3 for n, word in enumerate(words)}
    fetched = _START + dt.timedelta(seconds=event % 1_000 + version)
    return Fingerprint(
        article_id=ids.digest("benchmark", str(event), str(version)),
        source=f"Outlet {event % 50}",
        language="en",
        event_time=fetched,
        dated=True,
        fetched_at=fetched,
        first_fetched_at=fetched,
        revision=0,
        vector=quantised(vector.astype(np.float32)),
        terms=tuple(sorted(terms.items())),
        signature=report.integers(0, 2**32, 128).astype("<u4").tobytes(),
        words=400,
    )


def _joined(stories: ActiveStories) -> list[Joined]:
    return [each for each in stories.increments() if isinstance(each, Joined)]


def table_of(rows: list[Row]) -> Table:
    """What is printed."""
    heads = ("active", "ended before", "articles/s", "baseline/s", "peak MB", "state MB")
    table = Table(*heads, title="ActiveStories, no runner, one float32 product as baseline")
    for row in rows:
        table.add_row(
            *(f"{row.active:,}", f"{row.ended:,}", f"{row.rate:,.0f}", f"{row.baseline:,.0f}"),
            *(f"{row.peak_mb:,.0f}", f"{row.state_mb:,.1f}"),
        )
    return table


def _random(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def _unit(random: np.random.Generator) -> npt.NDArray[np.float64]:
    values = random.normal(size=_DIM)
    return values / np.linalg.norm(values)


def _common(random: np.random.Generator) -> Iterator[int]:
    """40 words as frequent as words are: a few in most texts, most in few."""
    yield from (int(word) % 50_000 for word in random.zipf(1.3, 40))


def _vectors(stories: ActiveStories) -> list[bytes]:
    return [each.trace.vector for each in _joined(stories) if each.trace.vector]


if __name__ == "__main__":
    main()
