"""Records in a savepoint of an earlier version."""

import pickle
from typing import Any

import pytest

from schemas.records import Pair
from tests.record_samples import STANCE


def test_a_pair_from_before_its_last_field_has_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    state: list[Any] = STANCE.pair.__getstate__()  # type: ignore[assignment]
    monkeypatch.setattr(Pair, "__getstate__", lambda _: state[:-1])
    before = pickle.dumps(STANCE)
    monkeypatch.undo()
    assert before != pickle.dumps(STANCE)
    assert pickle.loads(before) == STANCE
