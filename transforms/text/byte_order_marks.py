"""What Unicode texts may begin with, before anything else is known of them."""

import codecs
import re

UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def head_in_ascii(head: bytes) -> bytes:
    """What markup or JSON begins with, white space left out, as near to ASCII as it goes.

    Byte order marks and UTF-16 are undone: enough to tell what a file is.
    """
    if head.startswith(UTF_16):
        return head[2:].replace(b"\x00", b"").lstrip()
    return head.removeprefix(codecs.BOM_UTF8).lstrip()


def is_binary(head: bytes) -> bool:
    """Tells what is no text by its control characters, once `head_in_ascii` has undone UTF-16."""
    return len(_CONTROLS.findall(head)) > len(head) // 100
