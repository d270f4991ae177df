"""Paths whose bytes are no UTF-8, which Python names by lone surrogates, and JSON cannot carry."""

import re

_WRITTEN = re.compile(r"\\x([89a-f][0-9a-f])")


def written(path: str) -> str:
    r"""Returns `path` with each byte that is no UTF-8 as `\xe9`; any other path as it is."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def unwritten(path: str) -> str:
    """Returns the path that `written` may have made `path` of, as the filesystem takes it."""
    return _WRITTEN.sub(lambda byte: chr(0xDC00 + int(byte[1], 16)), path)
