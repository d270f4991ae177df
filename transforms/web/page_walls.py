"""Pages that stand in place of an article: paywall stub, consent wall, login, lost page."""

import itertools
import re
from collections.abc import Iterator, Sequence

from lxml import html

from transforms.text.lengths import weight, word_count
from transforms.web.page_blocks import (
    is_apart,
    longest_run,
    name_of,
    named,
    share_in,
    words_of,
)
from transforms.web.page_declarations import Declared

# Texts are measured in characters as `weight` counts them.
STUB_CHARS = 300
"""A text that is not free and shorter than this is its beginning only."""
_LEAD_CHARS = 1500
"""No longer beginning is shown before a wall."""
SHORT_CHARS = 600
"""A text shorter than this may belong to something else than an article."""
CAPTION_CHARS = 120
"""So little is no article, whatever it is."""
_CALL_CHARS = 80
_MAX_CALLS = 500
_MAX_PARTS = 500
_MAX_FIELDS = 10
_WALL_CHARS = 4000
_BOX_CHARS = (20, 800)
_COME = 0.6
MOST = 0.5
"""Of a text: what stands in such parts is what the page is."""
_HEADING_WORDS = 10
_HEADING_CHARS = 60

_WALL_NAMES = re.compile(
    r"""
    pay-?wall | reg-?wall | subscri\w*[-_]?(wall|gate|barrier) | (?<![a-z])(barrier|metering)
    | piano[-_] | (?<![a-z])tp-(modal|container|backdrop) | tinypass | poool | zephr | temptation
    | paid[-_]?content | premium[-_]?(wall|box|gate)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_CONSENT_NAMES = re.compile(
    r"""
    cookies?[-_]?(accept|banner|bar|box|consent|control|dialog|disclaimer|hint|info|layer|law|manager
    |message|modal|notice|notification|overlay|policy|popup|settings|wall|warning|bot|yes)
    | (accept|banner|eu)[-_]?cookie | consent | gdpr | (?<![a-z])(rgpd|rodo)(?![a-z]) | qc-cmp
    | (?<![a-z])cmp[-_]?(banner|box|dialog|modal|overlay|popup|ui|wrapper)(?![a-z])
    | onetrust | didomi | usercentrics | sp_message | trustarc | iubenda | axeptio | klaro | borlabs
    | privacy[-_]?(gate|wall|banner|popup|manager)
    """,
    re.VERBOSE | re.IGNORECASE,
)

# What only the box says that cuts an article off; "subscribe to our newsletter" stands anywhere.
_CUT_OFF = re.compile(
    r"""
    (to|and)\s+(continue|keep)\s+reading | to\s+read\s+(the\s+(full|whole|rest)|this\s+article|on\b)
    | already\s+(a\s+)?(subscribe|member) | (for|reserved\s+for)\s+(our\s+)?(paying\s+)?subscribers
    | subscri(ber|ption)s?[\s-]+(only|exclusive|required) | unlock\s+(this|the\s+full)
    | (sign|log)\s+in\s+to\s+(continue|read) | (jetzt|und|um)\s+weiter(zu)?lesen
    | bereits\s+(abonnent|registriert) | r[eé]serv[eé]e?\s+aux\s+abonn
    | (d[eé]j[aà]|ya)\s+(abonn|suscrit) | pour\s+lire\s+la\s+suite
    | (para|sigue)\s+(seguir\s+)?leyendo | exclusivo\s+para\s+suscriptores
    | contenuto\s+riservato | sei\s+gi[aà]\s+abbonato
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SUBSCRIBE = re.compile(r"subscri|free trial|\babonn|suscri|abbonat", re.IGNORECASE)
# Walls say one of these somewhere; parties and states consent, too, and have partners.
_PRIVACY = re.compile(
    r"""
    cookies? | privacy | gdpr | personal(ised|ized|\s+data) | legitimate\s+interest | tracking
    | datenschutz | vie\s+priv[eé]e | confidentialit | privacidad | gegevensbescherming
    | prywatno | danych\s+osobowych | персональн\w+\s+данн | クッキー
    """,
    re.VERBOSE | re.IGNORECASE,
)
_CONSENT = re.compile(
    rf"""
    {_PRIVACY.pattern}
    | consent | our\s+(\d+\s+)?partners | advertis | einwillig | zustimm | consentement
    | consentimiento | partenaires | trattamento | consenso | consentimento | parceiros
    | toestemming | gegevens | zgod[aęy] | согласи[еяю] | 同意
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SENTENCE = re.compile(r"[.!?:]\s+|\n")

_LOST_NAMES = re.compile(
    r"((page|is|template|status)[-_]?)*((error|http)[-_]?)?404([-_]\w+)?"
    r"|(page|is)[-_]?(error|not[-_]?found)|(error|not[-_]?found)[-_]?page",
    re.IGNORECASE,
)
_LOST = re.compile(
    r"""
    (?=.*(\bpage|\bseite|\bp[aá]gin[ae]|\bpagina|\bstron|страниц|ページ|\b404\b))
    .*(not\s+(be\s+)?found|can.?t\s+(be\s+)?f[io]u?nd|(doesn.?t|not)\s+exist|no\s+longer
    | nicht\s+(gefunden|vorhanden)|existiert\s+nicht | introuvable|(existe|trouv[eé]e)\s+(pas|plus)
    | n[oã]o?\s+(encontrad|existe|fo[ei]\s+encontrad) | non\s+(trovat|esiste|[eè]\s+stata\s+trovata)
    | niet\s+gevonden|bestaat\s+niet | nie\s+(znalez|istnieje|zosta\w*\s+\w*nalez)
    | не\s+(найден|существует)
    | 見つかりません|存在しません)
    | ^(\w+\s+)?404(\s+\w+)?$
    """,
    re.VERBOSE | re.IGNORECASE,
)
_FIRST_PART = re.compile(r"\s+[|\u00b7\u2022\u2013\u2014\u00bb-]+\s+")
_SELECTOR = re.compile(r"(?P<tag>[a-z]\w*)?(?P<kind>[.#])(?P<name>[\w-]+)|\[(?P<attr>[\w-]+)\]")


def is_consent_wall(tree: html.HtmlElement, told: Declared, text: str) -> bool:
    """Tells whether the text is about cookies and consent, whatever lies behind.

    Most of it stands in parts that are called so; or, where nothing declares an article, most of
    its sentences say so, and it has a word of those that only walls have.
    """
    if not text or len(text) > _WALL_CHARS:
        return False
    if share_in(text, named(tree, _CONSENT_NAMES)) >= MOST:
        return True
    if told.says_article:
        return False
    sentences = [one for one in _SENTENCE.split(text) if len(one) > 20]
    saying = sum(bool(_CONSENT.search(one)) for one in sentences)
    return saying >= 2 and saying * 2 > len(sentences) and bool(_PRIVACY.search(text))


def is_lost(tree: html.HtmlElement, told: Declared, title: str) -> bool:
    """Tells whether the page says that there is none at this address, where its status did not."""
    if told.article:
        return False
    parts = itertools.islice(tree.xpath("//body | //main | //main/*"), _MAX_PARTS)
    if any(_has_lost_name(one) and not is_apart(one) for one in parts):
        return True
    if told.says_article:
        return False
    heads = [words_of(one) for one in itertools.islice(tree.iter("h1"), _MAX_FIELDS)]
    heads.append(_FIRST_PART.split(title)[0])
    return any(_is_short(head) and _LOST.search(head) for head in heads)


def _has_lost_name(element: html.HtmlElement) -> bool:
    return any(map(_LOST_NAMES.fullmatch, name_of(element).split()))


def _is_short(heading: str) -> bool:
    return len(heading.split()) <= _HEADING_WORDS and len(heading) <= _HEADING_CHARS


def is_login(tree: html.HtmlElement, text: str) -> bool:
    """Tells whether a page with little text asks for a password in the midst of it."""
    if weight(text) >= SHORT_CHARS:
        return False
    fields = tree.xpath("//input[@type='password']")
    return any(not is_apart(field) and _follows_heading(field) for field in fields[:_MAX_FIELDS])


def _follows_heading(field: html.HtmlElement) -> bool:
    return bool(field.xpath("preceding::h1")) or not field.xpath("following::h1")


def is_stub(tree: html.HtmlElement, told: Declared, text: str) -> bool:
    """Tells whether a text is the beginning of an article whose rest is for those who pay."""
    if told.free or weight(text) >= _LEAD_CHARS:
        return False
    if told.locked and _is_beginning(tree, told, text):
        return True
    # Where the extractor missed the article, its paragraphs are there nevertheless.
    if weight(text) >= STUB_CHARS or longest_run(tree) > _LEAD_CHARS:
        return False
    if told.locked or any(map(_CUT_OFF.search, _calls(tree))):
        return True
    # So little is no article anyway; the word tells only why.
    return 0 < weight(text) < CAPTION_CHARS and bool(_SUBSCRIBE.search(text))


def _is_beginning(tree: html.HtmlElement, told: Declared, text: str) -> bool:
    """Tells whether what is locked did not come with the page."""
    locked = _selected(tree, told.locked_parts)
    come = itertools.accumulate(weight(words_of(one)) for one in locked)
    if share_in(text, locked) > 0 or any(so_far > _BOX_CHARS[1] for so_far in come):
        return False
    if told.words:
        return word_count(text) < _COME * told.words
    boxes = (one for one in named(tree, _WALL_NAMES) if not is_apart(one))
    return any(_BOX_CHARS[0] < len(words_of(box)) < _BOX_CHARS[1] for box in boxes)


def _selected(tree: html.HtmlElement, selectors: Sequence[str]) -> list[html.HtmlElement]:
    """Returns the elements of CSS selectors, where these are of one name each; the first 500."""
    paths = [path for selector in selectors if (path := _path(selector))]
    found = (one for path in paths for one in tree.xpath(path))
    return list(itertools.islice(found, _MAX_PARTS))


def _path(selector: str) -> str:
    match = _SELECTOR.fullmatch(selector.strip())
    if match is None:
        return ""
    if match["attr"]:
        return f"//*[@{match['attr']}]"
    if match["kind"] == "#":
        return f"//{match['tag'] or '*'}[@id='{match['name']}']"
    held = f"contains(concat(' ', normalize-space(@class), ' '), ' {match['name']} ')"
    return f"//{match['tag'] or '*'}[{held}]"


def _calls(tree: html.HtmlElement) -> Iterator[str]:
    """Yields the page's short lines and buttons, where walls say what they want.

    Sentences of an article on paywalls stand in longer ones.
    """
    for element in itertools.islice(tree.iter("p", "h2", "h3", "button"), _MAX_CALLS):
        words = words_of(element)
        if len(words) < _CALL_CHARS and not is_apart(element):
            yield words
