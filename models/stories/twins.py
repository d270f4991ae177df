"""Stories of one kind that are not one story, made from stories that differ in kind.

The labelled rumours differ so much from one another that any measure tells them apart. News is
full of look-alikes: two quakes, two lay-offs, two finals. A story's twin tells the same in the same
words of other people and places: half of a story's articles get the names of another story.
"""

from __future__ import annotations

import dataclasses
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from models.stories.labelled import Labelled
from schemas import ids
from schemas.records import Article

# Names that tell a story from others of its kind; the rest (agencies, capitals) is common to both.
_NAMES = 40
# Of an article that holds fewer of them no twin is made: it would tell the same story.
_LEAST_NAMES = 4
# One story in so many has a twin: most of what is active at one time differs in kind.
_ONE_IN = 4
# A name in more than this share of all stories belongs to none of them.
_COMMON_SHARE = 0.05

_WORD = re.compile(r"[^\W\d_]+")
_INSIDE_A_SENTENCE = re.compile(r"(?<=[a-z,;] )[A-Z][^\W\d_]+")


def with_twins(labelled: Sequence[Labelled]) -> list[Labelled]:
    """Every article, in the same order; half of every fourth story's as its twin's."""
    names = names_by_story(labelled)
    stories = sorted(names, key=lambda story: ids.digest("twin", story))
    donors = dict(zip(stories, [*stories[1:], *stories[:1]], strict=True))
    made = []
    for each in labelled:
        swapped = dict(zip(names[each.story], names[donors[each.story]], strict=False))
        other_side = _number(each.article.article_id) % 2 and not _number(each.story) % _ONE_IN
        if other_side and names_held(each.article.body, swapped) >= _LEAST_NAMES:
            made.append(Labelled(renamed(each.article, swapped), f"twin of {each.story}"))
        else:
            made.append(each)
    return made


def names_by_story(labelled: Sequence[Labelled]) -> dict[str, list[str]]:
    """The names that most of a story's articles use, the most frequent first, at most 40."""
    held: dict[str, Counter[str]] = defaultdict(Counter)
    for article, story in labelled:
        held[story].update(set(_INSIDE_A_SENTENCE.findall(f"{article.title}. {article.body}")))
    spread = Counter(name for counts in held.values() for name in counts)
    most = max(1, int(_COMMON_SHARE * len(held)))
    return {
        story: [n for n, _ in sorted(counts.items(), key=_rank) if spread[n] <= most][:_NAMES]
        for story, counts in held.items()
    }


def names_held(text: str, names: Iterable[str]) -> int:
    """How many of the names stand in the text."""
    return len(set(names).intersection(_WORD.findall(text)))


def renamed(article: Article, names: Mapping[str, str]) -> Article:
    """`article` under another id, each name replaced wherever it stands."""

    def replace(text: str) -> str:
        return _WORD.sub(lambda match: names.get(match.group(), match.group()), text)

    return dataclasses.replace(
        article,
        article_id=ids.digest("twin", article.article_id),
        title=replace(article.title),
        body=replace(article.body),
    )


def _number(text: str) -> int:
    return int(ids.digest("twins", text)[:8], 16)


def _rank(item: tuple[str, int]) -> tuple[int, str]:
    name, count = item
    return -count, name
