"""One normal form of a URL, so that one page is one article.

`canonical_url` is an identity, not an address to fetch: what is fetched is the URL as given.
- http and https become https where the port is the scheme's default, since outlets serve one page
  under both and feeds of one outlet mix them. A URL with a port of its own keeps its scheme.
- Host in lower case and Punycode, without a closing dot; no user name or password; no fragment.
- Dot segments resolved, percent escapes in one case, the query sorted (w3lib).
- A visitor's session id dropped, out of the path too (`;jsessionid=`).
- Tracking parameters, and those that ask for the AMP form, dropped by exact name or prefix.
  courlan's pattern is not used: it is not anchored, and takes `cid`, `uid`, `gallery` and
  `reference` for trackers, in which many outlets carry the id of the article; two articles merged
  are worse than one article counted twice.
What decides between two pages on some sites stays: `www.`, a closing slash, empty parameters.
"""

import functools
import ipaddress
import re
from collections.abc import Callable
from urllib.parse import SplitResult, urlsplit, urlunsplit

import tldextract
from w3lib.url import canonicalize_url

MAX_URL_CHARS = 4096
_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?")

# AdGuard's and Mozilla's lists of query parameters to strip, and those that outlets' feeds add.
# `pk_`, `sc_` and `at_` begin names that address pages, too (Sitecore's `sc_lang`, `sc_itemid`).
_TRACKING = re.compile(
    r"""
    (utm_|mtm_|matomo_|piwik_|itm_|hsa_|_hs|mc_|vero_|oly_|ns_|wt[_.]|ga_|guce_|asc_).*
    | pk_(campaign|cpn|keyword|kwd|source|medium|content|cid|vid)
    | sc_(campaign|camp|channel|cid|content|country|customer|detail|eh|geo|lid|llid|matchtype|medium
        |outcome|publisher|segment|source|src|uid)
    | at_(bbc_team|campaign|campaign_type|channel|creation|custom\w*|detail_placement|emailtype
        |format|general_placement|link|link_id|link_origin|link_type|medium|network|platform
        |ptr_name|recipient_id|recipient_list|send_date|term|variant)
    | fbclid | gclid | gclsrc | dclid | gbraid | wbraid | msclkid | yclid | ysclid | twclid | ttclid
    | igshid | igsh | li_fat_id | mkt_tok | _openstat | _ga | _gl | __twitter_impression | ocid
    | xtor | cmpid | ncid | icid | s_cid | s_kwcid | ito | cmp | guccounter | sr_share | smid
    | smtyp | ref_src | ref_url | feedtype | feedname | rpc | reflink | wickedid | epik | srsltid
    | soc_src | soc_trk | sh_kit | outputtype | campaign_id | dicbo | traffic_source | __source
    | ftag | rssid | wprss | maca | \.tsrc | amp_js_v | amp_gsa | usqp
    | phpsessid | jsessionid
    """,
    re.VERBOSE,
)
# Where Java servers write a session's id. Behind a dot or semicolon it stays: without it they would
# be a dot segment or nothing, and the form would be another one if taken again.
_SESSION = re.compile(r"(?<![.;])(?:;jsessionid=[^/;]*)++\Z", re.IGNORECASE)
# Names that carry an article's id on some sites: dropped only where the value names a channel.
_CHANNEL_NAME = re.compile(r"ref|source|src|from|partner|mod|via|origin|feature|emc|cid")
# Behind the channel some say which one, in several words: `rss----7f60cf5620c9---4`.
_CHANNEL = re.compile(
    r"(rss|feed|atom|twitter|facebook|newsletter|email|share)(\w{0,16}|[_-][\w-]{0,40})"
)
# Where the AMP form of an article lies beside it: /a/amp, /a/amp.html, /amp/a, /a.amp.
_AMP_PATH = re.compile(r"/amp(?:\.html)?/?\Z|\.amp\Z|\A/amp(?=/.)", re.I)


# A site's entry, in one of its languages too: /, /index.html, /home, /en/, /en/index.php.
_FRONT_PATH = re.compile(r"(?:/[a-z]{2})?(?:/(?:index\.(?:html?|php)|home)?)?/*", re.I)


class UnusableUrl(ValueError):  # noqa: N818 (a noun of the domain)
    """The string is no absolute http or https URL that a page could have."""


def canonical_url(url: str) -> str:
    """Returns the one form that stands for `url`; applying it again changes nothing.

    Raises:
        UnusableUrl: not http or https, no usable host, a bad port, or over 4,096 characters, also
            once escaped.
    """
    return _normal(url, lambda field: bool(field) and not _is_tracking(field))


def feed_key(url: str) -> str:
    """Returns the one form that stands for a feed's URL: as `canonical_url`, with all parameters.

    `rssid`, `feedname` or `source` tell by which feed a reader came to an article; of a feed they
    tell which one it is.

    Raises:
        UnusableUrl: as `canonical_url`.
    """
    return _normal(url, bool)


def _normal(url: str, kept: Callable[[str], bool]) -> str:
    parts = _split(url)
    port = _port(parts, url)
    scheme = parts.scheme
    if port == _DEFAULT_PORTS[scheme]:
        port, scheme = None, "https"
    elif port is None:
        scheme = "https"
    host = _host(parts, url)
    netloc = f"{host}:{port}" if port is not None else host
    query = "&".join(sorted(filter(kept, parts.query.split("&"))))
    path = _SESSION.sub("", parts.path)
    return _bounded(urlunsplit((scheme, netloc, path, query, "")))


def canonical_or_none(url: str | None) -> str | None:
    """Returns the canonical form of a URL, None where there is none or it is unusable."""
    try:
        return canonical_url(url) if url else None
    except UnusableUrl:
        return None


def without_amp(url: str) -> str:
    """Returns the address that a page in AMP form most likely has without it.

    Only for pages that say of themselves that they are AMP: `amp` is a word that paths may have.
    A host that is none without `amp.` keeps it.

    Args:
        url: canonical.
    """
    parts = urlsplit(url)
    path = _AMP_PATH.sub("", parts.path, count=1) or "/"
    host = parts.netloc.removeprefix("amp.") if parts.netloc.count(".") > 1 else parts.netloc
    return canonical_or_none(urlunsplit((parts.scheme, host, path, parts.query, ""))) or url


def _split(url: str) -> SplitResult:
    stripped = _bounded(url).strip()
    if not stripped.lower().startswith(("http://", "https://")):
        raise UnusableUrl(f"{url[:200]!r} is no absolute http or https URL")
    try:
        return urlsplit(canonicalize_url(stripped))
    except ValueError as error:
        raise UnusableUrl(f"{url[:200]!r}: {error}") from error


def _bounded(url: str) -> str:
    if len(url) > MAX_URL_CHARS:
        raise UnusableUrl(f"URL of {len(url)} characters; at most {MAX_URL_CHARS} are taken")
    return url


def _port(parts: SplitResult, url: str) -> int | None:
    try:
        return parts.port
    except ValueError as error:
        raise UnusableUrl(f"{url[:200]!r}: {error}") from error


def _host(parts: SplitResult, url: str) -> str:
    host = (parts.hostname or "").rstrip(".")
    if ":" in host:
        try:
            return f"[{ipaddress.IPv6Address(host)}]"
        except ValueError as error:
            raise UnusableUrl(f"{url[:200]!r}: {error}") from error
    if not _HOST.fullmatch(host) or ".." in host or len(host) > 253:
        raise UnusableUrl(f"{url[:200]!r} names no usable host")
    return host


def _is_tracking(field: str) -> bool:
    name, _, value = field.lower().partition("=")
    if _TRACKING.fullmatch(name) or (name == "amp" and value in ("", "1", "true")):
        return True
    return bool(_CHANNEL_NAME.fullmatch(name) and _CHANNEL.fullmatch(value))


@functools.cache
def _suffixes() -> tldextract.TLDExtract:
    """The public suffix list that the package carries: no network, no cache folder.

    With its private part, under which each name is another owner's: blogspot.com, github.io.
    """
    return tldextract.TLDExtract(
        suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True
    )


def is_front_page(url: str | None) -> bool:
    """Tells whether a URL names a site's entry, by its path; one with a query names an article.

    `/?p=123` and `/index.php?id=12` are how WordPress, TYPO3 and Joomla name articles unless told
    otherwise. Tracking parameters are no query.
    """
    canonical = canonical_or_none(url)
    if canonical is None:
        return False
    parts = urlsplit(canonical)
    return not parts.query and _FRONT_PATH.fullmatch(parts.path) is not None


def path_of(url: str) -> str:
    """Returns the path of a URL; all of what is none, as crawls have it."""
    try:
        return urlsplit(url).path
    except ValueError:
        return url


def registered_domain(url: str) -> str:
    """Returns `example.co.uk` for `https://news.example.co.uk/a`; the host where it has none.

    IP addresses, `localhost` and names under no public suffix come back as they are; the host is
    in Punycode, so that one outlet is one source.
    """
    # Hosts come again, paths do not: behind the third slash there is only path.
    return _registered_domain("/".join(url.strip().split("/", 3)[:3]))


@functools.lru_cache(maxsize=4096)
def _registered_domain(url: str) -> str:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    host = _in_ascii(host)
    return _suffixes()(host).top_domain_under_public_suffix or host.rstrip(".")


def _in_ascii(host: str) -> str:
    """A host in Punycode, as canonical URLs have it; as it is where it has no such form."""
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def same_registered_domain(a: str, b: str) -> bool:
    """Tells whether both URLs lie under one registered domain."""
    domain = registered_domain(a)
    return domain != "" and domain == registered_domain(b)
