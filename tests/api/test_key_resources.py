# SPDX-License-Identifier: Apache-2.0
"""Keys over HTTP: the public key for everybody, networks, keys shown again."""

import pytest

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
