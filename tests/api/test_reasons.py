# SPDX-License-Identifier: Apache-2.0
"""What is refused says why by a stable name, beside the words for people (docs/rest.md)."""

import pytest

# What an administrator of acme asks for: (method, path, body, the reason, the member at fault).
REFUSED = [
    ("POST", "/orgs/acme/users", {"email": "not one", "role": "Viewer"}, "not_an_email", "/email"),
    ("POST", "/orgs/acme/users", {"email": "viewer@acme.example", "role": "Viewer"}, "email_taken", "/email"),
    ("POST", "/orgs/acme/members", {"emails": ["nobody@nowhere.example"], "role": "Viewer"}, "no_account", None),
    ("POST", "/orgs/acme/members", {"emails": ["viewer@acme.example"], "role": "Viewer"}, "member_already", None),
    ("POST", "/orgs/acme/apis", {"name": "No Slug"}, "malformed", "/name"),
    ("POST", "/orgs/acme/roles", {"name": "\t", "permissions": ["flow:view"]}, "not_a_name", "/name"),
    ("PATCH", "/orgs/acme", {"slug": "globex"}, "name_taken", "/slug"),
    ("POST", "/orgs/acme/users/viewer@acme.example/set-role", {"role": "SuperAdmin"}, "grants_more", None),
    ("POST", "/orgs/acme/users/viewer@acme.example/set-password", {"password": "short"}, "password_short", "/password"),
    ("POST", "/orgs/acme/users/viewer@acme.example/set-password", {"password": "viewer@acme.example"}, "password_easy", "/password"),
    ("POST", "/orgs/acme/users/admin@acme.example/deactivate", {}, "last_administrator", None),
    ("DELETE", "/orgs/acme/roles/Viewer", None, "built_in", None),
]


@pytest.mark.parametrize("method, path, body, reason, pointer", REFUSED, ids=[row[3] for row in REFUSED])
def test_a_refusal_names_its_reason(admin, method, path, body, reason, pointer):
    answer = admin(method, path, body, headers=[("If-Match", "*")] if method == "PATCH" else [])
    assert answer.status in (400, 403, 404, 409) and answer.json["reason"] == reason, answer.body
    if pointer:
        assert [(error["pointer"], error["reason"]) for error in answer.json["errors"]] == [(pointer, reason)]


def test_whoever_lacks_a_permission_is_told_by_name(caller):
    assert caller("acme", "viewer").get("/orgs/acme/users").json["reason"] == "permission_lacking"


def test_what_has_no_name_has_no_reason(admin):
    assert "reason" not in admin.get("/orgs/acme/users/nobody@acme.example").json


def test_one_of_many_names_its_reason_too(admin):
    sent = admin.post("/orgs/acme/invitations", {"emails": ["viewer@acme.example"], "role": "Viewer", "partial": True}).json["items"]
    assert [item["reason"] for item in sent] == ["member_already"]
    lines = admin("POST", "/orgs/acme/imports?dry_run=true&role=Viewer", b"email,first_name\nnot one,x\n", headers=[("Content-Type", "text/csv")])
    assert [fault["reason"] for row in lines.json["rows"] for fault in row["errors"]] == ["not_an_email"]
