"""Whether two sentences make the same claim in other words: by words, numbers and negation."""

from __future__ import annotations

import dataclasses
import functools
import re

from schemas import ids
from transforms.stories.terms import stop_words

# Two of three content words in common. Lower, and sentences on one matter begin to look alike that
# say different things of it; the tests have examples of either kind.
SAME_SHARE = 0.66
_FEWEST_WORDS = 3
_STEM_CHARS = 6
_NAME_WEIGHT = 1.5

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d+(?:[.,:]\d+)*")
_THOUSANDS = re.compile(r"^\d{1,3}(?:[.,]\d{3})+$")
# Not "one", which is a pronoun more often than a number.
_SPELT = {"zero": "0", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6"}
_SPELT |= {"seven": "7", "eight": "8", "nine": "9", "ten": "10", "eleven": "11", "twelve": "12"}
_SCALES = {"hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12}
_NEGATION = re.compile(
    r"no|not|never|none|nobody|nothing|neither|nor|cannot|without|.+n't|nicht|kein|keine|keinen|nie"
    r"|pas|jamais|aucun|aucune|nunca|ning[úu]n|ninguna|non|mai|nessun|nessuna|não|geen|niet|inte"
    r"|aldrig|ikke|ei|eivät"
)


@dataclasses.dataclass(frozen=True, slots=True)
class Gist:
    """What of a sentence is compared.

    Attributes:
        words: stem of each content word with its weight; names weigh more.
        numbers: plain decimal strings: "7,000" and "seven thousand" are "7000".
        negated: whether the sentence denies something.
    """

    words: tuple[tuple[str, float], ...]
    numbers: frozenset[str]
    negated: bool


@functools.lru_cache(maxsize=4096)
def gist_of(sentence: str, language: str) -> Gist:
    """The gist of `sentence`."""
    stop = stop_words(language) or frozenset()
    words: dict[str, float] = {}
    numbers: list[str] = []
    negated = False
    for match in _WORD.finditer(sentence):
        word = match.group()
        lower = ids.normalised(word)
        if word[0].isdigit():
            numbers.append(_number(word))
        elif lower in _SPELT and language == "en":
            numbers.append(_SPELT[lower])
        elif lower in _SCALES and language == "en" and numbers:
            numbers[-1] = _scaled(numbers[-1], _SCALES[lower])
        elif _NEGATION.fullmatch(lower):
            negated = not negated
        elif lower not in stop and len(lower) > 1:
            weight = _NAME_WEIGHT if word[0].isupper() and match.start() > 0 else 1.0
            stem = lower[:_STEM_CHARS]
            words[stem] = max(words.get(stem, 0.0), weight)
    return Gist(tuple(sorted(words.items())), frozenset(numbers), negated)


def sameness(one: Gist, other: Gist) -> float:
    """Weighted Dice overlap, 0 to 1; 0 where numbers or negation differ, or words are too few.

    The lower of two: of all words, and of those that are no names. A fire's injured and its crews
    share all names of the place.
    """
    if one.numbers != other.numbers or one.negated != other.negated:
        return 0.0
    mine, theirs = dict(one.words), dict(other.words)
    if min(len(mine), len(theirs)) < _FEWEST_WORDS:
        return 1.0 if mine and mine == theirs else 0.0
    return min(_dice(mine, theirs), _dice(_plain(mine), _plain(theirs)))


def _dice(mine: dict[str, float], theirs: dict[str, float]) -> float:
    shared = sum(mine[stem] + theirs[stem] for stem in mine.keys() & theirs.keys())
    total = sum(mine.values()) + sum(theirs.values())
    return shared / total if total else 1.0


def _plain(words: dict[str, float]) -> dict[str, float]:
    return {stem: weight for stem, weight in words.items() if weight < _NAME_WEIGHT}


def _number(word: str) -> str:
    plain = re.sub(r"[.,]", "", word) if _THOUSANDS.match(word) else word.replace(",", ".")
    return plain.rstrip(".:")


def _scaled(number: str, zeros: int) -> str:
    try:
        return f"{float(number) * 10**zeros:.0f}"
    except ValueError:  # a time of day, a score: "3:2 million" means nothing
        return number
