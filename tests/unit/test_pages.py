"""Pages to the text of their article: golden pages, and each rule by itself."""

import datetime as dt
from typing import Any

import pytest
from lxml import html

from schemas.records import Item, Origin
from transforms.web.html_trees import NoText, TooManyElements, fragment_tree, tree_of
from transforms.web.page_dates import Published, published
from transforms.web.page_declarations import declared
from transforms.web.page_metadata import headline, meta_values, own_url
from transforms.web.page_names import names_of
from transforms.web.pages import PageText, read_page
from transforms.web.urls import canonical_url

NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
URL = "https://www.news.com/2026/11/01/bridge?utm_source=feed"
FIRST = (
    "The bridge over the river Orrin will be closed for three weeks from Monday, the city said. "
    "Drivers have to take the ferry, which runs every twenty minutes."
)
SECOND = "The mayor’s office called the repairs “overdue” and said they would cost €2 million."

PAGE = f"""<!DOCTYPE html>
<html lang="en-GB"><head>
<title>Bridge closed for three weeks | The News</title>
<meta charset="utf-8">
<meta property="og:site_name" content="The News">
<meta property="og:title" content="Bridge closed for three weeks">
<link rel="canonical" href="/2026/11/01/bridge">
<script type="application/ld+json">{{"@context": "https://schema.org", "@type": "NewsArticle",
"headline": "Bridge closed for three weeks", "datePublished": "2026-11-01T10:30:00+01:00",
"author": {{"@type": "Person", "name": "Ann Reed"}}}}</script>
<script>var tracking = "on";</script>
</head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li></ul></nav>
<article><h1>Bridge closed for three weeks</h1>
<p>{FIRST}</p>
<p>{SECOND}</p></article>
<aside><a href="/other">Read also: another story about another bridge in another town</a></aside>
<section class="comments"><p>Reader: I have said so for years, and nobody listened.</p></section>
<footer><p>Copyright The News. All rights reserved. Terms of use. Cookie settings.</p></footer>
</body></html>"""


def page(markup: str = PAGE, **given: Any) -> PageText:
    fields: dict[str, Any] = {"content_type": "", "url": URL, "fetched_at": NOW} | given
    return read_page(
        given.pop("body", markup.encode()),
        **{name: value for name, value in fields.items() if name != "body"},
    )


def item(**fields: Any) -> Item:
    given = {"key": "k", "origin": Origin(source="s"), "url": URL, "title": "", "fetched_at": NOW}
    return Item(**(given | fields))


def test_a_page_as_a_whole() -> None:
    assert page() == PageText(
        title="Bridge closed for three weeks",
        body=f"{FIRST}\n{SECOND}",
        url="https://www.news.com/2026/11/01/bridge",
        authors=("Ann Reed",),
        published_at=dt.datetime(2026, 11, 1, 9, 30, tzinfo=dt.UTC),
        published_from="page",
        exact=True,
        language="en",
    )


@pytest.mark.parametrize(
    ("charset", "content_type", "meta"),
    [
        ("cp1252", "text/html; charset=windows-1252", "utf-8"),
        ("cp1252", "text/html; charset=iso-8859-1", "utf-8"),
        ("cp1252", "text/html", "windows-1252"),
        ("cp1252", "", "x-none"),
        ("utf-8", "text/html; charset=iso-8859-1", "iso-8859-1"),
        ("utf-16", "text/html", "utf-8"),
    ],
)
def test_charset_from_header_meta_and_bytes(charset: str, content_type: str, meta: str) -> None:
    body = PAGE.replace('charset="utf-8"', f'charset="{meta}"').encode(charset)
    assert page(body=body, content_type=content_type).body == f"{FIRST}\n{SECOND}"


def test_a_few_broken_bytes_do_not_change_the_charset() -> None:
    body = PAGE.encode().replace(b"Drivers", b"Driv\xffers")
    assert "€2 million" in page(body=body).body


@pytest.mark.parametrize(
    ("link", "url", "expected"),
    [
        ("/a", "https://x.com/b?id=1", "https://x.com/a"),
        ("https://www.x.com/a#top", "https://m.x.com/a", "https://www.x.com/a"),
        ("https://other.com/a", "https://x.com/b", "https://x.com/b"),
        ("https://x.com/", "https://x.com/b", "https://x.com/b"),
        ("https://x.com/index.php", "https://x.com/b", "https://x.com/b"),
        ("https://x.com/en/", "https://x.com/b", "https://x.com/b"),
        ("https://x.com/?p=123", "https://x.com/b", "https://x.com/?p=123"),
        ("javascript:0", "https://x.com/b", "https://x.com/b"),
        ("/news/a", "https://x.com/news/a/amp", "https://x.com/news/a"),
        ("/news/a", "https://x.com/news/a?page=2", "https://x.com/news/a"),
        ("/news/a", "https://x.com/news/a?utm_id=2", "https://x.com/news/a"),
        (
            "/bridge-is-closed",
            "https://x.com/bridge-is-closed?cid=12",
            "https://x.com/bridge-is-closed",
        ),
        ("/article/12", "https://x.com/article/12?cid=12", "https://x.com/article/12"),
        ("https://x.com/a", None, "https://x.com/a"),
        ("/a", None, None),
        ("http://[bad", "https://x.com/b", "https://x.com/b"),
        ("https://x.blogspot.com/a", "https://y.blogspot.com/b", "https://y.blogspot.com/b"),
    ],
)
def test_canonical_urls(link: str, url: str | None, expected: str | None) -> None:
    tree = tree_of(f'<html><head><link rel="canonical" href="{link}"></head><p>x'.encode())
    assert own_url(tree, meta_values(tree), url) == expected


TOWN = "https://x.gov/news.aspx?id=12"


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("/news.aspx", TOWN),
        ("/news.aspx?lang=en", "https://x.gov/news.aspx?NewsID=12&lang=en"),
        ("/news/", "https://x.com/news/?p=12"),
        ("undefined", "https://x.com/news/bridge"),
        ("https://x.com/null", "https://x.com/news/bridge"),
        ("https://x.com/{{ slug }}", "https://x.com/news/bridge"),
    ],
)
def test_an_address_that_all_articles_of_a_site_share_is_not_believed(link: str, url: str) -> None:
    for head in (
        f'<link rel="canonical" href="{link}">',
        f'<meta property="og:url" content="{link}">',
    ):
        tree = tree_of(f"<html><head>{head}</head><p>x".encode())
        assert own_url(tree, meta_values(tree), url) == canonical_url(url)


@pytest.mark.parametrize(
    ("social", "expected"),
    [
        ("https://x.com/news/", "https://x.com/news/bridge"),
        ("https://www.x.com/news", "https://x.com/news/bridge"),
        ("https://www.x.com/news/bridge/", "https://www.x.com/news/bridge/"),
        ("https://x.com/?p=123", "https://x.com/?p=123"),
    ],
)
def test_what_og_url_tells_unless_it_is_the_section(social: str, expected: str) -> None:
    tree = tree_of(f'<html><head><meta property="og:url" content="{social}"></head><p>x'.encode())
    assert own_url(tree, meta_values(tree), "https://x.com/news/bridge") == expected


@pytest.mark.parametrize(
    ("page_date", "url", "expected"),
    [
        ("2026-10-31T20:00:00Z", URL, ("2026-10-31T20:00:00+00:00", "page")),
        ("1900-01-01", URL, ("2026-11-01T00:00:00+00:00", "url")),
        ("2100-01-01", "https://news.com/bridge", (None, "unknown")),
    ],
)
def test_impossible_dates_are_passed_over(
    page_date: str, url: str, expected: tuple[Any, str]
) -> None:
    markup = PAGE.replace("2026-11-01T10:30:00+01:00", page_date).replace('rel="canonical"', "")
    read = page(markup, url=url)
    at = read.published_at.isoformat() if read.published_at else None
    assert (at, read.published_from) == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Bridge closed | The News", "Bridge closed"),
        ("Bridge closed - News", "Bridge closed"),
        ("Bridge closed | News.com", "Bridge closed"),
        ("The News: Bridge closed", "The News: Bridge closed"),
        ("The News | Bridge closed", "Bridge closed"),
        ("Opinion | Bridge closed", "Opinion | Bridge closed"),
        ("A well-known bridge", "A well-known bridge"),
        ("", ""),
    ],
)
def test_headlines_lose_the_outlets_name(title: str, expected: str) -> None:
    assert headline(title, "The News", "https://news.com/a") == expected


@pytest.mark.parametrize(
    "title",
    [
        "橋に衝突、通行止め｜静岡タイムズ",
        "橋に衝突、通行止め　｜　静岡タイムズ",
        "橋に衝突、通行止め：静岡タイムズ",
        "橋に衝突、通行止め|静岡タイムズ",
        "橋に衝突、通行止め_静岡タイムズ",
        "橋に衝突、通行止め-静岡タイムズ",
        "静岡タイムズ：橋に衝突、通行止め",
    ],
)
def test_headlines_lose_the_outlets_name_in_scripts_without_spaces(title: str) -> None:
    assert headline(title, "静岡タイムズ", None) == "橋に衝突、通行止め"


@pytest.mark.parametrize(
    ("title", "site"),
    [
        ("How to write an e-mail", "Mail"),
        ("Streit um ein Röntgen-Bild", "Bild"),
        ("橋-静岡", "タイムズ"),
        ("静岡タイムズ｜静岡タイムズ", "静岡タイムズ"),
        ("｜静岡タイムズ", "静岡タイムズ"),
    ],
)
def test_a_headline_keeps_its_words(title: str, site: str) -> None:
    assert headline(title, site, None) in (title, site)


def test_the_feeds_title_where_the_page_wraps_it_in_more() -> None:
    markup = PAGE.replace("Bridge closed for three weeks", "News live: Bridge closed for 3 weeks")
    assert (
        page(markup, item=item(title="Bridge closed for 3 weeks")).title
        == "Bridge closed for 3 weeks"
    )
    assert page(item=item(title="Another title")).title == "Bridge closed for three weeks"


@pytest.mark.parametrize(
    "told",
    [
        "Bridge closed for three weeks | The News",
        "The News - Bridge closed for three weeks",
        "Bridge closed for three weeks",
    ],
)
@pytest.mark.parametrize(
    ("top", "given"),
    [
        ("Bridge closed for three weeks", ""),
        ("Bridge closed for three weeks", "Bridge closed"),
        ("Bridge closed", "Bridge closed"),
    ],
)
def test_a_headline_on_top_of_the_text_goes(told: str, top: str, given: str) -> None:
    markup = (
        '<html><head><meta property="og:site_name" content="The News">'
        f'<meta property="og:title" content="{told}"></head><body><article>'
        f"<h1>{top}</h1><p>{FIRST}</p><p>{SECOND}</p></article></body></html>"
    )
    assert page(markup, item=item(title=given)).body == f"{FIRST}\n{SECOND}"


def test_a_headline_on_top_of_the_text_goes_also_where_the_page_is_called_otherwise() -> None:
    called = '<meta property="og:title" content="Bridge closure 2026: what drivers need to know">'
    top = "<h1>Bridge <em>closed</em> for three weeks</h1>"
    markup = document(FIRST, SECOND, head=called).replace("<article>", f"<article>{top}")
    assert page(markup).body == f"{FIRST}\n{SECOND}"


FIVE = (FIRST, SECOND, *(f"{SECOND} That was plan {name}." for name in ("A", "B", "C")))


def teasers(box: str, site: str = "", words: int = 1) -> str:
    """Six other stories, each with a headline that leads to it."""
    return "".join(
        f"<{box}><a href='{site}/n/{n}'><h3>School board votes on hours, part {n}</h3></a>"
        f"<p>{'Lessons may begin at nine after the summer holidays. ' * words}{n}</p></{box}>"
        for n in range(6)
    )


@pytest.mark.parametrize("box", ["article", "div", "li"])
@pytest.mark.parametrize("site", ["", "//sport.news.com", "https://www.news.com"])
@pytest.mark.parametrize("paragraphs", [FIVE, (FIRST,)], ids=["a report", "a brief"])
@pytest.mark.parametrize("inside", [True, False])
def test_teasers_of_other_stories_are_no_part_of_a_text(
    box: str, site: str, paragraphs: tuple[str, ...], inside: bool
) -> None:
    row = f"<section><h2>Latest news</h2>{teasers(box, site)}</section>"
    markup = document(*paragraphs, head=ARTICLE)
    end = "</article></body>" if inside else "</body>"
    assert page(markup.replace(end, row + end)).body == "\n".join(paragraphs)


@pytest.mark.parametrize(
    "entries", [teasers("div", "https://a-shop.example", words=6), teasers("div", words=8)]
)
def test_a_list_of_things_elsewhere_or_of_long_parts_is_a_text(entries: str) -> None:
    body = page(document(FIRST, entries, head=ARTICLE)).body
    assert all(f"School board votes on hours, part {n}\n" in body for n in range(6))


def test_a_few_words_with_teasers_are_too_short() -> None:
    markup = document("The bridge is closed.", teasers("div"), head=ARTICLE)
    assert kind_of(markup) == "too short: 21 characters"


@pytest.mark.parametrize("mark", ["amp", "\u26a1", "\u26a1\ufe0f lang=en"])
@pytest.mark.parametrize(
    ("url", "head"),
    [
        ("https://www.news.com/a", ""),
        ("https://www.news.com/a?amp=1&utm_source=feed", ""),
        ("https://www.news.com/a?outputType=amp", ""),
        ("https://www.news.com/a/amp", ""),
        ("https://www.news.com/amp/a", ""),
        ("https://m.news.com/a?ref=rss", "<link rel=canonical href=https://www.news.com/a>"),
        ("https://amp.news.com/x/1", "<link rel=canonical href=https://www.news.com/a>"),
    ],
)
def test_one_article_in_all_its_forms(url: str, head: str, mark: str) -> None:
    markup = f"<html {mark}><head><title>A</title>{head}</head><body><p>{FIRST}</p><p>{SECOND}</p>"
    assert page(markup, url=url).url == "https://www.news.com/a"


def test_amp_is_also_a_word_in_paths() -> None:
    markup = f"<html><body><p>{FIRST}</p><p>{SECOND}</p>"
    url = "https://www.news.com/reviews/amp"
    assert page(markup, url=url).url == url
    foreign = "<link rel=canonical href=https://www.other.com/a>"
    assert page(f"<html amp><head>{foreign}</head>{markup}", url=url).url == url[:-4]


def kind_of(markup: str, url: str = URL) -> str:
    """What is said of a page that is no article; "" for an article."""
    try:
        page(markup, url=url)
    except NoText as error:
        return str(error)
    return ""


def linked(declared: str) -> str:
    return f'<script type="application/ld+json">{declared}</script>'


def document(*paragraphs: str, head: str = "") -> str:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return f"<html><head>{head}</head><body><article>{text}</article></body></html>"


OPENING = FIRST
LOCKED = linked('{"@type": "NewsArticle", "isAccessibleForFree": "False", "headline": "B"}')
ARTICLE = '<meta property="og:type" content="article">'
TEASERS = "".join(f"<li><a href=/{n}>The headline of story number {n}</a></li>" for n in range(60))
CONSENT = (
    "We and our 870 partners store and access information on your device, such as cookies. "
    "Your personal data is processed for personalised advertising. You can give your consent, or "
    "object where legitimate interest is used. Some of our partners do not ask for your consent. "
    "You can change your choice at any time in the privacy settings."
)


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        ("", "empty page"),
        ("<html><body></body></html>", "no article text found"),
        ("<html><body><p>The bridge is closed.</p></body></html>", "too short"),
        ("<html><body><video src=a></video><p>Watch.</p></body></html>", "video"),
        ('<meta property="og:type" content="video.other"><p>Watch.</p>', "video"),
        (document(OPENING, head=linked('{"@type": "VideoObject"}')), "video"),
        (document(OPENING, head=linked('[{"@graph": [{"@type": ["VideoObject"]}]}]')), "video"),
        (document(OPENING, SECOND * 9, head=linked('{"@type": "LiveBlogPosting"}')), "live blog"),
        (document(OPENING, head=LOCKED), "paywall stub"),
        (document("The bridge will be closed. Subscribe to read on."), "paywall stub"),
        (document(OPENING, "Already a subscriber? Log in.", head=ARTICLE), "paywall stub"),
        (document("Die Brücke wird gesperrt. Jetzt abonnieren und weiterlesen."), "paywall stub"),
        (document(*CONSENT.split(". ")), "cookie wall"),
        (document(*CONSENT.replace("cookies", "Cookies").split(". "), FIRST), "cookie wall"),
        ("<ul>" + "<li><a href=x>A headline of a story</a></li>" * 40 + "</ul>", "index page"),
        (f"<html><body><main><h1>News</h1><ul>{TEASERS}</ul></main>", "index page"),
    ],
)
def test_pages_without_an_article_say_why(markup: str, reason: str) -> None:
    assert kind_of(markup).startswith(reason)


def test_a_front_page() -> None:
    teasers = "".join(f"<h2><a href=/{n}>Story {n}</a></h2><p>{FIRST}</p>" for n in range(9))
    assert kind_of(f"<html><body>{teasers}", url="https://www.news.com/") == "index page"


@pytest.mark.parametrize("path", ["/?p=123", "/index.php?id=1234", "/index.php?view=article&id=1"])
def test_an_article_that_its_query_alone_names(path: str) -> None:
    url = f"https://www.news.com{path}"
    assert kind_of(document(FIRST, SECOND), url=url) == ""
    assert kind_of(document(FIRST, SECOND), url=url.partition("?")[0]) == "index page"


@pytest.mark.parametrize(
    "paragraphs",
    [
        (
            "The opposition gave its consent to the talks on Friday, the chancellery said.",
            "Without that consent the government could not have sent a delegation to Geneva.",
            "Unions called for a strike on Tuesday.",
        ),
        (
            "Der Bundesrat hat am Freitag seine Zustimmung zum Haushalt erteilt, ohne Bayern.",
            "Ohne diese Zustimmung hätte der Bund im Januar keine neuen Ausgaben leisten dürfen.",
            "Die Opposition kündigte eine Klage in Karlsruhe an.",
        ),
        (
            "El presidente del Congreso pidió este viernes un consenso amplio para la reforma.",
            "La oposición respondió que no habrá consenso mientras no se retire el aumento.",
            "Los sindicatos convocaron una huelga general para el martes.",
        ),
        (
            "Les partenaires sociaux se retrouveront lundi à Paris, a annoncé le ministère.",
            "Les partenaires n'ont pas trouvé d'accord vendredi soir après neuf heures.",
            "La CGT appelle à manifester jeudi.",
        ),
        (
            "Правительство дало согласие на переговоры с профсоюзами, сообщил министр труда.",
            "Профсоюзы подтвердили своё согласие, министру грозят персональные санкции.",
            "Забастовка на железной дороге продолжается третий день, сотни поездов отменены.",
        ),
        (
            "中国和美国周五同意在下月恢复中断了半年的贸易谈判，双方代表团将在日内瓦会面，讨论关税问题。",
            "白宫发言人说，两国领导人在电话中同意先就大豆和稀土达成初步安排，然后再讨论其他争议问题。",
            "市场反应积极，上海和纽约股市当天都上涨了百分之二以上，分析人士认为这是今年最重要的缓和。",
        ),
    ],
    ids=["en", "de", "es", "fr", "ru", "zh"],
)
def test_parties_that_agree_are_no_cookie_wall(paragraphs: tuple[str, ...]) -> None:
    assert kind_of(document(*paragraphs)) == ""


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("Strona rosyjska nie została zaproszona", ""),
        ("Strona nie została znaleziona", "error page"),
        ("Strona nie została odnaleziona", "error page"),
    ],
)
def test_a_side_that_was_not_asked_is_no_lost_page(title: str, reason: str) -> None:
    assert kind_of(f"<title>{title}</title><h1>{title}</h1><p>{FIRST}</p><p>{SECOND}") == reason


JAPANESE = (
    "港町の議会は火曜日、技術者が橋脚に亀裂を見つけたことを受け、古い橋を閉鎖することを決めた。",
    "工事は来年の春まで続く見込みで、住民は上流の新しい橋を利用するよう求められている。",
    "市長は記者会見で、安全を最優先すると述べ、費用は県と国が半分ずつ負担すると説明した。",
    "商店街の組合は客足が遠のくことを心配し、無料の渡し船を出すよう市に申し入れた。",
    "橋は一九六二年に完成し、一日に約八千台の車が通っていたという。",
    "県の担当者は、ほかの三つの橋についても年内に点検を終える方針だと話している。",
)
LOCKED_OF_230 = LOCKED.replace('"headline"', '"wordCount": 230, "headline"')
CHINESE = (
    "港口城市议会周二投票决定关闭旧桥进行维修，此前工程师在四个桥墩中的两个发现裂缝。",
    "维修预计持续到明年春天，居民被要求使用上游的新桥。市长表示安全第一，费用由省和国家各承担一半。",
)


@pytest.mark.parametrize(
    "markup",
    [
        document(*JAPANESE[:2]),
        document(*JAPANESE, head=LOCKED),
        document(*JAPANESE, head=LOCKED_OF_230),
        document(*CHINESE),
    ],
)
def test_a_japanese_character_says_more_than_a_latin_one(markup: str) -> None:
    assert kind_of(markup) == ""


def test_japanese_beginnings_and_captions() -> None:
    assert kind_of(document(*JAPANESE[:2], head=LOCKED)) == "paywall stub"
    assert kind_of(document(*JAPANESE[:3], head=LOCKED_OF_230)) == "paywall stub"
    assert kind_of(document(JAPANESE[1])).startswith("too short")


@pytest.mark.parametrize(
    "markup",
    [
        document(FIRST, SECOND * 5, head=LOCKED),
        document(FIRST, SECOND * 5, "Subscribe to our newsletter to keep reading."),
        document(FIRST, SECOND * 9, head=linked('{"@type": "VideoObject"}')),
        document(
            FIRST,
            SECOND,
            head=ARTICLE + linked('{"@type":"NewsArticle","video":{"@type":"VideoObject"}}'),
        ),
        document(FIRST, "Subscribe to our newsletter. Subscription costs nothing.", head=ARTICLE),
        document(FIRST, SECOND, CONSENT[:88]),
        document(*CONSENT.split(". "), head=ARTICLE),
        f"<main><div class=cmp-container><div class=cmp-text><p>{FIRST}</p></div></div></main>",
        f"<div class='recipe chocolate-cookies'><h1>Cookies</h1><p>{FIRST}</p></div>",
        f"<main><div class=error hidden>Try again.</div><div><p>{FIRST}</p></div></main>",
        f"<main><div class='not-found' hidden>None.</div><div><p>{FIRST}</p></div></main>",
        document(FIRST, SECOND) + f"<footer><ul>{TEASERS}</ul></footer>",
        document(FIRST, SECOND, head=linked("{not json") + linked("[" * 5000) + linked('"x"')),
    ],
)
def test_articles_that_have_something_of_the_others(markup: str) -> None:
    assert kind_of(markup) == ""


def test_tables_come_as_words() -> None:
    head = "<tr><th>Quay</th><th>Ships</th></tr>"
    rows = "<tr><td>North</td><td>12</td></tr><tr><td>South</td><td>-</td></tr>"
    body = page(PAGE.replace("</article>", f"<table>{head}{rows}</table></article>")).body
    assert body == f"{FIRST}\n{SECOND}\nQuay Ships\nNorth 12\nSouth -"


@pytest.mark.parametrize(
    ("fragment", "lines"),
    [
        ("<p>One\ntwo <b>three</b></p><p>Four</p>", ["One two three", "Four"]),
        ("One<br>two<script>no</script>", ["One", "two"]),
        ("<ul><li>a<li>b</ul>tail", ["a", "b", "tail"]),
        ("<pre>k\nl</pre>", ["k", "l"]),
        ("a &lt;b&gt; &amp; c", ["a <b> & c"]),
        ("<!-- nothing -->", []),
        ("", []),
    ],
)
def test_fragments_keep_all_their_words(fragment: str, lines: list[str]) -> None:
    text = fragment_tree(fragment).text_content()
    assert [" ".join(line.split()) for line in text.split("\n") if line.strip()] == lines


def test_what_is_preformatted_keeps_its_lines_however_deep() -> None:
    fragment = "<pre>a\nb<code>c\nd<b>e\nf</b></code></pre><p>g\nh</p>"
    text = fragment_tree(fragment).text_content()
    assert [line for line in text.split("\n") if line] == ["a", "bc", "de", "f", "g h"]


def test_a_fragment_costs_no_more_than_a_page() -> None:
    nested = fragment_tree("<div>" * 250 + "<br>" * 39_000 + "words")
    assert nested.text_content().strip() == "words"
    with pytest.raises(TooManyElements):
        fragment_tree("<br>" * 40_001)


@pytest.mark.parametrize("data", ["[" * 2_000 + "1", '{"@graph": [3, null]}', '{"author": 4}', "{"])
def test_broken_linked_data_hide_no_names(data: str) -> None:
    script = f"<script type='application/ld+json'>{data}</script>"
    page = f"<html><head>{script}</head><body><h1>The bridge is closed</h1></body></html>"
    assert names_of(tree_of(page.encode())).title == "The bridge is closed"


@pytest.mark.parametrize(
    ("told", "authors"),
    [
        ("Ann F. Reed", ("Ann F. Reed",)),
        ("A.F. Reed and B. Lind", ("A.F. Reed", "B. Lind")),
        ("A.F.Reed", ("A.F. Reed",)),
        ("И.Иванова", ("И. Иванова",)),
        ("ann.reed", ("Ann Reed",)),
    ],
)
def test_initials_of_authors_keep_their_dots(told: str, authors: tuple[str, ...]) -> None:
    tree = tree_of(f'<html><head><meta name="author" content="{told}"></head><p>Text'.encode())
    assert names_of(tree).authors == authors


OLD = '{"@type": "NewsArticle", "datePublished": "2019-01-01", "url": "https://a.example/old"}'
OWN = '{"@type": "NewsArticle", "datePublished": "2026-11-05T08:00:00Z"}'
OWN_DAY = OWN.replace("T08:00:00Z", "")
OWN_BY_NAME = OWN.replace("{", '{"mainEntityOfPage": {"@id": "https://a.example/bridge#main"}, ')
ITS_TIME = '<meta property="article:published_time" content="2026-11-05T08:00:00Z">'


def time_told(
    tree: html.HtmlElement, meta: dict[str, str], url: str | None, fetched_at: dt.datetime
) -> Published:
    return published(tree, meta, declared(tree, meta).linked, url, fetched_at)


@pytest.mark.parametrize(
    "head",
    [
        linked('{"@type": "WebSite", "datePublished": "2011-01-01"}') + linked(OWN),
        linked('{"@type": "VideoObject", "datePublished": "2018-01-01"}') + linked(OWN),
        linked(f'{{"@graph": [{{"@type": "ItemList", "itemListElement": [{OLD}]}}, {OWN}]}}'),
        linked(f'{{"@graph": [{OLD}, {OWN_BY_NAME}]}}'),
        linked(f"[{OWN}, {OLD}]"),
        linked(OWN) + linked(OLD),
        linked(OWN.replace("08:00:00Z", "09:00:00\\u002B01:00")),
        linked(OWN_DAY) + ITS_TIME,
        linked(OWN_DAY) + linked(OWN.replace("NewsArticle", "WebPage")),
        linked(OWN_DAY.replace("2026", "2101")) + ITS_TIME,
        linked('{"@type": "NewsArticle", "datePublished": ["2019"]}') + ITS_TIME,
        linked(OWN[:-1]),
        linked(f"[{OLD}]") + ITS_TIME,
    ],
)
def test_the_articles_own_date_goes_before_those_of_others(head: str) -> None:
    tree = tree_of(f"<html><head>{head}".encode())
    told = time_told(tree, meta_values(tree), "https://a.example/bridge", NOW)
    assert told == (dt.datetime(2026, 11, 5, 8, tzinfo=dt.UTC), "page", True)


def test_a_date_in_the_url_goes_before_one_that_the_markup_suggests() -> None:
    tree = tree_of(b"<html><body><p class='date'>2019-03-04</p><p>Text</p></body></html>")
    told = time_told(tree, {}, "https://a.example/2020/05/06/bridge", NOW)
    assert (told.at, told.told_by) == (dt.datetime(2020, 5, 6, tzinfo=dt.UTC), "url")
    assert time_told(tree, {}, None, NOW).told_by == "page"


@pytest.mark.parametrize(
    "markup",
    [
        "<time class='entry-date published' datetime='2026-11-05T23:30:00-08:00'>5 Nov</time>",
        "<span itemprop='datePublished' content='2026-11-05T23:30:00-08:00'>5 Nov</span>",
        "<abbr class='published' title='2026-11-05T23:30:00-08:00'>5 Nov</abbr>",
        "<meta name='bt:pubDate' content='2026-11-05T23:30:00-08:00'>",
    ],
)
@pytest.mark.parametrize(
    ("day", "path"),
    [
        ("<meta name='release_date' content='2026-11-05'>", ""),
        (linked(OWN_DAY), ""),
        ("<meta name='date' content='2026-11-05'>", ""),
        ("", "2026/11/05/"),
    ],
)
def test_of_a_day_the_hour_is_taken_that_any_markup_tells(markup: str, day: str, path: str) -> None:
    other_days = "<time datetime='2026-11-04T06:00:00Z'></time>"
    tree = tree_of(f"<html><body>{day}{markup}<p>Text</p>{other_days}".encode())
    told = time_told(tree, meta_values(tree), f"https://a.example/{path}bridge", NOW)
    assert told == (dt.datetime(2026, 11, 6, 7, 30, tzinfo=dt.UTC), "page", True)


def test_hours_of_another_day_tell_nothing() -> None:
    times = "<time datetime='2026-11-04T06:00:00Z'></time><time datetime='2026-11-05Tnoon'></time>"
    tree = tree_of(f"<html><body>{times}<p>Text</p>".encode())
    told = time_told(tree, {}, "https://a.example/2026/11/05/bridge", NOW)
    assert told == (dt.datetime(2026, 11, 5, tzinfo=dt.UTC), "url", False)


@pytest.mark.parametrize(
    "path",
    [
        "/html/2020-05/06/content_26089.htm",
        "/gn/2020/05-06/10312345.shtml",
        "/news/2020-05-06_bridge.html",
        "/news-2020-05-06,123.html",
    ],
)
def test_a_date_in_the_url_as_outlets_write_it(path: str) -> None:
    told = time_told(tree_of(b"<html>"), {}, f"https://a.example{path}", NOW)
    assert (told.at, told.told_by) == (dt.datetime(2020, 5, 6, tzinfo=dt.UTC), "url")


@pytest.mark.parametrize(
    ("dates", "day"),
    [
        ('<p class="date">12 December 2020</p><p class="date">20 November 2020</p>', 20),
        ('<meta name="release_date" content="2020-12-12"><time>2020-11-20</time>', 20),
        ('<p class="date">23 November 2020</p>', 23),
        ('<meta name="release_date" content="2020-11">', 1),
    ],
)
def test_a_date_that_the_markup_suggests_owes_nothing_to_todays(dates: str, day: int) -> None:
    tree = tree_of(f"<html><body>{dates}<p>Text</p></body></html>".encode())
    told = time_told(tree, {}, None, dt.datetime(2020, 11, 22, 8, tzinfo=dt.UTC))
    assert (told.at, told.told_by) == (dt.datetime(2020, 11, day, tzinfo=dt.UTC), "page")


@pytest.mark.parametrize(
    ("path", "date"),
    [
        ("2020/5/6/bridge", "2020-05-06"),
        ("2020/05/06", "2020-05-06"),
        ("news/2020/5/6.html", "2020-05-06"),
        ("2020-5-6/bridge", "2020-05-06"),
        ("bridge-2020-05-06-closed", "2020-05-06"),
        ("2020_05_06_bridge", "2020-05-06"),
        ("2020/05/3-bridges-closed/", None),
        ("2020/05/10-bridges-closed", None),
        ("2020-05/06-bridge", None),
        ("bridges-of-2020-10-5-closed", None),
    ],
)
def test_what_counts_things_in_a_url_is_no_day(path: str, date: str | None) -> None:
    url = f"https://a.example/{path}"
    told = "<p class='date'>2019-03-04</p>"
    tree = tree_of(f"<html><head><link rel='canonical' href='{url}'></head>{told}".encode())
    at = time_told(tree, meta_values(tree), url, NOW).at
    assert at == dt.datetime.fromisoformat(f"{date or '2019-03-04'}T00:00Z")
