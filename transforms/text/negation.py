"""Words that deny ("not", "never") or doubt ("false", "rumour"), and the "un" of "unlikely"."""

from __future__ import annotations

import re

# Words by which English news says that something is not so, or is not sure.
_UNTRUE_WORDS = (
    r"fak(?:e|ed|ery)|hoax\w*|false\w*|untrue|bogus|debunk\w*|refut\w*|satir\w*|fabricat\w*"
    r"|unfounded|not true|no evidence|incorrect|myth"
)
_UNSURE_WORDS = (
    r"den(?:y|ies|ied|ial)|rumou?r\w*|unverified|unconfirmed|contradict\w*|disput\w*|reject\w*"
    r"|dismiss\w*|doubt\w*|skeptic\w*"
)
DOUBT = re.compile(rf"\b(?:{_UNTRUE_WORDS}|{_UNSURE_WORDS})\b", re.IGNORECASE)
UNTRUE = re.compile(rf"\b(?:{_UNTRUE_WORDS})\b", re.IGNORECASE)
# A word of a sentence, in lower case.
NEGATION = re.compile(
    r"no|not|never|none|nobody|nothing|neither|nor|cannot|without|.+n't|hardly|barely|unable"
    r"|refuse[sd]?|fail(?:s|ed)?|nicht|kein|keine|keinen|nie"
    r"|pas|jamais|aucun|aucune|nunca|ning[úu]n|ninguna|non|mai|nessun|nessuna|não|geen|niet|inte"
    r"|aldrig|ikke|ei|eivät"
)
NEGATING_PHRASE = re.compile(
    r"\brul(?:e[sd]?|ing) out\b|\b(?:has|have|had) yet to\b", re.IGNORECASE
)
# "Unlikely", with what it denies.
NEGATING_PREFIX = re.compile(r"\b(?:un|in|im|il|ir|non|dis)-?([^\W\d_]{4,})")
