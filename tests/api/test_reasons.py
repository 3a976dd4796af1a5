# SPDX-License-Identifier: Apache-2.0
"""What is refused says why by a stable name, beside the words for people (docs/rest.md)."""

import re

import pytest

from support.command import ROOT

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


# What an import says of a line that it refuses: (the file below its columns' names, column, reason).
USERS = "email,role,action,kind,modules,apis,first_name,field:desk\n"
FAULTS = [
    ("not one,Viewer,,,,,,", "email", "not_an_email"),
    ("a@x.example,,,,,,,", "role", "missing"),
    ("a@x.example,Nope,,,,,,", "role", "no_role"),
    ("a@x.example,SuperAdmin,,,,,,", "role", "grants_more"),
    ("a@x.example,Clerk of reasons,,,,,,", "field:desk_of_reasons", "field_required"),
    ("a@x.example,Viewer,,robot,,,,", "kind", "not_a_kind"),
    ("a@x.example,Viewer,drop,,,,,", "action", "not_an_action"),
    ("a@x.example,Viewer,,,No-Slug!,,,", "modules", "not_a_module"),
    (f"a@x.example,Viewer,,,{' '.join(f'm{n}' for n in range(200))},,,", "modules", "too_many"),
    ("a@x.example,Viewer,,,,nothing-here,,", "apis", "no_api"),
    (f"a@x.example,Viewer,,,,,{'x' * 300},", "first_name", "not_a_name"),
    (f"a@x.example,Viewer,,,,,,{'x' * 1001}", "field:desk", "not_a_value"),
    ("viewer@acme.example,Editor,,,,,,", "role", "member_otherwise"),
    ("viewer@acme.example,Viewer,,,,reasons-api,,", "apis", "member_unattached"),
    ("viewer@globex.example,Viewer,create,,,,,", "email", "account_already"),
    ("a@x.example,Viewer,add,,,,,", "email", "no_account"),
    ("a@x.example,Viewer,invite,system,,,,", "kind", "not_by_invitation"),
    ("a@x.example,Viewer,invite,,,,,7", "field:NAME", "not_by_invitation"),
    ("reasons@x.example,Editor,invite,,,,,", "role", "invited_otherwise"),
    ("a@x.example,Viewer,,,,,,\na@x.example,Viewer,,,,,,", "email", "repeated"),
]
ATTACHMENTS = [
    ("viewer@acme.example,", "api", "missing"),
    ("viewer@acme.example,nothing-here", "api", "no_api"),
    ("nobody@x.example,reasons-api", "email", "no_account"),
]


@pytest.fixture(scope="module")
def prepared(running):
    running.orgauth.run("role", "create", "Clerk of reasons", "--org", "acme", "--permission", "flow:view", "--required-field", "desk_of_reasons")
    running.orgauth.run("api", "register", "reasons-api", "--org", "acme")
    running.orgauth.run("invitation", "send", "reasons@x.example", "--org", "acme", "--role", "Viewer")


def faults(admin, path, table):
    answer = admin("POST", f"/orgs/acme/{path}?dry_run=true", table.encode(), headers=[("Content-Type", "text/csv")])
    assert answer.status == 200, answer.body
    return [(fault["column"], fault.get("reason")) for row in answer.json["rows"] for fault in row["errors"]]


@pytest.mark.parametrize("line, column, reason", FAULTS, ids=[f"{row[2]} {row[1]}" for row in FAULTS])
def test_a_fault_in_a_line_of_users_names_its_reason(admin, prepared, line, column, reason):
    assert faults(admin, "imports", USERS + line + "\n") == [(column, reason)]


@pytest.mark.parametrize("line, column, reason", ATTACHMENTS, ids=[f"{row[2]} {row[1]}" for row in ATTACHMENTS])
def test_a_fault_in_a_line_of_attachments_names_its_reason(admin, prepared, line, column, reason):
    assert faults(admin, "attachments", "email,api\n" + line + "\n") == [(column, reason)]


def test_every_reason_that_an_import_gives_was_asked_for():
    sources = "".join(file.read_text() for file in (ROOT / "core/admin").glob("import*.c"))
    given = re.findall(r"\boa_import_fault\([^;]*?\bOA_BECAUSE_(\w+)", sources)
    assert len(given) == len(re.findall(r"^ .*\boa_import_fault\(", sources, re.M)) > 10
    assert {name.lower() for name in given} <= {reason for _, _, reason in FAULTS + ATTACHMENTS}
