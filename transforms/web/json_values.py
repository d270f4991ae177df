"""Single values out of strangers' JSON."""


def scalar_text(value: object) -> str:
    """Returns a string, a number or a truth value as text, "" for anything else.

    JSON is read down to 1,024 levels; `str` of a value that deep has no stack left for it.
    """
    return str(value) if isinstance(value, (str, int, float)) else ""
