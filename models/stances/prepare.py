"""Write what the stance model learns from and is chosen by.

    python -m models.stances.prepare --data ../shared/data --out RUN

RUN then has `train.jsonl` (labelled), `unlabelled.jsonl` (for a teacher to judge) and `dev.jsonl`.
The passages are chosen by the code that chooses them in the pipeline.
"""

from __future__ import annotations

import dataclasses
import pathlib
from collections.abc import Iterator

from models.data import Example, write_run
from models.stances import fnc, invented, news, nli, written
from models.steps import begin, prepare_parser

# Sets differ in size by far more than in what they teach.
_HEADLINES_SHARE, _SNLI_SHARE, _FEVER_SHARE, _NEWS_SHARE = 7.0, 1.5, 25.0, 10.0
_WRITTEN_SHARE, _WRITTEN_CLAIMS_SHARE = 10.0, 5.0
_INVENTED_EACH, _REPEATED_SHARE = 1, 10.0
_UNLABELLED = 80_000


def main() -> None:
    args = begin(prepare_parser(__doc__))
    topics = fnc.read_topics(args.data)
    train, dev = read_split(topics, args.data, args.seed)
    write_run(args.out, train, dev, news.pairs_of_topics(topics, _UNLABELLED, args.seed))


def read_split(
    topics: fnc.Topics, data: pathlib.Path, seed: int
) -> tuple[list[Example], list[Example]]:
    """(train, dev): dev are the held-out topics, the held-out written domain, and other domains."""
    headlines, headlines_dev = fnc.split(topics, seed)
    sentences, sentences_dev = news.read_labelled(topics, _NEWS_SHARE)
    pairs, pairs_dev = written.read_pairs(_WRITTEN_SHARE)
    fever_dev = nli.read_fever(data, "test")
    train = [
        *(dataclasses.replace(e, share=_HEADLINES_SHARE * e.share) for e in headlines),
        *sentences,
        *pairs,
        *written.read_claims(topics, _WRITTEN_CLAIMS_SHARE),
        *made_of(topics, seed),
        *nli.read_snli(data, _SNLI_SHARE),
        *fever_without(fever_dev, data),
    ]
    outside = [*fever_dev, *nli.read_sick(data), *nli.read_rte(data)]
    return train, [*headlines_dev, *sentences_dev, *pairs_dev, *outside]


def made_of(topics: fnc.Topics, seed: int) -> Iterator[Example]:
    """Pairs made from sentences of the topics that are not held out."""
    bodies = [
        (topic, topics.bodies[body])
        for topic, ids in topics.bodies_by_topic().items()
        for body in ids
    ]
    yield from invented.invent(bodies, _INVENTED_EACH, seed)
    yield from invented.repeat(bodies, _REPEATED_SHARE, seed)


def fever_without(held_out: list[Example], data: pathlib.Path) -> Iterator[Example]:
    """FEVER-Symmetric without the claims of a part of it: the versions of the set overlap."""
    known = {example.text for example in held_out}
    for part in ("full", "dev"):
        for example in nli.read_fever(data, part, _FEVER_SHARE):
            if example.text not in known:
                yield example


if __name__ == "__main__":
    main()
