"""An Elasticsearch with security and TLS on, its authority and its users made for the tests."""

import base64
import contextlib
import hashlib
import json
import pathlib
import secrets
import ssl
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import trustme

from deploy import common
from deploy.elasticsearch.server import Server
from deploy.elasticsearch.temporary import temporary_server

Role = Mapping[str, Any]
ADMIN, ADMIN_PASSWORD = "admin", "only-for-tests"
_SETTINGS = {
    "xpack.security.enabled": True,
    "xpack.security.autoconfiguration.enabled": False,
    "xpack.security.enrollment.enabled": False,
    "xpack.security.http.ssl.enabled": True,
    "xpack.security.http.ssl.key": "http.key",
    "xpack.security.http.ssl.certificate": "http.pem",
    "xpack.security.http.ssl.certificate_authorities": "ca.pem",
    # How often files of users and roles are looked at; the usual 5 s would be waited for.
    "resource.reload.interval.high": "200ms",
}


class SecuredElasticsearch:
    """A running server that knows its users by file.

    Attributes:
        url: `https://localhost:port`; the certificate is for localhost, not for 127.0.0.1.
        ca_certs: file of the certificate of the authority, PEM.
        authority: signs certificates for more servers, and for clients.
        users: what the server keeps of each user's password, by name.
        server: to stop it, kill it and start it.
    """

    def __init__(self, server: Server, authority: trustme.CA, ca_certs: pathlib.Path) -> None:
        self.server = server
        self.url = server.url
        self.authority = authority
        self.ca_certs = str(ca_certs)
        self.users: dict[str, str] = {}
        self._roles: dict[str, Role] = {}
        self._roles_of: dict[str, list[str]] = {}

    def add_user(self, name: str, password: str, roles: Mapping[str, Role]) -> None:
        """Adds a user with these roles, or changes them, and waits until the server knows.

        Args:
            roles: the body of each role by its name, as the server's role API takes it; a name
                that exists gets the new body, for all of its users.
        Raises:
            TimeoutError: the server did not take them, within 20 s.
        """
        self._roles.update(roles)
        self._roles_of[name] = list(roles)
        self.users[name] = _hashed(password)
        self.write_users()
        wanted = _grants(roles.values())
        _wait_until(lambda: self._grants_of(name, password) == wanted)

    def write_users(self) -> None:
        """Writes the files of users and roles, which the server reads by itself."""
        config = self.server.config
        # One role a line: the server cuts the file at lines that do not begin with a blank.
        _write(config / "roles.yml", [f"{k}: {json.dumps(v)}" for k, v in self._roles.items()])
        members: dict[str, list[str]] = {"superuser": [ADMIN]}
        for user, roles in self._roles_of.items():
            for role in roles:
                members.setdefault(role, []).append(user)
        _write(config / "users_roles", [f"{k}:{','.join(v)}" for k, v in members.items()])
        users = {ADMIN: _hashed(ADMIN_PASSWORD), **self.users}
        _write(config / "users", [f"{k}:{v}" for k, v in users.items()])

    def add_service_token(self, account: str, name: str) -> str:
        """Returns a new bearer token of a service account, e.g. `elastic/fleet-server`."""
        secret = secrets.token_urlsafe(16)
        file = self.server.config / "service_tokens"
        lines = file.read_text().splitlines() if file.exists() else []
        _write(file, [*lines, f"{account}/{name}:{_hashed(secret)}"])
        plain = b"\0\1\0\1" + f"{account}/{name}:{secret}".encode()
        token = base64.b64encode(plain).decode()
        _wait_until(lambda: self.ask("/_security/_authenticate", f"Bearer {token}") is not None)
        return token

    def ask(self, path: str, authorization: str) -> Any:
        """Returns the server's answer to GET `path`, None where it refuses."""
        request = urllib.request.Request(f"{self.url}{path}")
        request.add_header("Authorization", authorization)
        trust = ssl.create_default_context(cafile=self.ca_certs)
        try:
            with urllib.request.urlopen(request, timeout=10, context=trust) as response:
                return json.load(response)
        except urllib.error.HTTPError:
            return None

    def _grants_of(self, name: str, password: str) -> set[tuple[str, ...]] | None:
        answer = self.ask("/_security/user/_privileges", basic(name, password))
        return None if answer is None else _grants([answer])


def _wait_until(known: Callable[[], bool], limit_s: float = 20) -> None:
    end = time.monotonic() + limit_s
    while not known():
        if time.monotonic() > end:
            raise TimeoutError(f"the server did not read its files within {limit_s:.0f} s")
        time.sleep(0.1)


def basic(name: str, password: str) -> str:
    """Returns the value of an Authorization header."""
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


@contextlib.contextmanager
def secured_server(
    version: str = "", settings: Mapping[str, object] | None = None
) -> Iterator[SecuredElasticsearch]:
    """Starts a server with security and TLS on; removes it at the end.

    Args:
        settings: of elasticsearch.yml, beside those for security.
    Raises:
        ServiceError: it cannot be had.
    """
    authority = trustme.CA(organization_name="Newsbeam tests")
    with (
        tempfile.TemporaryDirectory() as folder,
        temporary_server(
            "secured",
            version,
            url="https://localhost:{port}",
            settings={**_SETTINGS, **(settings or {})},
            ready=_answers,
            heap="384m",
        ) as server,
    ):
        ca_certs = pathlib.Path(folder) / "ca.pem"
        authority.cert_pem.write_to_path(str(ca_certs))
        authority.cert_pem.write_to_path(str(server.config / "ca.pem"))
        own = authority.issue_cert("localhost")
        own.private_key_pem.write_to_path(str(server.config / "http.key"))
        # With the authority's own certificate behind it, as the server's own tools make it: a
        # client that knows the authority's fingerprint looks for it there.
        chain = [*own.cert_chain_pems, authority.cert_pem]
        (server.config / "http.pem").write_bytes(b"".join(each.bytes() for each in chain))
        found = SecuredElasticsearch(server, authority, ca_certs)
        found.write_users()
        server.start()
        yield found


def _answers(url: str) -> bool:
    """Says whether the server speaks, to whomever it lets in."""
    anyone = ssl.create_default_context()
    anyone.check_hostname, anyone.verify_mode = False, ssl.CERT_NONE
    request = urllib.request.Request(f"{url}/_cluster/health?wait_for_status=yellow&timeout=1s")
    request.add_header("Authorization", basic(ADMIN, ADMIN_PASSWORD))
    try:
        with urllib.request.urlopen(request, timeout=5, context=anyone) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, ssl.SSLError) as error:
        # Where it wants a certificate of its clients, we have none; Java 17 says "bad".
        return any(f"ALERT_{name}" in str(error) for name in ("CERTIFICATE_REQUIRED", "BAD_CERT"))
    except OSError:
        return False


def _hashed(password: str) -> str:
    """Returns what the server's files keep of a password."""
    salt = secrets.token_bytes(32)
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, 10_000, 32)
    return f"{{PBKDF2}}10000${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}"


def _write(path: pathlib.Path, lines: list[str]) -> None:
    """Puts a file there in one step: the server may look at any time."""
    fresh = path.with_name(f"{path.name}.fresh")
    fresh.write_text("".join(f"{line}\n" for line in lines))
    common.give_away(fresh)
    fresh.replace(path)


def _grants(roles: Any) -> set[tuple[str, ...]]:
    """Returns what roles allow, in a form that does not depend on how it is grouped."""
    cluster = {("cluster", each) for role in roles for each in role.get("cluster", ())}
    indices = {
        ("index", name, privilege)
        for role in roles
        for group in role.get("indices", role.get("index", ()))
        for name in _list(group["names"])
        for privilege in group["privileges"]
    }
    return cluster | indices


def _list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
