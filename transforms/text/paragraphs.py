"""The form of a body: plain text, one paragraph a line."""

import re
import statistics

_BREAK = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff]|[\ud800-\udfff]")
_BLANK = re.compile(r"\n[ \t]*\n")
# An editor or mailer that wraps lines does so at 60 to 80 characters, rarely at 100.
_WRAPPED_CHARS = range(50, 101)
_MAX_HEADLINE_CHARS = 200


def body_text(text: str) -> str:
    """Returns `text` with one paragraph a line, control characters and blank lines dropped.

    Lines that were wrapped at a fixed width are joined again, since a sentence ends with its line.
    Applying it again changes nothing.
    """
    clean = _CONTROL.sub("", _BREAK.sub("\n", text))
    blocks = [_lines(block) for block in _BLANK.split(clean)]
    if _wrapped(blocks):
        blocks = [[" ".join(lines)] for lines in blocks]
    return "\n".join(line for lines in blocks for line in lines if line)


def _lines(block: str) -> list[str]:
    return [" ".join(line.split()) for line in block.split("\n")]


def _wrapped(blocks: list[list[str]]) -> bool:
    """Tells whether the lines before the last of their blocks have about one length."""
    inner = [len(line) for lines in blocks for line in lines[:-1]]
    if len(blocks) < 2 or len(inner) < 5 or max(inner) > _WRAPPED_CHARS[-1]:
        return False
    return statistics.median(inner) in _WRAPPED_CHARS and statistics.pstdev(inner) < 12


def headline_and_text(text: str) -> tuple[str, str]:
    """Splits a plain text: a short first line with a blank line after it is its headline."""
    clean = _BREAK.sub("\n", text).strip("\n \t\ufeff")
    first, _, rest = clean.partition("\n")
    following, _, body = rest.partition("\n")
    if len(first) <= _MAX_HEADLINE_CHARS and not following.strip() and body.strip():
        return " ".join(first.split()), body.strip()
    return "", clean
