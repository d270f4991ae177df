"""Which of an entry's texts are the article, and which send their readers on to its page."""

import re
from urllib.parse import urljoin

from transforms.text.lengths import weight
from transforms.web.html_trees import fragment_tree
from transforms.web.markup import plain_text
from transforms.web.urls import canonical_or_none, is_front_page

FULL_TEXT_CHARS = 500
"""Fewer characters of content than this, as `weight` counts them, are a teaser, whatever the feed
calls them."""

# Longer than any link with its address.
_END_CHARS = 8192
_WORD = re.compile(r"\w")
_BREAK_OFF = re.compile(r"(?:\.\.\.|\u2026)[\s\])]*\Z")


def full_text(content: str, summary: str) -> bool:
    """Tells whether `content` is the article and not its teaser once more."""
    chars = weight(plain_text(content))
    return chars > FULL_TEXT_CHARS and (content == summary or chars > weight(plain_text(summary)))


def leads_on(content: str, url: str, title: str) -> bool:
    """Tells whether HTML ends with a link to its own entry, as in "Read more".

    The link is the last line, or the text breaks off (`...`) before it. Links that outlets put
    below whole texts do not count: to the comments (`#comments`), with the headline as words, or
    to the front page.

    Args:
        url: the entry's, absolute.
        title: as plain text.
    """
    end = content[-_END_CHARS:]
    if "<a" not in end.lower():
        return False
    tree = fragment_tree(end)
    links = [link for link in tree.iter("a") if _WORD.search(str(link.text_content()))]
    if not links:
        return False
    words = str(links[-1].text_content()).strip()
    last_line = str(tree.text_content()).strip().rpartition("\n")[2]
    before, found, behind = last_line.rpartition(words)
    if not found or words == title or _WORD.search(behind):
        return False
    alone = not _WORD.search(before) or _BREAK_OFF.search(before) is not None
    return alone and _leads_to(links[-1].get("href") or "", url)


def _leads_to(link: str, url: str) -> bool:
    """Tells whether a link leads to an article's page, and to no part of it."""
    try:
        target = canonical_or_none(urljoin(url, link))
    except ValueError:
        return False
    if target is None or "#" in link or is_front_page(target):
        return False
    return target == canonical_or_none(url)
