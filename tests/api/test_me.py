# SPDX-License-Identifier: Apache-2.0
"""One's own profile, password, sessions and keys over HTTP."""

import pytest

from browser import OTHER, PASSWORD, Browser, logged_in, person

numbers = iter(range(1000))


@pytest.fixture
def email(site):
    return person(site, f"m{next(numbers)}@acme.example")


@pytest.fixture
def browser(site, email):
    return logged_in(site, email)


def test_the_profile_says_what_the_portal_may_offer(site, browser, email):
    me = browser.get("/me").json
    assert me["email"] == email and me["site"] is False
    membership, = me["memberships"]
    assert (membership["org"], membership["role"], membership["status"]) == ("acme", "Viewer", "ACTIVE")
    assert membership["permissions"] == ["apis:view", "apis:statistics"]
    admin = logged_in(site, person(site, "boss" + email, "Administrator"))
    assert {"users:create", "users:edit", "roles:view"} <= set(admin.get("/me").json["memberships"][0]["permissions"])


def test_what_one_may_do_where_is_told_by_organization(site, caller, superadmin):
    site.orgauth.run("module", "create", "flow")
    site.orgauth.run("org", "create", "Below", "--slug", "below", "--parent", "acme")
    told = caller("acme", "editor").get("/me/permissions?org=below").json
    assert (told["org"], told["role_type"]) == ("below", "user")
    assert {"flow:run", "flow:edit", "apis:edit"} <= set(told["permissions"]) and "users:view" not in told["permissions"]
    assert caller("globex", "editor").get("/me/permissions?org=below").status == 404
    assert "settings:edit" in superadmin.get("/me/permissions?org=globex").json["permissions"]
    assert caller("acme", "editor").get("/me/permissions").status == 400


def test_names_are_changed_with_the_tag_of_what_was_seen(browser):
    tag = browser.get("/me").header("ETag")
    assert browser("PATCH", "/me", {"first_name": "Ann"}, headers=[("If-Match", tag)]).json["first_name"] == "Ann"
    assert browser("PATCH", "/me", {"first_name": "Eve"}, headers=[("If-Match", tag)]).status == 412
    for body in ({"role": "Administrator"}, {"email": "x@acme.example"}, {"status": "VALIDATED"}, {"memberships": []}):
        assert browser.patch("/me", body).status == 400


def test_a_new_password_needs_the_old_one_and_ends_the_other_sessions(site, browser, email):
    other = logged_in(site, email)
    site.expect("OA01007")
    assert browser.post("/me/password", {"current": "wrong", "password": OTHER}).status == 401
    assert browser.post("/me/password", {"current": PASSWORD, "password": "passwordpassword"}).json["errors"][0]["pointer"] == "/password"
    assert browser.post("/me/password", {"current": PASSWORD, "password": OTHER}).status == 200
    assert browser.get("/me").status == 200
    assert other.get("/me").status == 401
    assert Browser(site).log_in(email, OTHER).status == 201


def test_sessions_are_listed_and_ended(site, browser, email):
    other = logged_in(site, email)
    items = browser.get("/me/sessions").json["items"]
    assert [item["current"] for item in items] == [True, False]
    assert items[0]["address"] == "127.0.0.1"
    stranger = logged_in(site, person(site, "else" + email))
    assert stranger.delete(f"/me/sessions/{items[1]['id']}").status == 404
    assert browser.delete(f"/me/sessions/{items[1]['id']}").status == 204
    assert other.get("/me").status == 401
    assert browser.delete(f"/me/sessions/{items[0]['id']}").status == 204
    assert browser.cookie is None


def test_own_keys_are_issued_rotated_and_revoked(site, browser, email):
    made = browser.post("/me/keys", {"name": "laptop", "expires": "90d"})
    assert made.status == 201 and made.header("Location") == f"/orgauth/v1/me/keys/{made.json['id']}"
    key = made.json["key"]
    assert site.get("/orgauth/v1/me", key=key).json["key_id"] == made.json["id"]
    assert key not in browser.get("/me/keys").body.decode()
    assert browser.get(f"/me/keys/{made.json['id']}").json["name"] == "laptop"
    assert browser.post(f"/me/keys/{made.json['id']}/rotate", {}).status == 201
    assert browser.delete(f"/me/keys/{made.json['id']}").status == 200
    site.expect("OA01010")
    assert site.get("/orgauth/v1/me", key=key).status == 401


def test_a_key_makes_no_other_key(site, caller, browser):
    made = browser.post("/me/keys", {}).json
    body = b"{}"
    media = [("Content-Type", "application/json")]
    assert site.request("POST", "/orgauth/v1/me/keys", headers=media, body=body, key=made["key"]).status == 403
    rotated = site.request("POST", f"/orgauth/v1/me/keys/{made['id']}/rotate", headers=media, body=body, key=made["key"])
    assert rotated.status == 201


def test_nobody_has_no_profile(nobody):
    for path in ("/me", "/me/sessions", "/me/keys"):
        assert nobody.get(path).status == 401
