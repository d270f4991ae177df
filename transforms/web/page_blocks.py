"""Parts of a page by their place and their names: what repeats, what a class or id says it is."""

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

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
_INLINE = frozenset(("a", "abbr", "b", "em", "font", "i", "mark", "small", "span", "strong", "u"))
_LINE_CHARS = 15
"""A link with fewer characters of words is a button, a section or a name."""
_LINKS = f"""//a[@href][string-length(normalize-space()) >= {_LINE_CHARS // 3}]
    [not(ancestor::nav or ancestor::header or ancestor::footer)]"""
_BEFORE_CHARS = 40
_LABEL_CHARS = 40
_LONG_CHARS = 5000
_MAX_LEVELS = 20
# What outlets write before a link to another story, in any language: "Read more:", "Lire aussi :".
_LABEL = re.compile(r"(?:[^\s:|\uff1a>\u00bb\u203a]++\s*+){1,4}+[:|\uff1a>\u00bb\u203a]")
_MAX_ELEMENTS = 500
_MAX_APART = 20
_NAME_CHARS = 200
MAX_BLOCK_CHARS = 8000
"""A named part with more text than this is a part of the layout, whatever its name says."""


class LinkedLine(NamedTuple):
    """A link, the block that it is most of the line of, and its words."""

    link: html.HtmlElement
    block: html.HtmlElement
    words: str


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


def without_lines(text: str, parts: Iterable[html.HtmlElement]) -> str:
    """Returns a text without the lines that are all of a part."""
    said = set(map(_packed_text, parts))
    return "\n".join(one for one in text.split("\n") if _packed(one.lstrip("- ")) not in said)


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


def teasers_within(
    tree: html.HtmlElement, lines: Iterable[LinkedLine], url: str | None
) -> list[html.HtmlElement]:
    """Returns the teasers of the same site's stories: boxes of less than 400 characters.

    They stand in rows, each with a headline, or a line that is a link, on top. Longer ones,
    headings alone, and what leads to other sites may be entries of the page's own list. What holds
    a row and no more than a short label stands for its teasers.

    Args:
        lines: `linked_lines` of the page.
        url: the page's, None where unknown: absolute links lead to other sites then.
    """
    by_lines = in_rows_around(line.link for line in lines)
    rows = [
        one
        for one in (*teasers(tree), *filter(_begins_with_line, by_lines))
        if one.tag not in _HEADINGS
        and weight(words_of(one)) < _TEASER_CHARS
        and _is_own(_first_link(one), url)
    ]
    return _with_labels(rows)


def pointers(lines: Iterable[LinkedLine], url: str | None) -> list[html.HtmlElement]:
    """Returns the paragraphs that are a label and a link to another story of the same site."""
    return [
        line.block
        for line in lines
        if not _is_over(line.block.itertext(), len(_packed(line.words)) + _LABEL_CHARS)
        and (words := words_of(line.block)) != line.words
        and words.endswith(line.words)
        and _LABEL.fullmatch(words.removesuffix(line.words).strip())
        and _is_own(line.link.get("href"), url)
    ]


def linked_lines(tree: html.HtmlElement) -> list[LinkedLine]:
    """Returns the lines that lead to other pages; the first 500, none of headings and menus."""
    return list(itertools.islice(_linked_lines(tree), _MAX_ELEMENTS))


def _linked_lines(tree: html.HtmlElement) -> Iterator[LinkedLine]:
    # Each block is measured once: a page may be one with thousands of links.
    chars: dict[html.HtmlElement, int] = {}
    for link in tree.xpath(_LINKS):
        if link.get("href").startswith(("#", "mailto:", "javascript:", "tel:")):
            continue
        words = words_of(link)
        block = _block_of(link) if weight(words) >= _LINE_CHARS else None
        if block is None or block.tag in _HEADINGS:
            continue
        if block not in chars:
            chars[block] = _chars_of(block)
        if len(_packed(words)) >= _HEADING_SHARE * chars[block]:
            yield LinkedLine(link, block, words)


def _chars_of(block: html.HtmlElement) -> int:
    """Returns how many characters stand in a block itself; beyond 5,000 they are not counted."""
    count = 0
    for text in _own_texts(block):
        count += len(_packed(text))
        if count > _LONG_CHARS:
            break
    return count


def _own_texts(block: html.HtmlElement) -> Iterator[str]:
    """Yields the texts that stand in a block itself, not in one within it."""
    yield block.text or ""
    for child in block:
        if child.tag in _INLINE or block.tag == "a":
            yield from child.itertext()
        yield child.tail or ""


def _is_over(texts: Iterable[str], chars: int) -> bool:
    """Tells whether texts have more than so many characters, without white space."""
    so_far = itertools.accumulate(len(_packed(text)) for text in texts)
    return any(count > chars for count in so_far)


def _block_of(link: html.HtmlElement) -> html.HtmlElement | None:
    """Returns what a link is a line of: the block around it, or itself where blocks are in it."""
    if any(child.tag in ("div", "p", "figure") for child in link):
        return link
    return next((one for one in link.iterancestors() if one.tag not in _INLINE), None)


def _begins_with_line(part: html.HtmlElement) -> bool:
    words = words_of(part)
    lines = filter(None, map(words_of, part.iter("a")))
    return any(
        weight(line) >= _LINE_CHARS and line in words[: len(line) + _BEFORE_CHARS] for line in lines
    )


def _with_labels(rows: list[html.HtmlElement]) -> list[html.HtmlElement]:
    """Returns parts, or what is around all that stand together, with their label if any."""
    by_parent: dict[html.HtmlElement | None, list[html.HtmlElement]] = {}
    for one in rows:
        by_parent.setdefault(one.getparent(), []).append(one)
    found: list[html.HtmlElement] = []
    for parent, parts in by_parent.items():
        around = _labelled(parent, sum(len(_packed_text(one)) for one in parts))
        found.extend([around] if around is not None else parts)
    return found


def _labelled(around: html.HtmlElement | None, chars: int) -> html.HtmlElement | None:
    """Returns the widest part with no more than a label beside so many characters of teasers."""
    widest = None
    for _ in range(_MAX_LEVELS):
        if around is None or around.tag in ("article", "main", "body", "html"):
            break
        if _is_over(around.itertext(), chars + _LABEL_CHARS):
            break
        widest, around = around, around.getparent()
    return widest


def _is_own(link: str | None, url: str | None) -> bool:
    return registered_domain(link or "") in ("", registered_domain(url or ""))


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
