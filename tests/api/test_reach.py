# SPDX-License-Identifier: Apache-2.0
"""P4 downwards: of two Administrators of one organization, who reaches those below it is the stronger one; and no key carries its user past what
decides for him there."""

import pytest

from browser import OTHER, PASSWORD, logged_in
from conftest import Caller

numbers = iter(range(100000))
TAKES_OVER = {
    "a new password": ("POST", "/set-password", {"password": OTHER}),
    "another address": ("PATCH", "", {"email": "{new}@else.example"}),
    "a key": ("POST", "/keys", {}),
}
ACTS = {
    "a ban": ("POST", "/ban", {}),
    "another role": ("POST", "/set-role", {"role": "API User"}),
    "less reach": ("POST", "/confine", {"reach": "here"}),
    "a name": ("PATCH", "", {"first_name": "Eve"}),
    "a link": ("POST", "/send-reset", {}),
    "deactivated": ("POST", "/deactivate", {}),
    "removed": ("DELETE", "", None),
    "erased": ("POST", "/erase", {}),
}


def person(site, org, role, *how):
    email = f"p{next(numbers)}@{org}.example"
    site.orgauth("user", "create", email, "--org", org, "--role", role, "--password-stdin", *how, stdin=PASSWORD + "\n")
    return email


@pytest.fixture
def tree(site):
    """An organization with one below it: the slugs."""
    top, leaf = f"top-{next(numbers)}", f"leaf-{next(numbers)}"
    site.orgauth.run("org", "create", top, "--slug", top)
    site.orgauth.run("org", "create", leaf, "--slug", leaf, "--parent", top)
    return top, leaf


@pytest.fixture
def here(site, tree):
    """An Administrator of the upper one alone."""
    browser = logged_in(site, person(site, tree[0], "Administrator", "--reach", "here"))
    assert browser.get(f"/orgs/{tree[1]}").status == 404
    return browser


def tried(browser, org, email, what):
    method, verb, body = {**TAKES_OVER, **ACTS}[what]
    body = body and {name: value.replace("{new}", f"n{next(numbers)}") for name, value in body.items()}
    return browser(method, f"/orgs/{org}/users/{email}{verb}", body, headers=[("If-Match", "*")] if method == "PATCH" else [])


@pytest.mark.parametrize("role", ["Administrator", "API User"])
@pytest.mark.parametrize("what", TAKES_OVER)
def test_who_does_not_reach_below_gets_no_credential_of_who_does(site, tree, here, what, role):
    top, leaf = tree
    other = person(site, top, role)
    answer = tried(here, top, other, what)
    assert answer.status == 403, answer.body
    peer = logged_in(site, person(site, top, "Administrator"))
    assert peer.get(f"/orgs/{leaf}").status == 200
    assert tried(peer, top, other, what).status in (200, 201)
    assert tried(here, top, person(site, top, role, "--reach", "here"), what).status in (200, 201)


@pytest.mark.parametrize("what", TAKES_OVER)
def test_where_nothing_is_below_nobody_reaches_there(site, what):
    alone = f"alone-{next(numbers)}"
    site.orgauth.run("org", "create", alone, "--slug", alone)
    only = logged_in(site, person(site, alone, "Administrator", "--reach", "here"))
    assert tried(only, alone, person(site, alone, "Administrator"), what).status in (200, 201)


@pytest.mark.parametrize("what", ACTS)
def test_what_gives_nobody_a_credential_is_done_in_the_organization_itself(site, tree, here, what):
    """As by the home organization of somebody who is more elsewhere."""
    assert tried(here, tree[0], person(site, tree[0], "Administrator"), what).status == (403 if what == "another role" else 200)


def test_a_key_of_a_stronger_user_is_not_rotated_or_shown(site, tree, here):
    boss = person(site, tree[0], "Administrator")
    key = site.orgauth.json("key", "issue", "--user", boss, "--org", tree[0])["id"]
    for verb in ("rotate", "reveal"):
        assert here.post(f"/orgs/{tree[0]}/users/{boss}/keys/{key}/{verb}", {}).status == 403
    assert here.delete(f"/orgs/{tree[0]}/users/{boss}/keys/{key}").status == 200


def test_a_web_api_reaches_as_far_as_who_registers_it(site, tree, here):
    top, _ = tree
    peer = logged_in(site, person(site, top, "Administrator"))
    for browser, reach in ((here, "here"), (peer, "below")):
        account = browser.post(f"/orgs/{top}/apis", {"name": f"api-{next(numbers)}"}).json["service_account"]
        assert peer.get(f"/orgs/{top}/users/{account}").json["reach"] == reach


@pytest.mark.parametrize("there, status", [("Viewer", 403), ("Administrator", 200)])
def test_a_key_from_above_is_no_more_than_its_user_where_he_is_a_member(site, tree, there, status):
    top, leaf = tree
    boss = person(site, top, "Administrator")
    key, session = Caller(site, site.orgauth.key(boss, top)), logged_in(site, boss)
    assert key.get(f"/orgs/{leaf}/users").status == 200
    site.orgauth.run("user", "add", boss, "--org", leaf, "--role", there)
    assert session.get(f"/orgs/{leaf}/users").status == status
    assert key.get(f"/orgs/{leaf}/users").status == status
    assert key.get(f"/orgs/{top}/users").status == 200
    site.orgauth.run("user", "deactivate", boss, "--org", leaf, code=None)
    if there == "Viewer":
        assert (session.get(f"/orgs/{leaf}/users").status, key.get(f"/orgs/{leaf}/users").status) == (404, 404)
        site.orgauth.run("user", "remove", boss, "--org", leaf)
        assert key.get(f"/orgs/{leaf}/users").status == 200


def test_a_key_from_above_makes_nobody_stronger_below_than_above(site, tree):
    top, leaf = tree
    email = person(site, top, "Viewer")
    site.orgauth.run("user", "add", email, "--org", leaf, "--role", "Administrator")
    assert logged_in(site, email).get(f"/orgs/{leaf}/users").status == 200
    assert Caller(site, site.orgauth.key(email, top)).get(f"/orgs/{leaf}/users").status == 403


def test_who_is_kept_out_in_the_middle_does_not_go_around_it_from_above(site, tree):
    """Where he was a Viewer by that membership, he is not an Administrator for having lost it."""
    top, mid = tree
    low = f"low-{next(numbers)}"
    site.orgauth.run("org", "create", low, "--slug", low, "--parent", mid)
    boss = person(site, top, "Administrator")
    session, key = logged_in(site, boss), Caller(site, site.orgauth.key(boss, top))
    assert (session.get(f"/orgs/{low}/users").status, key.get(f"/orgs/{low}/users").status) == (200, 200)
    site.orgauth.run("user", "add", boss, "--org", mid, "--role", "Viewer")
    assert (session.get(f"/orgs/{low}/users").status, key.get(f"/orgs/{low}/users").status) == (403, 403)
    site.orgauth.run("user", "deactivate", boss, "--org", mid)
    assert (session.get(f"/orgs/{low}/users").status, key.get(f"/orgs/{low}/users").status) == (404, 404)
    assert session.get(f"/orgs/{top}/users").status == 200
