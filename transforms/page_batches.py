"""Items of one host together, and the restriction that says which of them still wait."""

import dataclasses
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import apache_beam as beam
from apache_beam.io.iobase import RestrictionProgress, RestrictionTracker
from apache_beam.pvalue import TaggedOutput
from apache_beam.utils.timestamp import Timestamp
from apache_beam.utils.windowed_value import WindowedValue

from schemas.records import Item
from transforms.web.page_requests import needs_page

MAX_BATCH = 64

_TIMESTAMP = beam.DoFn.TimestampParam
_WINDOW = beam.DoFn.WindowParam


class Wanted(NamedTuple):
    """An item whose page is wanted, and its time in microseconds."""

    item: Item
    micros: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PageBatch:
    """Items whose pages lie at one host: at most 64."""

    host: str
    wanted: tuple[Wanted, ...]


def host_of(url: str) -> str:
    """Returns the host that a URL names, "" where it names none: such a URL is refused later."""
    try:
        return (urlsplit(url.strip()).hostname or "").lower()
    except ValueError:
        return ""


class BatchFn(beam.DoFn):
    """Puts the items of a bundle together by host; those that need no page go out as `items`."""

    def start_bundle(self) -> None:
        self._held: dict[tuple[str, Any], list[Wanted]] = {}

    def process(
        self, item: Item, timestamp: Any = _TIMESTAMP, window: Any = _WINDOW
    ) -> Iterator[Any]:
        if not needs_page(item):
            yield TaggedOutput("items", item)
            return
        key = host_of(item.url or ""), window
        held = self._held.setdefault(key, [])
        held.append(Wanted(item, timestamp.micros))
        if len(held) == MAX_BATCH:
            yield _batch(*key, self._held.pop(key))

    def finish_bundle(self) -> Iterator[Any]:
        for (host, window), wanted in self._held.items():
            yield _batch(host, window, wanted)


def _batch(host: str, window: Any, wanted: list[Wanted]) -> WindowedValue:
    """Returns a batch at the time of its oldest item, so that it holds the watermark there."""
    oldest = Timestamp(micros=min(one.micros for one in wanted))
    return WindowedValue(PageBatch(host=host, wanted=tuple(wanted)), oldest, (window,))


class Failed(NamedTuple):
    """A place whose page its server did not give: how often, and when it is asked for again.

    Attributes:
        due_ms: milliseconds since 1970; nothing of it comes before.
    """

    place: int
    times: int
    due_ms: int


@dataclasses.dataclass(frozen=True, slots=True)
class PagesLeft:
    """The restriction: places in the batch whose pages were not given out.

    Attributes:
        failed: those of the places that were asked for before.
    """

    places: tuple[int, ...]
    failed: tuple[Failed, ...] = ()


class PagesLeftTracker(RestrictionTracker):
    """Claims places in any order; what was not claimed, or failed, is left to a later call."""

    def __init__(self, left: PagesLeft) -> None:
        self._left = left
        self._claimed: set[int] = set()
        self._ended = False

    def current_restriction(self) -> PagesLeft:
        return self._left

    def try_claim(self, position: int | Failed) -> bool:
        """Claims a place, or notes that it failed; False once the rest was taken away."""
        place = position.place if isinstance(position, Failed) else position
        if self._ended or place not in self._left.places:
            return False
        if isinstance(position, Failed):
            others = [one for one in self._left.failed if one.place != place]
            self._left = PagesLeft(self._left.places, (*others, position))
        else:
            self._claimed.add(place)
        return True

    def try_split(self, fraction_of_remainder: float) -> tuple[PagesLeft, PagesLeft] | None:
        """Keeps what was claimed and gives away all else."""
        rest = self._unclaimed()
        if self._ended or not rest:
            return None
        self._ended = True
        claimed = tuple(place for place in self._left.places if place in self._claimed)
        failed = tuple(one for one in self._left.failed if one.place in rest)
        self._left = PagesLeft(claimed)
        return self._left, PagesLeft(rest, failed)

    def check_done(self) -> bool:
        if self._unclaimed():
            raise ValueError("pages were neither claimed nor deferred")
        return True

    def current_progress(self) -> RestrictionProgress:
        rest = len(self._unclaimed())
        return RestrictionProgress(completed=float(len(self._claimed)), remaining=float(rest))

    def is_bounded(self) -> bool:
        return not self._left.places

    def _unclaimed(self) -> tuple[int, ...]:
        return tuple(place for place in self._left.places if place not in self._claimed)
