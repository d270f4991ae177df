"""Ids that are no links: feedparser makes URLs of them.

feedparser takes an entry's id for a URL relative to the feed, Atom's too, and where there
is no link for the entry's page: `a1b2c3` becomes https://a.example/a1b2c3. RSS 2.0 has it so of
whole URLs only, and these are known by themselves.
"""

from typing import Any

from feedparser.namespaces._base import Namespace

_start_guid = Namespace._start_guid


def _declared(parser: Any, attributes: dict[str, str]) -> None:
    """Lets feedparser take for a link only what is declared as one."""
    _start_guid(parser, {"ispermalink": "false", **attributes})


def without_invented_links() -> None:
    """Puts this into feedparser; once is enough."""
    Namespace._start_guid = Namespace._start_id = _declared
