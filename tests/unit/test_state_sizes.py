"""What Beam's state cache holds is as large as Beam says, and no module is looked at for that."""

import datetime as dt
import importlib.util
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import numpy as np
import objsize.traverse
import pytest
from apache_beam.runners.worker import statecache

from tests.beam.story_records import article
from transforms.in_order import InOrderFn


def _untouched() -> ModuleType:
    """Beam's module once more, as Beam has it."""
    spec = importlib.util.find_spec(statecache.__name__)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "value",
    [
        b"x",
        [(7, article())] * 3,
        [article(), dt.datetime.now(dt.UTC), np.ones(384, np.float32)],
        [InOrderFn, dt, len, lambda: article, pytest.raises],
        {"key": {1.5, None, frozenset({"a"})}},
    ],
)
def test_sizes_are_those_of_beam(value: Any) -> None:
    assert statecache.get_deep_size(value) == _untouched().get_deep_size(value)


def test_the_cache_looks_at_no_module(monkeypatch: pytest.MonkeyPatch) -> None:
    def looked_at() -> Iterator[Any]:
        raise AssertionError("all loaded modules were looked at")

    monkeypatch.setattr(objsize.traverse, "_iter_modules_globals", looked_at)
    with pytest.raises(AssertionError):
        _untouched().get_deep_size(b"x")
    cache = statecache.StateCache(1 << 20)
    cache.put("key", [article()])
    assert cache.peek("key") == [article()]
