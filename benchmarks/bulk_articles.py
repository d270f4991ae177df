"""Article-sized documents for the sink, as many as wanted, and always the same."""

import itertools
import random
from collections.abc import Iterator
from typing import Any

_SYLLABLES = [*map("".join, itertools.product("bcdfghjklmnprstvwyz", "aeiou"))]
_TEXT_CHARS = 400_000


def articles(first: int, end: int) -> Iterator[dict[str, Any]]:
    """Yields the documents numbered `first` to `end - 1`: 2 to 6 kB each, of the family articles.

    The texts are stretches of one long text of made-up words, whose frequencies fall as those of a
    language do: making them costs less than anything that is measured.
    """
    text = _long_text()
    for number in range(first, end):
        chance = (number * 2_654_435_761) % 2**32
        start = chance % (_TEXT_CHARS - 6_000)
        yield {
            "article_id": f"a{number}",
            "key": f"https://news.example/{number}",
            "url": f"https://news.example/{number}",
            "source": f"Outlet {chance % 97}",
            "title": text[start : start + 70],
            "body": text[start : start + 1_500 + chance % 4_000],
            "language": "en",
            "published_at": f"2026-11-{1 + chance % 28:02}T{chance % 24:02}:00:00.000Z",
            "fetched_at": f"2026-11-{1 + chance % 28:02}T{chance % 24:02}:30:00.000Z",
            "story_id": f"s{number // 7}",
            "revision": 0,
        }


def _long_text() -> str:
    chance = random.Random(7)
    words = ["".join(chance.choices(_SYLLABLES, k=chance.randint(1, 4))) for _ in range(20_000)]
    ranks = [1 / (rank + 3) for rank in range(len(words))]
    text = " ".join(chance.choices(words, ranks, k=_TEXT_CHARS // 4))
    assert len(text) >= _TEXT_CHARS
    return text
