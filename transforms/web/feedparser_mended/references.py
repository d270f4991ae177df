"""Character references that no XML allows, and feeds have: feedparser fails at them.

An emoji as the two halves that UTF-16 has of it (`&#55357;&#56832;`, as JavaScript, Java and .NET
count letters), a number beyond Unicode. feedparser lets the error of its loose parser out.
"""

import contextlib
import re
from typing import Any

from feedparser.mixin import _FeedParserMixin

_HALVES = re.compile(
    rb"&#(?:x(d[89ab][0-9a-f]{2})|(5[5-6]\d{3}));&#(?:x(d[c-f][0-9a-f]{2})|(5[6-7]\d{3}));",
    re.IGNORECASE,
)

_handle_charref = _FeedParserMixin.handle_charref


def with_whole_letters(body: bytes) -> bytes:
    """Returns a feed's bytes with each pair of halves as one reference."""
    return _HALVES.sub(_whole, body)


def _whole(pair: re.Match[bytes]) -> bytes:
    high = int(pair[1], 16) if pair[1] else int(pair[2])
    low = int(pair[3], 16) if pair[3] else int(pair[4])
    if not 0xD800 <= high < 0xDC00 <= low < 0xE000:
        return pair[0]
    return b"&#%d;" % (0x10000 + (high - 0xD800 << 10) + low - 0xDC00)


def _forgiving(parser: Any, ref: str) -> None:
    """Gives feedparser a replacement character for what is none."""
    with contextlib.suppress(ValueError, OverflowError):
        _handle_charref(parser, ref)
        return
    parser.elementstack[-1][2].append("\N{REPLACEMENT CHARACTER}")


def forgive_character_references() -> None:
    """Puts this into feedparser; once is enough."""
    _FeedParserMixin.handle_charref = _forgiving
