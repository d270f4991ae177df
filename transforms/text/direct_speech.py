"""A sentence that is somebody's direct speech: what is said, and what is told around it."""

from __future__ import annotations

import re
from typing import NamedTuple

from transforms.text.quotations import quotations

# Fewer words may be a phrase that many use; who says them takes no more words than these.
_FEWEST_QUOTED = 5
_MOST_TOLD = 25
_WORD = re.compile(r"\w+(?:['’]\w+)?")
_ENDS_SPEECH = re.compile(r"[,.?!…—–-]|.\W[,.?!]|.?\W*$")
_BEFORE_SPEECH = re.compile(r"(?:[,:]|\b(?:said|says|added|wrote)\s+that)\s*\W?$")


class Speech(NamedTuple):
    """The words in quote marks, in lower case, and all that stands around them."""

    said: str
    told: str


def direct_speech(sentence: str) -> Speech | None:
    """What a sentence quotes where all else in it may tell who says so; None else."""
    quoted = list(quotations(sentence))
    said = [word for start, end in quoted for word in _WORD.findall(sentence[start:end])]
    # Most words of a title have capitals.
    if len(said) < _FEWEST_QUOTED or 2 * sum(word[0].isupper() for word in said) > len(said):
        return None
    before, behind = sentence[: quoted[0].start], sentence[quoted[-1].end :]
    if _WORD.search(before):
        direct = bool(_BEFORE_SPEECH.search(before)) and not _WORD.search(behind)
    else:
        direct = _ENDS_SPEECH.match(sentence, quoted[0].end - 1) is not None
    ends = [0, *(end for _, end in quoted)]
    starts = [*(start for start, _ in quoted), len(sentence)]
    told = " ".join(sentence[end:start] for end, start in zip(ends, starts, strict=True))
    if not direct or "?" in told or len(_WORD.findall(told)) > _MOST_TOLD:
        return None
    return Speech(" ".join(said).lower().replace("’", "'"), told)
