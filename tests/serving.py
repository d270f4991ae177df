"""What the tests' own HTTP servers share: a thread to serve on, and answers as Elasticsearch's."""

import contextlib
import http.server
import socketserver
import threading
from collections.abc import Iterator
from typing import Any


@contextlib.contextmanager
def serving(server: socketserver.BaseServer) -> Iterator[None]:
    """Serves on a thread of its own until the block ends."""
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()


class ElasticsearchHandler(http.server.BaseHTTPRequestHandler):
    """Answers so that the client takes the server for Elasticsearch."""

    def answer(self, body: bytes, status: int = 200) -> None:
        """Sends JSON."""
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("x-elastic-product", "Elasticsearch")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""
