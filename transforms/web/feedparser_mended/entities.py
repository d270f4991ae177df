"""What a feed declares before its root: entities and defaults that would blow it up.

feedparser takes declarations out, but only those that begin a line, and before anything
that looks like an element, be it in a comment. What is left over is expanded by its parsers.
"""

import contextlib
from typing import Any
from xml.parsers import expat

from feedparser import api

from transforms.web.feed_entries import UnreadableFeed

_MAX_CHARS = 20_000_000
_PROLOGUE_BYTES = 64 * 1024

_replace_doctype = api.replace_doctype


def _bounded(data: bytes) -> Any:
    """Gives feedparser, which has made UTF-8 of the feed, what declares nothing of much size."""
    version, replaced, safe = _replace_doctype(data)
    values = [*_declared(replaced), *safe.values()]
    # Its loose parser reads references without the closing `;`, so all that may be one counts.
    if max(map(len, values), default=0) * replaced.count(b"&") > _MAX_CHARS:
        raise UnreadableFeed(f"its entities may expand to over {_MAX_CHARS} characters")
    return version, replaced, safe


def _declared(data: bytes) -> list[str]:
    """Returns the values of the entities declared before the root.

    Raises:
        UnreadableFeed: one is made of others, attributes have defaults, or there is no root.
    """
    values: list[str] = []
    wrong: list[str] = []
    roots: list[str] = []

    def entity(name: str, is_parameter: bool, value: str | None, *_: object) -> None:
        values.append(value or "")
        if "&" in values[-1].replace("&#", ""):
            wrong.append(f"entity {name[:50]!r} is made of others")

    def attribute(element: str, name: str, kind: str, default: str | None, *_: object) -> None:
        if default:
            wrong.append(f"attribute {name[:50]!r} has a default")

    parser = expat.ParserCreate("utf-8")
    # As feedparser's strict parser does: what stands inside is read, what lies elsewhere is not.
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE)
    parser.ExternalEntityRefHandler = lambda *_: 1
    parser.EntityDeclHandler = entity
    parser.AttlistDeclHandler = attribute
    parser.StartElementHandler = lambda name, _: roots.append(name)
    with contextlib.suppress(expat.ExpatError):  # feedparser meets it, too
        parser.Parse(data[:_PROLOGUE_BYTES])
        if not roots and len(data) > _PROLOGUE_BYTES:
            wrong.append(f"no root within the first {_PROLOGUE_BYTES} bytes")
    if wrong:
        raise UnreadableFeed(wrong[0])
    return values


def bound_entities() -> None:
    """Puts this into feedparser; once is enough."""
    api.replace_doctype = _bounded
