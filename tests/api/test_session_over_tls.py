# SPDX-License-Identifier: Apache-2.0
"""The session's cookie over TLS as it is, and over plain HTTP from loopback: one name for each, and neither is taken for the other."""

import json
import ssl
from dataclasses import dataclass
from http.client import HTTPSConnection

import pytest

from browser import PASSWORD, person
from conftest import MOUNT
from support.certificate import Certificate
from support.httpd import free_port, place, tls

SECURE, LOOPBACK = "__Host-orgauth", "orgauth"
PLACES = ["/orgauth/v1/me", "/file"]


@dataclass(frozen=True)
class Way:
    """To the site, over TLS or not: the pages of `origin` call it."""
    site: object
    origin: str
    trust: ssl.SSLContext = None

    def request(self, method, path, body=None, cookie=None):
        headers = [("Origin", self.origin), ("Content-Type", "application/json"), *([("Cookie", cookie)] if cookie else [])]
        link = HTTPSConnection("localhost", self.origin.split(":")[2], context=self.trust, timeout=60) if self.trust else None
        try:
            return self.site.request(method, path, headers, json.dumps(body).encode() if body else b"", connection=link)
        finally:
            if link:
                link.close()

    def get(self, path, cookie=None):
        return self.request("GET", path, cookie=cookie)

    def log_in(self, email):
        answer = self.request("POST", "/orgauth/v1/sessions", {"email": email, "password": PASSWORD})
        assert answer.status == 201, answer.body
        return answer


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return Certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="module")
def port():
    return free_port()


@pytest.fixture(scope="module")
def config(port, certificate):
    return MOUNT + place("/file", "OrgAuthCredentials session", "Require valid-user") + tls(port, certificate)


@pytest.fixture(scope="module")
def email(running):
    return person(running, "somebody@acme.example")


@pytest.fixture
def secure(site, port, certificate):
    return Way(site, f"https://localhost:{port}", ssl.create_default_context(cafile=certificate.path))


@pytest.fixture
def plain(site):
    return Way(site, f"http://127.0.0.1:{site.port}")


def cookie_of(answer):
    """Name, value and attributes of the only cookie that the answer sets."""
    [field] = [value for name, value in answer.headers if name == "set-cookie"]
    pair, *attributes = field.split("; ")
    return *pair.split("="), sorted(attributes)


def test_over_tls_the_cookie_belongs_to_this_host_alone_and_scripts_and_other_sites_have_no_use_of_it(secure, email):
    name, _, attributes = cookie_of(secure.log_in(email))
    assert name == SECURE and attributes == ["HttpOnly", "Path=/", "SameSite=Strict", "Secure"] # no Domain, no lifetime


def test_over_plain_http_from_loopback_it_has_no_prefix_since_browsers_would_not_take_it(plain, email):
    name, _, attributes = cookie_of(plain.log_in(email))
    assert name == LOOPBACK and attributes == ["HttpOnly", "Path=/", "SameSite=Strict"]


@pytest.mark.parametrize("path", PLACES)
@pytest.mark.parametrize("way, own, other", [("secure", SECURE, LOOPBACK), ("plain", LOOPBACK, SECURE)])
def test_each_way_takes_the_cookie_of_its_own_name_alone(request, email, path, way, own, other):
    way = request.getfixturevalue(way)
    _, token, _ = cookie_of(way.log_in(email))
    assert way.get(path, cookie=f"{own}={token}").status == 200
    assert way.get(path, cookie=f"{other}={token}").status == 401


@pytest.mark.parametrize("path", PLACES)
def test_a_cookie_that_a_neighbour_planted_counts_for_nothing_beside_the_right_one(site, secure, email, path):
    """Without the prefix another host of the same domain could set it: session fixation."""
    _, token, _ = cookie_of(secure.log_in(email))
    _, planted, _ = cookie_of(secure.log_in(person(site, f"eve{len(path)}@acme.example")))
    for cookie in (f"{LOOPBACK}={planted}; {SECURE}={token}", f"{SECURE}={token}; {LOOPBACK}={planted}"):
        assert secure.get(path, cookie=cookie).status == 200
    assert secure.get("/orgauth/v1/me", cookie=f"{LOOPBACK}={planted}; {SECURE}={token}").json["email"] == email


def test_a_log_out_over_tls_takes_the_very_cookie_back(secure, email):
    _, token, _ = cookie_of(secure.log_in(email))
    answer = secure.request("DELETE", "/orgauth/v1/sessions", cookie=f"{SECURE}={token}")
    assert answer.status == 204
    name, value, attributes = cookie_of(answer)
    assert (name, value) == (SECURE, "") and attributes == ["HttpOnly", "Max-Age=0", "Path=/", "SameSite=Strict", "Secure"]
    assert secure.get("/orgauth/v1/me", cookie=f"{SECURE}={token}").status == 401
