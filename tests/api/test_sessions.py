# SPDX-License-Identifier: Apache-2.0
"""Logging in and out over HTTP, and everything that ends a session."""

import sqlite3

import pytest

from browser import OTHER, PASSWORD, Browser, logged_in, person
from conftest import MOUNT
from support.httpd import place
from support.keys import wrong_checksum

CONFIG = (MOUNT + place("/file", "OrgAuthCredentials session", "Require valid-user")
          + place("/cgi/both", "OrgAuthCredentials session bearer", "Require valid-user")
          + '<Location "/afar">\n  SetHandler orgauth-admin\n  OrgAuthRequireTLS off\n</Location>\n'
          + "RemoteIPHeader X-Afar\nRemoteIPInternalProxy 127.0.0.1\n")
numbers = iter(range(1000))


@pytest.fixture
def email(site):
    return person(site, f"s{next(numbers)}@acme.example")


@pytest.fixture
def browser(site, email):
    return logged_in(site, email)


def cookie_names(cookie):
    return cookie.split("=")[0]


def test_a_log_in_gives_a_cookie_and_the_cookie_is_the_user(site, email):
    browser = Browser(site)
    answer = browser.log_in(email)
    assert answer.status == 201 and "token" not in answer.json
    assert cookie_names(browser.cookie) == "orgauth" # loopback, plain HTTP: no prefix
    assert browser.get("/me").json["email"] == email
    assert browser.get("/me").json["session_id"] == answer.json["id"]


def test_from_afar_the_cookie_has_the_prefix_and_is_for_tls_alone(site, email):
    body, media = f'{{"email": "{email}", "password": "{PASSWORD}"}}'.encode(), ("Content-Type", "application/json")
    refused = site.request("POST", "/orgauth/v1/sessions", headers=[media, ("X-Afar", "192.0.2.1")], body=body)
    assert refused.status == 403 and refused.header("Set-Cookie") is None
    answer = site.request("POST", "/afar/v1/sessions", headers=[media, ("X-Afar", "192.0.2.1")], body=body)
    pair, *attributes = answer.header("Set-Cookie").split("; ")
    assert pair.startswith("__Host-orgauth=") and set(attributes) == {"Path=/", "HttpOnly", "SameSite=Strict", "Secure"}
    got = site.get("/afar/v1/me", headers=[("Cookie", pair), ("X-Afar", "192.0.2.1")])
    assert got.json["email"] == email
    assert site.get("/orgauth/v1/me", headers=[("Cookie", pair)]).status == 401 # the other name, here


def test_each_log_in_has_a_new_id_and_leaves_the_one_before(site, email):
    browser = logged_in(site, email)
    first = browser.cookie
    assert browser.log_in(email).status == 201
    assert browser.cookie != first
    stale = Browser(site)
    stale.cookie = first
    assert stale.get("/me").status == 401


def test_a_planted_cookie_is_not_taken_over(site, email):
    browser = Browser(site)
    browser.cookie = "orgauth=" + "0" * 56
    assert browser.log_in(email).status == 201
    assert browser.cookie != "orgauth=" + "0" * 56


def test_after_a_log_out_the_cookie_is_nothing(site, browser):
    kept = browser.cookie
    assert browser.delete("/sessions").status == 204
    assert browser.cookie is None
    browser.cookie = kept
    assert browser.get("/me").status == 401
    assert browser.delete("/sessions").status == 401


def test_who_is_logged_out_can_log_in_with_the_old_cookie_still_sent(site, email, browser):
    kept = browser.cookie
    browser.delete("/sessions")
    browser.cookie = kept
    assert browser.log_in(email).status == 201


def refusals(site, email):
    site.orgauth("user", "create", "banned" + email, "--org", "acme", "--role", "Viewer", "--password-stdin", stdin=PASSWORD + "\n")
    site.orgauth.run("user", "ban", "banned" + email)
    return [(email, "wrong"), ("nobody" + email, "wrong"), ("banned" + email, PASSWORD), ("banned" + email, "wrong"),
            ("no address", PASSWORD), (email, "x" * 1000)]


def test_refusals_are_the_same_byte_for_byte(site, email):
    answers = [Browser(site).log_in(*pair) for pair in refusals(site, email)]
    site.expect("OA010")
    assert {(answer.status, answer.body) for answer in answers} == {(401, answers[0].body)}
    ignored = ("date", "content-length")
    assert len({tuple((name, value) for name, value in answer.headers if name not in ignored) for answer in answers}) == 1


def test_a_refused_log_in_is_in_the_log_as_fail2ban_reads_it_and_the_password_is_not(site, email):
    Browser(site).log_in(email, "a canary in a coal mine")
    site.expect(rf"OA01007: user {email}: password mismatch")
    assert "canary" not in site.log()


def test_the_tenth_wrong_password_ends_the_session_and_validating_does_not_bring_it_back(site, email, browser):
    site.expect("OA010")
    for _ in range(10):
        Browser(site).log_in(email, "wrong")
    assert browser.get("/me").status == 401
    assert Browser(site).log_in(email).status == 401
    site.orgauth.run("user", "validate", email)
    assert browser.get("/me").status == 401
    assert Browser(site).log_in(email).status == 201


@pytest.mark.parametrize("words", ["user ban {}", "user remove {}"])
def test_who_is_shut_out_has_no_session_at_the_very_next_request(site, email, browser, words):
    assert browser.get("/me").status == 200
    site.orgauth.run(*words.format(email).split(), "--org", "acme")
    assert browser.get("/me").status == 401


def test_a_password_that_an_administrator_sets_ends_all_sessions(site, email, browser):
    site.orgauth("user", "set-password", email, "--password-stdin", stdin=OTHER + "\n")
    assert browser.get("/me").status == 401


def test_a_session_ends_after_its_idle_time(site, browser):
    with sqlite3.connect(site.store) as store:
        store.execute("PRAGMA foreign_keys = ON")
        store.execute("UPDATE session SET last_seen_at = last_seen_at - 1800000, created_at = created_at - 1800000")
    assert browser.get("/me").status == 401


@pytest.mark.parametrize("headers", [[("Origin", "https://evil.example")], [("Sec-Fetch-Site", "cross-site")],
                                     [("Sec-Fetch-Site", "same-site")], [("Referer", "https://evil.example/x")], []])
def test_another_sites_page_changes_nothing(site, browser, headers):
    assert browser("PATCH", "/me", {"first_name": "Eve"}, headers=[*headers, ("If-Match", "*")], origin=False).status == 403
    assert browser("DELETE", "/sessions", headers=headers, origin=False).status == 403
    assert browser.get("/me").json["first_name"] == ""


def test_another_sites_page_cannot_log_its_victim_in(site, email):
    browser = Browser(site)
    answer = browser("POST", "/sessions", {"email": email, "password": PASSWORD}, headers=[("Origin", "https://evil.example")],
                     origin=False)
    assert answer.status == 403 and answer.header("Set-Cookie") is None
    form = f"email={email}&password={PASSWORD}".encode()
    for media in ("application/x-www-form-urlencoded", "text/plain"):
        assert browser("POST", "/sessions", form, headers=[("Content-Type", media)]).status == 415


def test_two_cookies_of_that_name_are_none(site, browser):
    browser.cookie = f"{browser.cookie}; {browser.cookie}"
    assert browser.get("/me").status == 401


def test_a_cookie_of_the_other_name_is_none(site, browser):
    browser.cookie = browser.cookie.replace("orgauth=", "__Host-orgauth=")
    assert browser.get("/me").status == 401


def test_a_credential_given_on_purpose_goes_before_the_cookie(site, browser):
    admin = site.people["acme"]["admin"]
    answer = site.get("/orgauth/v1/me", headers=[("Cookie", browser.cookie)], key=admin.key)
    assert answer.json["email"] == "admin@acme.example"
    site.expect("OA010")
    assert site.get("/orgauth/v1/me", headers=[("Cookie", browser.cookie)], key=wrong_checksum(admin.key)).status == 401


# At protected places.

def test_a_place_that_takes_sessions_takes_them(site, browser):
    assert site.get("/file", headers=[("Cookie", browser.cookie)]).status == 200
    assert site.get("/file").status == 401
    browser.delete("/sessions")
    assert site.get("/file", headers=[("Cookie", "orgauth=" + "0" * 56)]).status == 401


@pytest.mark.parametrize("path", ["/cgi/both", "/cgi/open"])
def test_no_back_end_sees_the_cookie_and_every_one_sees_the_others(site, browser, path):
    answer = site.get(path, headers=[("Cookie", f"a=1; {browser.cookie}; b=2")])
    assert answer.status == 200
    assert browser.cookie.split("=")[1] not in answer.body.decode()
    assert answer.seen.get("cookie", answer.json["env"].get("HTTP_COOKIE")) == "a=1; b=2"


def test_nor_in_a_field_that_came_twice(site, browser):
    answer = site.get("/cgi/open", headers=[("Cookie", "a=1"), ("Cookie", browser.cookie), ("Cookie", "b=2")])
    assert browser.cookie.split("=")[1] not in answer.body.decode()
    assert answer.seen.get("cookie", answer.json["env"].get("HTTP_COOKIE")) == "a=1, b=2"


def test_a_browser_without_session_is_sent_to_the_log_in_page_of_the_public_url_alone(site, orgauth_url):
    page = [("Accept", "text/html"), ("Host", "evil.example"), ("X-Forwarded-Host", "evil.example")]
    answer = site.get("/file?next=//evil.example", headers=page[:1])
    assert answer.status == 303 and answer.header("Location") == orgauth_url + "/portal/#/login"
    assert site.get("/file", headers=[("Accept", "application/json")]).status == 401
    assert site.request("POST", "/file", headers=page[:1]).status == 401


@pytest.fixture
def orgauth_url(site):
    site.orgauth.run("setting", "set", "site.public_url", "https://site.example")
    yield "https://site.example"
    site.orgauth.run("setting", "set", "site.public_url", "")
