"""What of a text is its own: without timestamps, share counts and what a site puts around it.

For telling whether a text has changed, and what it says; what is indexed is the text as it is. A
sentence is left out only where nothing else stands in it, so that "Updated figures show 15 dead"
stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from schemas import ids
from transforms.text.sentences import Span, split_sentences

# Longer sentences say something, whatever they begin with.
_MOST_CHARS = 250

# English, German, French, Spanish, Italian, Portuguese and Dutch.
_MARKERS = (
    "updated|published|posted|modified|edited|aktualisiert|veröffentlicht|stand|mis à jour"
    "|publié|actualizado|publicado|aggiornato|pubblicato|atualizado|bijgewerkt|gepubliceerd"
)
_AGO = "ago|read|geleden|fa|lesezeit"
_MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december"
    "|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
    "|januar|februar|märz|mai|juni|juli|oktober|dezember"
    "|janvier|février|mars|avril|juin|juillet|août|septembre|octobre|novembre|décembre"
    "|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre"
    "|gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre"
    "|janeiro|fevereiro|março|maio|junho|julho|setembro|outubro|novembro|dezembro"
    "|januari|februari|maart|mei|augustus"
)
_DAYS = (
    "(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun"
    "|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|lundi|mardi|mercredi|jeudi|vendredi|samedi"
    "|dimanche"
)
_TIMES = (
    "last|first|at|on|the|of|and|in|an?|am|pm|[ap].m|gmt|utc|bst|[ecmp][sd]?t|ces?t|uhr|il|y"
    "|hours?|hrs?|h|minutes?|mins?|m|seconds?|secs?|days?|weeks?|just|now|today|yesterday|time"
    "|date|zuletzt|um|vor|vom|le|à|la|las|el|de|del|alle|ore|em|às|op|om|uur|te"
)
_NUMBER = r"\d{1,4}(?:[:./hH-]\d{1,4})*(?:st|nd|rd|th|am|pm|h)?"
_WORD = f"{_MARKERS}|{_AGO}|{_MONTHS}|{_DAYS}|{_TIMES}|{_NUMBER}"
# Possessive: words that are in two lists must not be tried in all combinations.
_OF_TIME = re.compile(rf"(?>(?:{_WORD})(?:[\s,.|:;•·()-]+|$))++")
_SAYS_WHEN = re.compile(rf"\b(?:{_MARKERS}|{_AGO})\b|\A(?>.*?\b(?:{_MONTHS})\b).*\b\d{{4}}\b")

_SITES = r"facebook|twitter|x|whatsapp|linkedin|reddit|telegram|pinterest|e-?mail|bluesky|threads"
# A link is short and has no comma: "Like Google, Amazon has sued Reddit" says something.
_FEW = "(?: [^ ,]+){0,8}"
_ON_A_SITE = (
    rf"(?:share(?: (?:this|it|the|your|our)\b{_FEW})?|(?:follow|find){_FEW}"
    rf"|join (?:us|our|the)\b{_FEW}|like(?: [^ ,]+){{1,3}})"
    rf" (?:on|to|via|by|with|and) (?:{_SITES})"
)
_AROUND = re.compile(
    "|".join(
        (
            r"\d[\d.,]*\s?[km]?\+? (?:shares?|comments?|views?|likes?|reactions?|retweets?|reads)",
            rf"(?:share|tweet|pin|print|save|copy link|comments?|{_SITES})",
            rf"{_ON_A_SITE}(?:(?: and |[ /|&]+){_ON_A_SITE})?",
            r"(?:read|lire|leggi|lees|leia|mehr|lea|weiter)[ -]?"
            r"(?:more|next|also|full story|aussi|anche|ook|también|también|zum thema|lesen)\b.*",
            r"(?:also read|see also|continue reading|lesen sie auch)\b.*",
            r"more (?:on|from)(?: [^ ,:]+){1,5}",
            r"click here\b.*",
            r"(?:related|recommended|watch|listen|most read|don't miss|in pictures)"
            r"(?: (?:articles?|stories|story|topics?|news|more|now))?(?: ?[:»>|].*)?",
            r"(?:sign up|subscribe|register|log in|sign in)"
            r"(?: (?:to|for|now|here|up|today|with)\b(?: [^ ,]+){0,12})?",
            r".{0,100}\b(?:in|to) your inbox\b.{0,50}",
            r"(?:.*, )?(?:we|(?:this|our) (?:web ?)?site|(?:we and )?our partners) uses? cookies"
            r"\b.*",
            r"cookies? (?:policy|settings)",
            r"(?:accept|reject|manage)(?: all)? cookies",
            r"by (?:continuing|clicking|signing up|subscribing)\b"
            r".*\b(?:you|i) (?:\w+ )?(?:agree|accept|consent)\b.*",
            r"(?:©|\(c\)|copyright ?[©(:\d]).*|all rights reserved",
            r"copyright (?:\w+|the(?: [^ ,]+){1,4}|[^ ,]+(?: [^ ,]+)? \d{4})",
            r"advertisements?|sponsored|anzeige|story continues below.*|loading",
        )
    )
)
_TRAILING = " .!…:»>|-"


def text_hash(title: str, body: str) -> str:
    """A hash that only what a text says changes; white space, case and typography do not."""
    return ids.digest(ids.normalised(title), " ".join(substance(body)))


def substance(text: str, language: str = "en") -> Iterator[str]:
    """The normalised sentences of `text`, in order, without boilerplate."""
    for start, end in own_sentences(text, split_sentences(text, language)):
        yield ids.normalised(text[start:end])


def own_sentences(text: str, sentences: Sequence[Span]) -> list[Span]:
    """Those of the sentences of `text` that are no boilerplate."""
    return [
        span
        for span in sentences
        if not is_boilerplate(ids.normalised(text[span.start : span.end]))
    ]


def is_boilerplate(sentence: str) -> bool:
    """Whether nothing of `sentence`, normalised, belongs to the article."""
    if len(sentence) > _MOST_CHARS:
        return False
    bare = sentence.strip(_TRAILING)
    if not bare:
        return True
    if _OF_TIME.fullmatch(bare) and _SAYS_WHEN.search(bare):
        return True
    return _AROUND.fullmatch(bare) is not None
