"""Lines for the user beside a command's own output."""

import sys


def say(line: str) -> None:
    """Writes a line to standard error, to the letter: what it quotes may look like markup.

    By one call, so that an interrupt finds it written or not, and its own line stands apart.
    """
    sys.stderr.write(f"{line}\n")
