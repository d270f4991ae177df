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

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from models import data as data_files
from models.stories.labelled import b_cubed, fingerprints_of, grouped, read_labelled
from schemas import ids
from schemas.records import Article, Fingerprint
from transforms.models.load import load_embedder
from transforms.stories.active_stories import ActiveStories
from transforms.stories.similarity import FEATURES, Weights
from transforms.stories.story import joined_of
from transforms.stories.terms import content_terms
from transforms.stories.trace import trace_of

_LOG = logging.getLogger(__name__)

# Sets without times cannot teach it: a day apart weighs like .03 of cosine, a week like .2.
PER_DAY = 0.25
_RIDGE = 1e-3
_LEAST_SHARE = 0.004
# Between thresholds that group the training stories equally well (B-cubed F1 within this of the
# best) the strictest is taken: news of the world holds more look-alikes than 191 rumours do, and a
# story torn apart misleads less than two that are mixed.
_PLATEAU = 0.005
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
    labelled = read_labelled(topics)
    gold = [each.story for each in labelled]
    articles = with_headlines([each.article for each in labelled], stances)
    _write(args.out / "background.json", {"en": background(articles, gold, lee)}, indent=None)
    fingerprints = fingerprints_of(articles, load_embedder(None))
    learned = {
        "vectors": dataclasses.asdict(learn(fingerprints, gold, use=range(len(FEATURES)))),
        "terms": dataclasses.asdict(learn(fingerprints, gold, use=(2, 3, 4))),
    }
    _write(args.out / "weights.json", learned, indent=2)


def with_headlines(articles: Sequence[Article], stances: pathlib.Path) -> list[Article]:
    """Half of the articles get a headline that is related to them: bodies come without any."""
    related: dict[str, list[str]] = defaultdict(list)
    with stances.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["Stance"] in {"agree", "discuss", "disagree"}:
                related[row["Body ID"]].append(row["Headline"])
    titled = []
    for article in articles:
        headlines = sorted(related[article.key])
        pick = int(ids.digest("headline", article.article_id)[:8], 16)
        title = headlines[pick % len(headlines)] if headlines and pick % 2 else ""
        titled.append(dataclasses.replace(article, title=title))
    return titled


def background(
    articles: Sequence[Article], gold: Sequence[str], lee: pathlib.Path
) -> dict[str, float]:
    """Share of stories that hold each term; a story counts by the mean of its articles."""
    sizes = Counter(gold)
    shares: Counter[str] = Counter()
    for article, story in zip(articles, gold, strict=True):
        for term, _ in content_terms(article.title, article.body, "en"):
            shares[term.lower()] += 1 / sizes[story]  # type: ignore[assignment]
    texts = lee.read_text(encoding="utf-8", errors="replace").splitlines()
    for text in texts:
        for term, _ in content_terms("", text, "en"):
            shares[term.lower()] += 1
    total = len(sizes) + len(texts)
    return {t: round(n / total, 4) for t, n in sorted(shares.items()) if n / total >= _LEAST_SHARE}


def learn(fingerprints: Sequence[Fingerprint], gold: Sequence[str], use: Sequence[int]) -> Weights:
    """Weights of 0 or more for the features in `use`, and the threshold that goes with them."""
    by_vectors = 0 in use
    features, same = observed(fingerprints, gold, by_vectors)
    weights = fit(features, same, use)
    best: list[tuple[float, float]] = []
    for threshold in np.round(np.arange(0.08, 0.31, 0.02), 2):
        model = dataclasses.replace(weights, threshold=float(threshold))
        agreement = b_cubed(grouped(fingerprints, _stories(by_vectors, model)), gold)
        best.append((agreement.f1, model.threshold))
        _LOG.info("threshold %.2f B-cubed P %.3f R %.3f F1 %.3f", threshold, *agreement)
    top = max(f1 for f1, _ in best)
    chosen = max(threshold for f1, threshold in best if f1 >= top - _PLATEAU)
    return dataclasses.replace(weights, threshold=chosen)


def observed(
    fingerprints: Sequence[Fingerprint], gold: Sequence[str], by_vectors: bool
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """What a stream that never errs would see: each article beside the stories that come nearest.

    Returns float64[n, len(FEATURES)] and bool[n]: the features, and whether it was that story.
    """
    stories = _stories(by_vectors, _any_weights())
    rows, same = [], []
    for fingerprint, story in zip(fingerprints, gold, strict=True):
        for candidate, values in stories.compared(fingerprint):
            rows.append(values)
            same.append(candidate == story)
        stories.add(joined_of(trace_of(fingerprint), story, None))
    return np.array(rows, dtype=np.float64), np.array(same)


def fit(
    features: npt.NDArray[np.float64], same: npt.NDArray[np.bool_], use: Sequence[int]
) -> Weights:
    """Logistic regression with weights of 0 or more, by L-BFGS-B."""
    chosen = features[:, list(use)]
    sign = np.where(same, 1.0, -1.0)

    def loss(values: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        margin = sign * (chosen @ values[:-1] + values[-1])
        pull = -sign / (1 + np.exp(margin))
        slope = np.append(chosen.T @ pull, pull.sum()) / len(sign)
        slope[:-1] += _RIDGE * values[:-1]
        mean = np.logaddexp(0, -margin).mean() + _RIDGE / 2 * (values[:-1] ** 2).sum()
        return float(mean), slope

    bounds = [(0, None)] * len(use) + [(None, None)]
    found = minimize(loss, np.zeros(len(use) + 1), jac=True, method="L-BFGS-B", bounds=bounds)
    weights = np.zeros(len(FEATURES))
    weights[list(use)] = found.x[:-1]
    _LOG.info("loss %.4f weights %s bias %.2f", found.fun, weights.round(2), found.x[-1])
    return Weights(
        weights=tuple(float(w) for w in weights.round(3)),
        bias=round(float(found.x[-1]), 3),
        per_day=PER_DAY,
        threshold=0.5,
    )


def _stories(by_vectors: bool, model: Weights) -> ActiveStories:
    languages = frozenset({"en"}) if by_vectors else frozenset[str]()
    return ActiveStories("en", vector_languages=languages, model=model)


def _any_weights() -> Weights:
    return Weights(weights=(0.0,) * len(FEATURES), bias=0.0, per_day=0.0, threshold=0.5)


def _write(path: pathlib.Path, value: object, indent: int | None) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=False, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")
    _LOG.info("wrote %s", path)


if __name__ == "__main__":
    main()
