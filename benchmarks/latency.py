"""From fetch to index beside a feed that is polled seldom: `python -m benchmarks.latency`.

`newsbeam stream` on Prism polls some feeds, each at a host of its own, every two seconds; each poll
brings one article with its full text. It runs twice: with these feeds alone (the baseline), and
with one feed beside them that is polled every two minutes, in the proportion of a minute to an
hour. Each run takes three minutes, so that the slow feed is polled once more meanwhile. An
article's latency is the time from its fetch to its line in the output folder, where it stands with
all that follows from it; in an index it is shown before that.
"""

import argparse
import contextlib
import datetime as dt
import itertools
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from rich.console import Console

from benchmarks.tables import table_with
from deploy.prism.install import ensure_prism

SLOW = "slow"
_WORDS = 150


def feed_of(number: int) -> dict[str, object]:
    """A feed of one article, whose text is like no other's."""
    letters = random.Random(number)
    words = ("".join(letters.choices("abdegiklmnoprstuvz", k=7)) for _ in range(_WORDS))
    url, title = f"https://{number}.example/", f"News of the day, number {number}"
    item = {"id": url, "url": url, "title": title, "content_text": " ".join(words)}
    return {"version": "https://jsonfeed.org/version/1.1", "title": "Bench", "items": [item]}


@contextlib.contextmanager
def feeds(seldom_s: float) -> Iterator[int]:
    """Serves a new article at each request; a slow feed's publisher asks for its pace.

    Yields the port, on all addresses.
    """
    numbers = itertools.count()

    class Feed(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/feed+json")
            if SLOW in self.path:
                self.send_header("Cache-Control", f"max-age={seldom_s:.0f}")
            self.end_headers()
            self.wfile.write(json.dumps(feed_of(next(numbers))).encode())

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("", 0), Feed) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


Waits = dict[str, list[float]]


def latencies(
    names: list[str],
    often_s: float,
    seldom_s: float,
    seconds: float,
    enough: Callable[[Waits], bool] = lambda _: False,
) -> Waits:
    """Runs a stream; returns seconds from fetch to index, by feed.

    Args:
        seconds: how long it runs after its first article, or until it has `enough`.
    """
    with tempfile.TemporaryDirectory() as name, feeds(seldom_s) as port:
        folder = Path(name)
        listed = [
            f'[[feeds]]\nurl = "http://127.0.0.{host}:{port}/{feed}"\nsource = "{feed}"'
            for host, feed in enumerate(names, 2)
        ]
        (folder / "feeds.toml").write_text("\n".join(listed), encoding="utf-8")
        command = [str(Path(sys.executable).with_name("newsbeam")), "stream"]
        command += ["--feeds", str(folder / "feeds.toml"), "--output_dir", str(folder)]
        command += ["--min_interval_s", f"{often_s}", "--max_interval_s", f"{seldom_s}"]
        command += ["--allow_networks", "127.0.0.0/8"]
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            return _watched(folder / "articles.jsonl", process, seconds, enough)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _watched(
    path: Path,
    process: "subprocess.Popen[bytes]",
    seconds: float,
    enough: Callable[[Waits], bool],
) -> Waits:
    found: Waits = {}
    while not path.exists():
        if process.poll() is not None:
            sys.exit("the stream ended by itself")
        time.sleep(0.05)
    end, rest = time.monotonic() + seconds, b""
    with path.open("rb") as file:
        while time.monotonic() < end and not enough(found):
            *lines, rest = (rest + file.read()).split(b"\n")
            seen = dt.datetime.now(dt.UTC)
            for article in map(json.loads, filter(None, lines)):
                waited = seen - dt.datetime.fromisoformat(article["fetched_at"])
                found.setdefault(article["source"], []).append(waited.total_seconds())
            time.sleep(0.05)
    return found


def main() -> None:
    """Runs the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=3, metavar="N")
    parser.add_argument("--often_s", type=float, default=2.0, metavar="S")
    parser.add_argument("--seldom_s", type=float, default=120.0, metavar="S")
    parser.add_argument("--seconds", type=float, default=180.0, metavar="S")
    args = parser.parse_args()
    ensure_prism()
    quick = [f"quick{number}" for number in range(args.feeds)]
    title = f"{args.feeds} feeds, each polled every {args.often_s:g} s: from fetch to index"
    table = table_with(title, "", "articles", "median, s", "most, s")
    beside = f"with a feed every {args.seldom_s:g} s"
    for label, more in (("alone (baseline)", []), (beside, [SLOW])):
        found = latencies([*quick, *more], args.often_s, args.seldom_s, args.seconds)
        # The first articles wait for the models to be loaded.
        waits = sorted(each for feed in quick for each in found.get(feed, [])[3:])
        if not waits:
            sys.exit(f"{label}: no article came")
        table.add_row(label, str(len(waits)), f"{statistics.median(waits):.2f}", f"{waits[-1]:.2f}")
    table.caption = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
