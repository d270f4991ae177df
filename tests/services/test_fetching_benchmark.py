"""The fetching benchmark on a small scale."""

import multiprocessing
import time
from pathlib import Path

import pytest
from apache_beam.options.pipeline_options import PipelineOptions

from benchmarks import fetching


def test_live_pages_are_fetched_on_prism(
    prism: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert prism.exists()
    flags = ["--live", "--hosts", "2", "--pages", "2", "--dead", "0"]
    monkeypatch.setattr("sys.argv", ["fetching", *flags])
    fetching.main()
    told = capsys.readouterr().out
    assert "on PrismRunner" in told
    rows = [line.split("│") for line in told.splitlines() if "FetchPages" in line or "dead" in line]
    assert [(row[2].strip(), row[5].strip()) for row in rows] == [("4", "0")] * 2


def test_the_clock_starts_with_the_first_request() -> None:
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    hosts, delay_s = ["127.0.1.1", "127.0.1.2"], 2.0
    server = spawn.Process(target=fetching.serve, args=(hosts, delay_s, theirs), daemon=True)
    server.start()
    try:
        items = fetching.wanted(hosts, ours.recv(), 1)
        for _ in range(2):
            begun, options = time.time(), PipelineOptions(["--runner=FnApiRunner"])
            found = fetching.measure(items, ours, live=False, options=options)
            arrivals = [at for times in found.arrivals.values() for at in times]
            assert len(arrivals) == 2
            # The first request of this measurement, not of the one before.
            assert delay_s <= min(arrivals) <= max(arrivals) <= time.time() - begun
    finally:
        server.kill()
