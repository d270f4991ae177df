"""Learn what makes two articles one story: the weights, the threshold, the background of terms.

    python -m models.stories.train --data ../shared/data --embeddings RUN [--out transforms/stories]

RUN is what `models.embeddings.train` wrote: of each half of the stories the vectors are those of an
embedding that has not seen it, as it has not seen tomorrow's news.

Reads stories/fnc1_topics/train.jsonl, stance/fnc1/train_stances.csv (headlines) and
near_duplicates/lee50/lee_background.cor (for how common terms are), and of
stories/fnc1_topics/test.jsonl which texts it has: their stories are not learned from. Nothing else
is looked at.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import logging
import pathlib
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence

from models import data as data_files
from models.stories.fitting import HALVES, Told, learn
from models.stories.labelled import (
    Labelled,
    fingerprints_of,
    read_labelled,
    without_stories_of,
)
from models.stories.twins import with_twins
from schemas import ids
from transforms.models.load import load_embedder
from transforms.stories.similarity import FEATURES
from transforms.stories.terms import content_terms

_LOG = logging.getLogger(__name__)

_LEAST_SHARE = 0.004
SAGAS = pathlib.Path(__file__).with_name("sagas.jsonl")
FORMATS = pathlib.Path(__file__).with_name("formats.jsonl")
FILES = (
    "stories/fnc1_topics/train.jsonl",
    "stories/fnc1_topics/test.jsonl",
    "stance/fnc1/train_stances.csv",
    "near_duplicates/lee50/lee_background.cor",
)


def main() -> None:
    """Trains both models and writes them beside the code that reads them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--embeddings", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("transforms/stories"))
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s", force=True)
    topics, test, stances, lee = data_files.require(args.data, *FILES)
    labelled = with_headlines(read_rumours(topics, test), stances)
    _write(args.out / "background.json", {"en": background(labelled, lee)}, indent=None)
    twins = with_twins(labelled)
    streams = [_stream(twins, args.embeddings / f"without_{half}") for half in range(HALVES)]
    learned = {
        "vectors": dataclasses.asdict(learn(streams, use=range(len(FEATURES)))),
        "terms": dataclasses.asdict(learn(streams, use=(2, 3, 4))),
    }
    _write(args.out / "weights.json", learned, indent=2)


def read_rumours(topics: pathlib.Path, test: pathlib.Path) -> list[Labelled]:
    """The rumours to learn from. Ten bodies are in both files: their stories are for measuring."""
    return without_stories_of(read_labelled(topics), read_labelled(test))


def headlines_of(stances: pathlib.Path) -> dict[str, list[str]]:
    """The headlines that are related to each body, in alphabetical order."""
    related: dict[str, list[str]] = defaultdict(list)
    for row in data_files.read_rows(stances):
        if row["Stance"] != "unrelated":
            related[row["Body ID"]].append(row["Headline"])
    return {body: sorted(headlines) for body, headlines in related.items()}


def with_headlines(labelled: Sequence[Labelled], stances: pathlib.Path) -> list[Labelled]:
    """Half of the articles get a headline that is related to them: bodies come without any."""
    related = headlines_of(stances)
    titled = []
    for article, story in labelled:
        headlines = related.get(article.key, [])
        pick = int(ids.digest("headline", article.article_id)[:8], 16)
        title = headlines[pick % len(headlines)] if headlines and pick % 2 else ""
        titled.append(Labelled(dataclasses.replace(article, title=title), story))
    return titled


def background(labelled: Sequence[Labelled], lee: pathlib.Path) -> dict[str, float]:
    """Share of stories that hold each term; a story counts by the mean of its articles."""
    sizes = Counter(each.story for each in labelled)
    shares: Counter[str] = Counter()
    for article, story in labelled:
        for term, _ in content_terms(article.title, article.body, "en"):
            shares[term.lower()] += 1 / sizes[story]  # type: ignore[assignment]
    texts = lee.read_text(encoding="utf-8", errors="replace").splitlines()
    for text in texts:
        for term, _ in content_terms("", text, "en"):
            shares[term.lower()] += 1
    total = len(sizes) + len(texts)
    return {t: round(n / total, 4) for t, n in sorted(shares.items()) if n / total >= _LEAST_SHARE}


def _stream(labelled: Sequence[Labelled], checkpoint: pathlib.Path) -> list[Told]:
    if not checkpoint.is_dir():
        sys.exit(f"{checkpoint} is absent: run models.embeddings.train before this")
    embedder = load_embedder(str(checkpoint))
    fingerprints = fingerprints_of([each.article for each in labelled], embedder)
    return [Told(made, each.story) for made, each in zip(fingerprints, labelled, strict=True)]


def _write(path: pathlib.Path, value: object, indent: int | None) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=False, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")
    _LOG.info("wrote %s", path)


if __name__ == "__main__":
    main()
