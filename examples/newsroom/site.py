"""Serves the newsroom on loopback: every outlet on an address of its own, all on one port."""

import contextlib
import email.utils
import http.server
import re
import socketserver
import threading
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

from examples.newsroom.content import World, load_world
from examples.newsroom.feeds import feed_paths, opml
from examples.newsroom.render import Resource, render

DEFAULT_PORT = 8642
_TRIES = 20
_UTM = re.compile(r"(^|&)utm_[a-z]+=[^&]*")


class Request(NamedTuple):
    """One line of the access log."""

    outlet: str
    path: str
    status: int


class NewsSite:
    """The running newsroom.

    Attributes:
        port: the one port of all outlets.
        separate_hosts: whether each outlet has an address of its own; where the system knows one
            loopback address only (macOS), outlets are folders of 127.0.0.1.
        feeds: URLs of all feeds, as `opml` lists them.
        opml: text of the feed list.
        requests: what was asked for, the newest 10,000.
    """

    def __init__(self, port: int = DEFAULT_PORT, *, separate_hosts: bool = True) -> None:
        """Starts serving; `port` 0 takes any that is free.

        Raises:
            OSError: the port is taken.
        """
        self.world: World = load_world()
        self.requests: deque[Request] = deque(maxlen=10_000)
        self._hosts = {o: f"127.0.0.{n}" for n, o in enumerate(self.world.outlets, start=1)}
        self.separate_hosts = separate_hosts and _can_bind(list(self._hosts.values())[-1])
        addresses = list(self._hosts.values()) if self.separate_hosts else ["127.0.0.1"]
        self._servers = _listen(addresses, port, self)
        self.port: int = self._servers[0].server_address[1]
        self.feeds = [self.url(outlet, path) for outlet, path in feed_paths(self.world)]
        self.opml = opml(self.world, self.base_url)
        self._resources = render(self.world, self.base_url, later=False)
        self._threads = [
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
            for server in self._servers
        ]
        for thread in self._threads:
            thread.start()

    def base_url(self, outlet: str) -> str:
        """Returns an outlet's address, without a slash at its end."""
        if self.separate_hosts:
            return f"http://{self._hosts[outlet]}:{self.port}"
        return f"http://127.0.0.1:{self.port}/{outlet}"

    def url(self, outlet: str, path: str) -> str:
        """Returns the URL of `path` as `expected.json` writes it."""
        return self.base_url(outlet) + path

    def publish_corrections(self) -> None:
        """Switches to the later edition: corrected articles and the feeds that tell of them."""
        self._resources = render(self.world, self.base_url, later=True)

    def close(self) -> None:
        """Stops serving; the port is free afterwards."""
        for server in self._servers:
            server.shutdown()
            server.server_close()
        for thread in self._threads:
            thread.join()

    def answer(self, address: str, target: str) -> tuple[str, Resource | None]:
        """Returns the outlet asked and its answer, None where there is nothing."""
        parts = urlsplit(target)
        query = _UTM.sub("", parts.query).strip("&")
        path = parts.path + (f"?{query}" if query else "")
        if self.separate_hosts:
            outlet = next((o for o, host in self._hosts.items() if host == address), "")
        elif path == "/robots.txt":
            return "", self._shared_robots()
        else:
            outlet, _, rest = path.lstrip("/").partition("/")
            path = f"/{rest}"
        return outlet, self._resources.get((outlet, path))

    def _shared_robots(self) -> Resource:
        rules = "".join(f"Disallow: /{outlet}/members/\n" for outlet in self.world.outlets)
        return Resource(body=f"User-agent: *\n{rules}".encode(), content_type="text/plain")


@contextlib.contextmanager
def serve_newsroom(port: int = DEFAULT_PORT, *, separate_hosts: bool = True) -> Iterator[NewsSite]:
    """Serves the newsroom for the length of a `with` block."""
    site = NewsSite(port, separate_hosts=separate_hosts)
    try:
        yield site
    finally:
        site.close()


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], site: NewsSite) -> None:
        self.site = site
        super().__init__(address, _Handler)


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "newsroom"
    sys_version = ""
    # Header and body leave in one packet; else Nagle and delayed ACK cost 40 ms a page.
    wbufsize = -1
    timeout = 30
    server: _Server

    def do_GET(self) -> None:
        address = str(self.server.server_address[0])
        outlet, resource = self.server.site.answer(address, self.path)
        resource = resource or Resource(body=b"Not found\n", status=404, content_type="text/plain")
        status = 304 if self._is_known(resource) else resource.status
        self.server.site.requests.append(Request(outlet, self.path, status))
        self.send_response(status)
        if resource.location:
            self.send_header("Location", resource.location)
        if resource.modified_at:
            self.send_header("ETag", resource.etag)
            modified = email.utils.format_datetime(resource.modified_at, usegmt=True)
            self.send_header("Last-Modified", modified)
        if status != 304:
            self.send_header("Content-Type", resource.content_type)
            self.send_header("Content-Length", str(len(resource.body)))
        self.end_headers()
        if status != 304 and self.command != "HEAD":
            self.wfile.write(resource.body)

    do_HEAD = do_GET  # noqa: N815

    def _is_known(self, resource: Resource) -> bool:
        """Whether the client has this already (RFC 9110, 13.2.2: an ETag goes before a date)."""
        if resource.modified_at is None:
            return False
        if known := self.headers.get("If-None-Match"):
            return resource.etag in known or known.strip() == "*"
        try:
            since = email.utils.parsedate_to_datetime(self.headers.get("If-Modified-Since", ""))
            return resource.modified_at <= since
        except (TypeError, ValueError):
            return False

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: `NewsSite.requests` is the log."""


def _can_bind(address: str) -> bool:
    try:
        socketserver.TCPServer((address, 0), socketserver.BaseRequestHandler).server_close()
    except OSError:
        return False
    return True


def _listen(addresses: list[str], port: int, site: NewsSite) -> list[_Server]:
    """Binds one port on all addresses; a free port on the first may be taken on another."""
    for attempt in range(_TRIES):
        servers: list[_Server] = []
        try:
            for address in addresses:
                chosen = servers[0].server_address[1] if servers else port
                servers.append(_Server((address, chosen), site))
        except OSError:
            for server in servers:
                server.server_close()
            if port or attempt == _TRIES - 1:
                raise
        else:
            return servers
    raise AssertionError("not reached")
