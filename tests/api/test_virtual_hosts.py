# SPDX-License-Identifier: Apache-2.0
"""Several virtual hosts over one store: a session is good at the one where it began."""

import pytest

from browser import PASSWORD, person
from conftest import MOUNT
from support.httpd import free_port, place

HOSTS = ("one.example", "two.example")
CONFIG = MOUNT + place("/file/session", "OrgAuthCredentials session", "Require valid-user")
numbers = iter(range(1000))


@pytest.fixture(scope="module")
def hosts(running):
    """Two hosts by name on one port, and one that has a port of its own."""
    other = free_port()
    running.restart(running.config + f"Listen 127.0.0.1:{other}\n" + "".join(
        f"<VirtualHost *:{port}>\n  ServerName {name}\n</VirtualHost>\n"
        for name, port in ((HOSTS[0], running.port), (HOSTS[1], running.port), (HOSTS[0], other))))
    return other


@pytest.fixture
def email(site, hosts):
    return person(site, f"v{next(numbers)}@acme.example")


def asked(site, host, method, path, body="", cookie=None, port=None):
    """The answer, at the host of that name."""
    fields = [f"{method} {path} HTTP/1.1", f"Host: {host}", f"Origin: http://{host}", "Connection: close", "Content-Type: application/json",
              f"Content-Length: {len(body)}"] + ([f"Cookie: {cookie}"] if cookie else [])
    was, site.port = site.port, port or site.port
    try:
        return site.raw(("\r\n".join(fields) + "\r\n\r\n" + body).encode())
    finally:
        site.port = was


def log_in(site, host, email, **how):
    answer = asked(site, host, "POST", "/orgauth/v1/sessions", f'{{"email": "{email}", "password": "{PASSWORD}"}}', **how)
    assert answer.status == 201
    return answer.header("Set-Cookie").split(";")[0]


def test_another_hosts_cookie_is_none(site, email):
    cookie = log_in(site, HOSTS[0], email)
    for path in ("/orgauth/v1/me", "/file/session"):
        assert asked(site, HOSTS[0], "GET", path, cookie=cookie).status == 200
        assert asked(site, HOSTS[1], "GET", path, cookie=cookie).status == 401
        assert asked(site, HOSTS[0], "GET", path, cookie=cookie).status == 200


def test_nor_is_that_of_the_same_name_on_another_port(site, email, hosts):
    cookie = log_in(site, HOSTS[0], email, port=hosts)
    assert asked(site, HOSTS[0], "GET", "/file/session", cookie=cookie, port=hosts).status == 200
    assert asked(site, HOSTS[0], "GET", "/file/session", cookie=cookie).status == 401


def test_what_ends_sessions_ends_those_of_every_host(site, email):
    cookies = {host: log_in(site, host, email) for host in HOSTS}
    site.orgauth.run("user", "ban", email)
    assert {asked(site, host, "GET", "/file/session", cookie=cookie).status for host, cookie in cookies.items()} == {401}
