# SPDX-License-Identifier: Apache-2.0
"""Inviting, opening, accepting over HTTP."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from browser import PASSWORD, Browser, logged_in, person

numbers = iter(range(1000))
NEW = {"first_name": "Ann", "last_name": "Other", "password": PASSWORD}


@pytest.fixture
def email():
    return f"i{next(numbers)}@else.example"


def invite(site, email, *words):
    """(token, id)"""
    words = words or ("--role", "Editor")
    item, = site.orgauth.json("invitation", "send", email, "--org", "acme", *words, "--print-link")["items"]
    return item["link"].rsplit("/", 1)[1], item["id"]


def test_many_are_invited_listed_as_pending_and_then_as_users(site, admin, nobody, email):
    emails = [f"{letter}{email}" for letter in "abc"]
    answer = admin.post("/orgs/acme/invitations", {"emails": emails, "role": "Viewer", "modules": ["flow"]})
    assert answer.status == 201
    assert [(item["email"], item["status"], item["mail"]) for item in answer.json["items"]] == \
        [(each, "PENDING", "not_configured") for each in emails]
    assert "link" not in answer.body.decode()
    pending = admin.get("/orgs/acme/users?status=INVITED&limit=1000").json["items"]
    assert set(emails) <= {item["email"] for item in pending}
    token, _ = invite(site, email)
    assert nobody.post(f"/invitations/{token}", NEW).status == 200
    assert email not in {item["email"] for item in admin.get("/orgs/acme/users?status=INVITED&limit=1000").json["items"]}
    assert email in {item["email"] for item in admin.get("/orgs/acme/users?limit=1000").json["items"]}


def test_one_list_has_the_invited_first_and_then_the_users_page_by_page(site, admin, email):
    invite(site, email)
    seen, after = [], ""
    while after is not None:
        page = admin.get(f"/orgs/acme/users?invited=true&limit=2{after}").json
        seen += page["items"]
        after = f"&after={page['next']}" if page["next"] else None
    states = [item["status"] == "INVITED" for item in seen]
    assert states == sorted(states, reverse=True) and any(states)
    assert len({item["id"] for item in seen}) == len(seen)
    users = admin.get("/orgs/acme/users?limit=1000").json["items"]
    assert [item["id"] for item in seen if item["status"] != "INVITED"] == [item["id"] for item in users]


def test_opening_uses_nothing_up_and_accepting_does(site, nobody, email):
    token, _ = invite(site, email)
    for _ in range(3):
        opened = nobody.get(f"/invitations/{token}").json
        assert (opened["email"], opened["org"], opened["role"], opened["has_account"]) == (email, "acme", "Editor", False)
    assert nobody.post(f"/invitations/{token}", NEW).json["role"] == "Editor"
    assert nobody.get(f"/invitations/{token}").status == 404
    assert nobody.post(f"/invitations/{token}", NEW).status == 404
    assert Browser(site).log_in(email).status == 201


def test_of_many_that_accept_at_once_one_gets_through(site, nobody, email):
    token, _ = invite(site, email)
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda number: nobody.post(f"/invitations/{token}", {**NEW, "first_name": f"N{number}"}), range(12)))
    statuses = sorted(answer.status for answer in answers)
    assert statuses[0] == 200 and set(statuses[1:]) <= {401, 404}


def test_an_account_is_joined_by_its_owner_logged_in(site, nobody, email):
    person(site, email, org="globex")
    token, _ = invite(site, email)
    assert nobody.get(f"/invitations/{token}").json["has_account"] is True
    assert nobody.post(f"/invitations/{token}", NEW).status == 401
    stranger = logged_in(site, person(site, "x" + email))
    assert stranger.post(f"/invitations/{token}").status == 409
    owner = logged_in(site, email)
    assert owner.post(f"/invitations/{token}").json["role"] == "Editor"
    assert {each["org"] for each in owner.get("/me").json["memberships"]} == {"globex", "acme"}


def test_who_was_removed_is_invited_again_and_is_the_same_user(site, admin, email):
    person(site, email)
    before = admin.get(f"/orgs/acme/users/{email}").json["id"]
    admin.delete(f"/orgs/acme/users/{email}")
    token, _ = invite(site, email)
    owner = logged_in(site, email)
    assert owner.post(f"/invitations/{token}").json["id"] == before


def test_a_banned_user_gets_in_by_no_invitation(site, nobody, email):
    person(site, email, org="globex")
    token, _ = invite(site, email)
    owner = logged_in(site, email)
    site.orgauth.run("user", "ban", email)
    assert owner.post(f"/invitations/{token}").status == 401
    assert nobody.post(f"/invitations/{token}", NEW).status == 401


def test_an_outsider_gets_the_web_api_alone(site, nobody, admin, email):
    admin.post("/orgs/acme/apis", {"name": "figures"})
    token, _ = invite(site, email, "--external", "--api", "figures")
    assert nobody.get(f"/invitations/{token}").json["apis"] == ["figures"]
    assert nobody.post(f"/invitations/{token}", NEW).status == 200
    guest = logged_in(site, email)
    me = guest.get("/me").json
    assert me["memberships"] == [] and [api["name"] for api in me["apis"]] == ["figures"]
    assert guest.get("/orgs/acme/users").status == 404
    key = guest.post("/me/keys", {"apis": ["figures"]})
    assert key.status == 201 and key.json["apis"] == ["figures"]


def test_resending_replaces_the_link_and_revoking_ends_it(site, nobody, admin, email):
    token, invitation = invite(site, email)
    again = site.orgauth.json("invitation", "resend", invitation, "--print-link")["link"].rsplit("/", 1)[1]
    assert nobody.get(f"/invitations/{token}").status == 404
    assert nobody.get(f"/invitations/{again}").status == 200
    assert admin.delete(f"/orgs/acme/invitations/{invitation}").json["status"] == "REVOKED"
    assert nobody.get(f"/invitations/{again}").status == 404


@pytest.mark.parametrize("body", [{"role": "SuperAdmin"}, {"role": "administrator"}, {"role": "Viewer", "status": "ACCEPTED"},
                                  {"role": "Viewer", "org_id": "org_0000000000001"}, {"role": "Viewer", "emails": "a@x.example"},
                                  {"role": "Viewer", "emails": ["a@x.example\r\nBcc: b@x.example"]}])
def test_nothing_is_offered_beyond_what_the_inviter_holds_or_the_table_knows(admin, email, body):
    assert admin.post("/orgs/acme/invitations", {"emails": [email], **body}).status in (400, 403)


def test_no_link_is_in_an_answer_a_log_or_the_trail(site, nobody, email):
    token, _ = invite(site, email)
    nobody.get(f"/invitations/{token}")
    nobody.post(f"/invitations/{token}", NEW)
    nobody.get(f"/invitations/{token}?x={token[:8]}")
    for method, path in (("PUT", "/invitations/{}"), ("DELETE", "/invitations/{}"), ("OPTIONS", "/invitations/{}"), ("GET", "/invitations/{}/"),
                         ("POST", "/invitations/{}/accept"), ("GET", "/password-resets/{}"), ("GET", "/{}"), ("GET", "/orgs/acme/users/{}")):
        nobody(method, path.format(token))
    nobody("GET", "/invitations/" + "".join(f"%{ord(c):02x}" for c in token) + "/")
    assert token not in site.log()
    assert token not in (site.root / "logs/access.log").read_text()
    assert token not in site.orgauth("audit", "list", "--org", "acme", "--limit", "1000", "--json")
    assert token.encode() not in site.store.read_bytes()
