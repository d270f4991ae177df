"""Servers that do not keep to HTTP: bytes and pauses as a test wants them, on a real socket."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator

Talk = Callable[[socket.socket], None]


@contextlib.contextmanager
def bad_server(talk: Talk, robots: Talk | None = None) -> Iterator[str]:
    """Serves `talk` to each connection once its request has come; gives the URL of a page.

    Args:
        robots: what is served for robots.txt, where it is something else.
    """
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=answer, args=(connection,), daemon=True).start()

    def answer(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            asked = b""
            while b"\r\n\r\n" not in asked:
                asked += connection.recv(65_536)
            of_robots = asked.startswith(b"GET /robots.txt ")
            (robots if robots and of_robots else talk)(connection)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/a"
    finally:
        # A blocked `accept` outlives the close; `shutdown` ends it.
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def says(*parts: bytes, pause_s: float = 0.0) -> Talk:
    """Returns a talk of these parts, with a pause after each."""

    def talk(connection: socket.socket) -> None:
        for part in parts:
            connection.sendall(part)
            time.sleep(pause_s)

    return talk


def endless(head: bytes, part: bytes, pause_s: float = 0.0) -> Talk:
    """Returns a talk that says a part again and again, until the client has enough."""

    def talk(connection: socket.socket) -> None:
        connection.sendall(head)
        while True:
            connection.sendall(part)
            time.sleep(pause_s)

    return talk


def resets(head: bytes) -> Talk:
    """Returns a talk that ends with a reset in the middle."""

    def talk(connection: socket.socket) -> None:
        connection.sendall(head)
        linger_s = b"\x01\x00\x00\x00\x00\x00\x00\x00"
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_s)

    return talk
