"""Lists of feeds that change under a running stream."""

import dataclasses
import logging
from pathlib import Path

import pytest
from apache_beam.io.watermark_estimators import ManualWatermarkEstimator

from transforms.endless_restrictions import EndlessTracker, KnownFeeds
from transforms.restrictions import RestrictionCoder
from transforms.watch_lists_fn import WatchListsFn
from transforms.web.feed_lists import Feed, FeedListError, read_feed_lists
from transforms.web.listed_feeds import ListedFeeds

A, B = (Feed(url=f"https://{name}.example/rss", source=name) for name in "ab")


class Lists:
    """A TOML file, and a clock that stands a second later with each look."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "feeds.toml"
        self._now = 0.0

    def write(self, *feeds: Feed, text: str = "") -> None:
        entries = (
            f"[[feeds]]\nurl = '{f.url}'\nsource = '{f.source}'\npaused = {str(f.paused).lower()}\n"
            for f in feeds
        )
        self.path.write_text(text or "".join(entries), encoding="utf-8")

    def clock(self) -> float:
        self._now += 1
        return self._now


@pytest.fixture
def lists(tmp_path: Path) -> Lists:
    return Lists(tmp_path)


def test_feeds_come_go_and_pause(lists: Lists) -> None:
    lists.write(A)
    listed = ListedFeeds([str(lists.path)], [A], lists.clock)
    assert listed.feeds() == (A,)
    assert (listed.standing(A), listed.standing(B)) == ("", "removed")
    paused = Feed(url=A.url, source="a", paused=True)
    lists.write(paused, B)
    assert listed.feeds() == (paused, B)
    assert (listed.standing(A), listed.standing(B)) == ("paused", "")
    lists.write(A)
    assert (listed.standing(A), listed.standing(B)) == ("", "removed")


def test_a_broken_list_changes_nothing(lists: Lists, caplog: pytest.LogCaptureFixture) -> None:
    lists.write(A, B)
    listed = ListedFeeds([str(lists.path)], [A, B], lists.clock)
    with caplog.at_level(logging.WARNING):
        for text in ("[[feeds]]\nurl = 3", "nonsense", "\n"):
            lists.write(text=text)
            assert listed.feeds() == listed.feeds() == (A, B)
        lists.path.unlink()
        assert listed.standing(A) == ""
    assert len(caplog.records) == 4


def test_without_lists_all_stays(lists: Lists) -> None:
    assert ListedFeeds((), [A], lists.clock).standing(A) == ""


def test_files_are_looked_at_once_a_second(lists: Lists) -> None:
    lists.write(A)
    listed = ListedFeeds([str(lists.path)], [A], lambda: 5.0)
    assert listed.feeds() == (A,)
    lists.write(A, B)
    assert listed.feeds() == (A,)


class Looking(EndlessTracker):
    """Keeps what is left to a later look."""

    def defer_remainder(self, _: object) -> None:
        split = self.try_split(0)
        assert split is not None
        self.left = split[1]


def test_each_feed_comes_out_once(lists: Lists) -> None:
    watch = WatchListsFn([str(lists.path)], [A], 1.0)
    watch._lists = ListedFeeds([str(lists.path)], [A], lists.clock)
    known = KnownFeeds()
    found = []
    for feeds in ((A,), (A, B), (B,), (A, B)):
        lists.write(*feeds)
        tracker = Looking(known)
        watermark = ManualWatermarkEstimator(None)
        found.append([one.value for one in watch.process(None, tracker, watermark)])
        assert tracker.check_done() and tracker.is_bounded()
        known = RestrictionCoder().decode(RestrictionCoder().encode(tracker.left))
    assert found == [[(A,)], [(B,)], [], []]


def test_a_parameter_tells_feeds_apart(lists: Lists) -> None:
    """One that the URLs of articles are without."""
    world, home = (Feed(url=f"https://a.example/x?source=rss_{x}", source="a") for x in "wh")
    lists.write(world, home)
    listed = ListedFeeds([str(lists.path)], [world, home], lists.clock)
    assert listed.feeds() == (world, home)
    watch = WatchListsFn([str(lists.path)], [world, home], 1.0)
    found = watch.process(None, Looking(KnownFeeds()), ManualWatermarkEstimator(None))
    assert [one.value for one in found] == [(world, home)]
    lists.write(dataclasses.replace(world, paused=True))
    assert (listed.standing(world), listed.standing(home)) == ("paused", "removed")


def test_a_look_that_the_runner_took_away_brings_nothing(lists: Lists) -> None:
    lists.write(A)
    tracker = Looking(KnownFeeds())
    assert tracker.try_split(0) == (KnownFeeds(done=True), KnownFeeds())
    assert tracker.try_split(0) is None and not tracker.try_claim(KnownFeeds(("a",)))
    watch = WatchListsFn([str(lists.path)], [A], 1.0)
    assert list(watch.process(None, tracker, ManualWatermarkEstimator(None))) == []


def test_paused_is_true_or_false(lists: Lists) -> None:
    lists.write(text="[[feeds]]\nurl = 'https://a.example'\npaused = 1")
    with pytest.raises(FeedListError, match="paused must be true or false"):
        read_feed_lists([str(lists.path)])
