"""How the client asks, and what it answers or raises."""

import dataclasses
import datetime as dt

from transforms.web.addresses import networks

Headers = tuple[tuple[str, str], ...]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class FetchConfig:
    """How feeds and pages are asked for.

    Attributes:
        contact: URL or mail address for the User-Agent, so that an outlet can complain.
        host_delay_s: pause between requests to one host; robots' Crawl-delay may lengthen it.
        allow_networks: CIDR names of private networks that may be asked.
        max_bytes: cap on a body after decompression; a longer one is a failure.
        timeout_s: cap on one attempt, from connecting to the last byte.
        attempts: how often a passing failure (timeout, reset, 429, 502, 503, 504) is tried.
        backoff_s: pause before the second attempt; doubled for each further one.
        max_wait_s: longest Retry-After and Crawl-delay that is waited for.
        page_retry_s: pause before a stream asks once more for a page whose attempts failed; doubled
            for each further time (`transforms.web.page_retries`).
        obey_robots: for pages; feeds are published for machines, and named by the operator.
        concurrency: requests under way at a time, over all hosts; dead hosts hold places, too,
            until their timeouts.
    """

    contact: str = ""
    host_delay_s: float = 1.0
    allow_networks: tuple[str, ...] = ()
    max_bytes: int = 10 * 2**20
    timeout_s: float = 30.0
    attempts: int = 3
    backoff_s: float = 1.0
    max_wait_s: float = 30.0
    page_retry_s: float = 300.0
    max_redirects: int = 10
    obey_robots: bool = True
    concurrency: int = 256

    def __post_init__(self) -> None:
        networks(self.allow_networks)
        positive = (
            self.max_bytes,
            self.timeout_s,
            self.attempts,
            self.page_retry_s,
            self.concurrency,
        )
        if min(positive) <= 0 or min(self.host_delay_s, self.backoff_s, self.max_wait_s) < 0:
            raise ValueError("caps, timeouts and attempts must be above 0, pauses not below 0")

    @property
    def user_agent(self) -> str:
        """`Newsbeam/0.1 (+https://...)`; robots.txt names us `Newsbeam`."""
        return f"Newsbeam/0.1 (+{self.contact})" if self.contact else "Newsbeam/0.1"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """An answer with status 200 or 304.

    Attributes:
        requested_url, url: first and final URL.
        moved_url: where 301 and 308 alone led, "" where the address still holds.
        headers: of the final answer, in order. body: decoded; b"" for 304.
    """

    requested_url: str
    url: str
    moved_url: str
    status: int
    headers: Headers
    body: bytes
    fetched_at: dt.datetime


class NotFetched(Exception):  # noqa: N818 (the outcome's name)
    """We did not ask: refused scheme or address, or robots.txt."""

    def __init__(self, reason: str, url: str, at: dt.datetime) -> None:
        super().__init__(reason, url, at)
        self.reason, self.url, self.at = reason, url, at


class FetchFailed(Exception):  # noqa: N818 (the outcome's name)
    """We asked, and got nothing that we can take.

    Attributes:
        reason: `HTTP 404`, `no answer within 30 s`, `more than 10485760 bytes`, ...
        status: HTTP status, 0 where no answer came. url: the last one asked.
        retry_after_s: how long the server wants us to wait, None where it does not say.
    """

    def __init__(  # noqa: PLR0917 (pickling gives all to `super` by position)
        self,
        reason: str,
        url: str,
        at: dt.datetime,
        status: int = 0,
        headers: Headers = (),
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(reason, url, at, status, headers, retry_after_s)
        self.reason, self.url, self.at = reason, url, at
        self.status, self.headers, self.retry_after_s = status, headers, retry_after_s


class PassingFailure(FetchFailed):
    """A failure that another attempt may not meet."""


def header(headers: Headers, name: str) -> str:
    """Returns the first value of a header (`name` in lower case), "" where there is none."""
    return next((value for key, value in headers if key.lower() == name), "")
