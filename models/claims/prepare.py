"""Write what the claim model learns from and is chosen by.

    python -m models.claims.prepare --data ../shared/data --out RUN

RUN then has `train.jsonl` (labelled), `unlabelled.jsonl` (for a teacher to judge) and `dev.jsonl`.
"""

from __future__ import annotations

import argparse
import logging
import pathlib

from models.claims import checkthat, news
from models.data import write_examples

# A few sentences of news stand beside many of debates.
_NEWS_SHARE = 2.0
_UNLABELLED = 40_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=pathlib.Path, default=pathlib.Path("../shared/data"))
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    train, dev = checkthat.read_split(args.data)
    train += news.read_train(args.data, _NEWS_SHARE)
    write_examples(args.out / "train.jsonl", train)
    write_examples(args.out / "dev.jsonl", dev + news.read_labelled(args.data))
    unlabelled = news.read_unlabelled(args.data, _UNLABELLED, args.seed)
    write_examples(args.out / "unlabelled.jsonl", unlabelled)


if __name__ == "__main__":
    main()
