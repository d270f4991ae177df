"""Attributes and namespaces of feeds, read in linear time.

feedparser asks for each attribute by its name, which Python's SAX looks for among all of
its element: 127 kB in one tag take a second, 10 MB hours. For each element of a namespace that it
does not know it looks through all that were declared.
"""

from typing import Any
from xml.sax.xmlreader import AttributesNSImpl

from feedparser.mixin import _FeedParserMixin
from feedparser.parsers.strict import _StrictFeedParser

_MAX_NAMESPACES = 200

_start_element = _StrictFeedParser.startElementNS
_track_namespace = _FeedParserMixin.track_namespace


class _Attributes(AttributesNSImpl):
    """An element's attributes, with a table of their names."""

    def __init__(self, attrs: dict[Any, str], qnames: dict[Any, str]) -> None:
        super().__init__(attrs, qnames)
        # Of two with one name SAX gives the first.
        self._values = {qnames[name]: attrs[name] for name in reversed(qnames)}

    def getValueByQName(self, name: str) -> str:  # noqa: N802 (SAX's name)
        return self._values[name]


def _start(parser: Any, name: Any, qname: Any, attributes: Any) -> None:
    _start_element(parser, name, qname, _Attributes(attributes._attrs, attributes._qnames))


def _track(parser: Any, prefix: str | None, uri: str) -> None:
    """Leaves out what is declared beyond 200; feeds have a dozen."""
    known = parser.namespaces_in_use
    if (prefix or "") in known or len(known) < _MAX_NAMESPACES:
        _track_namespace(parser, prefix, uri)


def bound_attributes() -> None:
    """Puts this into feedparser; once is enough."""
    _StrictFeedParser.startElementNS = _start
    _FeedParserMixin.track_namespace = _track
