"""What a page is called, who wrote it and whose it is, as trafilatura finds them."""

import contextlib
import re
from typing import Any, NamedTuple

from lxml import html
from trafilatura import json_metadata
from trafilatura.json_metadata import normalize_authors
from trafilatura.metadata import (
    examine_meta,
    extract_author,
    extract_meta_json,
    extract_sitename,
    extract_title,
)

# What JSON-LD of an unexpected shape raises inside trafilatura, whose own caller takes it likewise.
_SHAPES = (AttributeError, LookupError, RecursionError, TypeError, ValueError)
# Of dots trafilatura (2.3) makes spaces: right for those that join words (`jane.doe`), not for
# those of initials, `John F. Smith`, which have a space behind them.
_inside: Any = json_metadata
_inside.AUTHOR_REPLACE_JOIN = re.compile(r"[_+]|(?<=\w\w)\.(?=\w\w)|(?<=\b\w\.)(?=\w\w)")
# An address leaves no more of it than an account's name does: "Jane Doe jdoe@courier.example".
_inside.AUTHOR_TWITTER = re.compile(r"[\w.+-]*@[\w.-]+")
# What somebody is, behind a name: "Jane Doe, Health Correspondent".
_ROLE = re.compile(
    r"(?:[\w-]+ ){0,2}"
    r"(?:columnist|correspondent|editor|journalist|photographer|producer|reporter|writer)",
    re.IGNORECASE,
)
# Longer than a byline. trafilatura compares each name with all others.
_BYLINE_CHARS = 500
# Markup in JSON-LD that is not closed: from each, trafilatura's patterns go to the text's end.
_OPEN_MARKS = re.compile(r"<(?:!|(?![^<>]{0,500}>))")


class PageNames(NamedTuple):
    """Attributes: `title` and `site` (the outlet's name) are "" where unknown."""

    title: str
    site: str
    authors: tuple[str, ...]


def names_of(tree: html.HtmlElement) -> PageNames:
    """Returns a page's names out of meta elements, JSON-LD and markup, in trafilatura's order.

    Its `extract_metadata` looks for tags, categories, licence and a date as well, and nothing of
    that is kept.
    """
    found = examine_meta(tree)
    if found.author and " " not in found.author:  # an account's name
        found.author = None
    _close_marks(tree)
    with contextlib.suppress(*_SHAPES):
        extract_meta_json(tree, found)
    found.title = found.title or extract_title(tree)
    found.author = found.author or extract_author(tree)
    found.sitename = (found.sitename or extract_sitename(tree) or "").lstrip("@")
    found.clean_and_trim()
    return PageNames(found.title or "", found.sitename or "", _single(found.author or ""))


def names_in(byline: str) -> tuple[str, ...]:
    """Returns the names of a byline as those of pages come out: "By Ann Lee and Bo Poe", in two.

    What is one word is an account or an agency, and stays as it is.

    Args:
        byline: plain text on one line.
    """
    byline = byline.strip()
    one = " " not in byline or len(byline) > _BYLINE_CHARS
    names = () if one else _single(normalize_authors(None, byline) or "")
    return names or ((byline,) if byline else ())


def _close_marks(tree: html.HtmlElement) -> None:
    for script in tree.iter("script"):
        if script.text and "json" in (script.get("type") or ""):
            script.text = _OPEN_MARKS.sub("", script.text)


def _single(authors: str) -> tuple[str, ...]:
    """The names, each once; what is no name but somebody's role only where it stands alone."""
    names = dict.fromkeys(name for each in authors.split(";") if (name := each.strip()))
    people = tuple(name for name in names if not _ROLE.fullmatch(name))
    return people or tuple(names)
