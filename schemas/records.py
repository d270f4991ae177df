"""The records that travel between the stages, in the order in which they come into being.

All are frozen; times are aware UTC, cut to the millisecond so that a WARC file or a JSON document
gives back the very value that the live run saw. Nothing here knows of Beam or Elasticsearch.
"""

import dataclasses
import datetime as dt
from typing import Any, Literal, NamedTuple

# Of what a step could not take, `Rejected.payload` holds so much at most.
MAX_PAYLOAD_CHARS = 32_768

# Of a page, a file's record or a text, `Rejected.payload` holds the start: enough to know it again.
START_CHARS = 2000

# A refused document that is longer is read anew, not written again. Hardly any article is as long.
MAX_DOCUMENT_CHARS = 2**20

PublishedFrom = Literal[
    "feed",
    "feed_inexact",  # the feed named a day alone, or no zone that is known
    "feed_updated",  # no more than when the feed's entry was last changed
    "page",
    "record",
    "url",
    "unknown",
]
Label = Literal["supports", "denies", "discusses", "unrelated"]
OutcomeName = Literal[
    "indexed",  # a new original, searchable
    "reprint",  # indexed, and marked as a near-copy of an earlier article of its story
    "revised",  # an article already known, with changed headline or text
    "repeated",  # an unchanged copy or a teaser of what is known; nothing was written
    "superseded",  # a copy older than what the index shows; kept among the revisions
    "skipped",  # outside of --from and --to, or a WARC record that is no page
    "no_text",  # a page or item that holds no article: index page, video, consent wall, stub
    "not_fetched",  # robots.txt, a refused address or a refused scheme: we did not ask for it
    "fetch_failed",  # asked for, and not given: timeout, 404, 5xx, too large
    "rejected",  # could not be taken; the `rejected` family says why
]
PollStatus = Literal["ok", "not_modified", "failing", "gone", "unreadable", "paused", "removed"]
# Of polls that brought no feed.
FAILED_POLLS: frozenset[PollStatus] = frozenset(("failing", "gone", "unreadable"))


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a record came from; `schemas.ids.record_key` makes the ledger's key of it.

    Attributes:
        source: the outlet's name: as the feed list, the feed or the record gives it, else the URL's
            registered domain, else the file's name.
        feed: URL of the feed that named the article; None for what comes from files.
        file: path of the file; None where `feed` is set (a replay of one's own archive carries the
            feed, so that it ends in the documents of the live run).
        position: place inside `file`: `line 12`, `offset 4711`, `item 3`; None for a whole file.
    """

    source: str
    feed: str | None = None
    file: str | None = None
    position: str | None = None

    def replay_of(self, url: str | None) -> Literal["url", "file", "no"]:
        """Returns how a record of this origin is read anew; a feed's text without URL cannot be."""
        if self.feed is None:
            return "file"
        return "url" if url else "no"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What a feed, a sitemap or a JSON line tells of one article.

    Attributes:
        key: the ledger's key (`schemas.ids.record_key`): exactly one outcome is written for it.
        url: absolute, as given; None for a text without one.
        text: full plain text where the item has it.
        html: full text as HTML (content:encoded, atom:content, content_html), else None.
        summary: teaser as plain text.
        fetched_at: when the feed or file record was fetched.
    An item with neither `text` nor `html` has its page fetched, or stands on title and summary.
    """

    key: str
    origin: Origin
    url: str | None
    title: str
    text: str | None = None
    html: str | None = None
    summary: str = ""
    authors: tuple[str, ...] = ()
    published_at: dt.datetime | None = None
    published_from: PublishedFrom = "unknown"
    language: str | None = None
    fetched_at: dt.datetime


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A fetched HTML page, bytes as served (content encoding undone).

    Attributes:
        url: final URL, after redirects.
        content_type: the Content-Type header's value, "" where unknown.
        item: what the feed said of it, None for pages out of files.
    """

    key: str
    origin: Origin
    url: str | None
    content_type: str
    body: bytes
    fetched_at: dt.datetime
    item: Item | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """One HTTP exchange as it goes to the archive: a feed or a page, a success or a failure.

    Attributes:
        kind: what was asked for.
        requested_url, url: first and final URL.
        status: HTTP status; 0 where no response came, then `error` says why.
        headers: response headers, in order.
        item: for pages, the item that led here. For feeds None.
        new_entries: for feeds, which entries came out of this poll, by their numbers in the body,
            from 1; None where nothing tells.
        feed: URL of the feed as configured; source: its outlet's name.
    """

    kind: Literal["feed", "page"]
    feed: str
    source: str
    requested_url: str
    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    fetched_at: dt.datetime
    error: str = ""
    item: Item | None = None
    new_entries: tuple[int, ...] | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One text of one article.

    Attributes:
        article_id: `schemas.ids.article_id`.
        url: canonical URL (`transforms.web.urls.canonical_url`), None for a text without one.
        language: ISO 639-1 code, "und" where unknown.
        published_at: as published, None where unknown or impossible (before 1990, or more than a
            day after `fetched_at`); published_from says who told.
        text_hash: of headline and body (`transforms.text.substance`): what a site puts around a
            text, white space and typography do not change it.
        teaser: whether the full text was not there: the body is a summary, or empty.
        revision: 0 for the first text seen; set by DropRepeats.
        first_fetched_at, first_published_at: of revision 0; they choose the monthly index, so that
            one id lives in one index; set by DropRepeats.
        replaces: the text that this one took the place of; set by DropRepeats, not stored.
    """

    article_id: str
    key: str
    origin: Origin
    url: str | None
    title: str
    body: str
    authors: tuple[str, ...] = ()
    language: str
    published_at: dt.datetime | None = None
    published_from: PublishedFrom = "unknown"
    fetched_at: dt.datetime
    text_hash: str
    teaser: bool = False
    revision: int = 0
    first_fetched_at: dt.datetime | None = None
    first_published_at: dt.datetime | None = None
    replaces: "Revision | None" = None

    @property
    def source(self) -> str:
        return self.origin.source

    @property
    def event_time(self) -> dt.datetime:
        """When the article entered the news: publication, else fetch."""
        return self.published_at or self.fetched_at

    @property
    def first_event_time(self) -> dt.datetime:
        """When its first text entered the news: not even a later text that is dated changes it."""
        own = None if self.revision else self.published_at
        return self.first_published_at or own or self.first_fetched_at or self.fetched_at


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What became of a text.

    Attributes:
        parts: which parts say something else now.
        removed, added: sentences of the body, at most 20 each; of one over 500 characters, as many
            around where it departs from the other text.
        sentences_removed, sentences_added: how many there are.
        share: of both bodies' sentences together, those that the other body does not have, 0 to 1;
            0 where sentences only moved.
    """

    parts: tuple[Literal["title", "body"], ...]
    removed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    sentences_removed: int = 0
    sentences_added: int = 0
    share: float = 0.0


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A text that an article had before the one that it has now.

    Attributes:
        seen_at: `fetched_at` of this text. replaced_at: `fetched_at` of the text that followed.
        change: what the following text changed.
        claims_dropped, claims_added: claims of this text that the following one does not make, and
            the reverse, at most 20 each; empty where either text was not read for claims.
        late_hash: the text's hash where it came too late to be shown, else "": other texts of the
            article may be of the same moment.
    """

    article_id: str
    revision: int
    url: str | None
    source: str
    title: str
    body: str
    language: str
    seen_at: dt.datetime
    replaced_at: dt.datetime
    change: Change
    claims_dropped: tuple[str, ...] = ()
    claims_added: tuple[str, ...] = ()
    late_hash: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """All that story grouping keeps of an article, of its text without boilerplate: about 1 kB.

    Attributes:
        vector: int8[dim] as bytes: the unit vector of headline and lead times 127, rounded.
        terms: weighted content terms of headline and lead, at most 64 of them, sorted.
        signature: MinHash uint32[128] as bytes over word 5-shingles of the body; b"" for a body of
            fewer than 5 words.
        words: number of words in the body.
        dated: whether `event_time` is when it was published; else it is when it was fetched.
        first_fetched_at: of the article's first text.
        embedding: revision of the model that made the vector; "" where nobody knows.
    """

    article_id: str
    source: str
    language: str
    event_time: dt.datetime
    dated: bool
    fetched_at: dt.datetime
    first_fetched_at: dt.datetime
    revision: int
    vector: bytes
    terms: tuple[tuple[str, float], ...]
    signature: bytes
    words: int
    embedding: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """An article with its fingerprint, on its way into a story."""

    article: Article
    fingerprint: Fingerprint


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Which story an article belongs to, and why.

    Attributes:
        reprint_of: article_id of the article seen first that it nearly copies, else None.
        method: how the decision fell. score: 0 to 1, probability that it tells the same story
            (for `reprint` the estimated share of the shorter text that stands in the longer).
        counterpart: article_id compared with, None for a story's first article.
        first_story_id: the story that it was put in first, where that went into another since;
            moved_at: `Merge.at` of the last such merge. Both set by FollowMerges, else None.
    """

    article_id: str
    fetched_at: dt.datetime
    story_id: str
    reprint_of: str | None
    method: Literal["first", "similar", "reprint", "revision"]
    score: float
    counterpart: str | None
    first_story_id: str | None = None
    moved_at: dt.datetime | None = None

    @property
    def as_of(self) -> dt.datetime:
        """When its place or its text last changed; the version of the article's document."""
        return self.fetched_at if self.moved_at is None else max(self.fetched_at, self.moved_at)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """That two stories were found to be one: the later goes into the earlier, which stays.

    Attributes:
        story_id: the later story; into: the earlier one, by when their first articles were fetched.
        score: the stories' agreement, 0 to 1, see `transforms.stories.agreement`.
        counterpart: article_id of the article that told both, and so had them compared.
        at: its `fetched_at`.
        articles: ids of all articles that go along, in order of time, at most 5000; () in what is
            told of one article or story.
        former: ids of stories that went into the later one before, and now go along, at most 500;
            () in what is told of one.
    """

    story_id: str
    into: str
    score: float
    counterpart: str
    at: dt.datetime
    articles: tuple[str, ...] = ()
    former: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PlacedArticle:
    """An article with its place among the stories; what the `articles` family is made from."""

    article: Article
    placement: Placement
    fingerprint: Fingerprint

    @property
    def starts_story(self) -> bool:
        """Whether it is the first text of an article, and nothing was in its story before it."""
        moved = self.placement.moved_at is not None
        return self.placement.method == "first" and not moved and self.article.revision == 0


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One check-worthy sentence of an article.

    Attributes:
        text: the sentence as printed: `article.body[start:end]`.
        start, end: its place in the article's body, in characters.
        score: calibrated probability that it is check-worthy, 0 to 1.
        speaker: who says it, "" where the outlet does or nobody is named.
        quoted: True where the sentence stands in quote marks.
        same_as: claim_id of the first claim of the story that says it (its own where it is the
            first); set by LinkClaims.
        dropped_at: `fetched_at` of the first text of the article that no longer makes it; None
            while it is current; set by CountStances.
        moved_at: `Merge.at` where its article was moved to another story; set by FollowMerges.
        model, model_revision, threshold: what judged it.
        uncertain: the score is one at which the model is right too rarely: neither a claim nor not.
    """

    claim_id: str
    article_id: str
    story_id: str
    text: str
    start: int
    end: int
    score: float
    speaker: str = ""
    quoted: bool = False
    same_as: str
    language: str
    source: str
    url: str | None
    title: str
    published_at: dt.datetime | None
    fetched_at: dt.datetime
    model: str
    model_revision: str
    threshold: float
    uncertain: bool = False
    dropped_at: dt.datetime | None = None
    moved_at: dt.datetime | None = None

    @property
    def as_of(self) -> dt.datetime:
        """When its text was fetched, or its story changed, whichever was later."""
        return self.fetched_at if self.moved_at is None else max(self.fetched_at, self.moved_at)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A placed article with its claims; reprints and languages without a model have none.

    Attributes:
        claims_note: "" or why there are no claims: `reprint`, `language fi has no claim model`.
        dropped: claims of the text that this one replaced, and that it does not make: their ids.
        replaced: that text, with its claims held against the new one's.
        former: where the article was moved to another story, the claims of its older texts: their
            ids, which move along; set by FollowMerges.
        left: this text is in another story, and told to the one that the text before was in; set by
            FollowMerges.
    """

    placed: PlacedArticle
    claims: tuple[Claim, ...]
    claims_note: str = ""
    dropped: tuple[str, ...] = ()
    replaced: Revision | None = None
    former: tuple[str, ...] = ()
    left: bool = False


class Sentence(NamedTuple):
    """A sentence, and its place in the body that it stands in, in characters."""

    text: str
    start: int
    end: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A claim and a passage of another article of its story, to be judged.

    Attributes:
        story_headline: the title of the story's earliest original, of those known by then.
        passage: text that the model reads beside the claim.
        evidence, start, end: the sentence that says it, and its place in the other article's body,
            in characters; set by ClassifyStances, the nearest to the claim until then.
        candidates: sentences of the passage, one of which says it; empty when that is decided.
        refuting: whether the other article says again and again that something is untrue.
    """

    claim: Claim
    story_headline: str
    article_id: str
    source: str
    url: str | None
    title: str
    published_at: dt.datetime | None
    fetched_at: dt.datetime
    passage: str
    evidence: str
    start: int
    end: int
    candidates: tuple[Sentence, ...] = ()
    refuting: bool = False

    def __setstate__(self, state: list[Any]) -> None:
        """Takes the fields in order; a savepoint from before the last of them lacks these."""
        fields = dataclasses.fields(self)
        for field, value in zip(fields, state, strict=False):
            object.__setattr__(self, field.name, value)
        for field in fields[len(state) :]:
            object.__setattr__(self, field.name, field.default)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Stance:
    """What another article of the story says to a claim; `unrelated` is not kept.

    Attributes:
        scores: calibrated probabilities of supports, denies, discusses, unrelated, in this order.
        uncertain: the label is the likeliest one, but the model is right too rarely where it is so
            sure: it counts as nothing.
        dropped_at: `fetched_at` of the first text of the other article that no longer says it;
            None while it is current; set by CountStances.
    """

    stance_id: str
    pair: Pair
    label: Label
    score: float
    scores: tuple[float, float, float, float]
    model: str
    model_revision: str
    uncertain: bool = False
    dropped_at: dt.datetime | None = None

    @property
    def as_of(self) -> dt.datetime:
        """The newest of the times that it depends on; the document's version."""
        claim = self.pair.claim
        times = (self.pair.fetched_at, self.dropped_at, claim.as_of, claim.dropped_at)
        return max(time for time in times if time is not None)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class NewText:
    """That an article which made a claim, or spoke to it, has a newer text that may not.

    Attributes:
        claim_id: the claim. article_id: the article.
        source, title, published_at, fetched_at: of its newer text.
        standing: sentences that spoke to the claim and go on doing so, at their places in the newer
            text; () where it makes the claim no more, or is judged anew.
    """

    claim_id: str
    article_id: str
    source: str
    title: str
    published_at: dt.datetime | None
    fetched_at: dt.datetime
    standing: tuple[Sentence, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class MovedClaim:
    """That a claim of an article's older text followed its article into another story."""

    claim_id: str
    story_id: str
    moved_at: dt.datetime


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ClaimCounts:
    """How many sources support, deny and discuss a claim; a source counts once a label.

    Only current stances that are sure count; those on a claim that its article dropped count on.
    The claim's own source counts where it denies or discusses it, not where it supports it.

    Attributes:
        as_of: newest `fetched_at` of all texts counted or dropped, or when the claim was moved; the
            document's version.
    """

    claim: Claim
    supporting: int
    denying: int
    discussing: int
    as_of: dt.datetime


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """An event as it develops.

    Attributes:
        headline: title of the earliest original. sources: outlets' names, sorted.
        method, score: of the last join. as_of: newest `fetched_at` counted, or `Merge.at`; the
            version.
        merge: where it went into another; the rest is then as it was before.
    """

    story_id: str
    language: str
    headline: str
    first_seen: dt.datetime
    last_seen: dt.datetime
    sources: tuple[str, ...]
    articles: int
    reprints: int
    claims: int
    method: str
    score: float
    as_of: dt.datetime
    merge: Merge | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a URL or a file record ended. One document for each `key`.

    Attributes:
        key: `schemas.ids.record_key`. step: the transform that decided.
        reason: free text, e.g. `HTTP 404`, `language fi has no claim model`.
        article_id: "" where no article came of it.
        passing: of `fetch_failed`, whether it may mend itself: no answer, or the server's fault.
    """

    key: str
    origin: Origin
    url: str | None
    outcome: OutcomeName
    step: str
    reason: str = ""
    article_id: str = ""
    passing: bool = False
    at: dt.datetime


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """What a step could not take, with enough to replay it.

    Attributes:
        key: the ledger's key where it is a URL or file record, else an id of the document refused.
        error: class name of the typed error. message: which record, why, how to mend it.
        payload: the input or its start, at most `MAX_PAYLOAD_CHARS`; a refused document as a whole.
        replay: how to send it again: the URL or file record is read anew, or the document in
            `payload` is written anew; `no` where neither helps.
    """

    key: str
    origin: Origin
    url: str | None
    step: str
    error: str
    message: str
    payload: str
    replay: Literal["url", "file", "document", "no"]
    at: dt.datetime


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class FeedStatus:
    """A feed after a poll; also the poll state that the next run starts from.

    Attributes:
        status: `ok`, `not_modified`, `failing`, `gone` (410 for a day), `unreadable`;
            `paused` and `removed` where the list of feeds says so.
        interval_s: until the next poll.
        quiet: why nothing new came: "" | `nothing new` | `not modified` | `parsed empty` |
            `failing: ...` | `blocked: ...` | `unreadable: ...` | ...
        silent: nothing new came for much longer than is this feed's habit; `quiet` says why.
        habit_s: how far apart its news usually come, 0 where not known yet.
        problem: "" or what is wrong with its last body, which could be read nevertheless.
        state: JSON of the poll state (ETag, Last-Modified, seen ids), opaque to the index.
    """

    feed: str
    source: str
    status: PollStatus
    http_status: int
    last_poll: dt.datetime
    last_success: dt.datetime | None
    last_new_item: dt.datetime | None
    interval_s: float
    failures: int
    items: int
    new_items: int
    quiet: str
    silent: bool = False
    habit_s: float = 0.0
    problem: str = ""
    state: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One document of one family, ready for a sink.

    Attributes:
        family: `articles`, `revisions`, `claims`, `stances`, `stories`, `outcomes`, `rejected`,
            `feeds`.
        month: `2026.11` for families in monthly indices, "" for those in one index.
        version: external version, in milliseconds since 1970 for all that follow an article's
            text; a higher one wins, an equal one is written again.
        source: the document as JSON, serialised once.
        key: the ledger's key of the record that it was made of, for a refusal's outcome.
    """

    family: str
    id: str
    month: str
    version: int
    source: bytes
    key: str = ""
