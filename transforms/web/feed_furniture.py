"""What publishing systems add to the texts of their feeds and pages: footers, buttons, boxes."""

import re
from urllib.parse import urljoin

from lxml import html

from transforms.web.html_trees import fragment_tree
from transforms.web.urls import canonical_or_none

# A footer ends the text: `The post <a>Title</a> appeared first on <a>Site</a>.`
_FOOTER_CHARS = 600
# Of Jetpack and AddToAny, Ghost, Substack, as a class of the box: to share the text, to subscribe,
# other texts.
_BOXES = re.compile(
    r"(?<!\S)(?:sharedaddy|jp-relatedposts|addtoany_share_save_container|kg-signup-card"
    r"|kg-bookmark-card|subscription-widget-wrap(?:-editor)?|button-wrapper)(?!\S)"
)
# What holds the text itself, whatever its class.
_WHOLES = frozenset(("html", "body", "main", "article"))


def text_of_content(content: str, url: str | None) -> str:
    """Returns the text of a feed's HTML content, one block a line, without what was added to it.

    Left out are boxes of known systems, and a footer in any language: the last block, where it
    links to the entry and to a site or section above it.

    Args:
        url: the entry's, None where it has none.
    Raises:
        TooManyElements: over 40,000.
    """
    if not content.strip():
        return ""
    tree = fragment_tree(content)
    drop_boxes(tree)
    if url:
        _drop_footer(tree, url)
    return str(tree.text_content())


def drop_boxes(tree: html.HtmlElement) -> None:
    """Takes the boxes of known systems out of a text or a page."""
    for box in [one for one in tree.xpath("//*[@class]") if _BOXES.search(one.get("class"))]:
        if box.getparent() is not None and box.tag not in _WHOLES:
            box.drop_tree()


def _drop_footer(tree: html.HtmlElement, url: str) -> None:
    blocks = [one for one in tree.iter("p", "div") if one.text_content().strip()]
    last = blocks[-1] if blocks else tree
    text, whole = str(last.text_content()).strip(), str(tree.text_content()).strip()
    if len(text) > _FOOTER_CHARS or text == whole or not whole.endswith(text):
        return
    own = canonical_or_none(url)
    told = [_target(link, url) for link in last.iter("a")]
    if own and own in told and any(_above(target, own) for target in told):
        last.drop_tree()


def _target(link: html.HtmlElement, url: str) -> str:
    try:
        return canonical_or_none(urljoin(url, link.get("href") or "")) or ""
    except ValueError:
        return ""


def _above(target: str, own: str) -> bool:
    """Tells whether an address is that of a page's site, or of a section that the page lies in."""
    return target not in ("", own) and own.startswith(target.rstrip("/") + "/")
