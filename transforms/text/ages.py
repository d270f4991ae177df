"""Which numbers of a sentence say how old somebody is; English."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from transforms.text.numbers_said import Number

# "Igor Brack, 42, said", "Igor Brack (42)", "Lucy, now 17,", "aged 42", "died at 42"; no number of
# many ("In New York, 90, including"), nor a bound ("aged 65 and over").
_AGE = r"(?:1[01]\d|\d{1,2})"
_BEFORE_AGE = re.compile(
    rf"(?:(?<=[^\W\d_])|(?<=\b[JS]r\.)),\s(?:(?:also|both|now|then)\s)?(?={_AGE}[,;.](?!\d))"
    rf"(?!{_AGE},\s(?:including|mostly|(?:among|many of|most of|of|some of)\s(?:them|whom))\b)"
    rf"|\b[A-Z][\w’'-]*\s\((?={_AGE}\))"
    r"|(?:\baged|,\sage)\s(?!\d+(?:[+–-]|\s(?:plus|to)\b"
    r"|\s(?:and|or)\s(?:above|below|older|over|under|up|younger)\b))"
    r"|\b(?:dead|die[ds]|passed away)\b[^;]{0,80}?\sat\s(?:the\s)?age\s(?:of\s)?"
    rf"|\bdie[ds](?:\s(?:on\s)?[A-Z]\w+)?\sat\s(?={_AGE}[,;.](?!\d))"
)
# "In Lyon, 90, among", "The toll, now 12,".
_BEFORE_MANY = re.compile(
    r"(?:^|[;:]\s)\W*(?:at|by|from|in|near|of|on|to)\s+[\w’'-]+$"
    r"|\b(?:average|count|figure|majority|number|score|tally|toll|total)$",
    re.IGNORECASE,
)
_OF_AGE = ("day", "week", "month", "year")
_BEHIND_AGE = re.compile(r"[\s-]olds?\b")
_BOUND = re.compile(r"\b(?:above|below|least|most|over|than|under|until|up to)\s$", re.IGNORECASE)


def ages_among(numbers: Sequence[Number], sentence: str) -> Iterator[Number]:
    """Those of them that say how old somebody is."""
    if not numbers:
        return
    beside = {
        match.end()
        for match in _BEFORE_AGE.finditer(sentence)
        if not _BEFORE_MANY.search(sentence, 0, match.start())
    }
    for number in numbers:
        old = number.said.endswith(_OF_AGE) and _BEHIND_AGE.match(sentence, number.end)
        if number.start in beside or (old and not _BOUND.search(sentence, 0, number.start)):
            yield number
