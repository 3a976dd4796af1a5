# SPDX-License-Identifier: Apache-2.0
"""Fields that a role makes mandatory: asked for wherever somebody gets the role, with a pointer to each that is missing."""

import pytest

from browser import PASSWORD

ROLE = {"name": "Clerk", "permissions": ["flow:view"], "required_fields": ["first_name", "desk", "floor"]}
USERS = "/orgs/acme/users"


@pytest.fixture(scope="module", autouse=True)
def role(running):
    running.begin_test()
    words = [word for name in ROLE["required_fields"] for word in ("--required-field", name)]
    return running.orgauth.json("role", "create", "Clerk", "--org", "acme", "--permission", "flow:view", *words)


def pointers(answer, status=400):
    assert answer.status == status, answer.body
    return [error["pointer"] for error in answer.json["errors"]]


def test_a_new_user_must_have_them(site, admin):
    body = {"email": "new@acme.example", "role": "Clerk"}
    refused = admin.post(USERS, body)
    assert pointers(refused) == ["/first_name", "/fields/desk", "/fields/floor"]
    assert "first_name desk floor" in refused.json["detail"]
    assert pointers(admin.post(USERS, {**body, "first_name": "Ann", "fields": {"desk": "7"}})) == ["/fields/floor"]
    made = admin.post(USERS, {**body, "first_name": "Ann", "fields": {"desk": "7", "floor": "2"}})
    assert made.status == 201 and made.json["fields"] == {"desk": "7", "floor": "2"}
    at = f"{USERS}/new@acme.example"
    assert pointers(admin.patch(at, {"first_name": None, "fields": {"desk": None}})) == ["/first_name", "/fields/desk"]
    assert pointers(admin.post(f"{USERS}/viewer@acme.example/set-role", {"role": "Clerk"})) == ["/role"]


def test_the_command_line_names_them_all(site):
    done = site.orgauth.run("user", "create", "x@acme.example", "--org", "acme", "--role", "Clerk", code=5)
    assert "first_name desk floor" in done.stderr


def test_a_line_of_an_import_is_blamed_by_column(site, admin):
    text = "email,role,field:desk\ni@acme.example,Clerk,7\n"
    answer = admin("POST", "/orgs/acme/imports", text.encode(), headers=[("Content-Type", "text/csv")])
    faults = answer.json["report"]["rows"][0]["errors"]
    assert [fault["column"] for fault in faults] == ["first_name", "field:floor"]


def test_the_invited_person_fills_them(site, admin, nobody):
    sent, = site.orgauth.items("invitation", "send", "guest@else.example", "--org", "acme", "--role", "Clerk", "--print-link")
    at = "/invitations/" + sent["link"].rsplit("/", 1)[1]
    assert nobody.get(at).json["required_fields"] == ROLE["required_fields"]
    body = {"password": PASSWORD, "first_name": "Guest"}
    assert pointers(nobody.post(at, body)) == ["/fields/desk", "/fields/floor"]
    assert pointers(nobody.post(at, {**body, "fields": {"desk": "1", "floor": "2", "salary": "9"}})) == ["/fields"]
    accepted = nobody.post(at, {**body, "fields": {"desk": "1", "floor": "2"}})
    assert accepted.status == 200, accepted.body
    assert admin.get(f"{USERS}/guest@else.example").json["fields"] == {"desk": "1", "floor": "2"}


def test_a_role_asks_for_less_or_more(site, admin, role):
    at = f"/orgs/acme/roles/{role['id']}"
    assert admin.patch(at, {"required_fields": ["desk"]}).json["required_fields"] == ["desk"]
    assert admin.post(USERS, {"email": "less@acme.example", "role": "Clerk", "fields": {"desk": "7"}}).status == 201
    assert admin.patch(at, {"required_fields": None}).json["required_fields"] == []
    assert admin.post(USERS, {"email": "none@acme.example", "role": "Clerk"}).status == 201
    assert pointers(admin.patch(at, {"required_fields": ["First Name"]})) == ["/required_fields"]
