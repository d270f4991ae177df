"""Lines for the user beside a command's own output."""

import sys


def say(line: str) -> None:
    """Writes a line to standard error, as it is: what it quotes may look like markup.

    By one call, so that an interrupt finds it written or not, and its own line stands apart.
    """
    sys.stderr.write(f"{printable(line)}\n")


def printable(line: str) -> str:
    """Returns a line without what would steer a terminal: addresses and titles are anybody's."""
    return "".join(one if one.isprintable() else " " for one in line)
