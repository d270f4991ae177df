"""Learn what makes two articles one story: the weights, the threshold, the background of terms.

python -m models.stories.train --data ../shared/data [--out transforms/stories]

Reads stories/fnc1_topics/train.jsonl, stance/fnc1/train_stances.csv (headlines) and
near_duplicates/lee50/lee_background.cor (for how common terms are). Nothing else is looked at.
"""

from __future__ import annotations

import argparse
import csv
import dataclasses
import json
import logging
import pathlib
from collections import Counter, defaultdict
from collections.abc import Sequence

from models import data as data_files
from models.stories.fitting import Told, learn
from models.stories.labelled import Labelled, fingerprints_of, read_labelled
from models.stories.twins import with_twins
from schemas import ids
from transforms.models.load import load_embedder
from transforms.stories.similarity import FEATURES
from transforms.stories.terms import content_terms

_LOG = logging.getLogger(__name__)

_LEAST_SHARE = 0.004
_FILES = (
    "stories/fnc1_topics/train.jsonl",
    "stance/fnc1/train_stances.csv",
    "near_duplicates/lee50/lee_background.cor",
)


def main() -> None:
    """Trains both models and writes them beside the code that reads them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("transforms/stories"))
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s", force=True)
    topics, stances, lee = data_files.require(args.data, *_FILES)
    labelled = with_headlines(read_labelled(topics), stances)
    _write(args.out / "background.json", {"en": background(labelled, lee)}, indent=None)
    twins = with_twins(labelled)
    fingerprints = fingerprints_of([each.article for each in twins], load_embedder(None))
    stream = [Told(*each) for each in zip(fingerprints, [t.story for t in twins], strict=True)]
    learned = {
        "vectors": dataclasses.asdict(learn(stream, use=range(len(FEATURES)))),
        "terms": dataclasses.asdict(learn(stream, use=(2, 3, 4))),
    }
    _write(args.out / "weights.json", learned, indent=2)


def with_headlines(labelled: Sequence[Labelled], stances: pathlib.Path) -> list[Labelled]:
    """Half of the articles get a headline that is related to them: bodies come without any."""
    related: dict[str, list[str]] = defaultdict(list)
    with stances.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["Stance"] in {"agree", "discuss", "disagree"}:
                related[row["Body ID"]].append(row["Headline"])
    titled = []
    for article, story in labelled:
        headlines = sorted(related[article.key])
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


def _write(path: pathlib.Path, value: object, indent: int | None) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=False, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")
    _LOG.info("wrote %s", path)


if __name__ == "__main__":
    main()
