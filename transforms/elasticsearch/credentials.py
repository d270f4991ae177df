"""Who we are to the cluster: secrets that are read on the worker and kept nowhere else."""

import base64
import os
import pathlib
from typing import Any

API_KEY = "NEWSBEAM_ELASTICSEARCH_API_KEY"
BEARER_TOKEN = "NEWSBEAM_ELASTICSEARCH_BEARER_TOKEN"  # noqa: S105 (a name, not the secret)
USERNAME = "NEWSBEAM_ELASTICSEARCH_USERNAME"
PASSWORD = "NEWSBEAM_ELASTICSEARCH_PASSWORD"  # noqa: S105
_NAMES = (API_KEY, BEARER_TOKEN, USERNAME, PASSWORD)


def credentials(secrets_file: str | None) -> dict[str, Any]:
    """Returns the client's options for one of: an API key, a bearer token, a user with password.

    Args:
        secrets_file: file of `NAME=value` lines, names as in the environment; None for the
            environment.
    Raises:
        ValueError: half a secret, two of them, a key or token that cannot be sent, a file that
            cannot be read or names none of them; no value is shown.
    """
    secrets = _secrets(secrets_file)
    key, token, user, password = (secrets.get(name) for name in _NAMES)
    if bool(user) != bool(password):
        raise ValueError(f"{USERNAME} and {PASSWORD} belong together; one of them is missing")
    if sum(map(bool, (key, token, user))) > 1:
        names = " and ".join(name for name in _NAMES if name in secrets)
        raise ValueError(f"{names} are set; keep one way to sign in")
    if key:
        return {"api_key": _sendable(API_KEY, key)}
    if token:
        return {"bearer_auth": _sendable(BEARER_TOKEN, token)}
    return {"basic_auth": _basic(user, password)} if user and password else {}


def _basic(user: str, password: str) -> str:
    """Returns both as they are sent, in UTF-8: the client itself would take only ASCII."""
    both = f"{user}:{password}".encode("utf-8", "surrogateescape")
    return base64.b64encode(both).decode()


def _sendable(name: str, value: str) -> str:
    """Returns a key or token without the line break that a file's content ends in.

    Raises:
        ValueError: the client would refuse it, and show it.
    """
    bare = value.strip()
    if not (bare.isascii() and bare.isprintable()):
        raise ValueError(f"{name} holds a line break or a letter that no key has; copy it anew")
    return bare


def _secrets(file: str | None) -> dict[str, str]:
    if file is None:
        found = {name: os.environ.get(name, "").rstrip("\r\n") for name in _NAMES}
    else:
        try:
            text = pathlib.Path(file).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise ValueError(f"the secrets file {file} cannot be read: {_why(error)}") from error
        pairs = (line.partition("=") for line in text.splitlines() if not line.startswith("#"))
        found = {name.strip(): value.strip() for name, _, value in pairs}
        if not any(found.get(name) for name in _NAMES):
            raise ValueError(
                f"the secrets file {file} has no line NAME=value with one of {', '.join(_NAMES)}"
            )
    return {name: value for name, value in found.items() if name in _NAMES and value}


def _why(error: OSError | UnicodeDecodeError) -> str:
    # A UnicodeDecodeError would show what it could not read.
    return str(error.strerror) if isinstance(error, OSError) else "it is no UTF-8 text"
