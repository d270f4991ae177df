"""What the log says of a cluster that refuses for a while."""

import pytest

from transforms.elasticsearch.notices import Notices


def test_one_line_when_it_refuses_and_one_when_it_recovers(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock = iter([100.0, 107.5])
    notices = Notices(clock=lambda: next(clock))
    notices.taken()
    for documents in (3, 500, 20):
        notices.refused(documents, "HTTP 429")
    notices.taken()
    notices.taken()
    first, last = (record.getMessage() for record in caplog.records)
    assert "does not take documents" in first
    assert "HTTP 429" in first
    assert "again, after 7.5 s; up to 500" in last
