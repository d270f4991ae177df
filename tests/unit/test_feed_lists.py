"""Lists of feeds, and what is said of a wrong one."""

from pathlib import Path

import pytest

from transforms.web.feed_lists import Feed, FeedListError, read_feed_lists

OPML = "<opml><body><outline text='Zürich' xmlUrl='https://a.example/f'/></body></opml>"


def written(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_opml(tmp_path: Path) -> None:
    name = written(
        tmp_path,
        "feeds.opml",
        '<opml version="2.0"><head/><body><outline text="Papers">'
        '<outline type="rss" text="Gazette &amp; Post" xmlUrl="https://gazette.example/rss"/>'
        '</outline><outline type="rss" xmlUrl="https://news.example.org/f"/></body></opml>',
    )
    assert read_feed_lists([name]) == (
        Feed(url="https://gazette.example/rss", source="Gazette & Post"),
        Feed(url="https://news.example.org/f", source="example.org"),
    )


def test_toml_and_urls_each_feed_once(tmp_path: Path) -> None:
    name = written(
        tmp_path,
        "feeds.toml",
        '[[feeds]]\nurl = "https://a.example/rss"\nsource = "A"\n'
        '[[feeds]]\nurl = "https://b.example/rss"\n',
    )
    assert read_feed_lists([name, "http://a.example/rss", "https://c.example/rss"]) == (
        Feed(url="https://a.example/rss", source="A"),
        Feed(url="https://b.example/rss", source="b.example"),
        Feed(url="https://c.example/rss", source="c.example"),
    )


def test_feeds_that_a_parameter_tells_apart_are_all_polled() -> None:
    """Such parameters are dropped from the URLs of articles."""
    urls = [
        *("https://a.example/rss.aspx?rssid=1", "https://a.example/rss.aspx?rssid=2"),
        *("https://a.example/rss?feedname=politics", "https://a.example/rss?feedname=sport"),
        *("https://a.example/x?source=rss_world", "https://a.example/x?source=rss_home"),
    ]
    again = ["http://A.example:80/rss.aspx?rssid=2#top", "https://a.example/rss.aspx?&rssid=1"]
    assert [feed.url for feed in read_feed_lists([*urls, *again])] == urls


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.toml", "feeds = ", "a.toml: no TOML"),
        ("a.toml", "[[feed]]\nurl = 'https://a.example'", "unknown key 'feed'"),
        ("a.toml", "feeds = 3", r"under \[\[feeds\]\]"),
        ("a.toml", "[[feeds]]\nurl = 'https://a.example'\n[[feeds]]\n", "feed 2 has no url"),
        ("a.toml", "[[feeds]]\nurl = 'ftp://a.example'", "feed 1: 'ftp://a.example' is no"),
        ("a.toml", "[[feeds]]\nurl = 'https://a.example'\nname = 'A'", "unknown key 'name'"),
        ("a.toml", "[[feeds]]\nurl = 'https://a.example'\nsource = 3", "must be a string"),
        ("a.toml", "", "names no feed"),
        ("a.opml", "nonsense", "a.opml: no OPML"),
        ("a.opml", "<opml><body><outline text='x'/></body></opml>", "xmlUrl"),
        ("a.txt", "https://a.example", "neither a URL "),
    ],
)
def test_wrong_lists(tmp_path: Path, name: str, text: str, message: str) -> None:
    with pytest.raises(FeedListError, match=message):
        read_feed_lists([written(tmp_path, name, text)])


@pytest.mark.parametrize(
    "url",
    [
        "https://user:s3cret@a.example/feed.xml",
        " HTTP://s3cret@a.example",
        "https://user:s3@cret@a.example?x=@",
        "ftp://user:s3cret@a.example/feed.xml",
    ],
)
def test_a_password_in_a_url_is_refused_and_not_shown(tmp_path: Path, url: str) -> None:
    opml = OPML.replace("https://a.example/f", url)
    lists = [
        written(tmp_path, "a.toml", f"[[feeds]]\nurl = '{url}'"),
        written(tmp_path, "a.opml", opml),
        *([url] if url.startswith("http") else []),
    ]
    for name in lists:
        with pytest.raises(FeedListError, match=r"on a\.example holds a user name") as refused:
            read_feed_lists([name])
        assert "cret" not in str(refused.value)


def test_an_at_sign_behind_the_host_is_no_user() -> None:
    url = "https://a.example/feed/@user?by=a@b.example"
    assert read_feed_lists([url])[0].url == url


@pytest.mark.parametrize(
    ("name", "text", "encoding", "message"),
    [
        ("a.toml", "[[feeds]]\nsource = 'Zür'", "latin-1", "a.toml: no UTF-8; save it as UTF-8"),
        ("a.opml", OPML, "latin-1", "a.opml: no UTF-8; save it as UTF-8"),
        ("a.opml", f"<?xml version='1.0' encoding='x'?>{OPML}", "utf-8", "no X; save it as"),
    ],
)
def test_a_list_in_another_encoding_is_told(
    tmp_path: Path, name: str, text: str, encoding: str, message: str
) -> None:
    (tmp_path / name).write_bytes(text.encode(encoding))
    with pytest.raises(FeedListError, match=message):
        read_feed_lists([str(tmp_path / name)])


@pytest.mark.parametrize(
    ("declaration", "encoding"),
    [
        ("", "utf-8"),
        ("", "utf-8-sig"),
        ("", "utf-16"),
        ("<?xml version='1.0'?>", "utf-8"),
        ("<?xml version='1.0' encoding='UTF-8'?>\n", "utf-8-sig"),
        ("<?xml version='1.0' encoding='utf-16'?>", "utf-16"),
        ('<?xml version="1.0" encoding="ISO-8859-1" standalone="yes"?>', "latin-1"),
    ],
)
def test_outlets_keep_their_letters(tmp_path: Path, declaration: str, encoding: str) -> None:
    path = tmp_path / "a.opml"
    path.write_bytes(f"{declaration}{OPML}".encode(encoding))
    assert read_feed_lists([str(path)])[0].source == "Zürich"


def test_missing_files_and_no_list() -> None:
    with pytest.raises(FeedListError, match=r"nowhere\.opml: No such file"):
        read_feed_lists(["nowhere.opml"])
    with pytest.raises(FeedListError, match="no list"):
        read_feed_lists([])
    with pytest.raises(FeedListError, match="http://"):
        read_feed_lists(["http://"])
