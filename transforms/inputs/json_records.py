"""A line of article JSON Lines to an item; the fields are those of the contract in docs."""

import codecs
import datetime as dt
import re
from typing import Any

import orjson

from schemas.ids import record_key, to_milliseconds
from schemas.records import Item, Origin
from transforms.inputs.content import InputFile
from transforms.inputs.errors import MissingText, NotJson, WrongType
from transforms.inputs.record_times import fetch_time
from transforms.times import parse_time
from transforms.web.feed_entries import language_code
from transforms.web.urls import canonical_or_none, canonical_url, registered_domain

# Half of a character, as JavaScript writes a text that it has cut there, is no JSON.
_ESCAPE = re.compile(
    rb"\\(?:u(?i:d[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2})|(?P<half>u(?i:d[89a-f][0-9a-f]{2}))|.)",
    re.DOTALL,
)
_NO_TIME = ", or leave it out: then the file's own time is taken"


def item_of_line(line: bytes, number: int, file: InputFile, now: dt.datetime) -> Item:
    """Reads one line.

    `published_at` that is no time is left out; an impossible one too, later, by ExtractArticles.
    Half of a surrogate pair becomes U+FFFD.

    Args:
        number: counted from 1. now: a time of fetch over a day later than this is refused.
    Raises:
        NotJson, WrongType, MissingText, BadFetchTime: see `transforms.inputs.errors`.
        transforms.web.urls.UnusableUrl: `url` is there, and is no absolute http or https URL.
    """
    record = _object(line.removeprefix(codecs.BOM_UTF8))
    text, title, url = (_string(record, name) for name in ("text", "title", "url"))
    if not text and not title:
        raise MissingText("neither `text` nor `title` holds anything; give one of them")
    if url:
        canonical_url(url)
    origin = _origin(_string(record, "source"), url, number, file)
    published_at = parse_time(record.get("published_at"))
    return Item(
        key=record_key(origin, None),
        origin=origin,
        url=url or None,
        title=" ".join(title.split()),
        text=text or None,
        authors=_authors(record.get("authors")),
        published_at=published_at,
        published_from="record" if published_at else "unknown",
        language=language_code(record.get("language")),
        fetched_at=_fetched_at(record, file, now),
    )


def told_by_line(line: bytes, number: int, file: InputFile) -> tuple[Origin, str | None]:
    """Returns where an object that is no item came from, and its URL, as far as it tells.

    Raises:
        NotJson: the line is no object.
    """
    record = _object(line.removeprefix(codecs.BOM_UTF8))
    source, url = (
        told.strip() if isinstance(told := record.get(name), str) else ""
        for name in ("source", "url")
    )
    usable = url if canonical_or_none(url) else ""
    return _origin(source, usable, number, file), usable or None


def _origin(source: str, url: str, number: int, file: InputFile) -> Origin:
    named = source or (registered_domain(url) if url else "") or file.name
    return Origin(source=named, file=file.written_path, position=f"line {number}")


def _object(line: bytes) -> dict[str, Any]:
    try:
        record = _loaded(line)
    except orjson.JSONDecodeError as error:
        raise NotJson(f"no JSON: {error}; write one object a line, in UTF-8") from error
    if not isinstance(record, dict):
        raise NotJson(f"a JSON {type(record).__name__}; write one object a line")
    return record


def _loaded(line: bytes) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        mended = _ESCAPE.sub(lambda escape: rb"\ufffd" if escape["half"] else escape[0], line)
        if mended == line:
            raise
        return orjson.loads(mended)


def _string(record: dict[str, Any], name: str) -> str:
    value = record.get(name)
    if value is not None and not isinstance(value, str):
        raise WrongType(f"`{name}` is a JSON {type(value).__name__}; give a string")
    return (value or "").strip()


def _authors(value: object) -> tuple[str, ...]:
    names = [value] if isinstance(value, str) else value
    if names is None:
        return ()
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise WrongType("`authors` is neither a string nor a list of strings")
    return tuple(dict.fromkeys(name.strip() for name in names if name.strip()))


def _fetched_at(record: dict[str, Any], file: InputFile, now: dt.datetime) -> dt.datetime:
    told = record.get("fetched_at")
    if told is None:
        return to_milliseconds(file.modified_at)
    return fetch_time(told, "fetched_at", now, _NO_TIME)
