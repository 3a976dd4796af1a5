# SPDX-License-Identifier: Apache-2.0
"""Organizations, roles, Web APIs, keys and the audit trail, by REST and by the command line alike, and what a protected place makes of them at the
next request."""

import csv
import io
import sqlite3

import pytest

from conftest import MOUNT, Caller
from faces import both
from support import tokens
from support.httpd import place

CONFIG = (MOUNT + place("/file", "Require valid-user")
          + "".join(place(f"/file/api/{name}", f"Require orgauth-api {name}") for name in ("rest", "command"))
          + place("/cgi/flow", "OrgAuthModule flow", "Require orgauth-access")
          + place("/file/pay", "OrgAuthModule payment", "Require orgauth-access")
          + "".join(place(f"/file/{slug}", f"OrgAuthOrg {slug}", "Require valid-user") for slug in ("old-renamed", "old-removed"))
          + place("/file/lab", "OrgAuthOrg lab", "OrgAuthModule flow", "Require orgauth-access"))
numbers = iter(range(1000))


@pytest.fixture
def newcomer(face):
    """newcomer(role): (e-mail, key)."""
    def make(role="Viewer"):
        email = f"n{next(numbers)}@acme.example"
        face.create(email, role=role)
        return email, face.issue(email)["key"]
    return make


@pytest.fixture
def status(site):
    site.expect(r"OA010\d\d: ", "AH01630", "AH01631")
    return lambda key, path="/file", method="GET": site.request(method, path, key=key).status


def key_id(key):
    return "key_" + key.split("_")[1]


# Keys.

@both
def test_a_key_never_expires_unless_asked_to(face, newcomer):
    email, _ = newcomer()
    assert face.issue(email)["expires_at"] is None
    assert face.issue(email, expires="30d")["expires_at"] is not None
    assert face.issue(email, jwt=True)["expires_at"] is None


@both
def test_a_key_is_issued_and_revoked_and_that_holds_at_the_next_request(face, newcomer, status):
    email, key = newcomer()
    other = face.issue(email, name="other")["key"]
    assert (status(key), status(other)) == (200, 200)
    face.revoke(email, key_id(key))
    assert (status(key), status(other)) == (401, 200)


@both
def test_a_key_is_regenerated_and_the_old_one_ends_with_the_overlap(face, newcomer, status):
    email, key = newcomer()
    new = face.rotate(email, key_id(key), overlap="1h")["key"]
    assert (status(key), status(new), status(key)) == (200, 200, 200), "the overlap"
    newest = face.rotate(email, key_id(new), overlap="0s")["key"]
    assert (status(newest), status(new)) == (200, 401), "from the first use of the new one on"


@both
def test_a_key_is_a_signed_token_where_asked_for(site, nobody, face, newcomer, status):
    email, _ = newcomer()
    made = face.issue(email, jwt=True)
    assert tokens.verifies(nobody.get("/jwks.json").json, made["key"])
    assert status(made["key"]) == 200
    face.revoke(email, made["id"])
    assert status(made["key"]) == 401


# Web APIs.

@both
def test_a_web_api_is_named_given_its_key_and_listed(face, status, request):
    name = f"named-{next(numbers)}"
    made = face.register(name)
    assert name in [api["name"] for api in face.apis()]
    assert status(made["key"]) == 200, "it acts as itself"


@both
def test_a_web_api_is_attached_to_one_and_many_and_by_a_file_and_detached(site, face, newcomer, status, request):
    """And to somebody outside of the organization, by e-mail."""
    name = request.node.callspec.params["face"]
    face.register(name)
    path, (one, one_key), (two, two_key), (three, three_key), (_, none_key) = f"/file/api/{name}", *(newcomer() for _ in range(4))
    outside = site.people["globex"]["viewer"]
    face.attach(name, [one, two])
    assert face.import_attachments(f"email,api\n{three},{name}\nviewer@globex.example,{name}\n")["counts"]["attach"] == 2
    assert {user["email"] for user in face.api_users(name)} == {one, two, three, "viewer@globex.example"}
    keys = [one_key, two_key, three_key, outside.key, none_key]
    assert [status(key, path) for key in keys] == [200, 200, 200, 403, 403], "a key of globex is for globex"
    face.detach(name, one)
    assert [status(key, path) for key in keys] == [403, 200, 200, 403, 403]
    assert one not in {user["email"] for user in face.api_users(name)}


@both
def test_attaching_gives_a_key_where_asked_to(face, newcomer, status, request):
    name = f"keyed-{next(numbers)}"
    face.register(name)
    email, _ = newcomer("API User")
    item, = face.attach(name, [email], key=True)["items"]
    assert status(item["key"]) == 200


# Roles, modules, organizations below.

@both
def test_a_role_of_an_organizations_own_is_what_its_permissions_say(face, newcomer, status):
    role = f"Flow viewer {next(numbers)}"
    face.create_role(role, ["flow:view"])
    _, key = newcomer(role)
    _, operator = newcomer("Operator")
    assert [status(key, "/cgi/flow", method) for method in ("GET", "POST")] == [200, 403]
    assert status(operator, "/cgi/flow", "POST") == 403 and status(key, "/file/pay") == 403


@both
def test_a_module_for_administrators_is_for_roles_of_that_type_alone(face, newcomer, status):
    number = next(numbers)
    with pytest.raises(AssertionError, match="administrator roles only"):
        face.create_role(f"Cashier {number}", ["payment:*", "flow:*"])
    face.create_role(f"Cashier {number}", ["*:view", "flow:*"])
    face.create_role(f"Head cashier {number}", ["payment:*"], type="administrator")
    _, cashier = newcomer(f"Cashier {number}")
    _, head = newcomer(f"Head cashier {number}")
    assert (status(cashier, "/file/pay"), status(cashier, "/cgi/flow"), status(head, "/file/pay")) == (403, 200, 200)


@both
def test_what_a_member_reaches_is_confined_to_modules_and_organizations_below(site, face, newcomer, status):
    site.orgauth.run("org", "create", "Lab", "--slug", "lab", "--parent", "acme", code=None)
    email, key = newcomer("Editor")
    assert (status(key, "/cgi/flow"), status(key, "/file/lab")) == (200, 200)
    face.confine(email, modules=["stock"])
    assert (status(key, "/cgi/flow"), status(key, "/file/lab")) == (403, 403)
    face.confine(email, modules=["stock", "flow"], reach="here")
    assert (status(key, "/cgi/flow"), status(key, "/file/lab")) == (200, 403)
    face.confine(email, sub_orgs=["lab"])
    assert face.user(email)["sub_orgs"] == [site.orgauth.json("org", "show", "lab")["id"]]


# Organizations.

def test_whoever_creates_an_organization_is_its_first_administrator(site, superadmin, admin):
    made = superadmin.post("/orgs", {"name": "Initech", "slug": "initech"})
    assert made.status == 201 and made.json["id"].startswith("org_")
    first, = superadmin.get("/orgs/initech/users").json["items"]
    assert (first["email"], first["role"]) == ("super@site.example", "Administrator")
    below = admin.post("/orgs", {"name": "Acme Labs", "slug": "acme-labs", "parent": "acme"})
    assert below.status == 201 and below.json["parent_id"] == admin.get("/orgs/acme").json["id"]
    assert admin.get("/orgs/acme-labs").json["name"] == "Acme Labs"
    assert "acme-labs" in [org["slug"] for org in admin.get("/orgs?parent=acme").json["items"]]
    named = superadmin.post("/orgs", {"name": "Hooli", "slug": "hooli", "admin": "gavin@hooli.example"})
    assert named.status == 201
    assert {(user["email"], user["role"]) for user in superadmin.get("/orgs/hooli/users").json["items"]} == {
        ("super@site.example", "Administrator"), ("gavin@hooli.example", "Administrator")}


def test_the_operator_names_the_first_administrator_of_an_organization(site):
    site.orgauth.run("org", "create", "Umbrella", "--admin", "alice@umbrella.example")
    site.orgauth.run("org", "create", "Hive", "--parent", "umbrella")
    user, = site.orgauth.items("user", "list", "--org", "umbrella")
    assert (user["email"], user["role"]) == ("alice@umbrella.example", "Administrator")
    key = site.orgauth.key("alice@umbrella.example", "umbrella")
    alice = Caller(site, key)
    assert [org["slug"] for org in alice.get("/orgs").json["items"]] == ["umbrella", "hive"]
    assert alice.get("/orgs/acme").status == 404


@pytest.mark.parametrize("ended", ["renamed", "removed"])
def test_a_former_slug_lets_no_other_organization_into_the_places_that_name_it(site, superadmin, status, ended):
    slug, new = f"old-{ended}", f"new-{ended}"
    path = f"/file/{slug}"
    for name in (slug, "rival"):
        site.orgauth.run("org", "create", name, "--slug", name, "--admin", f"admin@{name}.example", code=None)
    old, rival = site.orgauth.key(f"admin@{slug}.example", slug), Caller(site, site.orgauth.key("admin@rival.example", "rival"))
    assert (status(old, path), status(rival.key, path)) == (200, 403)
    if ended == "renamed":
        site.orgauth.run("org", "edit", slug, "--slug", new)
    else:
        with sqlite3.connect(site.store, timeout=30) as store: # with its people, as no operation would
            store.execute("PRAGMA foreign_keys = OFF")
            for table in ("api_key", "membership"):
                store.execute(f"DELETE FROM {table} WHERE org_id = (SELECT id FROM organization WHERE slug = ?)", (slug,))
            store.execute("DELETE FROM organization WHERE slug = ?", (slug,))
    taken = rival.post("/orgs", {"name": "Mine", "slug": slug, "parent": "rival"})
    assert taken.status == 409 and taken.json["errors"][0]["pointer"] == "/slug"
    assert rival.patch("/orgs/rival", {"slug": slug}).status == 409
    assert rival.post("/orgs", {"name": slug, "parent": "rival"}).json["slug"] == slug + "-2", "made of the name, it is another"
    assert superadmin.post("/orgs", {"name": slug}).json["slug"] not in (slug, new)
    assert (status(rival.key, path), status(site.people["site"]["super"].key, path), status(old, path)) == (403, 403, 403 if ended == "renamed" else 401)
    if ended == "renamed":
        site.orgauth.run("org", "edit", new, "--slug", slug)
        assert (status(old, path), status(rival.key, path)) == (200, 403), "it may take it back"
    else:
        given = superadmin.post("/orgs", {"name": "Next", "slug": slug})
        assert given.status == 201, "who answers for the configuration gives it away"


# The audit trail.

@both
def test_the_trail_is_searched_by_who_whom_what_and_when(site, admin, face, newcomer):
    email, _ = newcomer()
    admin.post(f"/orgs/acme/users/{email}/ban", {})
    site.orgauth.run("user", "validate", email)
    found = face.events(target=email, actor="admin@acme.example", action="user.ban")
    event, = found
    assert (event["actor"], event["target"], event["address"]) == ("admin@acme.example", email, "127.0.0.1")
    assert [each["action"] for each in face.events(target=email, limit=2)] == ["user.validate", "user.ban"]
    assert face.events(target=email, since="2026-01-01", until="2999-01-01") == face.events(target=email)
    assert face.events(target=email, since="2999-01-01") == face.events(target=email, until="2026-01-01") == []


def test_the_trail_is_taken_along_as_csv_and_json(site, admin):
    events = site.orgauth.items("audit", "list", "--org", "acme", "--limit", "5")
    rows = list(csv.DictReader(io.StringIO(site.orgauth("--output", "csv", "audit", "list", "--org", "acme", "--limit", "5"))))
    assert [row["action"] for row in rows] == [event["action"] for event in events] and len(rows) == 5
    assert [event["id"] for event in admin.get("/orgs/acme/audit?limit=5").json["items"]] == [event["id"] for event in events]
