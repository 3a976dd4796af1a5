# SPDX-License-Identifier: Apache-2.0
"""Organizations within organizations: who administers above manages below, and nobody sideways or upwards. Who stands where, and what is so
reached, is data; what is tried there is too."""

import pytest

from browser import PASSWORD, logged_in
from conftest import Caller

# Organization: the one above it.
TREE = {"top": None, "mid": "top", "leaf": "mid", "side": "mid", "far": "top", "alien": None}
# Administrator: of which organization, how, and which organizations that reaches.
STANDS = {
    "top": ("top", [], {"top", "mid", "leaf", "side", "far"}),
    "mid": ("mid", [], {"mid", "leaf", "side"}),
    "leaf": ("leaf", [], {"leaf"}),
    "side": ("side", [], {"side"}),
    "near": ("mid", ["--reach", "here"], {"mid"}),
    "some": ("mid", ["--sub-org", "side"], {"mid", "side"}),
    "alien": ("alien", [], {"alien"}),
}
USER = "/orgs/{org}/users/user@{org}.example"
NEW = "new@else.example"
# What is tried in each organization: changes are dry runs.
TRIED = {
    "look at users": ("GET", "/orgs/{org}/users", None),
    "look at one": ("GET", USER, None),
    "make a user": ("POST", "/orgs/{org}/users", {"email": NEW, "role": "Administrator"}),
    "make a user here": ("POST", "/orgs/{org}/users", {"email": NEW, "role": "Viewer", "reach": "here"}),
    "change a role": ("POST", USER + "/set-role", {"role": "Editor"}),
    "confine": ("POST", USER + "/confine", {"modules": ["flow"]}),
    "ban": ("POST", USER + "/ban", {}),
    "remove": ("DELETE", USER, None),
    "invite": ("POST", "/orgs/{org}/invitations", {"emails": [NEW], "role": "Viewer"}),
    "issue a key": ("POST", USER + "/keys", {}),
    "register a Web API": ("POST", "/orgs/{org}/apis", {"name": "reports"}),
    "make a role": ("POST", "/orgs/{org}/roles", {"name": "Runner", "permissions": ["flow:run"]}),
    "look at roles": ("GET", "/orgs/{org}/roles", None),
    "rename it": ("PATCH", "/orgs/{org}", {"name": "Other"}),
    "look at the history": ("GET", "/orgs/{org}/audit", None),
    "what may I do": ("GET", "/me/permissions?org={org}", None),
}


@pytest.fixture(scope="module")
def stands(running):
    """{name: ways of calling as that administrator}: with a key, and with a session."""
    orgauth = running.orgauth
    for org, above in TREE.items():
        orgauth.run("org", "create", org, "--slug", org, *(["--parent", above] if above else []))
    for org in TREE:
        orgauth.run("user", "create", f"user@{org}.example", "--org", org, "--role", "Viewer", "--reach", "here")
    running.begin_test()
    callers = {}
    for name, (org, how, _) in STANDS.items():
        email = f"{name}@{org}.example"
        orgauth.run("user", "create", email, "--org", org, "--role", "Administrator", *how)
        orgauth.set_password(email, PASSWORD)
        callers[name] = [Caller(running, orgauth.key(email, org)), logged_in(running, email)]
    return callers


def tried(caller, what, org):
    method, path, body = TRIED[what]
    path = path.format(org=org)
    if method != "GET":
        path += "?dry_run=true"
    return caller(method, path, body, headers=[("If-Match", "*")] if method == "PATCH" else ())


@pytest.mark.parametrize("what", TRIED)
@pytest.mark.parametrize("name", STANDS)
def test_who_stands_above_may_and_nobody_else(site, stands, name, what):
    reached = STANDS[name][2]
    for key, caller in enumerate(stands[name]):
        for org in TREE:
            if name == "some" and key == 0 and org != "mid":
                continue # a key is for its organization, and what that membership reaches
            answer = tried(caller, what, org)
            assert (answer.status in (200, 201)) == (org in reached), (org, answer.body)
            assert org in reached or answer.status == 404, (org, answer.body)


@pytest.mark.parametrize("name", STANDS)
def test_the_list_has_what_is_reached(site, stands, name):
    session = stands[name][1]
    reached = STANDS[name][2]
    assert {org["slug"] for org in session.get("/orgs").json["items"]} == reached
    tops = {org["slug"] for org in session.get("/orgs?top=true").json["items"]}
    assert tops == {org for org in reached if TREE[org] not in reached}
    walked, waiting = set(), list(tops)
    while waiting:
        org = waiting.pop()
        walked.add(org)
        waiting += [below["slug"] for below in session.get(f"/orgs?parent={org}").json["items"]]
    assert walked == reached


def test_moved_it_is_another_administrators(site, superadmin, stands):
    top, mid, leaf = (stands[name][1] for name in ("top", "mid", "leaf"))
    assert mid.patch("/orgs/leaf", {"parent": "far"}).status == 404
    assert leaf.patch("/orgs/leaf", {"parent": None}).status == 403
    moved = top.patch("/orgs/leaf", {"parent": "far"})
    assert moved.status == 200 and moved.json["parent_id"] == top.get("/orgs/far").json["id"]
    assert mid.get("/orgs/leaf").status == 404 and leaf.get("/orgs/leaf").status == 200
    assert top.patch("/orgs/far", {"parent": "leaf"}).json["errors"][0]["pointer"] == "/parent"
    assert superadmin.patch("/orgs/leaf", {"parent": None}).json["parent_id"] is None
    assert top.get("/orgs/leaf").status == 404
    assert superadmin.patch("/orgs/leaf", {"parent": "mid"}).status == 200
    assert mid.get("/orgs/leaf").status == 200


def test_suspended_is_refused_and_what_is_below_goes_on(site, superadmin, stands):
    site.expect("OA010")
    assert stands["mid"][0].patch("/orgs/mid", {"status": "suspended"}).status == 403
    assert stands["top"][0].patch("/orgs/mid", {"status": "suspended"}).json["status"] == "suspended"
    assert stands["mid"][0].get("/orgs/mid/users").status == 401
    assert stands["mid"][1].get("/orgs/leaf/users").status == 404
    assert stands["leaf"][0].get("/orgs/leaf/users").status == 200
    assert stands["top"][0].patch("/orgs/mid", {"status": "active"}).status == 200
    assert stands["mid"][0].get("/orgs/leaf/users").status == 200


def test_what_hangs_on_an_organization_is_named_when_it_cannot_go(site, superadmin):
    answer = superadmin.delete("/orgs/mid")
    assert answer.status == 409
    for what in ("2 sub-organizations", "members", "users at home in it", "keys"):
        assert what in answer.json["detail"]
