"""What of a sentence is compared with another: its words, numbers and names, and what it denies."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Sequence
from typing import NamedTuple

from schemas import ids
from transforms.text.ages import ages_among
from transforms.text.datelines import without_dateline, without_place
from transforms.text.dates import DAYS, full_months
from transforms.text.direct_speech import direct_speech
from transforms.text.negation import DOUBT, NEGATING_PHRASE, NEGATING_PREFIX, NEGATION
from transforms.text.numbers_said import Number, numbers_said
from transforms.text.opposites import STEM_CHARS, both_sides_said, sides_said
from transforms.text.stop_words import stop_words

NAME_WEIGHT = 1.5

# "U.S.", "G7", "TZS4.5bn", "can't".
_WORD = re.compile(
    r"[A-Z](?:\.[A-Z])+\b|[A-Z]+\d+(?:[.,]\d+)*(?:[bmt]n?|k)?\b|[^\W\d_]+(?:['’][^\W\d_]+)?"
)
# "Plan B", "World War I", not "Everything I said"; no initial, as in "John F. Lopez".
_LETTER = re.compile(
    r"\b(?:[A-Z]\w+ [B-HJ-Z]"
    r"|(?:Class|Grade|Group|Hepatitis|Model|Part|Phase|Plan|Type|Vitamin|War) [AI])"
    r"\b(?!\.?\s[A-Z]|\.\w|['’&-])"
)
# The month, or who is called so; the verb has a capital where a sentence starts.
_MAY = re.compile(r"(?<!^)May\b|May(?=\s\d)")
_LONG_FORM = re.compile(r"\b(?:United (?:States|Kingdom|Nations)|European Union)\b")
# American is of the U.S.; by stems.
_SAME_NAME = {"americ": "us", "britai": "uk", "britis": "uk"}
_PASSIVE = re.compile(r"\b(?:is|are|was|were|be|been|being|got)\b.*\bby\b")
# No content word, but what stands at its sides may not change places.
_COMPARED = "than"
_SAYS = re.compile(r"said|says|saying|told|tells|added|according|wrote")
# "Prices", "someone", "everybody".
_NO_NAME_ENDS = ("s", "one", "body")
_PLACE_IN_S = re.compile(
    r"arkansas|athens|bahamas|barbados|belarus|brussels|cyprus|dallas|damascus|honduras|illinois"
    r"|kansas|laos|maldives|massachusetts|mauritius|memphis|minneapolis|naples|netherlands|paris"
    r"|philippines|texas|tunis|wales"
)
# Too common to weigh, but one day is not another.
DAY_STEMS = frozenset(day.lower()[:STEM_CHARS] for day in DAYS)


@dataclasses.dataclass(frozen=True, slots=True)
class Gist:
    """What of a sentence is compared.

    Attributes:
        words: stem of each content word with its weight; names weigh more.
        numbers: with their units, in order, see `numbers_said`; no ages.
        ages: how old somebody is, in order; where only one of two sentences says it, both may be
            the same.
        negations: how often the sentence denies something; "neither ... nor" does once.
        denied: whether it speaks of a denial, of what is false or in doubt.
        names: stems of capitalised words, but for the first word of the sentence.
        first: stem of the first word where it may be a name, as an English noun that stands there
            without an article and is no plural, or one of some places in s; "" else.
        undone: stems of what a syllable before them denies: "likely" of "unlikely".
        order: all stems in order. roles: those that are not near a verb of saying.
        passive: whether something is done by somebody.
        sides: n where of the opposites n only the first is said, -n where only the second.
        rows: n where both are said, the first before the second, -n where behind it, each a
            content word and no name; with the content words and numbers between them.
        speech: the words in quote marks where all others tell who says them, and do not deny it; ""
            else.
    """

    words: tuple[tuple[str, float], ...]
    numbers: tuple[str, ...]
    ages: tuple[str, ...]
    negations: int
    denied: bool
    names: frozenset[str]
    first: str
    undone: frozenset[str]
    order: tuple[str, ...]
    roles: tuple[str, ...]
    passive: bool
    sides: frozenset[int]
    rows: tuple[tuple[int, frozenset[str]], ...]
    speech: str


class _Words(NamedTuple):
    """The words of a sentence: see `Gist`; each that is placed with where it stands."""

    weights: dict[str, float]
    names: set[str]
    first: str
    order: list[str]
    placed: list[tuple[int, str]]
    negations: int


@functools.lru_cache(maxsize=4096)
def gist_of(sentence: str, language: str) -> Gist:
    """The gist of `sentence`."""
    bare = _bare(sentence, language)
    numbers = list(numbers_said(bare))
    ages = list(ages_among(numbers, bare))
    words = _words(bare, numbers, language)
    placed = [(number.start, number.said) for number in numbers] + words.placed
    return Gist(
        words=tuple(sorted(words.weights.items())),
        numbers=tuple(number.said for number in numbers if number not in ages),
        ages=tuple(age.said.removesuffix("year") for age in ages),
        negations=words.negations,
        denied=DOUBT.search(bare) is not None,
        names=frozenset(words.names),
        first=words.first,
        undone=frozenset(m[1][:STEM_CHARS] for m in NEGATING_PREFIX.finditer(bare.lower())),
        order=tuple(words.order),
        roles=_without_speakers(words.order),
        passive=_PASSIVE.search(bare) is not None,
        sides=frozenset(sides_said(words.order)),
        rows=tuple(both_sides_said([said for _, said in sorted(placed)], words.names)),
        speech=_speech(sentence, language),
    )


def _bare(sentence: str, language: str) -> str:
    """`sentence` without what stands around it, with long names short and short months long."""
    sentence = _LONG_FORM.sub(_initials, without_place(sentence, language))
    return full_months(without_dateline(sentence))


def _initials(match: re.Match[str]) -> str:
    return "".join(word[0] for word in match.group().split())


def _words(sentence: str, numbers: Sequence[Number], language: str) -> _Words:
    stop = stop_words(language) or frozenset()
    weights: dict[str, float] = {}
    names: set[str] = set()
    stems: list[str] = []
    placed: list[tuple[int, str]] = []
    first, shouted = "", sentence.isupper()
    negations = len(NEGATING_PHRASE.findall(sentence))
    text = _without_numbers(sentence, numbers)
    letters = {m.end() - 1 for m in _LETTER.finditer(text)}
    for match in _WORD.finditer(text):
        word = match.group()
        lower = ids.normalised(word).replace(".", "").removesuffix("'s")
        stem = _SAME_NAME.get(lower[:STEM_CHARS], lower[:STEM_CHARS])
        stems.append(lower if _SAYS.fullmatch(lower) else stem)
        capital = word[0].isupper() and not shouted
        # "US" is no pronoun.
        initials = capital and word.isupper() and (len(lower) > 1 or match.start() in letters)
        if NEGATION.fullmatch(lower):
            negations += lower != "nor" or not negations
        elif stem in DAY_STEMS:
            names.add(stem)
        elif stem == _COMPARED:
            placed.append((match.start(), stem))
        elif (
            initials
            or _MAY.match(sentence, match.start())
            or (lower not in stop and len(lower) > 1)
        ):
            named = initials or (capital and match.start() > 0)
            names.update([stem] if named else [])
            placed.append((match.start(), stem))
            weights[stem] = max(weights.get(stem, 0.0), NAME_WEIGHT if named else 1.0)
            if match.start() == 0 and capital and _may_be_name(lower):
                first = stem
    return _Words(weights, names, first, stems, placed, negations)


def _without_numbers(sentence: str, numbers: Sequence[Number]) -> str:
    """`sentence` with blanks in their places."""
    rest = list(sentence)
    for number in numbers:
        rest[number.start : number.end] = " " * (number.end - number.start)
    return "".join(rest)


def _may_be_name(word: str) -> bool:
    return not word.endswith(_NO_NAME_ENDS) or _PLACE_IN_S.fullmatch(word) is not None


def _speech(sentence: str, language: str) -> str:
    speech = direct_speech(sentence)
    if speech is None:
        return ""
    around = gist_of(speech.told, language)
    return "" if around.negations or around.denied else speech.said


def _without_speakers(stems: Sequence[str]) -> tuple[str, ...]:
    """`stems` without verbs of saying and the three words at each side of them."""
    says = [i for i, stem in enumerate(stems) if _SAYS.fullmatch(stem)]
    return tuple(
        stem for i, stem in enumerate(stems) if not any(abs(i - said) <= 3 for said in says)
    )
