# SPDX-License-Identifier: Apache-2.0
"""What httpd does by itself, and the outbox over REST."""

import json

import pytest

from conftest import PUBLIC_URL, configure, notify, sql
from support.httpd import Site, place
from support.web import basic

CONFIG = (place("/file", "AuthType OrgAuth", "AuthName test", "Require valid-user")
          + '<Location "/orgauth">\n  SetHandler orgauth-admin\n</Location>\n')
ANN, ADMIN = "ann@acme.example", "admin@acme.example"


@pytest.fixture
def site(relay):
    site = Site(CONFIG)
    try:
        site.orgauth.run("org", "create", "Acme", "--slug", "acme", "--admin", ADMIN)
        site.admin = site.orgauth.equip(ADMIN)
        site.ann = site.orgauth.person(ANN, password="correct horse battery staple")
        site.orgauth.run("setting", "set", "login.deny_after", "2")
        configure(site.orgauth, relay)
        site.start()
        site.begin_test()
        yield site
        site.stop()
        assert site.unexpected() == []
    finally:
        relay.hanging.clear()
        site.close()


def deny_with_forged_hosts(site):
    name, value = basic(ANN, "not the password")
    request = (f"GET /file HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\nForwarded: host=evil.example\r\n"
               f"{name}: {value}\r\nConnection: close\r\n\r\n")
    for _ in range(2):
        assert site.raw(request.encode()).status == 401


# A3, U9: by itself
def test_who_becomes_denied_is_told_within_seconds_and_so_are_the_administrators(site, relay):
    site.expect("OA010")
    deny_with_forged_hosts(site)
    relay.wait(lambda: len(relay.letters) == 2, "two mails")
    assert sorted(letter.recipients[0] for letter in relay.letters) == [ADMIN, ANN]
    assert all(b"evil" not in letter.octets for letter in relay.letters)
    assert f"{PUBLIC_URL}/portal/" in relay.letter_to(ADMIN).text


def test_nobody_waits_for_a_relay_that_hangs_and_httpd_stops_at_once(site, relay):
    relay.hanging.set()
    notify(site.orgauth, ANN)
    relay.wait(lambda: relay.asked == 1, "sender")
    assert all(site.get("/file", key=site.ann.key).status == 200 for _ in range(20))
    site.orgauth.run("user", "ban", ANN, "--yes")
    assert site.get("/file", key=site.ann.key).status == 401
    site.expect("OA010")
    site.stop()
    assert relay.hanging.is_set() and sql(site.orgauth, "SELECT status, tries, claimed_until FROM mail") == [(1, 0, 0)] * 2
    relay.hanging.clear()
    site.start()
    relay.wait(lambda: len(relay.letters) == 2, "two mails")


def test_a_relay_that_refuses_is_logged_without_recipients(site, relay):
    relay.at_end = ["451 4.3.2 come back"]
    site.expect("OA04003: .*451 4.3.2 come back")
    notify(site.orgauth, ANN)
    relay.wait(lambda: len(relay.letters) == 1, "other mail")
    assert ANN not in site.log()


def test_the_first_round_makes_idle_users_inactive(site):
    site.stop()
    sql(site.orgauth, "UPDATE account SET last_login_at = 1, status_since = 1 WHERE email = ?", ANN)
    sql(site.orgauth, "DELETE FROM lease")
    site.start()
    site._wait(lambda: site.orgauth.status(ANN) == "INACTIVE", "make anybody INACTIVE")


def test_the_outbox_is_for_superadmins(site, relay):
    site.orgauth.run("org", "create", "Site", "--slug", "site")
    boss = site.orgauth.person("super@site.example", "SuperAdmin", "site")
    relay.answers[ANN] = ["550 5.1.1 no such user"]
    site.expect("OA04004: ")
    notify(site.orgauth, ANN)
    relay.wait(lambda: len(relay.letters) == 1, "other mail")
    site._wait(lambda: site.orgauth.items("mail", "list", "--status", "GIVEN_UP"), "settle")
    listed = site.get("/orgauth/v1/mails?status=GIVEN_UP", key=boss.key)
    assert listed.status == 200 and listed.json["items"] == site.orgauth.items("mail", "list", "--status", "GIVEN_UP")
    [row] = listed.json["items"]
    assert row["recipient"] == ANN and "body" not in row
    for path in ("/orgauth/v1/mails/retry", f"/orgauth/v1/mails/{row['id']}/retry"):
        assert site.request("POST", path, key=site.admin.key).status == 403
    again = site.request("POST", f"/orgauth/v1/mails/{row['id']}/retry", key=boss.key)
    assert again.status == 200 and json.loads(again.body) == {"due": 1}
    relay.wait(lambda: len(relay.letters) == 2, "mail that was retried")
    assert site.get("/orgauth/v1/mails", key=site.admin.key).status == 403
