"""Parts of a page by their place and their names: what repeats, what a class or id says it is."""

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from lxml import html

from transforms.text.lengths import weight
from transforms.web.urls import registered_domain

_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_LAYOUT = ("main", "article", "header", "footer", "nav")
_AROUND = frozenset(("header", "nav", "footer", "aside"))
_SET_APART = re.compile(r"comment|newsletter|related|modal|popup|dialog|drawer|overlay", re.I)
_COMPARED_CHARS = 20_000
_HEADING_SHARE = 0.6
_TEASER_CHARS = 400
_MAX_ELEMENTS = 500
_MAX_APART = 20
_NAME_CHARS = 200
MAX_BLOCK_CHARS = 8000
"""A named part with more text than this is a part of the layout, whatever its name says."""


def words_of(element: html.HtmlElement) -> str:
    """Returns an element's text on one line."""
    return " ".join("".join(element.itertext()).split())


def name_of(element: html.HtmlElement) -> str:
    """Returns id and class, by which systems and scripts find a part; 200 characters of each."""
    own, kinds = (element.get(name) or "" for name in ("id", "class"))
    return f"{own[:_NAME_CHARS]} {kinds[:_NAME_CHARS]}"


def named(tree: html.HtmlElement, names: re.Pattern[str]) -> list[html.HtmlElement]:
    """Returns the outermost parts that a name tells, with some text and nothing of the layout.

    The page as a whole is never one: `<body class="cookies-accepted">`.
    """
    found = []
    inside: set[html.HtmlElement] = set()
    for element in tree.xpath("//body//*[@id or @class]"):
        if element.getparent() in inside:
            inside.add(element)
        elif names.search(name_of(element)) and not _is_layout(element):
            found.append(element)
            inside.update(element.iter())
    return found


def _is_layout(element: html.HtmlElement) -> bool:
    if next(element.iter(*_LAYOUT), None) is not None:
        return True
    chars = itertools.accumulate(map(len, element.itertext()))
    return any(sum_so_far > MAX_BLOCK_CHARS for sum_so_far in chars)


def is_apart(element: html.HtmlElement) -> bool:
    """Tells whether an element stands in a menu, a header, a footer, a box over or beside all."""
    around = itertools.chain([element], element.iterancestors())
    return any(
        one.tag in _AROUND or "hidden" in one.attrib or _SET_APART.search(name_of(one))
        for one in around
        if one.tag not in ("html", "body")
    )


def share_in(text: str, parts: Iterable[html.HtmlElement]) -> float:
    """Returns how much of a text's beginning, line by line, stands in some parts of its page.

    White space is left out of account, and the marks that the extractor sets before list items.
    """
    said = _joined(map(_packed_text, parts))
    lines = [_packed(line.lstrip("- ")) for line in text[:_COMPARED_CHARS].split("\n")]
    whole = sum(map(len, lines))
    return sum(len(line) for line in lines if line in said) / whole if whole else 0.0


def _joined(texts: Iterable[str]) -> str:
    """Joins no more than are compared: the parts of a page may hold each other."""
    joined = ""
    for text in texts:
        joined += f"{text}\n"
        if len(joined) >= 10 * _COMPARED_CHARS:
            break
    return joined[: 10 * _COMPARED_CHARS]


def _packed_text(part: html.HtmlElement) -> str:
    return _packed("".join(part.itertext()))


def _packed(text: str) -> str:
    return "".join(text.split())


def teasers(tree: html.HtmlElement) -> list[html.HtmlElement]:
    """Returns the parts with a headline that leads elsewhere, where three or more are in a row."""
    return in_rows_around(one for one in tree.iter(*_HEADINGS) if _leads_elsewhere(one))


def teasers_within(tree: html.HtmlElement, url: str | None) -> list[html.HtmlElement]:
    """Returns the teasers of the same site's stories: boxes of less than 400 characters.

    Longer ones, headings alone, and what leads to other sites may be entries of the page's own
    list.

    Args:
        url: the page's, None where unknown: absolute links lead to other sites then.
    """
    own = ("", registered_domain(url or ""))
    return [
        one
        for one in teasers(tree)
        if one.tag not in _HEADINGS
        and weight(words_of(one)) < _TEASER_CHARS
        and registered_domain(_first_link(one)) in own
    ]


def _first_link(element: html.HtmlElement) -> str:
    return next(filter(None, (link.get("href") for link in element.iter("a"))), "")


def _leads_elsewhere(heading: html.HtmlElement) -> bool:
    links = sum(len(words_of(link)) for link in heading.iter("a") if link.get("href"))
    if links:
        return links >= _HEADING_SHARE * len(words_of(heading))
    return next(heading.iterancestors("a"), None) is not None


def _widest(element: html.HtmlElement, held: Counter[html.HtmlElement]) -> html.HtmlElement:
    widest = element
    for above in element.iterancestors():
        if held[above] > 1:
            break
        widest = above
    return widest


def in_rows_around(elements: Iterable[html.HtmlElement]) -> list[html.HtmlElement]:
    """Returns parts with one of the elements each, where three or more stand in a row.

    A part is as much around its element as has no other; a row is of one parent's children of one
    kind. Looks at the first 500 elements.
    """
    within = list(itertools.islice(elements, _MAX_ELEMENTS))
    held = Counter(above for one in within for above in one.iterancestors())
    return list(_in_rows(_widest(one, held) for one in within))


def _in_rows(parts: Iterable[html.HtmlElement]) -> Iterator[html.HtmlElement]:
    rows: dict[tuple[html.HtmlElement | None, object], list[html.HtmlElement]] = {}
    for part in parts:
        rows.setdefault((part.getparent(), part.tag), []).append(part)
    for row in rows.values():
        if len(row) >= 3:
            yield from row


def longest_run(tree: html.HtmlElement) -> int:
    """Returns the weight of the most paragraphs that stand together: an article's, if any."""
    sums: Counter[html.HtmlElement] = Counter()
    for paragraph in tree.iter("p"):
        parent = paragraph.getparent()
        together = parent.getparent() if parent is not None and len(parent) == 1 else parent
        if together is not None:
            sums[together] += weight("".join(paragraph.itertext()).strip())
    longest = sums.most_common(_MAX_APART)
    return next((chars for one, chars in longest if not is_apart(one)), 0)
