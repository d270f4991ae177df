"""One claim in other words, on SICK's test pairs: many differ in one word that changes all.

Same: SICK's people said that one follows from the other, and gave 4.6 or more of 5 for relatedness.
Not the same: neither follows, or they contradict each other. Pairs between are left out.
"""

import csv

import pytest

from tests.quality.labelled_data import labelled_data
from transforms.models.load import load_embedder
from transforms.stories.likeness import Likeness
from transforms.stories.same_claim import (
    ALIKE,
    SAME_SHARE,
    SAME_SHARE_IF_ALIKE,
    sameness,
)
from transforms.text.gist import gist_of

pytestmark = pytest.mark.quality


def pairs() -> list[tuple[str, str, bool]]:
    """Two sentences, and whether they say the same."""
    path = labelled_data() / "stance" / "nli" / "sick" / "SICK_test_annotated.txt"
    found = []
    with path.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            follows = row["entailment_judgment"] == "ENTAILMENT"
            if not follows or float(row["relatedness_score"]) >= 4.6:
                found.append((row["sentence_A"], row["sentence_B"], follows))
    return found


def measured(judged: list[tuple[bool, bool]]) -> tuple[float, float]:
    """Precision and recall of (said, true)."""
    hits = sum(said and true for said, true in judged)
    return hits / sum(said for said, _ in judged), hits / sum(true for _, true in judged)


def test_claims_in_other_words() -> None:
    likeness = Likeness(load_embedder())
    by_words, by_both = [], []
    for one, other, same in pairs():
        share = sameness(gist_of(one, "en"), gist_of(other, "en"))
        by_words.append((share >= SAME_SHARE, same))
        alike = share >= SAME_SHARE_IF_ALIKE and likeness(one, other) >= ALIKE
        by_both.append((alike, same))
    for name, judged in (("words alone", by_words), ("words and meaning", by_both)):
        precision, recall = measured(judged)
        figures = f"precision {precision:.3f}, recall {recall:.3f} on {len(judged)} pairs"
        print(f"\nsame claim by {name}: {figures}")  # noqa: T201
    precision, recall = measured(by_both)
    assert precision >= 0.70
    assert recall >= 0.78
