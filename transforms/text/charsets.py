"""Bytes to text, by what the sender says and by what the bytes are."""

import codecs
import re

from trafilatura.utils import detect_encoding
from w3lib.encoding import (
    html_body_declared_encoding,
    html_to_unicode,
    http_content_type_encoding,
    resolve_encoding,
    to_unicode,
)

# A guess from fewer bytes outside of ASCII is worse than Windows-1252: "Café" becomes Arabic.
_TELLING_BYTES = 20
# Sentences of fourteen languages in their older charsets have at most one letter that is UTF-8 by
# chance for two that are not; pieces of them, of six letters, three for one.
_WHOLE_FOR_A_BROKEN = 3
# How ISO-2022-JP goes over to Japanese letters (RFC 1468).
_TO_JAPANESE = re.compile(rb"\x1b\$[@B]")
# Labels that Python lacks, of https://encoding.spec.whatwg.org/#names-and-labels.
_LABELS = {
    "iso_8859_8_i": "iso8859_8",
    "windows_31j": "cp932",
    "windows_874": "cp874",
    "windows_949": "cp949",
    "x_euc_jp": "euc_jp",
    "x_gbk": "gb18030",
    "x_sjis": "cp932",
    "x_x_big5": "big5hkscs",
}


# Codecs of Python's that are no charset; some take time with the cube of the length.
_NO_CHARSETS = frozenset(("idna", "punycode", "raw-unicode-escape", "unicode-escape"))


def _of_the_web(label: str) -> codecs.CodecInfo | None:
    name = _LABELS.get(label.replace("-", "_"))
    return codecs.lookup(name) if name else None


codecs.register(_of_the_web)


def decoded(body: bytes, content_type: str = "") -> str:
    """Returns the text of a page or file; bytes that fit no charset become U+FFFD.

    What is UTF-8 but for a few broken bytes is UTF-8, whatever it is declared as: no other charset
    looks so by chance, but one that spells Japanese with bytes of ASCII. Else a byte order mark,
    the Content-Type header, the page's own declaration and a guess are asked, in the order of
    https://html.spec.whatwg.org/multipage/parsing.html#encoding-sniffing-algorithm.

    Args:
        content_type: the header's value, "" where unknown.
    """
    text = as_utf8(body)
    if text is not None and not _in_seven_bits(body):
        return text
    told = {http_content_type_encoding(content_type or None), html_body_declared_encoding(body)}
    if told & _NO_CHARSETS:
        return body.decode(_guess(body), "replace")
    try:
        return html_to_unicode(content_type or None, body, auto_detect_fun=_guess)[1]
    except (LookupError, UnicodeError):  # Python has codecs that are no charset: "hex", "idna"
        return body.decode(_guess(body), "replace")


def as_utf8(body: bytes) -> str | None:
    """Returns the text of what is UTF-8 but for a few broken bytes, None for other bytes."""
    letters = body.removeprefix(codecs.BOM_UTF8)
    try:
        return letters.decode()
    except UnicodeDecodeError:
        text = letters.decode("utf-8", "replace")
    return text if plausible(text) else None


def as_labelled(body: bytes, label: str) -> str | None:
    """Returns the text of bytes that a charset's label stands for, but for a few broken ones.

    It is what browsers take the label for: Shift_JIS has its vendors' letters. None where it is no
    charset's, or the bytes are others.
    """
    charset = resolve_encoding(label)
    if charset is None or charset in _NO_CHARSETS:
        return None
    try:
        text = to_unicode(body, charset)
    except (LookupError, UnicodeError):  # Python has codecs that are no charset
        return None
    return text if plausible(text) else None


def plausible(text: str) -> bool:
    """Tells whether bytes were in a charset, from what became of them in it."""
    broken = text.count("\ufffd")
    whole = sum(not character.isascii() for character in text) - broken
    return not broken or whole > _WHOLE_FOR_A_BROKEN * broken


def _in_seven_bits(body: bytes) -> bool:
    return body.isascii() and _TO_JAPANESE.search(body) is not None


def _guess(body: bytes) -> str:
    """Returns the likeliest charset: what undeclared western pages are in, where little tells."""
    if _in_seven_bits(body):
        return "iso2022_jp"
    if sum(byte > 127 for byte in body[:65536]) < _TELLING_BYTES:
        return "cp1252"
    guesses = [name for name in detect_encoding(body[:65536]) if name not in ("ascii", "utf-8")]
    return guesses[0] if guesses else "cp1252"
