# SPDX-License-Identifier: Apache-2.0
"""My profile: names, password, sessions, own keys; and what an API User gets to see."""

import pytest

from support.httpd import place

CONFIG = place("/file/logged", "OrgAuthMessages on", "Require valid-user")
PASSWORD = "correct horse battery staple"
NEW = "another long pass phrase"


@pytest.fixture
def mia(site, request):
    """Somebody new; the e-mail."""
    mia.count = getattr(mia, "count", 0) + 1
    return site.person(f"mia{mia.count}@acme.example", first="Mia", last=f"Nr{mia.count}")


@pytest.fixture
def page(site, browser, mia):
    return browser.sign_in(site.session(mia)).open("/me").see("Own keys")


# U11
def test_own_names_are_changed_and_the_menu_follows(site, page, mia):
    page.type("First name", "Maria").click("Save").see("Saved.", "Maria Nr")
    assert site.orgauth.json("user", "show", mia)["first_name"] == "Maria"
    page.group("Main").see("Maria Nr")


def test_the_password_is_changed_and_other_sessions_end(site, page, mia, another):
    another.sign_in(site.session(mia)).open("/me").see("Own keys")
    page.type("Present password", PASSWORD).type("New password", NEW).click("Change the password").see("Your password is changed")
    another.open("/me").see("Log in")
    assert site.api("POST", "/sessions", {"email": mia, "password": NEW}).status == 201
    page.open("/me").see("Own keys")


def test_a_wrong_or_a_poor_password_is_explained_at_its_field(site, page, mia):
    site.expect("OA010")
    page.type("Present password", "not the one that it is").type("New password", NEW).click("Change the password")
    page.see("This is not your present password").calm()
    assert page.address == "#/me" and page.problem("Present password") == "This is not your present password."
    page.type("Present password", PASSWORD).type("New password", "short").click("Change the password").see("This is too short")
    assert "at least 15 characters" in page.problem("New password")


def test_sessions_are_listed_and_ended(site, page, mia, another):
    another.open().log_in(mia, PASSWORD).see("Log out")
    page.open("/me").row("Chrome").click("End")
    page.see("One session ended.")
    another.open("/me").see("Log in")
    for _ in range(2):
        site.session(mia)
    page.open("/me").click("End all others").see("End all other sessions?").dialog().click("End all others")
    page.see("2 sessions ended.")
    assert site.orgauth.select("SELECT count(*) FROM session s JOIN account a ON a.id = s.account_id WHERE a.email = $1", mia) == [(1,)]


def test_an_own_key_is_issued_used_rotated_and_revoked(site, page, mia):
    page.click("Issue a key").type("Name", "laptop").click("Issue a key").see("only time").click("Copy").see("Copied")
    key = page.clipboard
    page.click("Done").row("laptop").see("Active")
    assert site.get("/file/logged", key=key).status == 200
    page.row("laptop").click("Actions for laptop").click("Revoke")
    page.dialog().click("Revoke")
    page.see("The key laptop is revoked.").row("laptop").see("Revoked")
    site.expect("OA010")
    assert site.get("/file/logged", key=key).status == 401


def test_a_new_key_that_was_not_copied_warns_before_it_is_gone(page):
    page.click("Issue a key").type("Name", "lost").click("Issue a key").see("only time").click("Done").see("Close without copying the key?")
    page.press("Escape").see("only time").press("Escape").see("Close without copying the key?").click("Close", nth=1).see_no("only time")


# R7
def test_an_api_user_sees_its_own_messages_and_profile_and_nothing_else(site, browser, as_):
    key = site.orgauth.key(site.people.robot)
    other = site.orgauth.key(site.people.admin)
    assert site.get("/file/logged/of-the-robot", key=key).status == 200
    assert site.get("/file/logged/of-the-admin", key=other).status == 200
    site._wait(lambda: site.orgauth.select("SELECT count(*) FROM message WHERE path LIKE '%of-the%'")[0][0] == 2, "record two calls")
    as_("robot")
    browser.open().at("/me").see("Own keys")
    links = browser.script("return [...document.querySelectorAll('nav.side a')].map((link) => link.innerText.trim())")
    assert links == ["My profile", "My API messages"]
    browser.click("My API messages").row("of-the-robot").see("200")
    browser.see_no("of-the-admin")
    for path in ("users", "about", "keys", "audit", "roles", "messages"):
        browser.open(f"/orgs/acme/{path}").see_no("admin@acme.example", "Ada Admin")


def test_an_administrator_sees_the_calls_of_all_and_filters_them(site, browser, as_):
    key = site.orgauth.key(site.people.editor)
    assert site.get("/file/logged/of-the-editor", key=key).status == 200
    site._wait(lambda: site.orgauth.select("SELECT count(*) FROM message WHERE path LIKE '%editor%'")[0][0], "record a call")
    as_("admin")
    browser.open("/orgs/acme/messages").row("of-the-editor").see("editor@acme.example")
    browser.type("User", "viewer@acme.example", "Enter").see("Nothing matches")
    browser.open("/orgs/acme/messages?path=/file/logged/of-the-ed").row("of-the-editor").see("GET")
    browser.click("Refused").see("Nothing matches")
