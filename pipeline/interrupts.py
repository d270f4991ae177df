"""An interrupted command ends in one line, whatever its runner would say."""

import logging
import signal
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
        self._next(number, frame)


def _say_nothing(_: threading.ExceptHookArgs) -> None:
    pass


INTERRUPTS = Interrupts()
