"""Write what the claim model learns from and is chosen by.

    python -m models.claims.prepare --data ../shared/data --out RUN

RUN then has `train.jsonl` (labelled), `unlabelled.jsonl` (for a teacher to judge) and `dev.jsonl`.
"""

from __future__ import annotations

from models.claims import checkthat, news, written
from models.data import write_run
from models.steps import begin, prepare_parser

# A few sentences of news stand beside many of debates.
_NEWS_SHARE = 2.0
_UNLABELLED_NEWS = 40_000
_UNLABELLED_WRITTEN = 12_000


def main() -> None:
    args = begin(prepare_parser(__doc__))
    train, dev = checkthat.read_split(args.data)
    train += news.read_train(args.data, _NEWS_SHARE)
    dev += news.read_labelled(args.data)
    unlabelled = news.read_unlabelled(args.data, _UNLABELLED_NEWS, args.seed)
    unlabelled += written.read_unlabelled(_UNLABELLED_WRITTEN, args.seed)
    write_run(args.out, train, dev, unlabelled)


if __name__ == "__main__":
    main()
