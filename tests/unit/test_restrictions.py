"""Restrictions travel, and all splittable steps share the coder that Flink needs them to share."""

import pytest

from transforms.endless_restrictions import KnownFeeds, Polling
from transforms.fetch_pages import _FetchBatchFn
from transforms.page_batches import PagesLeft
from transforms.poll_fns import PollFn
from transforms.restrictions import Restriction, RestrictionCoder
from transforms.watch_lists_fn import WatchListsFn
from transforms.web.poll_state import PollState


@pytest.mark.parametrize(
    "restriction",
    [
        KnownFeeds(),
        KnownFeeds(("a", "b"), done=True),
        PagesLeft(()),
        PagesLeft((0, 7)),
        Polling(state=PollState(etag="x"), due_ms=5, done=True),
    ],
)
def test_restrictions_come_back(restriction: Restriction) -> None:
    assert RestrictionCoder().decode(RestrictionCoder().encode(restriction)) == restriction


def test_what_is_no_restriction_is_refused() -> None:
    for written in (b"[]", b"{}", b'["other", 1]'):
        with pytest.raises(ValueError):
            RestrictionCoder().decode(written)


def test_all_steps_share_the_coder() -> None:
    for step in (PollFn, _FetchBatchFn, WatchListsFn):
        assert isinstance(step.restriction_coder(object.__new__(step)), RestrictionCoder)
