# SPDX-License-Identifier: Apache-2.0
"""What an administrator does to the people of an organization, by REST and by the command line alike, and what a protected place makes of it at
the next request."""

import sqlite3

import pytest

from browser import OTHER, PASSWORD, Browser
from conftest import MOUNT
from faces import both
from support.httpd import place
from support.messages import record
from support.relay import Relay

CONFIG = (MOUNT + place("/file", "Require valid-user") + place("/file/editor", "Require orgauth-role Editor")
          + place("/file/recorded", "OrgAuthMessages on", "Require valid-user"))
NEW = {"first_name": "Ann", "last_name": "Other", "password": PASSWORD}
STATUSES = {"Bea": "ban", "Cyd": "deactivate"}
numbers = iter(range(1000))


@pytest.fixture
def ann(face):
    """Somebody with a password and a key: (e-mail, key)."""
    email = f"ann{next(numbers)}@acme.example"
    face.create(email, role="Viewer", first_name="Ann")
    face.set_password(email, PASSWORD)
    return email, face.issue(email)["key"]


@pytest.fixture
def status(site):
    """What a place answers: to a key, or to a log-in."""
    site.expect(r"OA010\d\d: ", "AH01630", "AH01631")

    def ask(who, path="/file"):
        return site.get(path, **({"login": who} if isinstance(who, tuple) else {"key": who})).status
    return ask


def sql(site, statement, *values):
    with sqlite3.connect(site.store, timeout=30) as store:
        store.execute("PRAGMA foreign_keys = ON")
        assert store.execute(statement, values).rowcount > 0


def deny(site, email):
    """Ten wrong passwords."""
    for _ in range(10):
        assert site.get("/file", login=(email, "wrong")).status == 401


# The list.

@pytest.fixture
def crowd(site, face):
    """Ten people whose last name is the run's own, in the order of their making; one is banned, one deactivated, and one is invited."""
    name = f"Crowd{next(numbers)}x"
    made = [{"email": f"{first.lower()}.{name.lower()}@acme.example", "first_name": first, "last_name": name,
             "role": "Editor" if number % 3 else "Viewer"}
            for number, first in enumerate("Zoë Émile Bea Cyd Øyvind Dan Eve Fay Gus Hal".split())]
    for person in made:
        face.create(**person)
        if person["first_name"] in STATUSES:
            face.do(STATUSES[person["first_name"]], person["email"])
    face.invite([f"ida.{name.lower()}@acme.example"], role="Viewer")
    return name, made


def emails(page):
    return [item["email"] for item in page["items"]]


@both
def test_users_are_found_by_first_name_last_name_and_e_mail(face, crowd):
    name, made = crowd
    everybody = [person["email"] for person in made]
    assert set(emails(face.users(q=name.upper(), limit=1000))) == set(everybody)
    for term in ("ZOË", "zoë " + name, f"oë {name[:6]}", everybody[0]):
        assert set(emails(face.users(q=term, limit=1000))) & set(everybody) == {everybody[0]}, term
    assert emails(face.users(q=name + "nobody")) == []


@both
def test_users_are_filtered_by_status_and_role(face, crowd):
    name, made = crowd
    for role in ("Editor", "Viewer"):
        assert set(emails(face.users(q=name, role=role))) == {person["email"] for person in made if person["role"] == role}
    of = {person["first_name"]: person["email"] for person in made}
    assert emails(face.users(q=name, status="BANNED")) == [of["Bea"]]
    assert emails(face.users(q=name, status="DEACTIVATED")) == [of["Cyd"]]
    assert len(emails(face.users(q=name, status="VALIDATED"))) == len(made) - 2
    assert emails(face.users(q=name, status="INVITED")) == [f"ida.{name.lower()}@acme.example"]


@both
def test_users_are_sorted_and_come_in_pages(site, face, crowd):
    name, made = crowd
    for number, person in enumerate(made):
        sql(site, "UPDATE account SET last_login_at = ? WHERE email = ?", 1700000000000 + (number * 7 % 10) * 1000, person["email"])
    last_login = lambda person: made.index(person) * 7 % 10
    orders = {"created": made.index, "email": lambda person: person["email"], "last_login": last_login,
              "role": lambda person: (person["role"], made.index(person)),
              "status": lambda person: ({"Bea": 3, "Cyd": 5}.get(person["first_name"], 1), made.index(person))}
    for sort, order in orders.items():
        wanted = [person["email"] for person in sorted(made, key=order)]
        for spelling, expected in ((sort, wanted), ("-" + sort, wanted[::-1])):
            got, after = [], {}
            while after is not None:
                page = face.users(q=name, sort=spelling, limit=3, **after)
                assert len(page["items"]) <= 3
                got += emails(page)
                after = {"after": page["next"]} if page["next"] else None
            assert got == expected, spelling
    listed = {item["email"]: item for item in face.users(q=name)["items"]}
    assert all(listed[person["email"]]["last_login_at"] for person in made)
    assert all((listed[person["email"]]["role"], listed[person["email"]]["first_name"]) == (person["role"], person["first_name"]) for person in made)


# Making and letting in.

@both
def test_a_robot_is_a_user_with_a_key_and_without_a_password(site, face, status):
    email = f"robot{next(numbers)}@acme.example"
    face.create(email, role="API User", system=True)
    assert face.user(email)["kind"] == "system"
    assert status(face.issue(email)["key"]) == 200
    assert Browser(site).log_in(email).status == 401


@both
def test_who_has_an_account_elsewhere_is_added_by_e_mail_or_by_a_file(site, face, status):
    at_home = [f"guest{next(numbers)}@globex.example" for _ in range(3)]
    for email in at_home:
        site.orgauth.run("user", "create", email, "--org", "globex", "--role", "Viewer")
    face.add(at_home[:2], "Editor")
    assert face.import_users(f"email,role,action\n{at_home[2]},Editor,add\n")["counts"]["add"] == 1
    assert {face.user(email)["role"] for email in at_home} == {"Editor"}
    assert site.orgauth.json("user", "show", at_home[0], "--org", "globex")["role"] == "Viewer"
    assert status(site.orgauth.key(at_home[0], "acme"), "/file/editor") == 200


@pytest.fixture(scope="module")
def relay(running):
    relay = Relay()
    for name, value in (("site.public_url", "https://login.acme.example"), ("mail.relay", relay.url), ("mail.from", "login@acme.example")):
        running.orgauth.run("setting", "set", name, value)
    yield relay
    relay.close()


@pytest.fixture
def mailing(site, relay):
    """The token in the mail to somebody, once httpd has sent it."""
    return lambda email: relay.take(email).link.rsplit("/", 1)[1]


@both
def test_an_invitation_is_mailed_sent_again_taken_back_and_accepted_once(site, nobody, face, mailing):
    email, other = (f"new{next(numbers)}@else.example" for _ in range(2))
    sent, lost = face.invite([email, other], role="Editor")
    assert emails(face.users(status="INVITED", q=email)) == [email]
    first, taken_back = mailing(email), mailing(other)
    face.revoke_invitation(lost["id"])
    assert nobody.get(f"/invitations/{taken_back}").status == 404
    face.resend(sent["id"])
    again = mailing(email)
    assert nobody.get(f"/invitations/{first}").status == 404 and nobody.get(f"/invitations/{again}").status == 200
    assert nobody.post(f"/invitations/{again}", NEW).status == 200
    assert nobody.post(f"/invitations/{again}", NEW).status == 404
    assert (face.user(email)["role"], face.user(email)["first_name"]) == ("Editor", "Ann")
    assert emails(face.users(status="INVITED", q=email)) == []
    assert Browser(site).log_in(email).status == 201


def test_who_was_invited_gets_into_a_protected_place_once_it_is_accepted(site, nobody, admin, mailing, status):
    email = f"new{next(numbers)}@else.example"
    admin.post("/orgs/acme/invitations", {"emails": [email], "role": "Editor"})
    login, token = (email, PASSWORD), mailing(email)
    assert status(login, "/file/editor") == 401
    assert nobody.post(f"/invitations/{token}", NEW).status == 200
    assert status(login, "/file/editor") == 200


@both
def test_an_invitation_is_valid_for_seven_days(site, nobody, face, mailing):
    email = f"late{next(numbers)}@else.example"
    sent, = face.invite([email], role="Viewer")
    token = mailing(email)
    sql(site, "UPDATE invitation SET expires_at = created_at + 7 * 86400000 WHERE email = ? AND expires_at - created_at = 7 * 86400000", email)
    assert nobody.get(f"/invitations/{token}").status == 200
    sql(site, "UPDATE invitation SET created_at = created_at - 7 * 86400000, expires_at = expires_at - 7 * 86400000 WHERE email = ?", email)
    assert nobody.get(f"/invitations/{token}").status == 404
    assert nobody.post(f"/invitations/{token}", NEW).status == 404


# What is done to them.

@both
def test_who_is_denied_is_validated_and_given_a_new_password(site, face, ann, status):
    email, key = ann
    deny(site, email)
    assert face.user(email)["status"] == "DENIED"
    assert (status((email, PASSWORD)), status(key)) == (401, 401)
    face.set_password(email, OTHER)
    assert status((email, OTHER)) == 401, "a password lifts no lock"
    face.do("validate", email)
    assert (face.user(email)["status"], face.user(email)["failures"]) == ("VALIDATED", 0)
    assert (status((email, OTHER)), status(key), status((email, PASSWORD))) == (200, 200, 401)


@both
def test_a_right_log_in_resets_the_count(site, face, ann, status):
    email, _ = ann
    for _ in range(9):
        status((email, "wrong"))
    assert face.user(email)["failures"] == 9
    assert status((email, PASSWORD)) == 200
    assert face.user(email)["failures"] == 0


@both
@pytest.mark.parametrize("shut, opened, said", [("ban", "validate", "BANNED"), ("deactivate", "activate", "DEACTIVATED")])
def test_who_is_shut_out_is_refused_at_the_next_request_and_let_in_again(face, ann, status, shut, opened, said):
    email, key = ann
    assert status(key) == 200
    face.do(shut, email)
    assert (status(key), face.user(email)["status"]) == (401, said)
    face.do(opened, email)
    assert (status(key), face.user(email)["status"]) == (200, "VALIDATED")


@both
def test_a_new_role_holds_at_the_next_request(face, ann, status):
    email, key = ann
    assert status(key, "/file/editor") == 403
    face.set_role(email, "Editor")
    assert status(key, "/file/editor") == 200


@both
def test_who_was_removed_is_invited_again_and_has_the_history(site, face, ann, status, mailing):
    email, key = ann
    before = face.user(email)["id"]
    record(site.orgauth, email, "/reports/before")
    face.remove(email)
    assert status(key) == 401
    assert emails(face.users(q=email)) == []
    face.invite([email], role="Editor")
    owner = Browser(site)
    assert owner.log_in(email).status == 201
    assert owner.post(f"/invitations/{mailing(email)}").status == 200
    assert (face.user(email)["id"], face.user(email)["role"]) == (before, "Editor")
    assert [message["path"] for message in face.messages(email)] == ["/reports/before"]
    assert status(key) == 401, "a key that was revoked stays so"


@both
@pytest.mark.parametrize("verb", ["remove", "ban", "deactivate"])
def test_what_somebody_did_stays_on_record(site, face, ann, verb):
    email, _ = ann
    owner = Browser(site)
    assert owner.log_in(email).status == 201 and owner.post("/me/keys", {"name": "mine"}).status == 201
    record(site.orgauth, email, "/reports/last")
    site.orgauth.run("user", verb, email, "--org", "acme")
    did = [event["action"] for event in face.events(actor=email)]
    assert "me.issue-key" in did
    suffered = [event["action"] for event in face.events(target=email, limit=1000)]
    assert {"user.create", f"user.{verb}"} <= set(suffered)
    calls = site.orgauth.items("org", "messages", "acme", "--user", email) if verb == "remove" else face.messages(email)
    assert [message["path"] for message in calls] == ["/reports/last"]


def test_calls_of_who_was_removed_stay_on_record(site, admin, status):
    person = site.orgauth.person(f"caller{next(numbers)}@acme.example")
    assert status(person.key, "/file/recorded") == 200
    site._wait(lambda: site.orgauth.items("org", "messages", "acme", "--user", person.email), "record the call")
    site.orgauth.run("user", "remove", person.email, "--org", "acme")
    assert status(person.key, "/file/recorded") == 401
    calls = admin.get(f"/orgs/acme/messages?user={person.email}").json["items"]
    assert ("/file/recorded", 200) in [(call["path"], call["status"]) for call in calls]


@both
@pytest.mark.parametrize("days, answer, said", [(89, 200, "VALIDATED"), (91, 401, "INACTIVE")])
def test_who_did_not_log_in_for_three_months_is_inactive_at_the_request_and_until_validated(site, face, ann, status, days, answer, said):
    email, key = ann
    sql(site, "UPDATE account SET created_at = created_at - 200 * ?1, last_login_at = unixepoch() * 1000 - ?2 * ?1,"
        " status_since = 0 WHERE email = ?3", 86400000, days, email)
    assert status(key) == answer
    assert face.user(email)["status"] == said
    face.do("validate", email)
    assert status(key) == 200


@both
def test_a_link_to_set_a_password_anew_is_sent(site, nobody, face, ann, status, mailing):
    email, _ = ann
    face.send_reset(email)
    token = mailing(email)
    assert nobody.post(f"/password-resets/{token}", {"password": OTHER}).status == 200
    assert (status((email, OTHER)), status((email, PASSWORD))) == (200, 401)
