"""The clock of the records."""

import datetime as dt

import pytest

from transforms.web.clock import Clock


def test_a_clock_that_was_set_back_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock()
    ahead = clock() + dt.timedelta(seconds=90)
    assert not caplog.messages
    clock._last = ahead
    first, second = clock(), clock()
    assert ahead < first < second
    assert len(caplog.messages) == 1 and "set back by 90 s" in caplog.messages[0]
