"""`newsbeam backfill` beside the plain pipeline, on the same articles: `make bench`.

Both run as processes of their own, one after the other, into the same Elasticsearch. The plain one
is slow: it takes the file's first `--naive_articles`, and its time for all of them is extrapolated
by the length of their texts. That is in its favour, since with the number of articles grows the
number of pairs to be judged; so is what it leaves out (`benchmarks.naive`). Both write documents of
all families.
"""

import argparse
import json
import os
import tempfile
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from elasticsearch import Elasticsearch
from rich.console import Console
from rich.table import Table

from benchmarks.articles import write_articles
from benchmarks.measuring import Usage, measured
from benchmarks.tables import table_with
from deploy.elasticsearch.start import ensure_elasticsearch
from transforms.elasticsearch.connection import ElasticsearchConfig, connect
from transforms.elasticsearch.setup import apply, remove


def extrapolated_s(usage: Usage, work_s: float, share: float) -> float:
    """Time for everything, where `work_s` of it went into `share` (0 to 1) of the text."""
    return usage.seconds - work_s + work_s / share


def share_of(path: Path, count: int) -> float:
    """How much of a file's bytes its first `count` lines are."""
    sizes = [len(line) for line in path.read_bytes().splitlines()]
    return sum(sizes[:count]) / sum(sizes)


def comparison(
    count: int, ours: Usage, few: int, naive: Usage, report: Mapping[str, Any], share: float
) -> Table:
    """Both sides in one table."""
    naive_s = extrapolated_s(naive, report["work_s"], share)
    sides = ("newsbeam backfill", "plain pipeline", "ratio")
    table = table_with(f"{count} articles into Elasticsearch", "", *sides)
    table.add_row("articles measured", str(count), str(few), "")
    table.add_row("seconds measured", f"{ours.seconds:.1f}", f"{naive.seconds:.1f}", "")
    ratio = naive_s / ours.seconds
    about = "" if few >= count else "~ "
    table.add_row(f"seconds for {count}", f"{ours.seconds:.1f}", f"{about}{naive_s:.1f}", "")
    paces = f"{count / ours.seconds:.2f}", f"{about}{count / naive_s:.2f}"
    table.add_row("articles a second", *paces, f"{ratio:.1f} x")
    peaks = f"{ours.peak_mb:.0f}", f"{naive.peak_mb:.0f}"
    table.add_row("peak memory, MB", *peaks, f"{ours.peak_mb / naive.peak_mb:.2f} x")
    fair_mb = naive.peak_mb - report["shared_mb"]
    fair = f"{ours.peak_mb / fair_mb:.2f} x"
    table.add_row("  less shared imports", f"{ours.peak_mb:.0f}", f"{fair_mb:.0f}", fair)
    calls = ", ".join(f"{number} {task}" for task, number in report["calls"].items())
    table.add_row("documents", *(str(number) for number in report["written"]), "")
    told = "; ~ is extrapolated by length of text" if about else ""
    table.caption = f"plain: pipeline() called for {calls}{told}"
    return table


def stages(seconds: Mapping[str, float]) -> Table:
    """Where the time of our run went, the most first."""
    title = "where newsbeam backfill spends its time"
    table = table_with(title, "stage", "seconds", "share")
    total = sum(seconds.values())
    for stage, spent in sorted(seconds.items(), key=lambda each: -each[1]):
        table.add_row(stage, f"{spent:.1f}", f"{spent / total:.1%}")
    return table


def documents_of(client: Elasticsearch, prefix: str) -> int:
    """How many documents a side has left."""
    client.indices.refresh(index=f"{prefix}-*")
    return int(client.count(index=f"{prefix}-*")["count"])


def compare(articles: int, few: int, url: str, folder: Path, console: Console) -> None:
    """Runs both sides and prints the tables; removes the documents at the end."""
    file, clock = folder / "articles.jsonl", folder / "stages.json"
    count = write_articles(file, articles)
    few = min(few, count)
    rehearsed = ("benchmarks.naive", str(file), str(few), str(folder))
    run = uuid.uuid4().hex[:8]
    with connect(ElasticsearchConfig(urls=(url,))) as client:
        sinks = {side: f"bench-{run}-{side}" for side in ("ours", "naive")}
        flags = {
            side: ("--elasticsearch_url", url, "--index_prefix", prefix)
            for side, prefix in sinks.items()
        }
        try:
            for prefix in sinks.values():
                apply(client, prefix)
            backfill = ("backfill", str(file), "--max_rejected", "-1", *flags["ours"])
            ours = measured("benchmarks.sampling", str(clock), *backfill)
            measured(*rehearsed)
            naive = measured(*rehearsed, *flags["naive"])
            written = [documents_of(client, sinks[side]) for side in ("ours", "naive")]
        finally:
            for prefix in sinks.values():
                remove(client, prefix)
    report = json.loads((folder / "report.json").read_text()) | {"written": written}
    console.print(comparison(count, ours, few, naive, report, share_of(file, few)))
    console.print(stages(json.loads(clock.read_text())))
    load, cores = os.getloadavg()[0], os.cpu_count()
    console.print(f"load {load:.1f} on {cores} cores; on busy ones, both are slower")


def main() -> None:
    """Runs the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=1000, metavar="N")
    parser.add_argument("--naive_articles", type=int, default=60, metavar="N")
    args = parser.parse_args()
    url = ensure_elasticsearch()
    with tempfile.TemporaryDirectory() as folder:
        compare(args.articles, args.naive_articles, url, Path(folder), Console())


if __name__ == "__main__":
    main()
