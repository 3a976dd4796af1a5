# SPDX-License-Identifier: Apache-2.0
"""The portal in Chromium, over a real httpd, a real store and a real SMTP server.

Each test module has a site of its own: organization acme with an Administrator, an Editor, an Operator, a Viewer and an API User, organization
globex, and a SuperAdmin. A test fails on what it does not expect() in httpd's error log, and on any error of the console, which is where
the browser tells of scripts that broke and of what the Content-Security-Policy refused.
"""

import re
from types import SimpleNamespace

import pytest

from support import axe
from support.browser import Browser
from support.certificate import Certificate
from support.chromium import Chromium
from support.command import BUILD
from support.portal import Portal
from support.relay import Relay

PICTURES = BUILD / "screenshots"
NAMES = {"admin": ("Ada", "Admin", "Administrator"), "editor": ("Ed", "Editor", "Editor"), "operator": ("Oda", "Operator", "Operator"),
         "viewer": ("Vic", "Viewer", "Viewer"), "robot": ("Api", "User", "API User")}


def found(site):
    """acme, globex and site with their people; {name: e-mail}."""
    people = {name: f"{name}@acme.example" for name in NAMES}
    site.orgauth.run("org", "create", "Acme", "--slug", "acme", "--admin", people["admin"])
    site.orgauth.run("user", "edit", people["admin"], "--org", "acme", "--first-name", "Ada", "--last-name", "Admin")
    site.orgauth.set_password(people["admin"], "correct horse battery staple")
    for name, (first, last, role) in NAMES.items():
        if name != "admin":
            site.person(people[name], role, first=first, last=last)
    site.orgauth.run("org", "create", "Globex", "--slug", "globex", "--admin", "admin@globex.example")
    site.orgauth.run("org", "create", "Site", "--slug", "site")
    people["super"] = site.person("super@site.example", "SuperAdmin", "site", "Sue", "Super")
    return SimpleNamespace(**people)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    return Certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="session")
def chromiums(certificate):
    """chromiums(n): the nth Chromium; each is started when it is first wanted."""
    running = {}

    def get(number):
        if number not in running:
            running[number] = Chromium(certificate.fingerprint)
        return running[number]

    yield get
    for chromium in running.values():
        chromium.close()


@pytest.fixture(scope="module")
def relay():
    relay = Relay()
    yield relay
    relay.close()


@pytest.fixture(scope="module")
def running(request, relay):
    """The module's site, with its CONFIG; `people` in it."""
    with Portal(getattr(request.module, "CONFIG", "")) as site:
        site.orgauth.run("setting", "set", "login.throttle", "0")
        site.people = found(site)
        site.mail_by(relay)
        site.start()
        yield site
        site.stop_quietly()


@pytest.fixture
def site(running):
    running.begin_test()
    yield running
    assert running.unexpected() == [], "unexpected lines in the error log"


@pytest.fixture
def browsers(site, chromiums, request):
    """browsers(n): a person at a browser of their own, not logged in."""
    opened = {}

    def get(number):
        if number not in opened:
            opened[number] = Browser(chromiums(number), site.url)
        return opened[number]

    yield get
    complaints = {number: browser.complaints() for number, browser in opened.items()}
    if getattr(request.node, "failed", False):
        for number, browser in opened.items():
            browser.picture(PICTURES / "failed" / f"{re.sub(r'[^A-Za-z0-9]+', '-', request.node.name)}-{number}.png")
    assert not any(complaints.values()), f"errors on the console: {complaints}"


@pytest.fixture
def browser(browsers):
    return browsers(0)


@pytest.fixture
def another(browsers):
    """A second browser, of somebody else."""
    return browsers(1)


@pytest.fixture
def as_(browser, site):
    """as_("admin"): the browser, logged in as one of the people."""
    def sign_in(name):
        return browser.sign_in(site.session(getattr(site.people, name)))
    return sign_in


@pytest.fixture
def accessible():
    """accessible(browser): axe finds nothing wrong with what is shown."""
    if not axe.available():
        pytest.skip("axe-core is not there: it comes over the network")

    def check(browser, what=""):
        found = axe.violations(browser.chromium)
        assert not found, what + "\n" + "\n".join(found)
    return check


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_runtest_makereport(item):
    report = (yield).get_result()
    item.failed = getattr(item, "failed", False) or report.failed
