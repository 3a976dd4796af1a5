# SPDX-License-Identifier: Apache-2.0
"""One httpd with the REST API at /orgauth for each test module, two organizations, and somebody of every role in each."""

import json
from dataclasses import dataclass

import pytest

from faces import make
from support.contract import Contract
from support.httpd import Site

MOUNT = '<Location "/orgauth">\n  SetHandler orgauth-admin\n</Location>\n'
ROLES = {"admin": "Administrator", "editor": "Editor", "operator": "Operator", "viewer": "Viewer", "api": "API User"}


@dataclass(frozen=True)
class Caller:
    """The API as one caller sees it. Every method gives the Answer, whose `json` is its body; each was held against the
    description of the API."""
    site: Site
    key: str = None
    base: str = "/orgauth/v1"

    def __call__(self, method, path, body=None, headers=(), **how):
        fields = list(headers)
        octets = b""
        if body is not None:
            octets = body if isinstance(body, bytes) else json.dumps(body).encode()
            if not any(name.lower() == "content-type" for name, _ in fields):
                fields.append(("Content-Type", "application/json"))
        answer = self.site.request(method, self.base + path, headers=fields, body=octets, key=self.key, **how)
        self.site.contract.check(method, "/v1" + path, answer)
        return answer

    def get(self, path, **how):
        return self("GET", path, **how)

    def post(self, path, body=None, **how):
        return self("POST", path, body, **how)

    def patch(self, path, body, match="*", **how):
        headers = [*how.pop("headers", ()), *([("If-Match", match)] if match else [])]
        return self("PATCH", path, body, headers=headers, **how)

    def delete(self, path, **how):
        return self("DELETE", path, **how)


def found(site, slug):
    """Organization `slug` with one of each role: {role: Person}."""
    orgauth = site.orgauth
    orgauth.run("org", "create", slug.title(), "--slug", slug, "--admin", f"admin@{slug}.example")
    people = {"admin": orgauth.equip(f"admin@{slug}.example", slug)}
    for name in ROLES:
        if name != "admin":
            people[name] = orgauth.person(f"{name}@{slug}.example", ROLES[name], slug)
    return people


@pytest.fixture(scope="module")
def config(request):
    """What the module's httpd is given: its CONFIG; or the module has a fixture of this name."""
    return getattr(request.module, "CONFIG", MOUNT)


@pytest.fixture(scope="module")
def running(config):
    with Site(config) as site:
        site.orgauth.run("setting", "set", "login.throttle", "0")
        site.people = {slug: found(site, slug) for slug in ("acme", "globex")}
        site.orgauth.run("org", "create", "Site", "--slug", "site")
        site.people["site"] = {"super": site.orgauth.person("super@site.example", "SuperAdmin", "site")}
        site.start()
        site.contract = Contract(site.get("/orgauth/v1/openapi.json").json)
        yield site
        site.stop_quietly()


@pytest.fixture
def site(running):
    running.begin_test()
    yield running
    assert running.unexpected() == [], "unexpected lines in the error log"


@pytest.fixture
def caller(site):
    """caller("acme", "viewer"), or caller() for nobody."""
    def make(slug=None, name=None):
        return Caller(site, site.people[slug][name].key if slug else None)
    return make


@pytest.fixture
def admin(caller):
    return caller("acme", "admin")


@pytest.fixture
def nobody(caller):
    return caller()


@pytest.fixture
def superadmin(caller):
    return caller("site", "super")


@pytest.fixture
def face(request, admin):
    """The administration of acme, by REST or the command line (faces.both)."""
    return make(request.param, admin)
