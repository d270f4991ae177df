"""What a page says of itself beside its text and its time: canonical URL, language, headline."""

import re
from urllib.parse import urljoin, urlsplit

from lxml import html

from transforms.web.feed_entries import language_code
from transforms.web.urls import (
    canonical_or_none,
    is_front_page,
    path_of,
    registered_domain,
    same_registered_domain,
    without_amp,
)

_SEPARATOR = re.compile(r"\s+[|\u00b7\u2022\u2013\u2014\u00bb-]+\s+|\s*::\s*")
# As titles without spaces have them; of Latin letters a hyphen joins words: "e-mail".
_TIGHT_SEPARATOR = re.compile(r"[|_\uff5c\uff1a]|(?<=[\u3041-\u30ff\u3400-\u9fff])-")
_UNFILLED = re.compile(r"(?:\A|/)(?:undefined|null)/?\Z|[{}<>]")
_NUMBER = re.compile(r"(?:\w*id|p)=\d+", re.IGNORECASE)
_AROUND_NAMES = " \u3000|_\uff5c\uff1a\u00b7\u2022\u2013\u2014\u00bb:-"


def meta_values(tree: html.HtmlElement) -> dict[str, str]:
    """Returns the page's meta elements: lower-case name, property or itemprop to first content."""
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        content = (element.get("content") or "").strip()
        if name and content:
            found.setdefault(name.strip().lower(), content)
    return found


def own_url(tree: html.HtmlElement, meta: dict[str, str], url: str | None) -> str | None:
    """Returns the page's canonical URL, None where there is none.

    rel=canonical, then og:url, are believed within the registered domain of `url` (any, where
    `url` is None), unless they name no article: the front page, what a template left unfilled,
    `url` without the number that tells its articles apart, and, of og:url, the section. Else it is
    `url` itself.
    """
    address = canonical_or_none(url)
    links = (link.get("href") for link in tree.iter("link") if _is_canonical(link))
    own = next(filter(None, (_believed(link, url) for link in links)), None)
    social = _believed(meta.get("og:url"), url)
    if not own and social and not _is_section(social, address):
        own = social
    return own or (without_amp(address) if address and _is_amp(tree) else address)


def _believed(link: str | None, url: str | None) -> str | None:
    if not link or _UNFILLED.search(link.strip()):
        return None
    own = canonical_or_none(_joined(url, link))
    if not own or is_front_page(own):
        return None
    if url and (not same_registered_domain(own, url) or _lacks_number(own, url)):
        return None
    return own


def _lacks_number(own: str, url: str) -> bool:
    """Tells whether `own` is `url` without a number in its query, and names no article without."""
    told, asked = urlsplit(own), urlsplit(canonical_or_none(url) or "")
    last = told.path.rstrip("/").rpartition("/")[2]
    if told.path != asked.path or last.count("-") > 1 or re.search(r"\d", last):
        return False
    left_out = {*asked.query.split("&")} - {*told.query.split("&")}
    return any(map(_NUMBER.fullmatch, left_out))


def _is_section(own: str, address: str | None) -> bool:
    folder, path = (path_of(one).rstrip("/") for one in (own, address or ""))
    return not urlsplit(own).query and path.startswith(f"{folder}/")


def _is_amp(tree: html.HtmlElement) -> bool:
    """Tells whether the page says that it is AMP (https://amp.dev/documentation: <html amp>)."""
    root = tree.getroottree().getroot()
    return any(name in root.attrib for name in ("amp", "\u26a1", "\u26a1\ufe0f"))


def _joined(base: str | None, link: str) -> str:
    try:
        return urljoin(base or "", link.strip())
    except ValueError:
        return link


def _is_canonical(link: html.HtmlElement) -> bool:
    return "canonical" in (link.get("rel") or "").lower().split()


def declared_language(tree: html.HtmlElement, meta: dict[str, str]) -> str | None:
    """Returns the ISO 639-1 code that the page declares."""
    return language_code(
        tree.get("lang") or meta.get("og:locale") or meta.get("content-language") or None
    )


def headline(title: str, site: str, url: str | None) -> str:
    """Returns `title` without the outlet's name that many pages put before or after it."""
    names = {_bare(name) for name in (site, _domain_name(url)) if name}
    for separator in (_SEPARATOR, _TIGHT_SEPARATOR):
        parts = separator.split(title)
        if len(parts) > 1 and _bare(parts[-1]) in names:
            return title[: title.rindex(parts[-1])].rstrip(_AROUND_NAMES) or title
        if len(parts) > 1 and _bare(parts[0]) in names:
            return title[len(parts[0]) :].lstrip(_AROUND_NAMES) or title
    return title


def _domain_name(url: str | None) -> str:
    return registered_domain(url).partition(".")[0] if url else ""


def _bare(name: str) -> str:
    return re.sub(r"\.(com|org|net)$|\W", "", name.lower())
