"""Pages of many makes and languages are taken for what they are: see `tests.foreign_pages`."""

import datetime as dt

import pytest

from tests.foreign_pages import ForeignPage, pages
from transforms.web.html_trees import NoText
from transforms.web.pages import read_page

NOW = dt.datetime(2026, 11, 27, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "page", [*pages("mended_by"), *pages("held_out")], ids=lambda page: page.name
)
def test_pages_are_taken_for_what_they_are(page: ForeignPage) -> None:
    try:
        read_page(page.markup.encode(), "", page.url, NOW)
        kind = "article"
    except NoText as error:
        kind = str(error)
    assert kind == page.kind
