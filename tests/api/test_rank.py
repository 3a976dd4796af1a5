# SPDX-License-Identifier: Apache-2.0
"""P4 in all its ways: nobody grants more than they hold, raises themselves, or acts on who holds more. Help desk is an administrators' role that may
change users and no more; its holder tries everything that the API has."""

import io
from concurrent.futures import ThreadPoolExecutor

import openpyxl
import pytest

from browser import PASSWORD, Browser, logged_in, person
from conftest import Caller

numbers = iter(range(100000))
CSV, XLSX = "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LOOKALIKES = ["administrator", "ADMINISTRATOR", " Administrator", "Administrator ", "Administrator\u200b", "Аdministrator", "Ａdministrator",
              "Administrator\u0000", "Superadmin", "superadmin", "rol_0000000000001", "rol_0000000000002", "1", ""]


@pytest.fixture(scope="module")
def desk(running):
    """A key of somebody whose role holds all of users, views, and nothing else."""
    running.orgauth.run("role", "create", "Help desk", "--org", "acme", "--type", "administrator", "--permission", "users:*", "--permission",
                        "roles:*", "--permission", "*:view", "--permission", "apis:*")
    return running.orgauth.person("desk@acme.example", "Help desk", "acme")


@pytest.fixture
def help_desk(site, desk):
    return Caller(site, desk.key)


def new(role="Viewer", org="acme"):
    return f"r{next(numbers)}@{org}.example"


@pytest.fixture
def victim(site):
    """An Administrator of this test's own."""
    return person(site, new(), "Administrator")


def role_of(site, email, org="acme"):
    return site.orgauth.json("user", "show", email, "--org", org)["role"]


STRONG = ["Administrator", "SuperAdmin", "Editor", "Operator"]


@pytest.mark.parametrize("role", STRONG)
def test_no_way_grants_a_role_above_ones_own(site, help_desk, role):
    other = person(site, new(), "Viewer")
    outsider = person(site, new(org="globex"), "Viewer", "globex")
    assert help_desk.post("/orgs/acme/users", {"email": new(), "role": role}).status == 403
    assert help_desk.post(f"/orgs/acme/users/{other}/set-role", {"role": role}).status == 403
    assert help_desk.post("/orgs/acme/users/desk@acme.example/set-role", {"role": role}).status == 403
    for who in (other, "desk@acme.example"):
        assert help_desk.patch(f"/orgs/acme/users/{who}", {"role": role}).status == 403
        assert help_desk.patch(f"/orgs/acme/users/{who}", {"role": role, "last_name": "X"}).status == 403
    assert help_desk.post("/orgs/acme/members", {"emails": [outsider], "role": role}).status == 403
    assert help_desk.post("/orgs/acme/invitations", {"emails": [new()], "role": role}).status == 403
    for action, address in (("create", new()), ("invite", new()), ("add", outsider)):
        for path, body in (("/orgs/acme/imports", f"email,role,action\n{address},{role},{action}\n"),
                           (f"/orgs/acme/imports?role={role}&action={action}", f"email\n{address}\n"),
                           (f"/orgs/acme/imports?partial=true&role={role}", f"email,action\n{address},{action}\n")):
            answer = help_desk.post(path, body.encode(), headers=[("Content-Type", CSV)])
            report = answer.json.get("report") or answer.json
            assert report["counts"]["error"] == 1 and answer.status in (200, 422), answer.body
    book, octets = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["email", "role"])
    book.active.append([new(), role])
    book.save(octets)
    assert help_desk.post("/orgs/acme/imports", octets.getvalue(), headers=[("Content-Type", XLSX)]).status == 422
    assert role_of(site, other) == "Viewer" and role_of(site, "desk@acme.example") == "Help desk"
    assert site.orgauth.select("SELECT count(*) FROM membership m JOIN account a ON a.id = m.account_id JOIN role r ON r.id = m.role_id"
                               " WHERE a.email = $1 AND m.org_id = (SELECT id FROM organization WHERE slug = 'acme')", outsider) == [(0,)]


@pytest.mark.parametrize("role", LOOKALIKES)
def test_no_other_spelling_of_a_strong_role_is_that_role(site, help_desk, role):
    other = person(site, new(), "Viewer")
    assert help_desk.post(f"/orgs/acme/users/{other}/set-role", {"role": role}).status in (400, 403)
    assert help_desk.post("/orgs/acme/roles", {"name": role, "permissions": ["*:*"], "type": "administrator"}).status in (400, 403, 409)
    assert role_of(site, other) == "Viewer"


@pytest.mark.parametrize("permissions", [["*:*"], ["users:*", "flow:run"], ["settings:edit"], ["audit:export"], ["*:users"], ["*:edit"]])
def test_no_role_is_made_or_made_of_more_than_one_holds(site, help_desk, permissions):
    body = {"name": f"R{next(numbers)}", "type": "administrator", "permissions": permissions}
    assert help_desk.post("/orgs/acme/roles", body).status in (400, 403)
    mine = help_desk.post("/orgs/acme/roles", {**body, "permissions": ["users:view"]}).json["id"]
    assert help_desk.patch(f"/orgs/acme/roles/{mine}", {"permissions": permissions}).status in (400, 403)
    stronger = site.orgauth.json("role", "create", f"S{next(numbers)}", "--org", "acme", "--permission", "flow:run")["id"]
    assert help_desk.patch(f"/orgs/acme/roles/{stronger}", {"permissions": ["flow:view"]}).status == 403
    assert help_desk.delete(f"/orgs/acme/roles/{stronger}").status == 403


@pytest.mark.parametrize("type", ["site", "api", "SuperAdmin", 1])
def test_no_role_is_of_a_type_that_only_the_project_has(help_desk, type):
    assert help_desk.post("/orgs/acme/roles", {"name": f"T{next(numbers)}", "type": type, "permissions": ["users:view"]}).status == 400


VERBS = [("POST", "/set-password", {"password": "a password of the attacker's"}), ("POST", "/ban", {}), ("POST", "/validate", {}),
         ("POST", "/deactivate", {}), ("POST", "/activate", {}), ("POST", "/send-reset", {}), ("POST", "/set-role", {"role": "API User"}), ("PATCH", "", {"role": "API User"}),
         ("DELETE", "", None), ("PATCH", "", {"email": "attacker@acme.example"}), ("PATCH", "", {"first_name": "Eve"}), ("POST", "/keys", {}),
         ("POST", "/keys", {"jwt": True})]


@pytest.mark.parametrize("method, verb, body", VERBS)
def test_nothing_is_done_to_a_stronger_user(site, help_desk, victim, method, verb, body):
    headers = [("If-Match", "*")] if method == "PATCH" else []
    assert help_desk(method, f"/orgs/acme/users/{victim}{verb}", body, headers=headers).status == 403
    assert role_of(site, victim) == "Administrator" and Browser(site).log_in(victim).status == 201


@pytest.mark.parametrize("method, verb", [("POST", "/rotate"), ("POST", "/reveal"), ("DELETE", ""), ("PATCH", "")])
def test_nothing_is_done_to_a_stronger_users_key(site, help_desk, victim, method, verb):
    key = site.orgauth.json("key", "issue", "--user", victim, "--org", "acme")["id"]
    body = {"networks": []} if method == "PATCH" else {} if method == "POST" else None
    headers = [("If-Match", "*")] if method == "PATCH" else []
    assert help_desk(method, f"/orgs/acme/users/{victim}/keys/{key}{verb}", body, headers=headers).status == 403
    assert site.orgauth.json("key", "show", key)["status"] == "active"


def test_attaching_with_a_key_makes_no_key_of_a_stronger_user(site, help_desk, victim):
    name = f"api-{next(numbers)}"
    assert help_desk.post("/orgs/acme/apis", {"name": name}).status == 201
    assert help_desk.post(f"/orgs/acme/apis/{name}/attachments", {"users": [victim], "key": True}).status == 403
    outsider = person(site, new(org="globex"), "Viewer", "globex")
    assert help_desk.post(f"/orgs/acme/apis/{name}/attachments", {"users": [outsider], "key": True}).status == 403
    assert help_desk.post(f"/orgs/acme/apis/{name}/attachments", {"users": [outsider]}).status == 200
    assert help_desk.post(f"/orgs/acme/users/{outsider}/keys", {}).status == 403
    for verb, body in (("set-password", {"password": "a password of the attacker's"}), ("ban", {}), ("send-reset", {})):
        assert help_desk.post(f"/orgs/acme/users/{outsider}/{verb}", body).status == 403


@pytest.mark.parametrize("member", ["role", "role_id", "org", "org_id", "home_org_id", "status", "account_status", "site", "permissions", "id",
                                    "user_id", "kind", "version", "password", "reach", "modules", "memberships", "failures"])
def test_no_member_beside_the_named_ones_is_taken(site, help_desk, member):
    other = person(site, new(), "Viewer")
    patches = [(f"/orgs/acme/users/{other}", {"first_name": "A"}), ("/me", {"first_name": "A"})]
    for path, body in patches:
        for value in ("SuperAdmin", 1, ["*:*"], None):
            answer = help_desk.patch(path, {**body, member: value})
            if (member, value) == ("role", "SuperAdmin") and path != "/me":  # which PATCH changes, but not to what is above
                assert answer.status == 403 and site.orgauth.json("user", "show", other)["first_name"] == ""
                continue
            assert answer.status == 400 and answer.json["errors"][0]["pointer"] == f"/{member}", answer.body
    if member not in ("role", "password", "org"):
        assert help_desk.post("/orgs/acme/users", {"email": new(), "role": "API User", member: "1"}).status == 400
    assert role_of(site, other) == "Viewer"


def test_an_organization_below_gives_nobody_more_above(site, help_desk):
    """Whoever administers below is not the equal of who does above, and makes no organization where he may not."""
    site.orgauth.run("org", "create", "Lab", "--slug", f"lab-{next(numbers)}", "--parent", "acme")
    slug = site.orgauth.items("org", "list")[-1]["slug"]
    boss = person(site, new(), "Administrator", slug)
    browser = logged_in(site, boss)
    assert help_desk.post("/orgs", {"name": "Mine", "parent": "acme"}).status == 403
    assert browser.post("/orgs", {"name": "Mine"}).status == 403
    assert browser.post("/orgs", {"name": "Mine", "parent": "acme"}).status == 404
    assert browser.get("/orgs/acme/users").status == 404
    site.orgauth.run("user", "add", "editor@acme.example", "--org", slug, "--role", "Viewer")
    assert browser.post(f"/orgs/{slug}/users/admin@acme.example/deactivate").status == 404
    assert browser.post(f"/orgs/{slug}/members", {"emails": ["admin@acme.example"], "role": "Viewer"}).status == 403, \
        "a membership below would take from who administers above"
    for verb, body in (("set-password", {"password": "a password of the attacker's"}), ("ban", {}), ("keys", {})):
        assert browser.post(f"/orgs/{slug}/users/editor@acme.example/{verb}", body).status == 403


def test_an_account_that_is_stronger_elsewhere_keeps_its_password_and_address(site):
    """Its home organization, where it is a Viewer, could go as it where it is an Administrator."""
    address = person(site, new(), "Viewer")
    site.orgauth.run("user", "add", address, "--org", "globex", "--role", "Administrator")
    admin = Caller(site, site.people["acme"]["admin"].key)
    assert admin.post(f"/orgs/acme/users/{address}/set-password", {"password": "a password of the attacker's"}).status == 403
    assert admin.patch(f"/orgs/acme/users/{address}", {"email": new()}).status == 403
    key = admin.post(f"/orgs/acme/users/{address}/keys", {}).json["key"]
    assert Caller(site, key).get("/orgs/globex/users").status == 404
    assert Caller(site, key).get("/orgs").json["items"] == [] or "globex" not in Caller(site, key).get("/orgs").body.decode()


@pytest.mark.parametrize("method, verb, body", [("POST", "/ban", {}), ("POST", "/deactivate", {}), ("POST", "/send-reset", {}), ("DELETE", "", None),
                                                ("POST", "/set-role", {"role": "API User"}), ("PATCH", "", {"first_name": "Eve"})])
def test_no_other_organization_shields_an_account_from_its_home(site, method, verb, body):
    """By making it an Administrator, unasked."""
    address = person(site, new(), "Viewer")
    Caller(site, site.people["globex"]["admin"].key).post("/orgs/globex/members", {"emails": [address], "role": "Administrator"})
    admin = Caller(site, site.people["acme"]["admin"].key)
    headers = [("If-Match", "*")] if method == "PATCH" else []
    assert admin(method, f"/orgs/acme/users/{address}{verb}", body, headers=headers).status in (200, 204)


def test_the_last_administrator_of_another_organization_is_shut_out_at_home_and_that_one_is_not_named(site):
    address, slug = person(site, new(), "Viewer"), f"hidden-{next(numbers)}"
    site.orgauth.run("org", "create", slug, "--slug", slug)
    site.orgauth.run("user", "add", address, "--org", slug, "--role", "Administrator")
    admin = Caller(site, site.people["acme"]["admin"].key)
    key = site.orgauth.key(address, "acme")
    banned = admin.post(f"/orgs/acme/users/{address}/ban", {})
    assert banned.status == 409 and slug not in banned.body.decode() and "deactivate or remove" in banned.json["detail"]
    assert admin.post(f"/orgs/acme/users/{address}/deactivate", {}).status == 200
    assert Caller(site, key).get("/me").status == 401
    site.expect("OA010")


def test_a_superadmin_is_nobodys_to_touch(site):
    """Also where he belongs to an organization as any user does."""
    boss = person(site, new(), "SuperAdmin", "site")
    site.orgauth.run("user", "add", boss, "--org", "acme", "--role", "Viewer")
    admin = Caller(site, site.people["acme"]["admin"].key)
    for method, verb, body in VERBS:
        headers = [("If-Match", "*")] if method == "PATCH" else []
        assert admin(method, f"/orgs/acme/users/{boss}{verb}", body, headers=headers).status == 403, verb


# I7.

def administrators(site, org):
    return site.orgauth.select("SELECT count(*) FROM membership m JOIN account a ON a.id = m.account_id WHERE m.role_id IN (1, 2) AND m.status = 1"
                               " AND a.status = 1 AND m.org_id = (SELECT id FROM organization WHERE slug = $1)", org)[0][0]


WAYS_OUT = [("DELETE", "", None), ("POST", "/set-role", {"role": "Viewer"}), ("POST", "/deactivate", {}), ("POST", "/ban", {})]


@pytest.mark.parametrize("first", WAYS_OUT)
@pytest.mark.parametrize("second", WAYS_OUT)
def test_of_the_last_two_administrators_that_end_each_other_at_once_one_remains(site, first, second):
    site.expect("OA010")
    slug = f"duel-{next(numbers)}"
    site.orgauth.run("org", "create", "Duel", "--slug", slug)
    pair = [site.orgauth.person(new(), "Administrator", slug) for _ in range(2)]
    shots = [(pair[0], pair[1], first), (pair[1], pair[0], second)]

    def shoot(shot):
        by, at, (method, verb, body) = shot
        return Caller(site, by.key)(method, f"/orgs/{slug}/users/{at.email}{verb}", body).status

    with ThreadPoolExecutor(2) as pool:
        statuses = list(pool.map(shoot, shots))
    assert administrators(site, slug) == 1
    assert 200 in statuses and set(statuses) <= {200, 401, 403, 404, 409}, statuses
    for person_ in pair:
        for method, verb, body in WAYS_OUT:
            Caller(site, site.people["site"]["super"].key)(method, f"/orgs/{slug}/users/{person_.email}{verb}", body)
    assert administrators(site, slug) == 1, "nor does a SuperAdmin end the last one"


def test_no_way_ends_the_last_superadmin(site, superadmin):
    for (email,) in site.orgauth.select("SELECT a.email FROM membership m JOIN account a ON a.id = m.account_id WHERE m.role_id = 1 AND"
                                        " a.email <> 'super@site.example'"):
        superadmin.delete(f"/orgs/site/users/{email}")
    for method, verb, body in WAYS_OUT:
        assert superadmin(method, f"/orgs/site/users/super@site.example{verb}", body).status == 409
    assert superadmin.patch("/orgs/site", {"status": "suspended"}).status == 409
    site.orgauth.run("org", "edit", "site", "--status", "suspended", code=5)
    assert superadmin.get("/settings").status == 200


def test_a_superadmin_of_a_suspended_organization_is_none(site, superadmin):
    site.orgauth.run("org", "create", "Branch", "--slug", "branch")
    browser = logged_in(site, person(site, new(), "SuperAdmin", "branch"))
    assert browser.get("/settings").status == 200
    assert superadmin.patch("/orgs/branch", {"status": "suspended"}).status == 200
    assert browser.get("/settings").status == 403
    assert browser.get("/orgs/acme/users").status == 404
