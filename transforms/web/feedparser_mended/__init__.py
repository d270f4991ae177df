"""feedparser (6.0.14) with parts of its inside replaced: what fails, guesses, or takes too long.

It is not to be had otherwise: it offers no places to hook in, and what a feed may hold cannot be
told from its bytes. Each module tells what it mends; the lock file holds the version.
"""

from transforms.web.feedparser_mended.attributes import bound_attributes
from transforms.web.feedparser_mended.authors import bound_author_details
from transforms.web.feedparser_mended.chapters import forgive_chapters_without_start
from transforms.web.feedparser_mended.dates import with_dc_date_apart, without_guessed_dates
from transforms.web.feedparser_mended.entities import bound_entities
from transforms.web.feedparser_mended.ids import without_invented_links
from transforms.web.feedparser_mended.references import forgive_character_references


def mend() -> None:
    """Puts all of it into feedparser; once is enough."""
    bound_attributes()
    bound_author_details()
    bound_entities()
    forgive_chapters_without_start()
    forgive_character_references()
    with_dc_date_apart()
    without_guessed_dates()
    without_invented_links()
