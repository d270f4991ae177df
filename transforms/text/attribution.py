"""Who says a sentence, and whether it stands in quote marks: rules for English news.

A name beside a verb of saying, or the speaker of the quotation that a paragraph is made of.
"""

from __future__ import annotations

import bisect
import functools
import re
from collections.abc import Sequence
from typing import NamedTuple

from transforms.text.quotations import inside, quotations
from transforms.text.sentences import Span
from transforms.text.speakers import speaker_of
from transforms.text.transcripts import voices
from transforms.text.verbs_of_saying import ANY_VERB, OFTEN_BEFORE, VERB, ends_in_saying, says_so

# What an embedded tweet has below it: "— Ann Lee (@annlee) November 2, 2026".
_TWEETED = re.compile(
    r"\s*[—–-]{1,2}\s?(?P<name>[^\n(@]{2,40}?)\s*\(@\w+\)\W*[A-Z][a-z]+\.? \d{1,2}, \d{4}"
)
_MARKS = "\"“”'‘’"
# Of one person, who spoke last; "they" and "it" may be anybody.
_HE_OR_SHE = re.compile(r"\bs?he\b", re.IGNORECASE)
# "But he said the dam is safe", "The dam, she added, is safe": what is told is that one's, too.
_GOES_ON = re.compile(
    rf"^(?:(?:And|But|However,|Instead,|Still,|Yet)\s+)?(?P<first>[HhSs]h?e)\s+{OFTEN_BEFORE}{VERB}"
    rf"|,\s+(?P<last>s?he)\s+{OFTEN_BEFORE}{ANY_VERB}(?=[.,;]|$)"
)
_OF_MEN = re.compile(r"(?:Mr|Sir|Lord|King|Prince|Father|Brother)\b")
_OF_WOMEN = re.compile(r"(?:Mrs|Ms|Miss|Lady|Dame|Baroness|Queen|Princess|Sister)\b")
_HIM, _HER = re.compile(r"\b(?:he|him|his)\b", re.I), re.compile(r"\b(?:she|her|hers)\b", re.I)
_TITLED = re.compile(r"(?:Mr|Mrs|Ms|Miss|Dr|Prof|Sir|Lord|Lady|Dame|Sen|Rep|Gov|Judge)\b")
_WORD_OF_NAME = r"[A-Z][\w’'-]+"
_SURNAME = re.compile(
    r"\b(?!(?:The|In|On|At|As|But|And|For|When|While|If|From|By|With|After|Before)\b)"
    rf"{_WORD_OF_NAME}\s+(?=({_WORD_OF_NAME}))"
)
# Beside the speaker another name: he or she may be that.
_SOMEBODY_ELSE = re.compile(rf"\b(?:{_WORD_OF_NAME}|told)\s+{_WORD_OF_NAME}")
# "Fox News", "Downing Street", "Manchester United".
_BODY = re.compile(
    r"(?:Agency|Airlines|Association|Authority|Bank|Bloomberg|Board|City|Commission|Committee|Company"
    r"|Council|Court|Department|Foundation|Government|Group|House|Inc|Institute|International|Ltd"
    r"|Ministry|News|Office|Organi[sz]ation|Palace|Party|Police|Post|Press|Reuters|Service|Street"
    r"|Times|Trust|Union|United|University)"
)
# "Brack and Lopez", "Iraqi officials".
_MANY = re.compile(r"\band\b|\b[a-z]+s$")
# BBC, Courier.com
_OUTLET = re.compile(r"[A-Z]{2,}|\S*\w\.[a-z]+")


class Attribution(NamedTuple):
    """How a sentence is said.

    Attributes:
        speaker: name as printed, "" where the outlet speaks or nobody is named.
        quoted: True where more than half of the sentence stands in quote marks, or it is a
            quotation with who says it, however long that is.
    """

    speaker: str
    quoted: bool


def attributions(body: str, sentences: Sequence[Span]) -> list[Attribution]:
    """The attribution of each sentence, in order; linear in the body.

    A quoted sentence that does not say who speaks has the speaker that its paragraph named last,
    else the one that it names next: news puts several sentences of one speaker in a paragraph. In a
    paragraph that names nobody it has the last one's of the paragraph before, where he or she goes
    on, or the quotation does. What he or she is told to say without quote marks, who spoke right
    before says. What names nobody in an embedded tweet, who tweeted it says. All of a transcript's
    line says whose name it begins with.
    """
    quotes = list(quotations(body))
    outside = [_outside_quotes(body, span, quotes) for span in sentences]
    quoted = [
        _quoted_share(span, quotes) > 0.5 or _is_direct(body, span, quotes, rest)
        for span, rest in zip(sentences, outside, strict=True)
    ]
    named = [speaker_of(rest, in_quotes) for rest, in_quotes in zip(outside, quoted, strict=True)]
    found: list[Attribution] = []
    groups = paragraphs(body, sentences) if sentences else []
    whole = [Span(sentences[each.start].start, sentences[each.stop - 1].end) for each in groups]
    said_before = Span(0, 0)
    for members, span, voice in zip(groups, whole, voices(body, whole), strict=True):
        if voice is not None:
            found.extend(Attribution(voice, quoted[i]) for i in members)
            said_before = span
            continue
        names = [name for i in members if (name := named[i]) is not None]
        inherited = names[0] if names else ""
        if found and not names:
            he_says = any(quoted[i] and _he_says(outside[i]) for i in members)
            before = found[-1].speaker
            if _goes_on(body, sentences[members[0]], quotes) or (
                he_says and not _is_outlet(before, body[slice(*said_before)])
            ):
                inherited = before
        tweeted = _TWEETED.match(body, sentences[members[-1]].end)
        by = tweeted["name"] if tweeted else ""
        for i in members:
            name = named[i]
            if name is None and not quoted[i] and found:
                name = _who_goes_on(outside[i], found[-1].speaker, outside[i - 1], body)
            inherited = inherited if name is None else name
            found.append(Attribution((inherited if quoted[i] else name) or by, quoted[i]))
        said_before = span
    return found


def paragraphs(body: str, sentences: Sequence[Span]) -> list[range]:
    """The sentences of each paragraph, by their index."""
    groups: list[range] = []
    first, at = 0, 0
    for i, (start, _) in enumerate(sentences):
        if i > first and body.find("\n", at, start) >= 0:
            groups.append(range(first, i))
            first = i
        at = start
    return [*groups, range(first, len(sentences))]


def _outside_quotes(body: str, sentence: Span, quotes: Sequence[Span]) -> str:
    """The sentence with quoted words blanked, since names in a quotation are not its speaker."""
    pieces, at = [], sentence.start
    for start, end in inside(sentence, quotes):
        pieces.append(body[at:start])
        at = end
    return " ".join(" ".join([*pieces, body[at : sentence.end]]).split())


def _is_direct(body: str, sentence: Span, quotes: Sequence[Span], outside: str) -> bool:
    """Whether it begins with a quotation and then tells who says it, or the other way round."""
    told = list(inside(sentence, quotes))
    if not told or not says_so(outside):
        return False
    first, last = told[0], told[-1]
    if first.start - sentence.start <= 1 and body[first.end - 1] in ",?!":
        return True
    before = body[sentence.start : last.start].rstrip(_MARKS).rstrip()
    return sentence.end - last.end <= 1 and (before.endswith(":") or ends_in_saying(before))


def _he_says(outside: str) -> bool:
    return _HE_OR_SHE.search(outside) is not None and says_so(outside)


def _who_goes_on(sentence: str, speaker: str, before: str, body: str) -> str | None:
    """The speaker of the sentence before, where "he" or "she" can be nobody else."""
    match = _GOES_ON.search(sentence)
    if match is None or not speaker or _MANY.search(speaker) or _is_outlet(speaker, before):
        return None
    is_she = (match["first"] or match["last"]).lower() == "she"
    last = speaker.rpartition(" ")[2]
    if (_OF_MEN if is_she else _OF_WOMEN).match(speaker) or _BODY.fullmatch(last):
        return None
    if last[:1].isupper() and last not in _surnames(body) and not _TITLED.match(speaker):
        return None
    rest = re.sub(rf"(?:{_WORD_OF_NAME}\s+)*{re.escape(speaker)}", "", before)
    if _SOMEBODY_ELSE.search(rest) or (_HIM if is_she else _HER).search(rest):
        return None
    return speaker


# Asked only of texts in which somebody goes on, and then for each of these sentences.
@functools.lru_cache(maxsize=1)
def _surnames(body: str) -> frozenset[str]:
    """The words that stand behind another name."""
    return frozenset(_SURNAME.findall(body))


def _is_outlet(speaker: str, paragraph: str) -> bool:
    """Whether a speaker named in a paragraph is nobody that "he" or "she" may be: "the Courier"."""
    is_plain_noun = speaker.rpartition(" ")[2].islower()  # "the FSB agent" is somebody
    return bool(_OUTLET.fullmatch(speaker)) or (not is_plain_noun and f"he {speaker}" in paragraph)


def _goes_on(body: str, sentence: Span, quotes: Sequence[Span]) -> bool:
    """Whether a paragraph's first sentence goes on with a quotation that the last one left open."""
    before = bisect.bisect_left(quotes, sentence.start, key=lambda quote: quote.end) - 1
    return (
        before >= 0
        and body[sentence.start] in _MARKS
        and body[quotes[before].end : sentence.start].isspace()
    )


def _quoted_share(sentence: Span, quotes: Sequence[Span]) -> float:
    """Share of a sentence's characters that lie in quotations."""
    length = sum(end - start for start, end in inside(sentence, quotes))
    return length / (sentence.end - sentence.start)
