"""`WriteToElasticsearch` beside `elasticsearch.helpers.parallel_bulk`: `python -m benchmarks.sink`.

Both write the same documents, of 2 to 6 kB, into the same server, each into a fresh index, in
processes of their own and in turn. The helper gets the best of many settings, searched for before.
"""

import argparse
import itertools
import json
import os
import statistics
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from elasticsearch import Elasticsearch
from rich.console import Console
from rich.table import Table

from benchmarks.measuring import measured
from benchmarks.tables import table_with
from deploy.elasticsearch.start import ensure_elasticsearch
from transforms.elasticsearch.bulk_config import BulkConfig
from transforms.elasticsearch.connection import ElasticsearchConfig, connect
from transforms.elasticsearch.setup import apply, remove

_THREADS = (1, 2, 3, 4)
_CHUNKS = (250, 500, 1_000, 2_000)


class SideRun(NamedTuple):
    """One side's run."""

    seconds: float
    peak_mb: float


class Bench(NamedTuple):
    """Where the sides write."""

    client: Elasticsearch
    url: str
    prefix: str
    folder: Path

    def run(self, side: str, documents: int, settings: dict[str, Any] | None = None) -> SideRun:
        """Runs one side into an index of its own, checks that all is there, and removes it."""
        index = f"{self.prefix}-articles-2026.11"
        file = self.folder / "seconds.json"
        arguments = (side, str(file), str(documents), self.url, index, json.dumps(settings or {}))
        usage = measured("benchmarks.sink_sides", *arguments)
        if side != "counting":
            self.client.indices.refresh(index=index)
            assert self.client.count(index=index)["count"] == documents
            self.client.indices.delete(index=index)
        return SideRun(json.loads(file.read_text()), usage.peak_mb)


def settings() -> Iterator[dict[str, int]]:
    """Yields what the search tries."""
    for threads, chunk in itertools.product(_THREADS, _CHUNKS):
        yield {"thread_count": threads, "queue_size": threads, "chunk_size": chunk}


def best_settings(bench: Bench, documents: int, console: Console) -> dict[str, int]:
    """Returns the fastest settings of the helper."""
    bench.run("parallel_bulk", documents, next(settings()))  # warms the server up
    tried = [(bench.run("parallel_bulk", documents, each).seconds, each) for each in settings()]
    seconds, best = min(tried, key=lambda pair: pair[0])
    slowest = max(seconds for seconds, _ in tried)
    console.print(
        f"parallel_bulk, {documents} documents: {documents / seconds:.0f} a second with {best},"
        f" {documents / slowest:.0f} with the slowest of {len(tried)}",
        soft_wrap=True,
        highlight=False,
    )
    return best


def comparison(documents: int, runs: dict[str, list[SideRun]], idle: SideRun) -> Table:
    """All sides in one table; `idle` is our side with a single document."""
    figures = ("documents a second", "of parallel_bulk", "peak memory, MB")
    table = table_with(f"{documents} documents of 2 to 6 kB", "", *figures, min_width=90)
    names = {
        "parallel_bulk": "helpers.parallel_bulk",
        "ours": "WriteToElasticsearch",
        "counting": "Beam alone, a sink that counts",
    }
    paces = {
        side: documents / statistics.median(run.seconds for run in each)
        for side, each in runs.items()
    }
    for side, name in names.items():
        share = paces[side] / paces["parallel_bulk"]
        peak = max(run.peak_mb for run in runs[side])
        table.add_row(name, f"{paces[side]:.0f}", f"{share:.0%}", f"{peak:.0f}")
    bound = BulkConfig().memory_bytes / 1e6
    held = max(run.peak_mb for run in runs["ours"]) - idle.peak_mb
    table.caption = f"WriteToElasticsearch holds {held:.0f} MB of documents; bound {bound:.0f} MB"
    return table


def main() -> None:
    """Runs the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=200_000, metavar="N")
    parser.add_argument("--search_documents", type=int, default=10_000, metavar="N")
    parser.add_argument("--rounds", type=int, default=2, metavar="N")
    args = parser.parse_args()
    url, prefix = ensure_elasticsearch(), f"bench-{uuid.uuid4().hex[:8]}"
    console = Console()
    with (
        connect(ElasticsearchConfig(urls=(url,), request_timeout_s=120)) as client,
        tempfile.TemporaryDirectory() as folder,
    ):
        bench = Bench(client, url, prefix, Path(folder))
        try:
            apply(client, prefix)
            best = best_settings(bench, args.search_documents, console)
            runs: dict[str, list[SideRun]] = {"parallel_bulk": [], "ours": [], "counting": []}
            for number in range(args.rounds):
                order = ("parallel_bulk", "ours") if number % 2 else ("ours", "parallel_bulk")
                for side in order:
                    runs[side].append(bench.run(side, args.documents, best))
            runs["counting"].append(bench.run("counting", args.documents))
            idle = bench.run("ours", 1)
        finally:
            remove(client, prefix)
    console.print(comparison(args.documents, runs, idle))
    console.print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
