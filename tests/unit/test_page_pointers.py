"""What points to other stories is no part of a text, whatever it is made of."""

import datetime as dt

import pytest

from transforms.web.html_trees import NoText, tree_of
from transforms.web.page_blocks import linked_lines, teasers_within
from transforms.web.pages import read_page

NOW = dt.datetime(2026, 11, 28, tzinfo=dt.UTC)
URL = "https://www.gazette.com/news/bridge"
OWN = [
    f"The council of Orrin voted on {day} to close the old bridge, where pier {n} has cracks."
    for n, day in enumerate(("Monday", "Tuesday", "Friday", "Sunday"))
]
STORIES = (
    "School board votes on new hours",
    "Ferry company adds two boats",
    "Police look for witnesses of a fire",
    "Orchestra opens its season",
)
PICTURE = '<a href="/n/{n}"><img src="/{n}.jpg" alt=""></a>'
SUMMARY = "<p>On day {n} the committee met, and {n} of its members told what had happened.</p>"


def row(part: str, label: str = "", site: str = "") -> str:
    parts = (part.format(n=n, story=story, site=site) for n, story in enumerate(STORIES))
    return f"<section>{label}<div>{''.join(parts)}</div></section>"


def body(before: str, paragraphs: list[str], after: str, url: str | None = URL) -> str:
    text = "".join(f"<p>{one}</p>" for one in paragraphs)
    article = f"<article><h1>Bridge closed</h1>{before}{text}{after}</article>"
    head = '<title>Bridge closed</title><meta property="og:type" content="article">'
    markup = f"<html><head>{head}</head><body><main>{article}</main></body></html>"
    return read_page(markup.encode(), "", url, NOW).body


@pytest.mark.parametrize(
    "part",
    [
        f'<div>{PICTURE}<p><a href="/n/{{n}}">{{story}}</a></p>{SUMMARY}</div>',
        f'<div><strong><a href="/n/{{n}}">{{story}}</a></strong>{SUMMARY}</div>',
        f'<li>{PICTURE}<div>News</div><span><a href="/n/{{n}}">{{story}}</a></span>{SUMMARY}</li>',
        f'<div><a href="https://sport.gazette.com/{{n}}"><p>{{story}}</p></a>{SUMMARY}</div>',
        '<a href="/n/{n}"><img src="/{n}.jpg"><p>{story}</p></a>',
        '<div><a href="/n/{n}"><div>{story}</div><div>By Ann Lee, two hours ago</div></a></div>',
    ],
)
@pytest.mark.parametrize("label", ["", "<p>You may also like</p>", "<div>Meistgelesen</div>"])
@pytest.mark.parametrize("paragraphs", [OWN, OWN[:2]], ids=["a report", "a brief"])
def test_teasers_without_headings(part: str, label: str, paragraphs: list[str]) -> None:
    text = "\n".join(paragraphs)
    assert body("", paragraphs, row(part, label)) == text
    assert body(row(part, label), paragraphs, "") == text


@pytest.mark.parametrize(
    "part",
    [
        f'<div><p><a href="https://shop.example/{{n}}">{{story}}</a></p>{SUMMARY}</div>',
        f'<div>{SUMMARY}<p><a href="/n/{{n}}">{{story}}</a></p></div>',
        f'<div><p><a href="/n/{{n}}">{{story}}</a></p>{SUMMARY * 6}</div>',
        f'<div><p><a href="/n/{{n}}">Ann Lee</a></p>{SUMMARY}</div>',
        f'<div><p><a href="#{{n}}">{{story}}</a></p>{SUMMARY}</div>',
    ],
    ids=["other sites", "text first", "long parts", "names", "this page"],
)
def test_what_only_looks_like_teasers_is_none(part: str) -> None:
    tree = tree_of(row(part).encode())
    assert teasers_within(tree, linked_lines(tree), URL) == []


def test_a_paragraph_beside_a_row_stays() -> None:
    part = f'<div><p><a href="/n/{{n}}">{{story}}</a></p>{SUMMARY}</div>'
    said = "The mayor said that the repairs were overdue and would cost two million."
    assert body("", OWN, row(part, f"<p>{said}</p>")) == "\n".join([*OWN, said])


def test_boxes_of_known_systems_are_no_text() -> None:
    said = "Local news twice a week, for free, without spam and other nuisances."
    after = (
        f'<div class="kg-card kg-signup-card"><h2>Sign up</h2><p>{said}</p></div><p>{OWN[2]}</p>'
    )
    assert body("", OWN[:2], after) == "\n".join(OWN[:3])


def test_the_class_of_a_whole_page_is_no_box() -> None:
    text = "".join(f"<p>{line}</p>" for line in OWN)
    page = f'<body class="sharedaddy"><article class="button-wrapper">{text}</article></body>'
    assert read_page(page.encode(), "", URL, NOW).body == "\n".join(OWN)


def test_a_text_of_teasers_alone_is_no_article() -> None:
    part = f'<div><b><a href="/n">{{story}}</a></b>{SUMMARY}</div>'
    with pytest.raises(NoText):
        body("", ["The bridge is closed."], row(part))


@pytest.mark.parametrize(
    "label",
    ["Read more:", "SEE ALSO |", "Lire aussi :", "Lesen Sie auch:", "相关阅读：", "यह भी पढ़ें:"],
)
@pytest.mark.parametrize("link", ["/n/1", "https://sport.gazette.com/n/1"])
def test_a_line_that_points_to_one_other_story(label: str, link: str) -> None:
    pointer = f'<p><strong>{label} <a href="{link}">{STORIES[0]}</a></strong></p>'
    text = "".join(f"<p>{one}</p>" for one in OWN[2:])
    assert body("", OWN[:2], pointer + text) == "\n".join(OWN)


@pytest.mark.parametrize(
    "line",
    [
        f'<p>The report: <a href="https://orrin.gov/1">{STORIES[0]}</a></p>',
        f'<p>Read more: <a href="/n/1">{STORIES[0]}</a>, said the mayor</p>',
        f'<p>The council said so in its plan for the year: <a href="/n/1">{STORIES[0]}</a></p>',
        f'<p>The council called it <a href="/n/1">{STORIES[0]}</a></p>',
    ],
)
def test_a_sentence_with_a_link_stays(line: str) -> None:
    assert STORIES[0] in body("", OWN[:2], f"{line}<p>{OWN[2]}</p>")


def test_thousands_of_links_in_one_block_are_read_in_linear_time() -> None:
    """Measured for each link, the block takes half a minute."""
    links = f'<a href="/n/1">{STORIES[0]}</a> <b>x</b>' * 3_000
    tree = tree_of(f"<div>{'<p>x</p>' * 20_000}{links}</div>".encode())
    assert linked_lines(tree) == []
