"""feedparser's dates, without those that it guesses.

feedparser takes the first digits of any text for a date of ISO 8601, of which a year of
two digits is enough: `05-11-2024` for 2005-11-20, seconds since 1970 for 2017. What such a date
leaves out it takes from today's: `2024/11/05` is the first of this month in 2024.
"""

from feedparser import datetimes


def without_guessed_dates() -> None:
    """Takes that reader out of feedparser; once is enough. `transforms.times` reads ISO 8601."""
    guess = datetimes._parse_date_iso8601
    datetimes._date_handlers[:] = [one for one in datetimes._date_handlers if one is not guess]
