# SPDX-License-Identifier: Apache-2.0
"""Keys over HTTP: the public key for everybody, networks, keys shown again."""

import pytest

from browser import logged_in, person
from support import tokens

VIEWER = "/orgs/acme/users/viewer@acme.example/keys"


@pytest.fixture
def shown(site):
    """The setting key.reveal is on for this test."""
    site.orgauth.run("setting", "set", "key.reveal", "on")
    yield
    site.orgauth.run("setting", "set", "key.reveal", "off")


def test_anybody_may_read_the_public_key(nobody, admin):
    answer = nobody.get("/jwks.json")
    assert answer.status == 200 and answer.header("content-type") == "application/json"
    assert [sorted(key) for key in answer.json["keys"]] == [["alg", "crv", "kid", "kty", "use", "x"]]
    made = admin.post(VIEWER, {"jwt": True})
    assert made.status == 201 and tokens.verifies(answer.json, made.json["key"])


def test_a_token_calls_the_api(site, admin, caller):
    token = admin.post("/orgs/acme/users/editor@acme.example/keys", {"jwt": True}).json["key"]
    assert type(admin)(site, token).get("/orgs/acme/apis").status == 200
    assert type(admin)(site, token).get(VIEWER).status == 403


def test_networks_are_set_and_taken_away(admin):
    made = admin.post(VIEWER, {"networks": ["10.0.0.0/8", "::ffff:192.0.2.0/120"]})
    assert made.status == 201 and made.json["networks"] == ["10.0.0.0/8", "192.0.2.0/24"]
    path = f"{VIEWER}/{made.json['id']}"
    assert admin.patch(path, {"networks": ["2001:db8::/32"]}).json["networks"] == ["2001:db8::/32"]
    assert admin.patch(path, {"networks": None, "name": None, "expires": None}).json["networks"] == []
    assert admin.patch(path, {"networks": []}, match=None).status == 428
    wrong = admin.patch(path, {"networks": ["10.1.2.3/8"]})
    assert wrong.status == 422 or wrong.status == 400
    assert wrong.json["errors"][0]["pointer"] == "/networks"


def test_a_key_is_shown_again_to_who_may_issue_it(admin, caller, shown):
    made = admin.post(VIEWER, {"name": "shown"}).json
    path = f"{VIEWER}/{made['id']}/reveal"
    answer = admin.post(path)
    assert answer.status == 200 and answer.json["key"] == made["key"]
    assert answer.header("cache-control") == "no-store"
    assert admin.get(path).status == 405
    assert caller("acme", "editor").post(path).status == 403
    assert caller("globex", "admin").post(path).status == 404
    assert "key" not in admin.get(f"{VIEWER}/{made['id']}").json


def test_a_key_for_another_organization_is_shown_to_its_user_alone(site, caller, shown):
    """A user at home in acme, who is a member of globex too: globex could go as that user by the key, acme has nothing to do with it."""
    email = person(site, "both@acme.example")
    site.orgauth.run("user", "add", email, "--org", "globex", "--role", "Viewer")
    owner = logged_in(site, email)
    made = owner.post("/me/keys", {"org": "globex"}).json
    for slug in ("acme", "globex"):
        for verb in ("reveal", "rotate"):
            answer = caller(slug, "admin").post(f"/orgs/{slug}/users/{email}/keys/{made['id']}/{verb}")
            assert answer.status == (404 if slug == "acme" else 403) and "oak_" not in answer.body.decode()
    assert caller("globex", "admin").post(f"/orgs/globex/users/{email}/keys", {}).status == 403
    assert caller("site", "super").post(f"/orgs/globex/users/{email}/keys/{made['id']}/reveal").json["key"] == made["key"]
    assert owner.post(f"/me/keys/{made['id']}/reveal").json["key"] == made["key"]
    with_key = site.request("POST", f"/orgauth/v1/me/keys/{made['id']}/reveal", key=made["key"])
    assert with_key.status == 403, "a key does not show itself, nor another one"
    assert caller("globex", "admin").delete(f"/orgs/globex/users/{email}/keys/{made['id']}").status == 200
    assert owner.post(f"/me/keys/{made['id']}/reveal").status == 409


def test_a_key_shown_again_is_not_kept_for_a_repetition(admin, shown):
    made = admin.post(VIEWER, {"jwt": True}).json
    headers = [("Idempotency-Key", "reveal-once")]
    first = admin.post(f"{VIEWER}/{made['id']}/reveal", headers=headers)
    again = admin.post(f"{VIEWER}/{made['id']}/reveal", headers=headers)
    assert first.json["key"] == made["key"] and made["key"] not in again.body.decode()


def test_without_the_setting_no_key_is_shown(admin):
    made = admin.post(VIEWER, {}).json
    answer = admin.post(f"{VIEWER}/{made['id']}/reveal")
    assert answer.status == 403 and "key.reveal" in answer.json["detail"]
