"""Records of every family, as examples and as Hypothesis strategies, for tests of the sinks."""

import datetime as dt
import string

from hypothesis import strategies as st

from schemas.records import (
    Article,
    Change,
    Claim,
    ClaimCounts,
    FeedStatus,
    Fingerprint,
    Merge,
    Origin,
    Outcome,
    Pair,
    PlacedArticle,
    Placement,
    Rejected,
    Revision,
    Stance,
    Story,
)

NOON = dt.datetime(2026, 11, 20, 12, 0, 0, 123_000, dt.UTC)
ORIGIN = Origin(source="The Gazette", feed="https://gazette.example/rss")
URL = "https://gazette.example/bridge"


def placed(**changes: object) -> PlacedArticle:
    """Returns an article about a bridge; `changes` are fields of the article."""
    fields: dict[str, object] = {
        "article_id": "a1",
        "key": URL,
        "origin": ORIGIN,
        "url": URL,
        "title": "Bridge closed",
        "body": "The bridge was closed on Friday.",
        "authors": ("Ann Lee", "Bo Ek"),
        "language": "en",
        "published_at": NOON - dt.timedelta(hours=1),
        "published_from": "feed",
        "fetched_at": NOON,
        "text_hash": "h1",
        "first_fetched_at": NOON,
        "first_published_at": NOON - dt.timedelta(hours=1),
    }
    return _placed(Article(**{**fields, **changes}))  # type: ignore[arg-type]


def _placed(article: Article) -> PlacedArticle:
    return PlacedArticle(
        article=article,
        placement=Placement(
            article_id=article.article_id,
            fetched_at=article.fetched_at,
            story_id="s1",
            reprint_of=None,
            method="similar",
            score=0.875,
            counterpart="a0",
            first_story_id="s2",
            moved_at=article.fetched_at,
        ),
        fingerprint=Fingerprint(
            article_id=article.article_id,
            source=article.source,
            language=article.language,
            event_time=article.event_time,
            dated=article.published_at is not None,
            fetched_at=article.fetched_at,
            first_fetched_at=article.first_fetched_at or article.fetched_at,
            revision=article.revision,
            vector=bytes(range(64)),
            terms=(("bridge", 0.1), ("closed", 0.7)),
            signature=bytes(512),
            words=6,
        ),
    )


CLAIM = Claim(
    claim_id="c1",
    article_id="a1",
    story_id="s1",
    text="The bridge was closed on Friday.",
    start=0,
    end=32,
    score=0.91,
    speaker="the mayor",
    quoted=True,
    same_as="c1",
    language="en",
    source="The Gazette",
    url=URL,
    title="Bridge closed",
    published_at=None,
    fetched_at=NOON,
    model="newsbeam-claims",
    model_revision="1",
    threshold=0.5,
    moved_at=NOON,
)
COUNTS = ClaimCounts(claim=CLAIM, supporting=2, denying=1, discussing=0, as_of=NOON)
STANCE = Stance(
    stance_id="st1",
    pair=Pair(
        story_headline="Bridge closed",
        claim=CLAIM,
        article_id="a2",
        source="The Post",
        url="https://post.example/bridge",
        title="Bridge open, says operator",
        published_at=NOON,
        fetched_at=NOON + dt.timedelta(hours=1),
        passage="Bridge open. It was never closed.",
        evidence="It was never closed.",
        start=13,
        end=33,
    ),
    label="denies",
    score=0.8,
    scores=(0.1, 0.8, 0.05, 0.05),
    model="newsbeam-stances",
    model_revision="1",
    dropped_at=NOON + dt.timedelta(hours=3),
)
STORY = Story(
    story_id="s1",
    language="en",
    headline="Bridge closed",
    first_seen=NOON,
    last_seen=NOON + dt.timedelta(hours=1),
    sources=("The Gazette", "The Post"),
    articles=2,
    reprints=0,
    claims=1,
    method="similar",
    score=0.9,
    as_of=NOON + dt.timedelta(hours=1),
    merge=Merge(
        story_id="s1",
        into="s0",
        score=0.75,
        counterpart="a9",
        at=NOON + dt.timedelta(hours=1),
    ),
)
REVISION = Revision(
    article_id="a1",
    revision=0,
    url=URL,
    source="The Gazette",
    title="Bridge closed",
    body="The bridge was closed on Thursday.",
    language="en",
    seen_at=NOON,
    replaced_at=NOON + dt.timedelta(hours=2),
    change=Change(
        parts=("body",),
        removed=("The bridge was closed on Thursday.",),
        added=("The bridge was closed on Friday.",),
        sentences_removed=1,
        sentences_added=1,
        share=1.0,
    ),
    claims_dropped=("The bridge was closed on Thursday.",),
    claims_added=("The bridge was closed on Friday.",),
)
OUTCOME = Outcome(
    key=URL, origin=ORIGIN, url=URL, outcome="indexed", step="Index", article_id="a1", at=NOON
)
REJECTED = Rejected(
    key="pages.jsonl#line 12",
    origin=Origin(source="pages.jsonl", file="pages.jsonl", position="line 12"),
    url=None,
    step="ReadFiles",
    error="BrokenLineError",
    message="line 12 is not JSON",
    payload='{"text": ',
    replay="file",
    at=NOON,
)
FEED = FeedStatus(
    feed="https://gazette.example/rss",
    source="The Gazette",
    status="ok",
    http_status=200,
    last_poll=NOON,
    last_success=NOON,
    last_new_item=None,
    interval_s=900.0,
    failures=0,
    items=10,
    new_items=1,
    quiet="",
    problem="5001 entries; the newest 5000 are read",
    state='{"etag": "x"}',
)

ALL = (placed(), REVISION, COUNTS, STANCE, STORY, OUTCOME, REJECTED, FEED)

times = st.integers(1, 4_102_444_800_000).map(
    lambda ms: dt.datetime.fromtimestamp(0, dt.UTC) + dt.timedelta(milliseconds=ms)
)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
ids_ = st.text(string.hexdigits, min_size=1, max_size=26)
scores = st.floats(0, 1)
origins = st.builds(
    Origin, source=texts, feed=st.none() | texts, file=st.none() | texts, position=st.none() | texts
)
articles = st.builds(
    Article,
    article_id=ids_,
    key=texts,
    origin=origins,
    url=st.none() | texts,
    title=texts,
    body=texts,
    authors=st.lists(texts, max_size=3).map(tuple),
    language=st.sampled_from(["en", "de", "und"]),
    published_at=st.none() | times,
    published_from=st.sampled_from(["feed", "feed_inexact", "feed_updated", "page", "unknown"]),
    fetched_at=times,
    text_hash=ids_,
    teaser=st.booleans(),
    revision=st.integers(0, 9),
    first_fetched_at=st.none() | times,
    first_published_at=st.none() | times,
)
placed_articles = articles.map(_placed)
claims = st.builds(
    Claim,
    claim_id=ids_,
    article_id=ids_,
    story_id=ids_,
    text=texts,
    start=st.integers(0, 1000),
    end=st.integers(0, 1000),
    score=scores,
    speaker=texts,
    quoted=st.booleans(),
    same_as=ids_,
    language=st.sampled_from(["en", "de"]),
    source=texts,
    url=st.none() | texts,
    title=texts,
    published_at=st.none() | times,
    fetched_at=times,
    model=texts,
    model_revision=texts,
    threshold=scores,
    dropped_at=st.none() | times,
)
claim_counts = st.builds(
    ClaimCounts,
    claim=claims,
    supporting=st.integers(0, 99),
    denying=st.integers(0, 99),
    discussing=st.integers(0, 99),
    as_of=times,
)
