"""Patterns of the verbs by which English news tells who says something."""

from __future__ import annotations

import re

from transforms.text.dates import ANY_DAY
from transforms.text.names import UPPER

# A flood that claimed lives said nothing, unlike who claimed that somebody lives in a town.
_CLAIMED = (
    r"claimed(?!(?!\s+(?:s?he|it|[A-Z]\w+|(?:the|his|her|their)\s+\w+)(?:\s+still)?\s+lives\b)"
    r"(?:\s+(?!that\b)[\w,]+){1,4}\s+lives\b)"
)
# Who declared a state of emergency or bankruptcy did something.
_DECLARED = r"declared(?!\s+(?:an?|war|bankruptcy|independence|victory|martial)\b)"
# Verbs that are nouns as well are left out: "several U.S. states", "Wall Street estimates".
SAID = (
    rf"said|says|saying|{_CLAIMED}|wrote|writes|tweeted|stated"
    r"|announced|insisted|insists|argued|argues|warned|warns|explained|explains|admitted|denied"
    r"|denies|alleged|alleges|acknowledged|noted|testified|replied"
    rf"|reported|suggested|{_DECLARED}|promised|asserted|asserts|flagged"
    r"|revealed|reveals|estimated|predicted|predicts|concluded|conceded"
)
CONFIRM = r"(?:confirmed|confirms)"
GO_ON = (
    r"(?:continued|responded|maintain(?:s|ed)|stressed|emphasi[sz]ed|pointed out|complained"
    r"|commented|e-?mailed|posted|contend(?:s|ed)|disclosed|recounted)"
)
ADD = r"(?:added|adds|recalled)"
SAYING = rf"(?:{SAID}|told|tells)"
# Who added 500 jobs, recalled cars or confirmed somebody as a judge said nothing. The first two
# count beside a quote mark, "that", a comma or the end of the sentence alone; who continued or
# posted something, before what was said.
VERB = (
    rf"(?:{SAYING}\b|{GO_ON}(?=:|,?\s+[“\"‘']|\s+(?:(?:me|us|him|her|them|reporters)\s+)?that\b)"
    rf"|{ADD}(?=[.,:;!?]|\s+(?:that|how)\b|\s+[“\"‘']|\s*$)"
    rf"|{CONFIRM}\b(?!\s+(?:him\b|her\b|(?!{ANY_DAY}){UPPER})))"
)
ANY_VERB = rf"(?:{SAYING}|{ADD}|{CONFIRM}|{GO_ON})"
# These are verbs where a name begins a clause: "Reuters reports", not "the news reports", and not
# "Local reports say".
VERB_OR_NOUN = (
    r"(?:claims|estimates|notes|reports)\b"
    r"(?!\s+(?:of|from|about|say|said|have|had|were|are|indicate\w*|suggest\w*)\b)"
)
OFTEN_BEFORE = r"(?:(?:also|has|had|have|later|reportedly)\s+)?"
_SAYS_SO = re.compile(rf"\b{ANY_VERB}\b")
_ENDS_IN_SAYING = re.compile(rf"\b{ANY_VERB}(?:\s+\w+){{0,3}},$")


def says_so(outside: str) -> bool:
    """Whether a sentence, less its quoted words, has a verb of saying."""
    return _SAYS_SO.search(outside) is not None


def ends_in_saying(text: str) -> bool:
    """Whether it ends as what stands before a quotation does: "she said,", "told the paper,"."""
    return _ENDS_IN_SAYING.search(text) is not None
