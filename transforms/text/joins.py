"""Cuts that no reader would make: what sentencex cuts too often is joined again.

Seen in 2,587 articles of the Fake News Challenge and in cases written for it. The rules ask only
for what stands on both sides of a cut; those that name English words do no harm elsewhere.
"""

from __future__ import annotations

import re

# A word in small letters begins no sentence, a name such as "iPhone" or an address may.
_GOES_ON = re.compile(r"[^\w\s]{0,2}[a-zß-öø-ÿа-яё]+(?!\w|[.:/@]+\w|[’'-]?[A-Z])")
_NO_WORD = re.compile(r"[^\w\s]+$")
# "1." of a list, "b)".
_LIST_MARK = re.compile(r"[\W_]*(?:\d{1,3}|[A-Za-z])[.)]\s*$")
# "R-S. C." and "anti-U. S.": sentencex takes the first letter for the end of a word.
_INITIAL_AT_END, _INITIAL = re.compile(r"-[A-Z]\.\s*$"), re.compile(r"[A-Z]\.")
# Of places, too: "Ft. Worth".
_TITLE_AT_END = re.compile(
    r"(?:\b(?:Ms|Mx|Msgr|Revd|Atty|Amb|Ald|Cllr|Ofc|Const|Pfc|Pte|Spc|Cpt|Cdr|Ft)"
    r"|-(?:Gen|Col|Cmdr|Adm|Maj|Gov|Prof))\.\s*$"
)
# Not the French "l'est".
_BEFORE_NUMBER_AT_END = re.compile(
    r"(?<![\w'’])(?:approx|ca|ch|eqs?|est|figs?|nos|paras?|pp|vols?)\.\s*$", re.IGNORECASE
)
# "£500", "US$3", "Rs 20", "EUR 5".
_NUMBER = re.compile(r"(?:[A-Z]{0,3}[$€£¥₹]?|Rs\.?)\s?\d")
_TIME_AT_END = re.compile(r"\d\s?[ap]\.?m\.\s*$", re.IGNORECASE)
_DAY_OR_ZONE = re.compile(
    r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|[ECMP][SD]?T|GMT|BST|UTC|CES?T|IST|Eastern"
    r"|Central|Pacific|(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)\w*\.? \d)\b"
)


def belong_together(before: str, after: str) -> bool:
    """Whether a sentence goes on over a cut between `before` and `after`; neither may be blank."""
    start = after.lstrip()
    if _GOES_ON.match(start) or _NO_WORD.match(start) or _LIST_MARK.match(before):
        return True
    # A sentence's end has to be asked for its last words only.
    end = before[-20:]
    return (
        (_BEFORE_NUMBER_AT_END.search(end) is not None and _NUMBER.match(start) is not None)
        or _TITLE_AT_END.search(end) is not None
        or (_INITIAL_AT_END.search(end) is not None and _INITIAL.match(start) is not None)
        or (_TIME_AT_END.search(end) is not None and _DAY_OR_ZONE.match(start) is not None)
    )
