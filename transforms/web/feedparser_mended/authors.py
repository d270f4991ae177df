"""feedparser's search for a mail address in what names an author: in linear time, and whole.

feedparser looks for one from each letter of a row on: time grows with the square of the
row, and 100 kB of it take half a minute. A row cannot be told from the bytes of a feed: character
references, comments and empty elements interrupt it there, and are gone when it is searched.
Besides it takes domains to end in two to four letters, and leaves the rest of longer ones as name.
"""

import re
from typing import Any

from feedparser.mixin import _FeedParserMixin

# The longest local part is 64, the longest label of a domain 63 (RFC 5321, 4.5.3.1.1; RFC 1035).
_ADDRESS = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+", re.ASCII | re.IGNORECASE
)
_LONG_ROW = re.compile(r"[\w.+-]{65}", re.ASCII)
_CHARS = 200

_sync_author_detail = _FeedParserMixin._sync_author_detail


def _bounded(parser: Any, key: str = "author") -> None:
    """Gives feedparser names without addresses; what is no list of names is cut before."""
    context = parser._get_context()
    author = context.get(key)
    if isinstance(author, str) and not context.get(f"{key}s", [None])[-1]:
        if _LONG_ROW.search(author):
            author = author[:_CHARS]
        context[key] = _name(author)
    _sync_author_detail(parser, key)


def _name(author: str) -> str:
    name, addresses = _ADDRESS.subn("", author)
    if not addresses:
        return author
    name = name.replace("()", "").replace("<>", "").strip()
    return name[1:-1] if name.startswith("(") and name.endswith(")") else name


def bound_author_details() -> None:
    """Puts this into feedparser; once is enough."""
    _FeedParserMixin._sync_author_detail = _bounded
