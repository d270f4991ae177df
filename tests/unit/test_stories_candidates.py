"""Which stories are worth a closer look: exact, whatever is computed together."""

import numpy as np
import pytest

from transforms.stories import candidates
from transforms.stories.candidates import VectorIndex
from transforms.stories.fingerprint import quantised
from transforms.stories.term_weights import mean_terms, packed_terms, unpacked

_DIM = 16


def vectors(count: int, seed: int) -> list[bytes]:
    values = np.random.default_rng(seed).normal(size=(count, _DIM)).astype(np.float32)
    return [quantised(row) for row in values]


def index_of(centroids: list[bytes]) -> VectorIndex:
    index = VectorIndex()
    for number, centroid in enumerate(centroids):
        index.put(f"story {number}", centroid)
    return index


def nearest_by_hand(own: bytes, centroids: list[bytes], most: int) -> set[str]:
    rows = np.stack([np.frombuffer(each, dtype=np.int8) for each in centroids]).astype(int)
    dots = rows @ np.frombuffer(own, dtype=np.int8).astype(int)
    best = sorted(range(len(dots)), key=lambda row: -dots[row])[:most]
    return {f"story {row}" for row in best if dots[row] >= 0.3 * 127 * 127}


@pytest.mark.parametrize("block", [7, 4096])
def test_the_nearest_are_found_in_blocks_of_any_size(
    block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidates, "_BLOCK", block)
    centroids, queries = vectors(100, 1), vectors(20, 2)
    index = index_of(centroids)
    index.look_ahead(queries)
    for own in queries:
        assert set(index.nearest(own, 5)) == nearest_by_hand(own, centroids, 5)


def test_what_changes_after_looking_ahead_is_seen() -> None:
    centroids, queries = vectors(60, 1), vectors(10, 2)
    index = index_of(centroids)
    index.look_ahead(queries)
    for number, changed in enumerate(vectors(30, 3)):
        centroids[number] = changed
        index.put(f"story {number}", changed)
    index.put("story 60", queries[0])
    index.remove("story 59")
    centroids[59] = bytes(_DIM)
    for own in queries:
        assert set(index.nearest(own, 5)) == nearest_by_hand(own, [*centroids, queries[0]], 5)


def test_a_vector_without_direction_is_near_nothing() -> None:
    index = index_of([*vectors(5, 1), bytes(_DIM)])
    assert index.nearest(bytes(_DIM), 5) == []


def test_packed_terms_come_back_by_slot_with_weight_and_name() -> None:
    terms = unpacked(packed_terms((("Porthaven", 2.0), ("bridge", 1.693), ("pier", 1.0))))
    assert sorted(zip(terms.names, terms.weights.round(1), strict=True)) == [
        (False, pytest.approx(1.0)),
        (False, pytest.approx(1.7)),
        (True, pytest.approx(2.0)),
    ]
    assert list(terms.slots) == sorted(terms.slots)


def test_mean_terms_weigh_what_members_share_and_keep_the_heaviest() -> None:
    one, other = (("Porthaven", 2.0), ("barge", 1.0)), (("Porthaven", 1.0), ("pier", 0.5))
    mean = unpacked(mean_terms([packed_terms(one), packed_terms(other)], most=2))
    assert sorted(mean.weights) == [0.5, 1.5]
