"""HTML bytes to a tree, with bounds on what a page may cost."""

import re

from lxml import etree, html

from transforms.text.charsets import decoded
from transforms.web.unreadable import MAX_PAGE_BYTES, PageTooLong, UnreadableRecord

# Extraction takes about 0.1 ms an element. Of 181 news pages the largest has 12,000 elements.
MAX_ELEMENTS = 40_000
# Longer than any URL: pictures and data. Patterns of trafilatura and htmldate that look into
# attributes may take time with the square of one.
MAX_ATTRIBUTE_CHARS = 4096
_BLOCK_NAMES = """
    address article aside blockquote br center dd div dl dt fieldset figure footer form h1 h2 h3 h4
    h5 h6 header hr li main nav ol p pre section table td th tr ul
"""
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_SPACE = re.compile(r"[ \t\n\r\f]+")
# lxml.html's own lookup is a Python call for each element that is touched, for the sake of forms.
_ELEMENTS = etree.ElementDefaultClassLookup(element=html.HtmlElement)
_HIDDEN = ("script", "style", "noscript", "template", "iframe", "object", "svg", "form", "head")


class TooManyElements(UnreadableRecord):
    """A page has more elements than any article, and extraction would hold up all others."""


class NoText(ValueError):  # noqa: N818 (a noun of the domain)
    """The page holds no article; the message is the outcome's reason."""


def tree_of(body: bytes, content_type: str = "") -> html.HtmlElement:
    """Parses a page. What is nested deeper than 256 elements is cut off (libxml2's own bound).

    Attributes of over 4,096 characters are left out.

    Args:
        body: content encoding undone. content_type: the header's value; its charset is a hint.
    Raises:
        PageTooLong: over 5 MiB. TooManyElements: over 40,000. NoText: nothing at all.
    """
    if len(body) > MAX_PAGE_BYTES:
        raise PageTooLong(f"{len(body)} bytes; over {MAX_PAGE_BYTES // 2**20} MiB are no article")
    tree = _parsed(decoded(body, content_type))
    _check_count(tree)
    for value in tree.xpath(f"//@*[string-length() > {MAX_ATTRIBUTE_CHARS}]"):
        del value.getparent().attrib[value.attrname]
    return tree


def count_of_elements(tree: html.HtmlElement) -> int:
    """Returns how many elements the page of `tree` has."""
    return int(tree.xpath("count(//*)"))


def _check_count(tree: html.HtmlElement) -> None:
    elements = count_of_elements(tree)
    if elements > MAX_ELEMENTS:
        raise TooManyElements(f"{elements} elements; over {MAX_ELEMENTS} are no article")


def _parsed(text: str) -> html.HtmlElement:
    """UTF-8 in and out: lxml refuses strings that declare an encoding."""
    parser = html.HTMLParser(
        encoding="utf-8", collect_ids=False, remove_comments=True, remove_pis=True
    )
    parser.set_element_class_lookup(_ELEMENTS)
    try:
        return html.document_fromstring(text.replace("\x00", "").encode("utf-8", "replace"), parser)
    except etree.ParserError as error:
        raise NoText("empty page") from error


def fragment_tree(fragment: str) -> html.HtmlElement:
    """Parses a feed's HTML content, so that `text_content` has one block a line.

    Raises:
        TooManyElements: over 40,000.
    """
    tree = _parsed(f"<div>{fragment}</div>")
    _check_count(tree)
    etree.strip_elements(tree, *_HIDDEN, with_tail=False)
    in_pre: set[html.HtmlElement] = set()
    for element in tree.iter():
        if kept := element.tag == "pre" or element.getparent() in in_pre:
            in_pre.add(element)
        edge = "\n" if element.tag in _BLOCKS else ""
        element.text = edge + (element.text or "" if kept else _one_line(element.text))
        element.tail = edge + _one_line(element.tail)
    return tree


def _one_line(text: str | None) -> str:
    """As browsers show it: white space of any length and kind is one space."""
    return _SPACE.sub(" ", text or "")
