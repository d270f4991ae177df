"""The latency benchmark on a small scale: quick feeds' articles pass one that waits."""

from pathlib import Path

from benchmarks.latency import SLOW, latencies


def test_articles_pass_a_feed_that_waits_for_its_next_poll(prism: Path) -> None:
    assert prism.exists()
    found = latencies(["quick", SLOW], 2.0, 600.0, 20.0)
    assert len(found[SLOW]) == 1
    # All but the first were fetched after the slow feed's only poll.
    assert len(found["quick"]) > 3
