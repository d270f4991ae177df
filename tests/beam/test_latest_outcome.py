"""What a URL ends in where one fetch of it fails."""

import json
from pathlib import Path

from pipeline.cli import main
from tests.web_servers import Site, site

TEXT = "<h1>The dam holds</h1>" + "<p>The old dam above Riverton has held all night.</p>" * 20
ENTRY = "<item><title>{title}</title><link>{url}</link></item>"


def poll(served: Site, folder: Path, title: str, *paths: str) -> list[str]:
    """Polls a feed whose entries have a new title; returns how their pages ended."""
    urls = [served.url(path) for path in paths]
    entries = "".join(ENTRY.format(title=title, url=url) for url in urls)
    rss = f"<rss version='2.0'><channel>{entries}</channel></rss>"
    served.text("/rss", rss, "application/rss+xml")
    flags = ("--output_dir", str(folder), "--allow_networks", "127.0.0.0/8", "--host_delay_s", "0")
    assert main(["stream", "--once", *flags, "--feeds", served.url("/rss")]) == 0
    lines = (json.loads(line) for line in (folder / "outcomes.jsonl").open())
    ended = {one["key"]: str(one["outcome"]) for one in lines}
    return [ended[url] for url in urls]


def test_a_page_that_failed_once_has_not_failed_for_ever(tmp_path: Path) -> None:
    with site() as served:
        served.text("/dam", TEXT)
        assert poll(served, tmp_path, "One", "/dam") == ["indexed"]
        served.status("/dam", 503)
        assert poll(served, tmp_path, "Two", "/dam", "/copy") == ["indexed", "fetch_failed"]
        served.text("/dam", TEXT)
        canonical = f"<link rel='canonical' href='{served.url('/dam')}'>"
        served.text("/copy", canonical + TEXT)
        assert poll(served, tmp_path, "Three", "/dam", "/copy") == ["indexed", "repeated"]
        served.status("/copy", 404)
        assert poll(served, tmp_path, "Four", "/copy") == ["fetch_failed"]


def test_a_page_whose_server_failed_is_asked_for_again_by_the_next_run(tmp_path: Path) -> None:
    with site() as served:
        assert poll(served, tmp_path, "One", "/dam", "/gone") == ["fetch_failed", "fetch_failed"]
        served.status("/dam", 503)
        assert poll(served, tmp_path, "Two", "/dam", "/gone") == ["fetch_failed", "fetch_failed"]
        served.text("/dam", TEXT)
        served.asked.clear()
        # The feed says what it said: only the page that its server did not give may come now.
        assert poll(served, tmp_path, "Two", "/dam", "/gone") == ["indexed", "fetch_failed"]
        assert served.paths() == ["/rss", "/dam"]
        served.asked.clear()
        assert poll(served, tmp_path, "Two", "/dam", "/gone") == ["indexed", "fetch_failed"]
        assert served.paths() == ["/rss"]
