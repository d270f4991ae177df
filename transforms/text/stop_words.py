"""Words of a language that are too common to say what a text is about."""

from __future__ import annotations

import functools
import importlib.resources
import json


@functools.cache
def stop_words(language: str) -> frozenset[str] | None:
    """Common words of `language`; None where no list is known."""
    path = importlib.resources.files("transforms.text") / "stop_words.json"
    lists = json.loads(path.read_text(encoding="utf-8"))
    return frozenset(lists[language].split()) if language in lists else None
