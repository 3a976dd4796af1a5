# SPDX-License-Identifier: Apache-2.0
"""What places answer is counted, by organization and Web API, off the requests' path; wrong attempts are counted as they count against users."""

from types import SimpleNamespace

import pytest

from support import keys
from support.httpd import CGID_HURRIED, place

from conftest import PASSWORD
from test_restart import Load

CONFIG = "".join([
    place("/file/any", "Require valid-user", "OrgAuthCredentials bearer basic"),
    place("/file/editors", "Require orgauth-role Editor"),
    place("/file/reports", "Require orgauth-api reports"),
    place("/file/globex", "OrgAuthOrg globex", "Require valid-user"),
    place("/file/sorry", "Require orgauth-role Editor", "ErrorDocument 403 /file/any/sorry"),
    '<Location "/orgauth">\n  SetHandler orgauth-admin\n</Location>\n',
])
REFUSED = r"OA010\d\d: |AH0163[01]"


@pytest.fixture(scope="module")
def world(running, people):
    orgauth = running.orgauth
    orgauth.run("org", "create", "Globex", "--slug", "globex", "--admin", "admin@globex.example")
    service = orgauth("api", "register", "reports", "--org", "acme")
    orgauth.run("api", "attach", "reports", "--org", "acme", "--user", people.robot.email)
    return SimpleNamespace(**vars(people), service=service)


def figures(site, org="acme"):
    told = site.orgauth.json("org", "statistics", org)
    return {**told["counts"], "apis": {api["name"]: (api["allowed"], api["refused"]) for api in told["apis"]}}


@pytest.fixture
def counted(site, world):
    """counted(act): by how much the figures of acme and globex grew. A process writes what it has when it ends."""
    def count(act):
        site.stop()
        before = {org: figures(site, org) for org in ("acme", "globex")}
        site.start()
        act()
        site.stop()
        after = {org: figures(site, org) for org in ("acme", "globex")}
        site.start()
        return {org: tuple(after[org][name] - before[org][name] for name in ("allowed", "refused", "failed")) for org in after}
    return count


def test_calls_are_counted_as_they_were_answered(site, world, counted):
    site.expect(REFUSED)
    def act():
        for _ in range(3):
            assert site.get("/file/any", key=world.viewer.key).status == 200
        assert site.get("/file/any", login=(world.viewer.email, PASSWORD)).status == 200
        assert site.get("/file/editors", key=world.viewer.key).status == 403
        assert site.get("/file/sorry", key=world.viewer.key).status == 403
        assert site.get("/file/any/nothing/here", key=world.viewer.key).status == 200
    assert counted(act) == {"acme": (5, 2, 0), "globex": (0, 0, 0)}


def test_what_another_organization_tried_is_refused_there(site, world, counted):
    site.expect(REFUSED)
    assert counted(lambda: site.get("/file/globex", key=world.viewer.key)) == {"acme": (0, 0, 0), "globex": (0, 1, 0)}


def test_strangers_are_not_counted_and_nor_is_administration(site, world, counted):
    site.expect(REFUSED)
    def act():
        assert site.get("/file/any").status == 401
        assert site.get("/file/any", key=keys.unknown()).status == 401
        assert site.get("/file/any", login=("nobody@acme.example", PASSWORD)).status == 401
        assert site.get("/orgauth/v1/orgs/acme", key=world.admin.key).status == 200
        assert site.get("/open").status == 404
    assert counted(act) == {"acme": (0, 0, 0), "globex": (0, 0, 0)}


def test_each_wrong_attempt_that_counts_against_a_user_is_counted(site, world, newcomer, counted):
    site.expect(REFUSED)
    person = newcomer(password=PASSWORD)
    session = [("Content-Type", "application/json"), ("Sec-Fetch-Site", "same-origin")]
    body = b'{"email": "%s", "password": "a wrong password, but long"}' % person.email.encode()
    def act():
        assert site.get("/file/any", login=(person.email, "a wrong password, but long")).status == 401
        assert site.request("POST", "/orgauth/v1/sessions", headers=session, body=body).status == 401
        assert site.get("/file/any", key=keys.wrong_secret(person.key)).status == 401
    assert counted(act) == {"acme": (0, 0, 3), "globex": (0, 0, 0)}
    assert sum(site.orgauth.failures(person.email)) == 3


def test_calls_of_a_web_api_are_counted_for_it(site, world, counted):
    site.expect(REFUSED)
    before = figures(site)["apis"].get("reports", (0, 0))
    def act():
        assert site.get("/file/reports", key=world.robot.key).status == 200
        assert site.get("/file/any", key=world.service).status == 200
        assert site.get("/file/editors", key=world.service).status == 403
        assert site.get("/file/reports", key=world.viewer.key).status == 403
    assert counted(act) == {"acme": (2, 2, 0), "globex": (0, 0, 0)}
    assert figures(site)["apis"]["reports"] == (before[0] + 2, before[1] + 1)


def test_graceful_restarts_lose_nothing(site, world, counted):
    site.expect(CGID_HURRIED)
    loads = []
    def act():
        with Load(site, 8, path="/file/any", key=world.viewer.key) as load:
            for _ in range(2):
                load.wait(100)
                site.graceful()
        loads.append(len(load.statuses))
    grown = counted(act)["acme"]
    assert grown == (*loads, 0, 0)


def test_figures_are_there_soon(site, world):
    before = figures(site)["allowed"]
    site.get("/file/any", key=world.viewer.key)
    site._wait(lambda: figures(site)["allowed"] == before + 1, "count a call")
