# SPDX-License-Identifier: Apache-2.0
"""One httpd per test module, with the module's CONFIG; every test is charged with the error-log lines that it causes."""

from types import SimpleNamespace

import pytest

from support.httpd import Site

PASSWORD = "correct horse battery staple"


@pytest.fixture(scope="module")
def running(request):
    """The module's Site, with organization acme. A module that needs more makes it in a fixture of its own on top.
    All requests come from one address, so its limit of failures is off but in the tests of that limit."""
    with Site(getattr(request.module, "CONFIG", "")) as site:
        site.orgauth.run("org", "create", "Acme", "--slug", "acme", "--admin", "admin@acme.example")
        site.orgauth.run("setting", "set", "login.throttle", "0")
        site.start()
        yield site
        site.stop_quietly()


@pytest.fixture(scope="module")
def people(running):
    """One of each built-in role in acme, by name, all with a key and the same password."""
    roles = {"editor": "Editor", "operator": "Operator", "viewer": "Viewer", "robot": "API User"}
    cast = {name: running.orgauth.person(f"{name}@acme.example", role, password=PASSWORD)
            for name, role in roles.items()}
    return SimpleNamespace(**cast, admin=running.orgauth.equip("admin@acme.example", password=PASSWORD))


@pytest.fixture
def site(running):
    """The module's Site for one test: as its CONFIG says at the beginning, and without a word in the error log that the
    test did not expect(). A test that needs another configuration calls site.restart(config)."""
    config = running.config
    running.begin_test()
    yield running
    unexpected = running.unexpected()
    if running.config != config or running.process is None:
        running.restart(config)
    assert unexpected == [], "unexpected lines in the error log"


@pytest.fixture
def newcomer(running, request):
    """Makes users of acme who belong to this test alone: newcomer(role="Viewer", password=None)."""
    made = []

    def make(role="Viewer", password=None, key=True):
        made.append(f"u{len(made)}-{abs(hash(request.node.name)) % 10 ** 9}@acme.example")
        return running.orgauth.person(made[-1], role, password=password, key=key)

    return make
