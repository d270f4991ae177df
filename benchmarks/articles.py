"""The articles that both sides of a benchmark read."""

import csv
import json
import os
import sys
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

ROOT = Path(__file__).parents[1]
BODIES = Path("stance/fnc1/train_bodies.csv")


def data_folder() -> Path:
    """Where the labelled data are, there or not: `NEWSBEAM_DATA`, else `../shared/data`."""
    return Path(os.environ.get("NEWSBEAM_DATA", ROOT.parent / "shared" / "data"))


def write_articles(path: Path, count: int) -> int:
    """Writes `count` articles to `path`, or as many as there are; returns how many."""
    lines = [json.dumps(record) for record in islice(articles(), count)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return len(lines)


def articles() -> Iterator[dict[str, str]]:
    """The bodies of FNC-1.

    Without that data the example site's texts, again and again under new addresses (copies cost
    less than originals: no claims are looked for in a reprint).
    """
    bodies = data_folder() / BODIES
    if bodies.is_file():
        yield from fnc_bodies(bodies)
        return
    print(f"{BODIES} is absent under NEWSBEAM_DATA: the example site's texts stand in for it")
    yield from example_texts()


def fnc_bodies(path: Path) -> Iterator[dict[str, str]]:
    """The bodies in the order of the file; they have neither headline nor address nor date."""
    csv.field_size_limit(sys.maxsize)
    with path.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            yield {"text": row["articleBody"], "source": "fnc-1"}


def example_texts() -> Iterator[dict[str, str]]:
    """The example site's texts without end, each time under other addresses."""
    paths = sorted((ROOT / "examples" / "newsroom" / "content").glob("*/*.md"))
    for number, path in enumerate(cycle(paths)):
        _, _, text = path.read_text(encoding="utf-8").removeprefix("+++").partition("+++")
        yield {"text": text.strip(), "url": f"https://bench.example/{number}", "source": "bench"}
