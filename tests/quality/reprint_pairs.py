"""Pairs of texts that are reprints, or only look like it, made from articles by a fixed seed."""

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from models.stories.labelled import Labelled
from transforms.stories.signature import words_of

_LEAST_WORDS = 120
_SHINGLE = 5
# Of two reports of one story, those that share more than this are natural reprints: people did not
# label them, so that they are neither.
_OWN_REPORTS_SHARE = 0.3
_BOILERPLATE = (
    "Sign up for our morning newsletter and get the stories that matter in your inbox each day.",
    "Follow us for the latest updates on this and other stories from around the region.",
    "This material may not be published, broadcast, rewritten or redistributed without permission.",
    "Do you have a tip for our newsroom? Write to us, we treat every message in confidence.",
)
_CREDITS = (
    "(Reporting by the staff in the capital; additional reporting abroad; editing by the desk)"
)
_QUOTES = str.maketrans({"“": "«", "”": "»", '"': "”", "’": "'", "‘": "'"})


class TextPair(NamedTuple):
    """Two texts; `kind` names what was done to make them."""

    kind: str
    one: str
    other: str
    reprint: bool


def pairs(articles: Sequence[Labelled], each: int, seed: int = 7) -> list[TextPair]:
    """Returns `each` pairs of every kind; half of the kinds are no reprints."""
    chance = random.Random(seed)
    long = [a for a in articles if len(a.article.body.split()) >= _LEAST_WORDS]
    copies = [
        TextPair(kind, body, change(body, chance), True)
        for kind, change in COPIES.items()
        for body in _bodies(long, each, chance)
    ]
    by_story: dict[str, list[str]] = defaultdict(list)
    for labelled in long:
        by_story[labelled.story].append(labelled.article.body)
    others = [pair for kind in OTHERS for pair in _others(kind, by_story, each, chance)]
    return [*copies, *others]


def _bodies(articles: Sequence[Labelled], each: int, chance: random.Random) -> list[str]:
    return [labelled.article.body for labelled in chance.choices(articles, k=each)]


def _cut(body: str, chance: random.Random) -> str:
    words = body.split(" ")
    return " ".join(words[: int(len(words) * chance.uniform(0.45, 0.85))])


def _boilerplate(body: str, chance: random.Random) -> str:
    start, end = (" ".join(chance.sample(_BOILERPLATE, 2)) for _ in range(2))
    return f"{start}\n\n{body}\n\n{end}"


def _credits(body: str, chance: random.Random) -> str:
    place = chance.choice(("LONDON", "NEW YORK", "NAIROBI"))
    return f"{place} (Agency) - {body}\n\n{_CREDITS}"


def _quotes(body: str, chance: random.Random) -> str:
    return body.translate(_QUOTES)


def _moved(body: str, chance: random.Random) -> str:
    sentences = re.split(r"(?<=[.!?])\s+", body)
    if len(sentences) < 4:
        return body
    first = chance.randrange(1, len(sentences) - 2)
    taken = sentences[first : first + 2]
    rest = sentences[:first] + sentences[first + 2 :]
    place = chance.randrange(len(rest))
    return " ".join([*rest[:place], *taken, *rest[place:]])


def _together(body: str, chance: random.Random) -> str:
    return _boilerplate(_credits(_quotes(_cut(body, chance), chance), chance), chance)


COPIES: dict[str, Callable[[str, random.Random], str]] = {
    "cut tail": _cut,
    "added boilerplate": _boilerplate,
    "agency credits": _credits,
    "other quote marks": _quotes,
    "a passage moved": _moved,
    "all of these": _together,
}
# Two own reports of one story; with one quote in both; with the same boilerplate around.
OTHERS = (
    *("own reports", "own reports, one quote", "own reports, same boilerplate"),
    *("strangers", "strangers, one quote", "strangers, same boilerplate"),
)


def _others(
    kind: str, by_story: dict[str, list[str]], each: int, chance: random.Random
) -> Iterator[TextPair]:
    stories = sorted(by_story)
    made = 0
    while made < each:
        story = chance.choice(stories)
        other_story = story if kind.startswith("own") else chance.choice(stories)
        one, other = chance.choice(by_story[story]), chance.choice(by_story[other_story])
        if one == other or _share(one, other) > _OWN_REPORTS_SHARE:
            continue
        made += 1
        if kind.endswith("quote"):
            other = _with_quote(one, other, chance)
        if kind.endswith("boilerplate"):
            one, other = _boilerplate(one, chance), _boilerplate(other, chance)
        yield TextPair(kind, one, other, False)


def _with_quote(one: str, other: str, chance: random.Random) -> str:
    words = one.split(" ")
    start = chance.randrange(max(1, len(words) - 30))
    quote = " ".join(words[start : start + 30])
    middle = len(other) // 2
    return f"{other[:middle]} “{quote}” {other[middle:]}"


def _share(one: str, other: str) -> float:
    """How much of the shorter text's shingles the other has, counted."""
    first, second = _shingles(one), _shingles(other)
    return len(first & second) / max(1, min(len(first), len(second)))


def _shingles(text: str) -> set[tuple[str, ...]]:
    words = words_of(text)
    return {tuple(words[i : i + _SHINGLE]) for i in range(len(words) - _SHINGLE + 1)}
