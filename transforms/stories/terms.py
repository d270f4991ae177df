"""The content words of a headline and a lead: names, numbers and what is rare."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter

from transforms.text.marks import MARKS
from transforms.text.stop_words import stop_words

MAX_TERMS = 64
LEAD_CHARS = 2000
# A headline is an editor's own summary: what it names counts as if said twice more.
_HEADLINE_TIMES = 2
# Names tell events apart: a name said once is kept before another word said twice.
_NAME_RANK = 1.75
# Joins "letter" and "letters", "announced" and "announcement" without a stemmer per language.
_STEM_CHARS = 6

# Thai, Lao, Myanmar, Khmer, kana and Han; Hangul, whose words end in what other languages write
# apart. Their digits and punctuation are left out.
_PAIRED = (
    r"\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ecf\u1000-\u103f\u1050-\u109f\u1780-\u17d3"
    r"\u3005-\u3007\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3400-\u9fff\uac00-\ud7af"
)
_LETTER = rf"[^\W_{_PAIRED}]"
# Joiners without a width shape the letters of India's scripts; in Persian they part words.
_WORD = re.compile(
    rf"{_LETTER}+(?:(?:[{MARKS}]|(?<=[\u0900-\u0dff])[\u200c\u200d]){_LETTER}*)*(?:[.,][0-9]+)*"
    rf"|[{_PAIRED}]+"
)
_PAIRS = re.compile(rf"[{_PAIRED}]+")
_SENTENCE_END = re.compile(r"[.!?:\n\"“”„»«(]\s*$")


def content_terms(title: str, body: str, language: str) -> tuple[tuple[str, float], ...]:
    """The at most 64 weightiest terms of headline and lead, sorted by term.

    A term is a number or a word's first 6 letters in lower case; a name starts with a capital.
    Weight: 1 + ln(how often), the headline counting thrice. Characters in pairs stand for words
    where a script has no spaces, and in Korean. Which words are common is known for the languages
    of `stop_words.json`; elsewhere words of three letters and less are left out.
    """
    stop = stop_words(language)
    counts: Counter[str] = Counter()
    capitals: Counter[str] = Counter()
    for said, times in ((title, 1 + _HEADLINE_TIMES), (body[:LEAD_CHARS], 1)):
        text = unicodedata.normalize("NFC", said)
        for match in _WORD.finditer(text):
            for term in _terms_of(unicodedata.normalize("NFKC", match.group()), stop):
                counts[term] += times
                capitals[term] += _capital(text, match)
    weights = {
        (term.capitalize() if capitals[term] > 0 else term): 1 + math.log(count)
        for term, count in counts.items()
    }
    # Of terms that weigh the same those that come first are kept: news begins with what matters.
    heaviest = sorted(weights.items(), key=_rank)[:MAX_TERMS]
    return tuple(sorted((term, round(weight, 3)) for term, weight in heaviest))


def _rank(item: tuple[str, float]) -> float:
    term, weight = item
    return -weight * (_NAME_RANK if term[:1].isupper() else 1.0)


def _terms_of(word: str, stop: frozenset[str] | None) -> list[str]:
    lower = word.lower()
    if _PAIRS.match(word):
        return [word[i : i + 2] for i in range(len(word) - 1)]
    if lower[0].isdigit():
        return [lower]
    if len(lower) < 2 or (lower in stop if stop is not None else len(lower) <= 3):
        return []
    return [lower[:_STEM_CHARS]]


def _capital(text: str, match: re.Match[str]) -> int:
    """1 for a capital inside a sentence, -1 for a small letter, 0 where neither tells anything."""
    if match.start() == 0 or _SENTENCE_END.search(text, max(0, match.start() - 4), match.start()):
        return 0
    return 1 if match.group()[0].isupper() else -1
