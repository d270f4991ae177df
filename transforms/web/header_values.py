"""Values as WARC header fields: printable ASCII on one line, and back exactly."""

import base64
import dataclasses
import datetime as dt
import json
import re
import zlib
from collections.abc import Sequence
from typing import Any

from schemas.records import Item, Origin
from transforms.web.feed_entries import MAX_ENTRIES

_PLAIN = re.compile(r"[!-~]([ -~]*[!-~])?")
_LONG_CHARS = 8192
_ZLIB = "zlib:"
_NO_NUMBERS = "none"


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


def numbers_to_header(numbers: Sequence[int]) -> str:
    """Returns ascending numbers of entries as ranges, `1-3,7`; of a feed at most 17 kB."""
    ranges: list[tuple[int, int]] = []
    for number in numbers:
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1] = (ranges[-1][0], number)
        else:
            ranges.append((number, number))
    told = (f"{first}-{last}" if first < last else f"{first}" for first, last in ranges)
    return ",".join(told) or _NO_NUMBERS


def numbers_from_header(value: str) -> tuple[int, ...]:
    """Undoes `numbers_to_header`.

    Raises:
        ValueError: the value is none of ours.
    """
    if value == _NO_NUMBERS:
        return ()
    numbers: list[int] = []
    for ends in value.split(","):
        first, _, last = ends.partition("-")
        low, high = int(first), int(last or first)
        if not (numbers[-1] if numbers else 0) < low <= high <= MAX_ENTRIES:
            raise ValueError(f"{ends[:50]!r} is no range of a feed's entries, or out of order")
        numbers += range(low, high + 1)
    return tuple(numbers)
