"""The latency benchmark on a small scale: quick feeds' articles pass one that waits."""

from pathlib import Path

from benchmarks.latency import SLOW, Waits, latencies


def test_articles_pass_a_feed_that_waits_for_its_next_poll(prism: Path) -> None:
    assert prism.exists()

    def both_came(found: Waits) -> bool:
        return SLOW in found and len(found.get("quick", [])) > 3

    found = latencies(["quick", SLOW], 2.0, 3600.0, 300.0, both_came)
    assert len(found[SLOW]) == 1
    # All but the first were fetched after the slow feed's only poll.
    assert len(found["quick"]) > 3
