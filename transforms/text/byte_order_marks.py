"""What Unicode texts may begin with, before anything else is known of them."""

import codecs

UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def head_in_ascii(head: bytes) -> bytes:
    """What markup or JSON begins with, white space left out, as near to ASCII as it goes.

    Byte order marks and UTF-16 are undone: enough to tell what a file is.
    """
    if head.startswith(UTF_16):
        return head[2:].replace(b"\x00", b"").lstrip()
    return head.removeprefix(codecs.BOM_UTF8).lstrip()
