"""One request: the connection, the answer's head and its body, each within its cap."""

import asyncio
import datetime as dt
import ssl
from collections.abc import Callable, Mapping

import aiohttp

from transforms.times import retry_after_s
from transforms.web.addresses import (
    GuardedResolver,
    RefusedAddress,
    guarded_sockets,
    networks,
)
from transforms.web.http_config import (
    FetchConfig,
    FetchFailed,
    Headers,
    NotFetched,
    PassingFailure,
    Response,
    header,
)

REDIRECTS = frozenset((301, 302, 303, 307, 308))
_PASSING = frozenset((408, 425, 429, 502, 503, 504))
_ENCODINGS = frozenset(("", "identity", "gzip", "deflate", "br", "zstd"))
_CHUNK_BYTES = 65_536
_MAX_HEADER_CHARS = 16_384


class Requester:
    """Asks for one URL, follows nothing and waits for nobody. Belongs to one event loop.

    No cookies, no credentials, no proxies from the environment.
    """

    def __init__(self, config: FetchConfig, now: Callable[[], dt.datetime]) -> None:
        self._config = config
        self._now = now
        allowed = networks(config.allow_networks)
        connector = aiohttp.TCPConnector(
            resolver=GuardedResolver(allowed), socket_factory=guarded_sockets(allowed), limit=0
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": config.user_agent},
            timeout=aiohttp.ClientTimeout(total=None),
        )

    async def close(self) -> None:
        """Closes the connections."""
        await self._session.close()

    async def ask(self, url: str, headers: Mapping[str, str], types: tuple[str, ...]) -> Response:
        """Returns the answer of status 200 or 304, or a redirect.

        Raises:
            NotFetched, FetchFailed: what aiohttp raises and servers refuse, in our two errors.
        """
        try:
            async with asyncio.timeout(self._config.timeout_s):
                return await self._request(url, headers, types)
        except TimeoutError as error:
            raise self._passing(f"no answer within {self._config.timeout_s:g} s", url) from error
        except aiohttp.ClientConnectorError as error:
            raise self._unconnected(error, url) from error
        except (aiohttp.InvalidURL, UnicodeError) as error:
            raise NotFetched(f"unusable URL: {error}"[:300], url, self._now()) from error
        except ssl.SSLError as error:
            raise self._failed(f"TLS: {error}"[:300], url) from error
        except aiohttp.ClientResponseError as error:
            raise self._failed(f"bad HTTP: {error}"[:300], url) from error
        except (aiohttp.ClientError, OSError) as error:
            raise self._passing(f"{type(error).__name__}: {error}"[:300], url) from error

    async def _request(
        self, url: str, headers: Mapping[str, str], types: tuple[str, ...]
    ) -> Response:
        async with self._session.get(url, headers=headers, allow_redirects=False) as answer:
            kept = _bounded(answer)
            if answer.status not in (200, 304) and answer.status not in REDIRECTS:
                raise self._refusal(answer, kept, url)
            self._check_type(answer, kept, types, url)
            self._check_encoding(answer, kept, url)
            return Response(
                requested_url=url,
                url=url,
                moved_url="",
                status=answer.status,
                headers=kept,
                body=await self._body(answer, kept, url) if answer.status == 200 else b"",
                fetched_at=self._now(),
            )

    def _unconnected(
        self, error: aiohttp.ClientConnectorError, url: str
    ) -> NotFetched | FetchFailed:
        if isinstance(error.os_error, RefusedAddress):
            return NotFetched(str(error.os_error), url, self._now())
        if isinstance(error, aiohttp.ClientConnectorDNSError):
            return self._passing(f"name not resolved: {error.host}", url)
        if isinstance(error, aiohttp.ClientSSLError):
            return self._failed(f"TLS: {error}"[:300], url)
        return self._passing(f"{type(error).__name__}: {error}"[:300], url)

    def _refusal(self, answer: aiohttp.ClientResponse, kept: Headers, url: str) -> FetchFailed:
        kind = PassingFailure if answer.status in _PASSING else FetchFailed
        at = self._now()
        wait_s = retry_after_s(answer.headers.get("Retry-After", ""), at)
        return kind(f"HTTP {answer.status}", url, at, answer.status, kept, wait_s)

    def _check_type(
        self, answer: aiohttp.ClientResponse, kept: Headers, types: tuple[str, ...], url: str
    ) -> None:
        told = header(kept, "content-type").strip().lower()
        if answer.status == 200 and types and told and not told.startswith(types):
            raise FetchFailed(f"content type {told[:100]}", url, self._now(), 200, kept)

    def _check_encoding(self, answer: aiohttp.ClientResponse, kept: Headers, url: str) -> None:
        """Refuses what aiohttp hands on undecoded: unknown encodings, and several on one body."""
        told = answer.headers.get("Content-Encoding", "").strip().lower()
        if answer.status == 200 and told not in _ENCODINGS:
            reason = f"content encoding {told[:100]}"
            raise FetchFailed(reason, url, self._now(), answer.status, kept)

    async def _body(self, answer: aiohttp.ClientResponse, kept: Headers, url: str) -> bytes:
        """Reads until the end or the cap; what is read is decompressed a piece at a time."""
        body = bytearray()
        async for chunk in answer.content.iter_chunked(_CHUNK_BYTES):
            body += chunk
            if len(body) > self._config.max_bytes:
                reason = f"more than {self._config.max_bytes} bytes"
                raise FetchFailed(reason, url, self._now(), answer.status, kept)
        return bytes(body)

    def _failed(self, reason: str, url: str) -> FetchFailed:
        return FetchFailed(reason, url, self._now())

    def _passing(self, reason: str, url: str) -> PassingFailure:
        return PassingFailure(reason, url, self._now())


def _bounded(answer: aiohttp.ClientResponse) -> Headers:
    """Returns the headers in order, as many as an archive's reader will take."""
    kept: list[tuple[str, str]] = []
    chars = 0
    for name, value in answer.headers.items():
        chars += len(name) + len(value)
        if chars > _MAX_HEADER_CHARS:
            break
        kept.append((name, value))
    return tuple(kept)
