"""A proxy on loopback between client and Elasticsearch that fails as it is told."""

import contextlib
import email.utils
import gzip
import http.client
import http.server
import json
import random
import threading
import time
import urllib.parse
from collections import Counter
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple, get_args

from tests.serving import serving

Kind = Literal["status", "drop_before", "drop_after", "cut", "busy_items", "delay", "stall"]


class Fault(NamedTuple):
    """What happens to the next bulk request.

    Attributes:
        kind: `status`: answered with `status` and `headers`, not passed on; `drop_before`,
            `drop_after`: the connection breaks before or after the request went through; `cut`:
            half of the answer; `busy_items`: every second item is answered 429 and not passed on;
            `delay`, `stall`: the request waits `seconds` before, the answer after it goes through.
    """

    kind: Kind
    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    seconds: float = 0.0


def random_faults(seed: int, share: float) -> Iterator[Fault | None]:
    """Yields faults of all kinds without end, in `share` (0 to 1) of the requests."""
    chance = random.Random(seed)
    while True:
        yield _random_fault(chance) if chance.random() < share else None


def _random_fault(chance: random.Random) -> Fault:
    kind = chance.choice(get_args(Kind))
    soon = email.utils.formatdate(time.time() + 1, usegmt=True)
    headers = chance.choice([(), (("Retry-After", "1"),), (("Retry-After", soon),)])
    return Fault(kind, chance.choice([429, 503]), headers, chance.uniform(0.0, 0.5))


class FaultProxy(http.server.ThreadingHTTPServer):
    """Passes requests on; those to `faulty` take the next of `faults`, while there are any.

    A server that is down is a connection that breaks.

    Attributes:
        faulty: how the paths of the requests begin that may fail.
        largest_body: bulk requests that are larger are answered 413.
        bulks: the number of documents of each bulk request that came.
        taken: how often each kind of fault happened.
    """

    def __init__(self, target: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.target = urllib.parse.urlsplit(target)
        self.faults: Iterator[Fault | None] = iter(())
        self.faulty = "/_bulk"
        self.taken: Counter[str] = Counter()
        self._lock = threading.Lock()
        self.largest_body = 1 << 40
        self.bulks: list[int] = []

    def next_fault(self) -> Fault | None:
        """What happens to the request that has just come."""
        with self._lock:
            fault = next(self.faults, None)
            if fault:
                self.taken[fault.kind] += 1
            return fault

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


@contextlib.contextmanager
def fault_proxy(target: str) -> Iterator[FaultProxy]:
    """Runs a proxy before `target`."""
    with FaultProxy(target) as proxy, serving(proxy):
        yield proxy


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FaultProxy

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        fault = None
        if self.path.startswith("/_bulk"):
            plain = gzip.decompress(body) if self.headers.get("content-encoding") else body
            self.server.bulks.append(plain.count(b"\n") // 2)
            if len(body) > self.server.largest_body:
                return self._answer(413, b"", ())
        if self.path.startswith(self.server.faulty):
            fault = self.server.next_fault()
        try:
            if fault is None:
                return self._answer(*self._passed_on(body))
            return self._fail(fault, body)
        except (OSError, http.client.HTTPException):
            self.close_connection = True

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _handle  # noqa: N815

    def _passed_on(self, body: bytes) -> tuple[int, bytes, tuple[tuple[str, str], ...]]:
        target = self.server.target
        connection = http.client.HTTPConnection(str(target.hostname), target.port, timeout=120)
        headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
        connection.request(self.command, self.path, body, headers)
        response = connection.getresponse()
        kept = ("content-type", "x-elastic-product")
        named = tuple((n, v) for n, v in response.getheaders() if n.lower() in kept)
        answer = response.status, response.read(), named
        connection.close()
        return answer

    def _fail(self, fault: Fault, body: bytes) -> None:
        match fault.kind:
            case "status":
                self._answer(fault.status, b"busy", fault.headers)
            case "drop_before":
                self.close_connection = True
            case "drop_after":
                self._passed_on(body)
                self.close_connection = True
            case "cut":
                status, whole, headers = self._passed_on(body)
                self._answer(status, whole[: len(whole) // 2], headers)
            case "busy_items":
                self._answer_some(body)
            case "delay":
                time.sleep(fault.seconds)
                self._answer(*self._passed_on(body))
            case "stall":
                answer = self._passed_on(body)
                time.sleep(fault.seconds)
                self._answer(*answer)

    def _answer_some(self, body: bytes) -> None:
        lines = body.splitlines(keepends=True)
        pairs = [lines[place : place + 2] for place in range(0, len(lines), 2)]
        del self.headers["content-length"]
        status, answer, headers = self._passed_on(b"".join(b"".join(p) for p in pairs[::2]))
        done = iter(json.loads(answer)["items"])
        busy = {"type": "es_rejected_execution_exception", "reason": "queue is full"}
        items = [
            {"index": {"status": 429, "error": busy}} if place % 2 else next(done)
            for place in range(len(pairs))
        ]
        self._answer(status, json.dumps({"items": items}).encode(), headers)

    def _answer(self, status: int, body: bytes, headers: tuple[tuple[str, str], ...]) -> None:
        self.send_response(status)
        for name, value in (*headers, ("content-length", str(len(body)))):
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
