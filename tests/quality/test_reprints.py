"""Floors of telling reprints from own reports, on pairs made from real articles.

The floors are those of the issue; what was measured is printed for each kind (`pytest -rP`).
"""

from collections import Counter

import numpy as np
import pytest

from models.stories.labelled import read_labelled
from tests.quality.labelled_data import labelled_data
from tests.quality.reprint_pairs import TextPair, pairs
from transforms.stories.reprints import as_signature, near_copies, shingle_count
from transforms.stories.signature import signature, words_of
from transforms.text.substance import own_text

pytestmark = [pytest.mark.quality, pytest.mark.timeout(600)]

_EACH = 200


def is_reprint(pair: TextPair) -> bool:
    """What the stream would say of the second text, where the first came before it."""
    one, other = (words_of(own_text(text)) for text in (pair.other, pair.one))
    return bool(
        near_copies(
            as_signature(signature(one)),
            shingle_count(len(one)),
            as_signature(signature(other))[None],
            np.array([shingle_count(len(other))], dtype=np.int32),
        )
    )


def test_reprints_are_told_from_own_reports() -> None:
    labelled = read_labelled(labelled_data() / "stories" / "fnc1_topics" / "test.jsonl")
    made = pairs(labelled, _EACH)
    said: Counter[tuple[str, bool]] = Counter()
    for pair in made:
        said[pair.kind, is_reprint(pair)] += 1
    for kind in dict.fromkeys(pair.kind for pair in made):
        print(f"{kind:32} called a reprint: {said[kind, True]:3} of {_EACH}")  # noqa: T201
    reprints = {pair.kind for pair in made if pair.reprint}
    right = sum(said[kind, True] for kind in reprints)
    called = sum(count for (_, yes), count in said.items() if yes)
    precision, recall = right / called, right / (len(reprints) * _EACH)
    print(f"reprints: precision {precision:.3f} recall {recall:.3f}")  # noqa: T201
    assert precision >= 0.99
    assert recall >= 0.95
