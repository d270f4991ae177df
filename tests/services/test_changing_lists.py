"""A stream whose list of feeds changes while it runs."""

import contextlib
import json
import pathlib
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from tests.web_servers import Site, site

RSS = """<rss version="2.0"><channel><title>G</title><item><title>Bridge {0} is closed</title>
<description>The bridge {0} will be closed for three weeks, the city said on Monday.</description>
<link>/story</link></item></channel></rss>"""


@pytest.fixture
def outlets() -> Iterator[tuple[Site, Site]]:
    with site("127.0.0.1") as one, site("127.0.0.2") as two:
        for number, outlet in enumerate((one, two)):
            outlet.text("/rss", RSS.format(number), "application/rss+xml")
        yield one, two


@contextlib.contextmanager
def streaming(folder: pathlib.Path, *flags: str) -> Iterator[None]:
    command = [
        *(pathlib.Path(sys.executable).with_name("newsbeam"), "stream"),
        *("--feeds", folder / "feeds.toml", "--output_dir", folder / "out"),
        *("--min_interval_s", "1", "--max_interval_s", "1", "--list_check_s", "1"),
        *("--allow_networks", "127.0.0.0/8", "--host_delay_s", "0"),
        *flags,
    ]
    process = subprocess.Popen([str(part) for part in command])
    try:
        yield
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def wait_for(condition: Callable[[], bool], timeout_s: float = 200) -> None:
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end, f"not within {timeout_s} s"
        time.sleep(0.2)


def polls(outlet: Site) -> int:
    return outlet.paths().count("/rss")


def statuses(folder: pathlib.Path) -> list[tuple[str, str]]:
    path = folder / "out" / "feeds.jsonl"
    lines = path.read_text("utf-8").split("\n")[:-1] if path.exists() else []
    documents = map(json.loads, lines)
    return [(one["source"], one["status"]) for one in documents]


@pytest.mark.timeout(1200)
def test_feeds_are_added_paused_removed_and_listed_again(
    outlets: tuple[Site, Site], prism_flags: tuple[str, ...], tmp_path: pathlib.Path
) -> None:
    one, two = outlets

    def listed(outlet: Site, source: str, *, paused: bool = False) -> str:
        written = "paused = true\n" if paused else ""
        return f"[[feeds]]\nurl = '{outlet.url('/rss')}'\nsource = '{source}'\n{written}"

    def write(*entries: str) -> None:
        (tmp_path / "feeds.toml").write_text("".join(entries), encoding="utf-8")

    write(listed(one, "one"))
    with streaming(tmp_path, *prism_flags):
        wait_for(lambda: polls(one) > 1)
        assert polls(two) == 0
        write(listed(one, "one"), listed(two, "two"))
        wait_for(lambda: polls(two) > 1)
        write(listed(one, "one", paused=True), listed(two, "two"))
        wait_for(lambda: ("one", "paused") in statuses(tmp_path))
        before, going_on = polls(one), polls(two)
        wait_for(lambda: polls(two) > going_on + 3)
        assert polls(one) == before
        write(listed(one, "one"))
        wait_for(lambda: ("two", "removed") in statuses(tmp_path) and polls(one) > before + 1)
        before, going_on = polls(two), polls(one)
        wait_for(lambda: polls(one) > going_on + 3)
        assert polls(two) == before
        write(listed(one, "one"), listed(two, "two"))
        wait_for(lambda: polls(two) > before + 1)
