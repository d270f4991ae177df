"""Which sentences of a text its outlet asserts: not what it checks, nor notes on the text itself.

A fact check prints the claim that it judges, a correction repeats what was wrong: neither is a
claim of that article. English, as the packaged model of claims.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from transforms.text.sentences import Span

# Longer ones say something, whatever they begin with.
_MOST_CHARS = 400

# "Claim:", "The claim 2:", "What was claimed"; alone in its sentence it is a heading.
_CHECKED = re.compile(
    r"\W*+(?:(?:the )?claim(?:ed)?(?: \d+(?: of \d+)?)?|what (?:was|is being|they) claim(?:ed)?)"
    r"\s?(?::|$)",
    re.IGNORECASE,
)
_SAYS = re.compile(r"\w")
# "Our rating: Mostly false.", "We rate this claim False.", "The claim is false."; what says more is
# a finding.
_RATING = re.compile(
    r"\W*+(?:(?:[\w’']++ ){0,2}?(?:assessment|conclusion|rating|ruling|status|verdict)\s?:"
    r"(?:\W+[^\W\d]+){1,3}"
    r"|(?:so,? |therefore,? )?(?:we (?:have )?(?:judged?|rated?) (?:it|(?:the|this|that) \w+)"
    r"|(?:the|this|that) claim (?:is|was))(?:\W+(?:\w+ly|half))?\W+"
    r"(?:baseless|fake|false|inaccurate|incorrect|made up|misleading|satire|true|unfounded|unproven"
    r"|untrue)"
    r")\W*",
    re.IGNORECASE,
)

_PIECE = (
    r"(?:article|blog|column|editorial|headline|interview|item|obituary|piece|post|report|review"
    r"|story)\b"
)
# "This Nov. 3 news story".
_THIS = rf"this (?:[a-z]{{3,9}}\.? \d{{1,2}} )?(?:(?:live|news|opinion) )?{_PIECE}"
# "The summary of this article", too.
_OF_THIS = (
    rf"(?:(?:an?|the) [\w-]+ (?:for|in|of|on|with) )?"
    rf"(?:{_THIS}|(?:our|the) (?:[\w-]+ )?(?:article|headline|post|story)\b)"
)
_WRONGLY = (
    r"(?:(?:erroneously|incorrectly|initially|mistakenly|originally|previously|wrongly)\b"
    r"|mis(?:identified|named|quoted|reported|spelled|spelt|stated)\b)"
)
_NOTICE = re.compile(
    r"\W*+(?:"
    # "Correction, 4 November: The caption ..."
    r"(?:correction|clarification|editor[’']?s[’']? note)\b[^:\"“]{0,40}[:–—-]\s*"
    rf"(?:an?|our|the|this) (?:[\w.,-]+ ){{0,3}}(?:brief|caption|photo|summary|version|{_PIECE})"
    # "Because of an editing error, an earlier version of this post ..."
    r"|(?:(?:[^\"“:,–—-]{0,60}+[:,–—-]){1,4}?\s)?(?:"
    rf"an? (?:earlier|original|previous|prior) version"
    rf" (?:of {_OF_THIS}|(?:said|stated|{_WRONGLY}))"
    rf"|{_THIS} (?:(?:was|has (?:since )?been)(?: \w+)?"
    rf" (?:amended|clarified|corrected|edited|revised|updated)\b|corrects\b|{_WRONGLY}))"
    r"|(?:corrected|updated) to (?:add|clarify|correct|fix|include|reflect|remove)\b"
    # Of agencies: "(Corrects day in paragraph 3)".
    r"|(?<=\()(?:clarifies|corrects|refiles)\b)",
    re.IGNORECASE,
)


def stated_to_judge(text: str, sentences: Sequence[Span]) -> frozenset[Span]:
    """Those of the sentences, in order, that `text` states in order to say whether they are so."""
    stated: set[Span] = set()
    headed = False
    for span in sentences:
        label = _CHECKED.match(text, *span)
        heading = label is not None and not _SAYS.search(text, label.end(), span.end)
        if headed or (label and not heading):
            stated.add(span)
        headed = heading
    return frozenset(stated)


def asserted(text: str, sentences: Sequence[Span]) -> list[Span]:
    """Those of the sentences, in order, by which `text` says something of the world itself.

    Not what it states in order to judge it, nor a bare rating of that, nor a note that the text was
    corrected.
    """
    stated = stated_to_judge(text, sentences)
    return [
        span
        for span in sentences
        if span not in stated
        and not (
            span.end - span.start <= _MOST_CHARS
            and (_RATING.fullmatch(text, *span) or _NOTICE.match(text, *span))
        )
    ]
