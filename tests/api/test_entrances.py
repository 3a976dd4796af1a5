# SPDX-License-Identifier: Apache-2.0
"""The count and the lock are one over all entrances: Basic, log-in, key, session, links (I2, I3, I4)."""

import random
import sqlite3

import pytest

from browser import PASSWORD, Browser, logged_in, person
from conftest import MOUNT
from support import keys
from support.httpd import place

CONFIG = (MOUNT + place("/file/any", "Require valid-user") + place("/file/session", "OrgAuthCredentials session", "Require valid-user")
          + '<Location "/file/provider">\n  AuthType Basic\n  AuthName "Acme"\n  AuthBasicProvider orgauth\n  Require valid-user\n</Location>\n')
numbers = iter(range(1000))
JSON = ("Content-Type", "application/json")


@pytest.fixture
def email(site):
    site.expect("OA010", "AH016", "AH01807")
    return person(site, f"e{next(numbers)}@acme.example")


def basic(email, password, path="/file/any"):
    return {"method": "GET", "path": path, "login": (email, password)}


def log_in(email, password):
    return {"method": "POST", "path": "/orgauth/v1/sessions", "headers": [JSON], "body": f'{{"email": "{email}", "password": "{password}"}}'.encode()}


def test_200_wrong_passwords_at_once_by_every_door_are_counted_as_exactly_ten(site, email):
    requests = [door(email, f"a wrong password, number {number}") for number in range(100) for door in (basic, log_in)]
    answers = site.parallel_each(requests, 100)
    assert {answer.status for answer in answers} <= {401, 503}
    assert site.orgauth.failures(email) == (10, 0) and site.orgauth.status(email) == "DENIED"
    for door in (basic, log_in):
        assert site.request(**door(email, PASSWORD)).status == 401
    assert site.orgauth.failures(email) == (10, 0)
    assert len(site.orgauth.items("audit", "list", "--target", email, "--action", "user.denied")) == 1


def test_the_right_password_among_200_wrong_ones_gets_in_before_the_tenth_or_never(site, email):
    requests = [door(email, f"a wrong password, number {number}") for number in range(95) for door in (basic, log_in)]
    requests += [door(email, PASSWORD) for _ in range(5) for door in (basic, log_in)]
    random.Random(7).shuffle(requests)
    answers = site.parallel_each(requests, 100)
    assert {answer.status for answer in answers} <= {200, 201, 401, 503}
    if site.orgauth.status(email) == "DENIED":
        assert site.orgauth.failures(email)[0] == 10
        assert {site.request(**door(email, PASSWORD)).status for door in (basic, log_in)} == {401}
    else:
        assert site.orgauth.failures(email)[0] < 10


def test_200_right_log_ins_at_once_by_every_door_are_let_in_and_none_is_counted(site, email):
    answers = site.parallel_each([door(email, PASSWORD) for _ in range(100) for door in (basic, log_in)], 50)
    assert {answer.status for answer in answers} <= {200, 201, 503}
    assert sum(answer.status in (200, 201) for answer in answers) > 100
    assert site.orgauth.failures(email) == (0, 0)


DOORS = {"basic": lambda site, email, key: site.request(**basic(email, "a wrong password, but long")),
         "provider": lambda site, email, key: site.request(**basic(email, "a wrong password, but long", "/file/provider")),
         "log in": lambda site, email, key: site.request(**log_in(email, "a wrong password, but long")),
         "key": lambda site, email, key: site.get("/file/any", key=keys.wrong_secret(key))}


def test_wrong_attempts_by_all_doors_are_one_count_and_the_lock_is_on_all_of_them(site, nobody, email):
    """Ten in turn; then nothing opens, and nothing that was open stays so."""
    key = site.orgauth.key(email)
    link = site.orgauth.json("user", "send-reset", email, "--print-link")["link"].rsplit("/", 1)[1]
    invitation = site.orgauth.json("invitation", "send", email, "--org", "globex", "--role", "Viewer", "--print-link")["items"][0]["link"]
    session = logged_in(site, email)
    own = logged_in(site, email)
    doors = [*DOORS.values(), lambda site, email, key: own.post("/me/password", {"current": "wrong wrong wrong", "password": "quite another one"})]
    for number in range(10):
        assert doors[number % len(doors)](site, email, key).status == 401
    assert sum(site.orgauth.failures(email)) == 10 and site.orgauth.status(email) == "DENIED"
    assert {site.request(**basic(email, PASSWORD, path)).status for path in ("/file/any", "/file/provider")} == {401}
    assert site.request(**log_in(email, PASSWORD)).status == 401
    assert site.get("/file/any", key=key).status == 401
    assert session.get("/me").status == 401
    assert site.get("/file/session", headers=[("Cookie", session.cookie)]).status == 401
    assert nobody.post(f"/password-resets/{link}", {"password": "another long password"}).status == 404
    assert session.post(f"/invitations/{invitation.rsplit('/', 1)[1]}").status == 401
    assert nobody.post("/password-resets", {"email": email}).status == 202
    assert site.orgauth.select("SELECT count(*) FROM link l JOIN account a ON a.id = l.account_id WHERE a.email = $1 AND l.used_at = 0", email) == [(0,)]
    assert sum(site.orgauth.failures(email)) == 10
    site.orgauth.run("user", "validate", email)
    assert Browser(site).log_in(email).status == 201 and session.get("/me").status == 401


@pytest.mark.parametrize("reason", ["expired key", "revoked key", "no permission", "foreign organization", "deactivated"])
def test_what_is_refused_for_another_reason_counts_nothing(site, email, reason):
    key = site.orgauth.json("key", "issue", "--user", email, "--org", "acme")
    if reason == "expired key":
        with sqlite3.connect(site.store) as store:
            store.execute("UPDATE api_key SET expires_at = 1 WHERE account_id = (SELECT id FROM account WHERE email = ?)", [email])
    elif reason == "revoked key":
        site.orgauth.run("--yes", "key", "revoke", key["id"])
    elif reason == "deactivated":
        site.orgauth.run("user", "deactivate", email, "--org", "acme")
    path = "/orgauth/v1/settings" if reason == "no permission" else "/orgauth/v1/orgs/globex/users"
    answers = {site.get(path, key=key["key"]).status for _ in range(15)}
    assert answers <= {401, 403, 404}
    assert site.orgauth.failures(email) == (0, 0)
