"""Write what the stance model learns from and is chosen by.

    python -m models.stances.prepare --data ../shared/data --out RUN

RUN then has `train.jsonl` (labelled), `unlabelled.jsonl` (for a teacher to judge) and `dev.jsonl`.
The passages are chosen by the code that chooses them in the pipeline.
"""

from __future__ import annotations

import argparse
import dataclasses
import logging
import pathlib

from models.data import write_examples
from models.stances import fnc, invented, news, nli, written

# Sets differ in size by far more than in what they teach.
_HEADLINES_SHARE, _SNLI_SHARE, _FEVER_SHARE, _NEWS_SHARE = 7.0, 1.5, 25.0, 10.0
_WRITTEN_SHARE, _WRITTEN_CLAIMS_SHARE = 10.0, 5.0
_INVENTED_EACH, _REPEATED_SHARE = 1, 10.0
_UNLABELLED = 80_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=pathlib.Path, default=pathlib.Path("../shared/data"))
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    topics = fnc.read_topics(args.data)
    headlines, dev = fnc.split(topics, args.seed)
    train = [dataclasses.replace(e, share=_HEADLINES_SHARE * e.share) for e in headlines]
    labelled, held_out = news.read_labelled(topics, _NEWS_SHARE)
    bodies = [
        (topic, topics.bodies[body])
        for topic, ids in topics.bodies_by_topic().items()
        for body in ids
    ]
    pairs, pairs_held_out = written.read_pairs(_WRITTEN_SHARE)
    train += [*labelled, *pairs, *written.read_claims(topics, _WRITTEN_CLAIMS_SHARE)]
    train += invented.invent(bodies, _INVENTED_EACH, args.seed)
    train += invented.repeat(bodies, _REPEATED_SHARE, args.seed)
    train += nli.read_snli(args.data, _SNLI_SHARE)
    outside = nli.read_fever(args.data, "test")
    known = {example.text for example in outside}
    for part in ("full", "dev"):  # the versions of the set overlap
        some = nli.read_fever(args.data, part, _FEVER_SHARE)
        train += [example for example in some if example.text not in known]
    dev += [*held_out, *pairs_held_out, *outside]
    dev += [*nli.read_sick(args.data), *nli.read_rte(args.data)]
    write_examples(args.out / "train.jsonl", train)
    write_examples(args.out / "dev.jsonl", dev)
    unlabelled = news.pairs_of_topics(topics, _UNLABELLED, args.seed)
    write_examples(args.out / "unlabelled.jsonl", unlabelled)


if __name__ == "__main__":
    main()
