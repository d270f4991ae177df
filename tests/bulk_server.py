"""A server on loopback that takes bulk requests, but for the indices that it is told to fail."""

import contextlib
import http.server
from collections.abc import Callable, Iterator
from typing import Any

import orjson

from tests.serving import ElasticsearchHandler, serving

# What an item ends with: None where it is written, else status and error.
Fails = Callable[[str], tuple[int, str] | None]


class BulkServer(http.server.ThreadingHTTPServer):
    """Keeps the last document of each index and id that is `written`; versions are not compared."""

    def __init__(self, fails: Fails) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.fails = fails
        self.written: dict[tuple[str, str], dict[str, Any]] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def end_of(self, index: str, name: str, document: dict[str, Any]) -> dict[str, Any]:
        """Writes a document, or not; returns its item of the answer."""
        if failed := self.fails(index):
            return {"status": failed[0], "error": {"type": failed[1], "reason": index}}
        self.written[index, name] = document
        return {"status": 200, "result": "created"}


class _Handler(ElasticsearchHandler):
    server: BulkServer

    def do_PUT(self) -> None:  # noqa: N802
        lines = self.rfile.read(int(self.headers["content-length"])).splitlines()
        heads, documents = map(orjson.loads, lines[::2]), map(orjson.loads, lines[1::2])
        items = [
            {"index": self.server.end_of(head["index"]["_index"], head["index"]["_id"], document)}
            for head, document in zip(heads, documents, strict=True)
        ]
        self.answer(orjson.dumps({"items": items}))

    do_POST = do_PUT  # noqa: N815


@contextlib.contextmanager
def bulk_server(fails: Fails) -> Iterator[BulkServer]:
    """Serves until the block ends."""
    with BulkServer(fails) as server, serving(server):
        yield server
