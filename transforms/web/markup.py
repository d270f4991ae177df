"""Plain text out of the snippets of HTML that feeds carry; whole pages go to the extractor."""

import html
import re

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:]*)[^<>]*>|<!--[^<>]*(?:>|\Z)|<!\[CDATA\[|\]\]>")
_INLINE = re.compile(
    r"a|abbr|acronym|b|bdi|bdo|big|cite|code|del|em|font|i|ins|kbd|mark|q|s|samp|small|span|strike"
    r"|strong|sub|sup|time|tt|u|var|wbr"
)
# An end tag, an element that has none, or an attribute: nobody writes these but as markup.
_MARKUP = re.compile(
    rf"</(?:{_INLINE.pattern}|p|div|h[1-6]|li|ul|ol|blockquote|figure|table|iframe|script|style)\s*>"
    r"|<(?:br|hr|img|p|li)\b[^<>]*>|<[a-z]++\s[^<>=]*=",
    re.IGNORECASE,
)
_HIDDEN = frozenset(("script", "style", "noscript", "template"))


def plain_text(markup: str) -> str:
    """Returns the words of `markup` on one line: tags dropped, entities undone.

    `a < b` and other text that only looks like a tag stays. Time is linear in the length.
    """
    kept: list[str] = []
    hidden, end = "", 0
    for tag in _TAG.finditer(markup):
        if not hidden:
            kept.append(markup[end : tag.start()])
            kept.append("" if not tag[2] or _INLINE.fullmatch(tag[2].lower()) else " ")
        end = tag.end()
        hidden = _hidden_after(tag, hidden)
    if not hidden:
        kept.append(markup[end:])
    return " ".join(html.unescape("".join(kept)).split())


def declared_plain(text: str) -> str:
    """Returns on one line what a feed says is plain text: `<div>` in it is a word.

    Where it is markup all the same, as of publishers that forget to say so, its words.
    """
    return plain_text(text) if _MARKUP.search(text) else " ".join(html.unescape(text).split())


def _hidden_after(tag: re.Match[str], hidden: str) -> str:
    """Returns the name of the element whose content is not shown, "" outside of one."""
    name = (tag[2] or "").lower()
    if hidden:
        return "" if tag[1] and name == hidden else hidden
    return name if name in _HIDDEN and not tag[1] and not tag[0].endswith("/>") else ""
