# SPDX-License-Identifier: Apache-2.0
"""An invitation is worth what its inviter may grant when it is accepted, and nothing that happened meanwhile is undone by it."""

import pytest

from browser import PASSWORD, logged_in, person
from support.relay import Relay

numbers = iter(range(1000))
NEW = {"first_name": "Ann", "last_name": "Other", "password": PASSWORD}


@pytest.fixture
def boss(site):
    """The e-mail of an Administrator of this test's own."""
    return person(site, f"boss{next(numbers)}@acme.example", "Administrator")


@pytest.fixture(scope="module")
def relay():
    relay = Relay()
    yield relay
    relay.close()


def token_of(site, address):
    """The token of the link that was mailed."""
    return site.relay.take(address).link.rsplit("/", 1)[1]


@pytest.fixture(autouse=True)
def mailing(site, relay):
    site.relay = relay
    for name, value in (("site.public_url", "https://site.example"), ("mail.relay", relay.url), ("mail.from", "a@site.example")):
        site.orgauth.run("setting", "set", name, value)
    site.expect("OA04")
    yield
    for name in ("site.public_url", "mail.relay", "mail.from"):
        site.orgauth.run("setting", "set", name, "")


@pytest.fixture
def invited(site, boss):
    """(address, token) of somebody whom `boss` invited as Administrator."""
    address = f"new{next(numbers)}@else.example"
    sent = logged_in(site, boss).post("/orgs/acme/invitations", {"emails": [address], "role": "Administrator"})
    assert sent.status == 201, sent.body
    return address, token_of(site, address)


@pytest.mark.parametrize("words", ["user set-role {} --role Viewer --org acme", "user remove {} --org acme", "user deactivate {} --org acme",
                                   "user ban {}"])
def test_who_may_not_grant_any_more_has_invited_nobody(site, nobody, boss, invited, words):
    address, token = invited
    assert nobody.get(f"/invitations/{token}").status == 200
    site.orgauth.run(*words.format(boss).split())
    refused = nobody.post(f"/invitations/{token}", NEW)
    assert refused.status == 409 and "whoever sent" in refused.json["detail"]
    assert site.orgauth.select("SELECT count(*) FROM account WHERE email = $1", address) == [(0,)]


def test_sent_again_by_who_may_it_is_that_ones_invitation(site, nobody, admin, boss, invited):
    address, _ = invited  # its letter is out of the box
    site.orgauth.run("user", "remove", boss, "--org", "acme")
    pending = next(item for item in admin.get("/orgs/acme/invitations?status=PENDING&limit=1000").json["items"] if item["email"] == address)
    again = admin.post(f"/orgs/acme/invitations/{pending['id']}/resend")
    assert again.json["invited_by"] == "admin@acme.example"
    assert nobody.post(f"/invitations/{token_of(site, address)}", NEW).json["role"] == "Administrator"


def test_a_role_that_grew_beyond_its_inviter_is_not_had_by_his_invitation(site, nobody, admin):
    admin.post("/orgs/acme/roles", {"name": "Hirer", "type": "administrator", "permissions": ["users:create", "users:view", "roles:view"]})
    admin.post("/orgs/acme/roles", {"name": "Small", "type": "administrator", "permissions": ["users:view"]})
    hirer, address = person(site, f"hirer{next(numbers)}@acme.example", "Hirer"), f"new{next(numbers)}@else.example"
    assert logged_in(site, hirer).post("/orgs/acme/invitations", {"emails": [address], "role": "Small"}).status == 201
    role = next(role for role in admin.get("/orgs/acme/roles").json["items"] if role["name"] == "Small")
    assert admin.patch(f"/orgs/acme/roles/{role['id']}", {"permissions": ["*:*"]}).status == 200
    assert nobody.post(f"/invitations/{token_of(site, address)}", NEW).status == 409


def test_an_invitation_of_the_local_operator_stands(site, nobody):
    address = f"new{next(numbers)}@else.example"
    site.orgauth.run("invitation", "send", address, "--org", "acme", "--role", "Administrator")
    assert nobody.post(f"/invitations/{token_of(site, address)}", NEW).status == 200


def test_a_role_with_an_open_invitation_is_not_removed(site, admin):
    role = admin.post("/orgs/acme/roles", {"name": f"Brief {next(numbers)}", "permissions": ["things:view"]}).json
    sent = admin.post("/orgs/acme/invitations", {"emails": [f"new{next(numbers)}@else.example"], "role": role["id"]}).json["items"][0]
    assert admin.delete(f"/orgs/acme/roles/{role['id']}").status == 409
    assert admin.delete(f"/orgs/acme/invitations/{sent['id']}").status == 200
    assert admin.delete(f"/orgs/acme/roles/{role['id']}").status == 200


def test_a_suspended_organization_is_joined_by_nobody(site, nobody, invited):
    site.orgauth.run("org", "edit", "acme", "--status", "suspended")
    try:
        assert nobody.post(f"/invitations/{invited[1]}", NEW).status == 409
    finally:
        site.orgauth.run("org", "edit", "acme", "--status", "active")
    assert nobody.post(f"/invitations/{invited[1]}", NEW).status == 200


def test_who_was_removed_does_not_come_back_by_an_older_invitation(site, admin):
    address = person(site, f"both{next(numbers)}@globex.example", org="globex")
    assert admin.post("/orgs/acme/invitations", {"emails": [address], "role": "Administrator"}).status == 201
    token = token_of(site, address)
    assert admin.post("/orgs/acme/members", {"emails": [address], "role": "Viewer"}).status == 200
    assert admin.delete(f"/orgs/acme/users/{address}").status == 200
    assert logged_in(site, address).post(f"/invitations/{token}").status == 404


def test_nor_into_an_organization_below_that_was_taken_from_somebody(site, superadmin):
    lab = f"lab-{next(numbers)}"
    site.orgauth.run("org", "create", "Lab", "--slug", lab, "--parent", "acme")
    address = person(site, f"lab{next(numbers)}@acme.example")
    assert superadmin.post(f"/orgs/{lab}/invitations", {"emails": [address], "role": "Administrator"}).status == 201
    token = token_of(site, address)
    assert superadmin.post(f"/orgs/acme/users/{address}/confine", {"sub_orgs": [lab]}).status == 200
    assert superadmin.post(f"/orgs/acme/users/{address}/confine", {"sub_orgs": []}).status == 200
    assert logged_in(site, address).post(f"/invitations/{token}").status == 404


@pytest.mark.parametrize("lock", ["ban", "tenth"])
def test_no_invitation_opens_a_locked_account(site, nobody, admin, lock):
    address = person(site, f"locked{next(numbers)}@globex.example", org="globex")
    admin.post("/orgs/acme/invitations", {"emails": [address], "role": "Viewer"})
    token = token_of(site, address)
    owner = logged_in(site, address)
    if lock == "ban":
        site.orgauth.run("user", "ban", address)
    else:
        site.expect("OA010")
        for _ in range(10):
            nobody.post("/sessions", {"email": address, "password": "wrong"})
    assert owner.post(f"/invitations/{token}").status == 401
    assert nobody.post(f"/invitations/{token}", NEW).status == 401
    assert admin.get(f"/orgs/acme/users/{address}").status == 404


def test_an_invitation_lets_nobody_change_what_the_home_organization_wrote(site, admin):
    address = f"clerk{next(numbers)}@globex.example"
    person(site, address, org="globex")
    site.orgauth.run("user", "edit", address, "--org", "globex", "--set", "clearance=low")
    role = admin.post("/orgs/acme/roles", {"name": f"Clerk {next(numbers)}", "permissions": ["things:view"],
                                           "required_fields": ["clearance", "desk"]}).json
    admin.post("/orgs/acme/invitations", {"emails": [address], "role": role["id"]})
    owner, token = logged_in(site, address), token_of(site, address)
    assert owner.post(f"/invitations/{token}", {"fields": {"clearance": "high", "desk": "4"}}).status == 400
    assert owner.post(f"/invitations/{token}", {"fields": {"desk": "4"}}).status == 200
    assert site.orgauth.json("user", "show", address, "--org", "globex")["fields"] == {"clearance": "low", "desk": "4"}


def test_a_link_to_one_organization_is_none_to_another(site, nobody, caller, invited):
    """The token alone says which; nothing of the request can."""
    for path in (f"/invitations/{invited[1]}?org=globex", f"/invitations/{invited[1]}"):
        body = {**NEW, "org": "globex"} if "?" not in path else NEW
        assert nobody.post(path, body).status == 400
    assert nobody.post(f"/invitations/{invited[1]}", {**NEW, "role": "SuperAdmin"}).status == 400
    assert nobody.post(f"/invitations/{invited[1]}", {**NEW, "email": "else@else.example"}).status == 400
    assert nobody.post(f"/password-resets/{invited[1]}", {"password": PASSWORD}).status == 404
