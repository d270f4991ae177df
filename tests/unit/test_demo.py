"""The demo leaves alone what lies in the folder that it is given, and says what it does."""

import argparse
import types
from pathlib import Path

import pytest
from rich.console import Console

from pipeline.commands import demo
from pipeline.graph import GraphConfig
from pipeline.run import Run
from transforms.elasticsearch.connection import ElasticsearchConfig

OPML = '<opml version="2.0"><body><outline type="rss" xmlUrl="http://127.0.0.1/rss"/></body></opml>'


def test_nothing_but_the_archive_is_written_where_the_archive_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "feeds.opml"
    own.write_text("one's own list")
    read: list[GraphConfig] = []

    def run_bounded(config: GraphConfig, rest: list[str]) -> Run:
        read.append(config)
        return Run(outcomes={}, seconds=1.0)

    monkeypatch.setattr(demo, "run_bounded", run_bounded)
    parser = argparse.ArgumentParser()
    demo.add_flags(parser)
    args = parser.parse_args(["--archive_dir", str(tmp_path)])
    site = types.SimpleNamespace(opml=OPML, publish_corrections=lambda: None)
    cluster = ElasticsearchConfig(urls=("http://127.0.0.1:9",))
    demo._read_twice(site, args, cluster, [], Console(force_terminal=False))
    urls = [[feed.url for feed in config.feeds] for config in read]
    assert urls == [["http://127.0.0.1/rss"]] * 2
    assert own.read_text() == "one's own list"
    assert list(tmp_path.iterdir()) == [own]
    assert capsys.readouterr().err.splitlines() == [
        "Reading 1 feeds of the newsroom, and an archive ...",
        "The outlets have corrected themselves; polling once more ...",
    ]
