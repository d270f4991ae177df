"""An interrupted command ends in one line, whatever its runner would say."""

import logging
import signal
import sys
import threading
from types import FrameType
from typing import Any


class Interrupts:
    """Hears of an interrupt (SIGINT) before all others do.

    When a runner goes away, its threads print tracebacks, and what the interrupt raised within a
    transform comes out of Beam as some other error.

    Attributes:
        heard: whether the command has been interrupted.
    """

    def __init__(self) -> None:
        self.heard = False
        self._next: Any = None

    def hear(self) -> None:
        """Puts itself before the handler that is there; Beam puts its own on top with Prism.

        Where interrupts are ignored, as of commands that a script starts beside itself, they stay
        so, and threads other than the main one hear nothing.
        """
        there = signal.getsignal(signal.SIGINT)
        if threading.current_thread() is not threading.main_thread() or there == self._interrupted:
            return
        if callable(there):
            self._next = there
            signal.signal(signal.SIGINT, self._interrupted)

    def _interrupted(self, number: int, frame: FrameType | None) -> None:
        self.heard = True
        logging.disable()
        threading.excepthook = _say_nothing
        sys.unraisablehook = _interrupt_again
        self._next(number, frame)


def _say_nothing(_: threading.ExceptHookArgs) -> None:
    pass


def _interrupt_again(ignored: "sys.UnraisableHookArgs") -> None:
    """Brings back an interrupt that Python dropped, as it drops what a finalizer raises.

    A run that lost it went on to its end (1 interrupt in some 60 of an in-process backfill). It
    comes from a thread and a little later, since this function's own errors are dropped too.
    """
    if issubclass(ignored.exc_type, KeyboardInterrupt):
        main = threading.main_thread().ident
        again = threading.Timer(0.1, signal.pthread_kill, (main, signal.SIGINT))
        again.daemon = True
        again.start()


INTERRUPTS = Interrupts()
