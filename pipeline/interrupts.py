"""An interrupted command ends in one line, whatever its runner would say."""

import atexit
import logging
import os
import signal
import sys
import threading
from types import FrameType
from typing import Any, NoReturn, TextIO, cast


class Interrupts:
    """Hears of an interrupt (SIGINT, SIGTERM, SIGHUP) before all others do.

    When a runner goes away, its threads print tracebacks, and what the interrupt raised within a
    transform comes out of Beam as some other error. The other two are taken for a SIGINT: unheard,
    they would leave behind a runner that the command has started, and its temporary files; and as
    the first process of a container the command would not end at all.

    Attributes:
        heard: the signal by which the command has been interrupted; 0 for none.
    """

    def __init__(self) -> None:
        self.heard = 0
        self._next: Any = signal.default_int_handler

    def hear(self) -> None:
        """Puts itself before the handler that is there; Beam puts its own on top with Prism.

        Where interrupts are ignored, as of commands that a script starts beside itself, they stay
        so, and threads other than the main one hear nothing.
        """
        if threading.current_thread() is not threading.main_thread():
            return
        there = signal.getsignal(signal.SIGINT)
        if callable(there) and there != self._interrupted:
            self._next = there
            signal.signal(signal.SIGINT, self._interrupted)
        for number in (signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) == signal.SIG_DFL:
                signal.signal(number, self._interrupted)

    def _interrupted(self, number: int, frame: FrameType | None) -> None:
        self.heard = number
        logging.disable()
        threading.excepthook = _say_nothing
        sys.unraisablehook = self._interrupt_again
        sys.stderr = cast(TextIO, _MainThreads(sys.stderr))
        # Beam's handler calls the one that it found, which is this: then it is Python's turn.
        after, self._next = self._next, signal.default_int_handler
        try:
            after(number, frame)
        finally:
            self._next = after

    def _interrupt_again(self, ignored: "sys.UnraisableHookArgs") -> None:
        """Brings back an interrupt that Python dropped, as it drops what a finalizer raises.

        A run that lost it went on to its end (1 interrupt in some 60 of an in-process backfill). It
        comes from a thread and a little later, since this function's own errors are dropped too.
        """
        if issubclass(ignored.exc_type, KeyboardInterrupt):
            main = threading.main_thread().ident
            again = threading.Timer(0.1, signal.pthread_kill, (main, self.heard))
            again.daemon = True
            again.start()


class _MainThreads:
    """Standard error for the main thread alone: on others Beam prints why a bundle failed."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        if threading.current_thread() is threading.main_thread():
            return self._stream.write(text)
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def leave(status: int) -> NoReturn:
    """Ends the process as an interrupt asks, whatever its graph's threads still do.

    Python would join their pools before all else, and a request to a silent cluster takes minutes.
    Nothing is lost that a kill would not take. What is registered for the end is done: Beam so ends
    a runner that it has started.
    """
    try:
        atexit._run_exitfuncs()
    finally:
        os._exit(status)


def _say_nothing(_: threading.ExceptHookArgs) -> None:
    pass


INTERRUPTS = Interrupts()
