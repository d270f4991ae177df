"""Identifiers: short hashes of what makes a thing itself, the same in every run."""

import datetime as dt
import hashlib
import math
import unicodedata

from schemas.records import Origin


def digest(*parts: str) -> str:
    """Returns 26 lower-case hex characters (104 bits) of `parts`; their borders count."""
    joined = "\x1f".join(parts)
    return hashlib.blake2b(joined.encode("utf-8", "surrogatepass"), digest_size=13).hexdigest()


def normalised(text: str) -> str:
    """Returns `text` in NFKC, case folded, quote marks and dashes plain, white space single.

    What has no width is left out, but for the non-joiner, which spells words in Persian.
    """
    plain = unicodedata.normalize("NFKC", text)
    for fancy, simple in _TYPOGRAPHY:  # several times as fast as str.translate
        plain = plain.replace(fancy, simple)
    return " ".join(plain.casefold().split())


_TYPOGRAPHY = (
    *((mark, '"') for mark in "“”„‟«»″"),
    *((mark, "'") for mark in "‘’‚‛‹›′`´"),
    *((mark, "-") for mark in "‐‑‒–—―−"),
    # Soft hyphens, spaces without a width, the joiner; marks of direction, and of how emoji look.
    *((mark, "") for mark in "\u00ad\u200b\u2060\ufeff\u200d"),
    *((mark, "") for mark in "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e"),
    *((mark, "") for mark in "\u2066\u2067\u2068\u2069\ufe0e\ufe0f"),
)


def record_key(origin: Origin, url: str | None) -> str:
    """Returns the ledger's key: the canonical URL for what a feed named, else file and position.

    Args:
        origin: where the record came from.
        url: canonical URL; needed where `origin.feed` is set.
    """
    if origin.feed is not None and url:
        return url
    if origin.feed is not None:
        return f"{origin.feed}#{origin.position or ''}"
    return f"{origin.file}#{origin.position}" if origin.position else str(origin.file)


def article_id(url: str | None, source: str, text: str) -> str:
    """Returns the id of an article: from its canonical URL, else from source and text."""
    return digest("url", url) if url else digest("text", source, normalised(text))


def claim_id(article: str, sentence: str) -> str:
    """Returns the id of a claim from its article's id and its sentence."""
    return digest("claim", article, normalised(sentence))


def stance_id(claim: str, article: str, evidence: str) -> str:
    """Returns the id of what a sentence of `article` says to `claim`."""
    return digest("stance", claim, article, normalised(evidence))


def milliseconds(time: dt.datetime) -> int:
    """Returns `time` in whole milliseconds since 1970, the nearest; a document's external version.

    Times before 1970 are below 0.
    """
    return math.floor(time.timestamp() * 1000 + 0.5)


def to_milliseconds(time: dt.datetime) -> dt.datetime:
    """Returns `time` as aware UTC, cut to the millisecond."""
    utc = time.astimezone(dt.UTC)
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)
