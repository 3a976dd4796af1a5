# SPDX-License-Identifier: Apache-2.0
"""Passwords set anew by a mailed link."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest

from browser import OTHER, PASSWORD, Browser, logged_in, person

numbers = iter(range(1000))


@pytest.fixture
def email(site):
    return person(site, f"r{next(numbers)}@acme.example")


def link_of(site, email):
    return site.orgauth.json("user", "send-reset", email, "--org", "acme", "--print-link")["link"].rsplit("/", 1)[1]


def set_anew(nobody, token, password=OTHER):
    return nobody.post(f"/password-resets/{token}", {"password": password})


def test_asking_says_the_same_whether_there_is_such_an_account(site, nobody, email):
    site.orgauth.run("user", "ban", person(site, "banned" + email))
    answers = [nobody.post("/password-resets", {"email": each}) for each in (email, "nobody" + email, "banned" + email)]
    assert {(answer.status, answer.body) for answer in answers} == {(202, answers[0].body)}


def test_a_link_sets_a_password_once_and_ends_the_sessions(site, nobody, email):
    browser, token = logged_in(site, email), link_of(site, email)
    assert set_anew(nobody, token, "short").status == 400
    assert set_anew(nobody, token).json == {"email": email}
    assert browser.get("/me").status == 401
    assert Browser(site).log_in(email, OTHER).status == 201
    assert set_anew(nobody, token, PASSWORD).status == 404


def test_of_many_that_use_a_link_at_once_one_gets_through(site, nobody, email):
    token = link_of(site, email)
    passwords = [f"{OTHER} number {number}" for number in range(12)]
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda password: set_anew(nobody, token, password), passwords))
    assert sorted(answer.status for answer in answers) == [200] + [404] * 11
    winner = passwords[[answer.status for answer in answers].index(200)]
    assert Browser(site).log_in(email, winner).status == 201


def test_a_link_does_not_lift_a_lock_or_outlive_it(site, nobody, email):
    token = link_of(site, email)
    site.orgauth.run("user", "ban", email)
    assert set_anew(nobody, token).status == 404
    site.orgauth.run("user", "validate", email)
    assert set_anew(nobody, token).status == 404


def test_an_expired_link_is_refused(site, nobody, email):
    token = link_of(site, email)
    with sqlite3.connect(site.store) as store:
        store.execute("UPDATE link SET expires_at = created_at")
    assert set_anew(nobody, token).status == 404


def test_no_link_is_in_an_answer_a_log_or_the_trail(site, nobody, admin, email):
    token = link_of(site, email)
    set_anew(nobody, token, "short")
    set_anew(nobody, token)
    assert token not in site.log()
    assert token not in (site.root / "logs/access.log").read_text()
    assert token not in site.orgauth("audit", "list", "--org", "acme", "--limit", "1000", "--json")
    assert token.encode() not in site.store.read_bytes()
    answer = admin.post(f"/orgs/acme/users/{email}/send-reset", {"print_link": True})
    assert answer.status == 403


def test_asking_is_throttled_by_address(site, nobody, email):
    site.orgauth.run("setting", "set", "login.throttle", "10/60s")
    answers = [nobody.post("/password-resets", {"email": email}) for _ in range(12)]
    site.orgauth.run("setting", "set", "login.throttle", "0")
    assert [answer.status for answer in answers] == [202] * 10 + [429] * 2
    assert 1 <= int(answers[-1].header("Retry-After")) <= 75 # the window and a quarter of it


def test_a_mail_is_queued_with_what_tells_of_it(site, admin, email):
    site.orgauth.run("setting", "set", "site.public_url", "https://site.example")
    site.orgauth.run("setting", "set", "mail.relay", "sendmail:/bin/true")
    try:
        assert admin.post(f"/orgs/acme/users/{email}/send-reset", {}).json["mail"] == "queued"
        sent, = admin.post("/orgs/acme/invitations", {"emails": ["x" + email], "role": "Viewer"}).json["items"]
        assert sent["mail"] == "queued"
        assert {"x" + email, email} <= {mail["recipient"] for mail in site.orgauth.items("mail", "list")}
    finally:
        site.orgauth.run("setting", "set", "mail.relay", "")
        site.orgauth.run("setting", "set", "site.public_url", "")


@pytest.mark.parametrize("token", ["x", "0" * 55, "0" * 56, "0" * 57, "Z" * 56, "%C3%A4", "a%20b"])
def test_what_is_no_link_is_refused(nobody, token):
    assert set_anew(nobody, token).status == 404


def test_a_forged_host_does_not_get_into_a_link(site, email):
    assert link_of(site, email) # no site.public_url: what is shown is a path
    site.orgauth.run("setting", "set", "site.public_url", "https://site.example")
    shown = site.orgauth.json("user", "send-reset", email, "--org", "acme", "--print-link")["link"]
    site.orgauth.run("setting", "set", "site.public_url", "")
    assert shown.startswith("https://site.example/portal/#/password-resets/")
