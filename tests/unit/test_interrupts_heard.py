"""An interrupt ends the command wherever it falls."""

import subprocess
import sys

# The signal comes while a finalizer runs, whose errors Python reports and drops.
IN_A_FINALIZER = """
import signal, time
from pipeline.interrupts import INTERRUPTS

class Left:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)

INTERRUPTS.hear()
Left()
time.sleep(60)
"""


def test_an_interrupt_within_a_finalizer_is_not_lost() -> None:
    run = subprocess.run(
        [sys.executable, "-c", IN_A_FINALIZER],
        check=False,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert run.stderr.splitlines()[-1] == "KeyboardInterrupt"
