"""The fetching benchmark on a small scale."""

from pathlib import Path

import pytest

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
