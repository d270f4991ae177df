"""feedparser's dates, without those that it guesses, and `dc:date` by itself.

feedparser takes the first digits of any text for a date of ISO 8601, of which a year of
two digits is enough: `05-11-2024` for 2005-11-20, seconds since 1970 for 2017. What such a date
leaves out it takes from today's: `2024/11/05` is the first of this month in 2024.

It takes dc:date, by which outlets say when they published, for `updated`, and keeps the last one.
"""

from typing import Any

from feedparser import datetimes
from feedparser.namespaces.dc import Namespace


def without_guessed_dates() -> None:
    """Takes that reader out of feedparser; once is enough. `transforms.times` reads ISO 8601."""
    guess = datetimes._parse_date_iso8601
    datetimes._date_handlers[:] = [one for one in datetimes._date_handlers if one is not guess]


def with_dc_date_apart() -> None:
    """Puts this into feedparser: entries have `dc_date` and `dc_date_parsed`. Once is enough."""
    Namespace._start_dc_date, Namespace._end_dc_date = _start, _end


def _start(parser: Any, _attributes: dict[str, str]) -> None:
    parser.push("dc_date", 1)


def _end(parser: Any) -> None:
    parsed = datetimes._parse_date(parser.pop("dc_date"))
    parser._save("dc_date_parsed", parsed, overwrite=True)
