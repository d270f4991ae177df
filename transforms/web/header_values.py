"""Values as WARC header fields: printable ASCII on one line, and back exactly."""

import base64
import dataclasses
import datetime as dt
import json
import re
import zlib
from typing import Any

from schemas.records import Item, Origin

_PLAIN = re.compile(r"[!-~]([ -~]*[!-~])?")
_LONG_CHARS = 8192
_ZLIB = "zlib:"


def to_header(text: str) -> str:
    """Returns `text` as it is where that is safe, else as a JSON string in ASCII."""
    plain = _PLAIN.fullmatch(text) and not text.startswith('"')
    return text if plain else json.dumps(text)


def from_header(value: str) -> str:
    """Undoes `to_header`."""
    return json.loads(value) if value.startswith('"') else value


def item_to_header(item: Item) -> str:
    """Returns `item` as JSON; compressed where long, since readers cap headers at 32 kB."""
    fields = dataclasses.asdict(item)
    for name in ("published_at", "fetched_at"):
        fields[name] = fields[name] and fields[name].isoformat()
    written = json.dumps(fields, separators=(",", ":"))
    if len(written) <= _LONG_CHARS:
        return written
    return _ZLIB + base64.b64encode(zlib.compress(written.encode(), 9)).decode()


def item_from_header(value: str) -> Item:
    """Undoes `item_to_header`.

    Raises:
        ValueError: the value is none of ours.
    """
    if value.startswith(_ZLIB):
        value = zlib.decompress(base64.b64decode(value.removeprefix(_ZLIB))).decode()
    fields: dict[str, Any] = json.loads(value)
    for name in ("published_at", "fetched_at"):
        fields[name] = fields[name] and dt.datetime.fromisoformat(fields[name])
    fields["origin"] = Origin(**fields["origin"])
    fields["authors"] = tuple(fields["authors"])
    return Item(**fields)
