"""The polling benchmark on a small scale: Prism polls each feed, again and again, on time."""

from pathlib import Path

from benchmarks.polling import sampled, table_of


def test_twenty_feeds_are_polled_each_two_seconds(prism: Path) -> None:
    assert prism.exists()
    samples = sampled(20, 2.0, 300.0, 6.0, enough=lambda seen: len(seen.late_s) > 20)
    last = samples[-1].seen
    assert last.feeds == 20
    assert len(last.late_s) > 20
    # An early poll would be rude; a late one may be the machine's fault.
    assert min(last.late_s) > -1.0
    assert samples[-1].python_mb > 50
    assert table_of(samples, 20, 2.0).row_count == len(samples)
