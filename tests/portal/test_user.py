# SPDX-License-Identifier: Apache-2.0
"""A user's page: what is seen and done there. U7, U8, U10, O3, O4, O5."""

import re

import pytest

PASSWORD = "correct horse battery staple"
NEW = "another long pass phrase"


@pytest.fixture
def ben(site, as_, browser, request):
    """The page of somebody new, whose name is the test's number: (browser, e-mail)."""
    number = ben.count = getattr(ben, "count", 0) + 1
    email = site.person(f"ben{number}@acme.example", first="Ben", last=f"Nr{number}")
    as_("admin")
    user = site.orgauth.json("user", "show", email, "--org", "acme")["id"]
    browser.open(f"/orgs/acme/users/{user}").see(f"Ben Nr{number}", "Done by this user")
    return browser, email


def shown(site, email):
    return site.orgauth.json("user", "show", email, "--org", "acme")


def logs_in(site, email, password=PASSWORD):
    return site.api("POST", "/sessions", {"email": email, "password": password}).status == 201


def call(site, key):
    return site.request("GET", "/orgauth/v1/me", headers=[("Authorization", f"Bearer {key}")]).status


def test_names_and_address_are_changed(site, ben):
    browser, email = ben
    browser.type("First name", "Benno").type("E-mail", "renamed@acme.example").click("Save").see("Saved.", "Benno")
    assert shown(site, "renamed@acme.example")["first_name"] == "Benno"


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(site, ben):
    browser, email = ben
    site.orgauth.run("user", "edit", email, "--org", "acme", "--first-name", "Other")
    browser.type("First name", "Mine").click("Save").see("Somebody else changed this meanwhile")
    assert shown(site, email)["first_name"] == "Other"
    browser.click("Show what is there now").see("Other Nr")


def test_unsaved_changes_ask_before_they_are_lost(ben):
    browser, _ = ben
    browser.type("First name", "Unsaved").click("Users", role="link", nth=0).see("Leave without saving?").press("Escape").calm()
    assert browser.value("First name") == "Unsaved"
    browser.driver.back()
    browser.see("Leave without saving?").click("Leave").calm().see_no("Leave without saving?")


# U7
def test_a_role_is_changed_and_changed_back(site, ben):
    browser, email = ben
    browser.click("Actions").click("Change role").choose("Role", "Editor: all data, without the users").click("Change role")
    browser.see(f"{email} is Editor now").click("Undo").see("Undone").calm()
    assert shown(site, email)["role"] == "Viewer"


def test_deactivate_says_whom_and_activate_undoes_it(site, ben):
    browser, email = ben
    browser.click("Actions").click("Deactivate").see(f"Deactivate {email}?").click("Deactivate").see("Deactivated in this organization")
    assert shown(site, email)["status"] == "DEACTIVATED"
    browser.click("Activate").see(f"{email} is active again").see_no("Deactivated in")
    assert shown(site, email)["status"] == "VALIDATED"


def test_a_ban_holds_at_once_until_validated(site, ben):
    browser, email = ben
    browser.click("Actions").click("Ban").see(f"Ban {email}?").focused("Cancel").click("Ban").see("Banned since")
    site.expect("OA010")
    assert not logs_in(site, email)
    browser.click("Validate").see(f"{email} is active again").see_no("Banned since")
    assert logs_in(site, email)


# U8
def test_a_removed_user_leaves_the_list_and_keeps_the_history(site, ben):
    browser, email = ben
    browser.click("Actions").click("Remove").see(f"Remove {email} from Acme?").click("Remove")
    browser.at("/orgs/acme/users").see(f"{email} is removed from Acme").calm()
    browser.open(f"/orgs/acme/users?q={email}").see("Nothing matches")
    assert any(event["action"] == "user.create" for event in site.orgauth.items("audit", "list", "--target", email))


# U10
def test_an_administrator_sets_a_password_or_has_a_link_sent(site, relay, ben):
    browser, email = ben
    browser.click("Actions").click("Set a new password").type("New password", "tooshort", "Enter").focused("New password")
    browser.type("New password", NEW, "Enter").see(f"{email} has a new password")
    assert logs_in(site, email, NEW)
    browser.click("Actions").click("Send a password link").see(f"A link is on its way to {email}")
    assert "/portal/#/password-resets/" in relay.take(email).link


# P3
def test_what_a_member_reaches_is_confined_and_opened_again(site, ben):
    browser, email = ben
    site.orgauth.run("org", "create", "Acme Lab", "--slug", "lab", "--parent", "acme")
    site.orgauth.run("module", "create", "flow")
    browser.driver.refresh()
    browser.see("Done by this user").click("Actions").click("Change access").choose("Sub-organizations", "Only those that are ticked")
    browser.tick("Acme Lab").tick("flow").click("Save").see("Saved.", "Acme Lab", "flow")
    assert (shown(site, email)["modules"], shown(site, email)["reach"], len(shown(site, email)["sub_orgs"])) == (["flow"], "here", 1)
    browser.click("Actions").click("Change access").choose("Sub-organizations", "All of them").tick("flow", on=False).click("Save").see_no("Acme Lab")
    assert (shown(site, email)["modules"], shown(site, email)["reach"]) == ([], "below")


# O3
def test_a_web_api_is_attached_and_detached(site, ben):
    browser, email = ben
    site.orgauth.run("api", "register", "reports", "--org", "acme", code=None)
    browser.click("Attach Web API").choose("Web API", "reports").click("Attach Web API").see(f"{email} has reports now").calm()
    assert [row["Name"] for row in browser.rows("Web APIs")] == ["reports"]
    browser.click("Detach reports").see(f"reports is detached from {email}", "None is attached").click("Undo").see("Undone").calm()
    assert email in {row["email"] for row in site.orgauth.items("api", "users", "reports", "--org", "acme")}


# O4, O5
def test_a_key_is_issued_shown_once_copied_and_revoked(site, ben):
    browser, email = ben
    browser.click("Issue a key").type("Name", "laptop").choose("Valid for", "30 days").type("Networks", "127.0.0.0/8").click("Issue a key")
    browser.see("This is the only time")
    assert set(browser.value("Key")) == {"•"}
    key = browser.click("Show").value("Key")
    assert re.fullmatch(r"oak_[0-9a-z]{13}_[0-9a-z]{39}", key)
    browser.click("Hide").press("Escape").see("Close without copying the key?").click("Cancel")
    assert browser.click("Copy").see("Copied").clipboard == key
    browser.click("Done").see("laptop", "127.0.0.0/8").see_no(key)
    assert key not in browser.script("return document.documentElement.outerHTML + JSON.stringify({...localStorage, ...sessionStorage})")
    assert call(site, key) == 200
    browser.click("Actions for laptop").click("Revoke").see("Revoke the key laptop?").click("Revoke").see("The key laptop is revoked", "Revoked")
    site.expect("OA010")
    assert call(site, key) == 401


def test_a_key_is_rotated_and_edited(site, ben):
    browser, email = ben
    old = site.orgauth("key", "issue", "--user", email, "--name", "old one")
    browser.driver.refresh()
    browser.see("old one").click("Actions for old one").click("Rotate").choose("The old key works on for", "One hour").click("Rotate")
    new = browser.click("Copy").see("Copied").clipboard
    browser.click("Done").see("Being replaced")
    assert new != old and call(site, old) == call(site, new) == 200
    browser.click("Actions for old one", nth=0).click("Edit").type("Name", "renamed").choose("Valid for", "7 days").click("Save").see("Saved.", "renamed", "in 7 days")


def test_a_key_is_shown_again_where_the_site_allows_it(site, ben):
    browser, email = ben
    browser.find_no("Show again")
    site.orgauth.run("setting", "set", "key.reveal", "on")
    key = site.orgauth("key", "issue", "--user", email, "--name", "kept")
    browser.driver.refresh()
    browser.see("kept").click("Actions for kept").click("Show again").see("recorded in the audit trail")
    assert browser.click("Show").value("Key") == key
    browser.click("Copy").click("Done").see("kept")
    browser.driver.refresh()
    browser.see("looked at a key")
    site.orgauth.run("setting", "set", "key.reveal", "off")


def test_what_was_done_is_told_in_plain_words(site, ben):
    browser, email = ben
    site.orgauth.run("user", "ban", email)
    site.orgauth.run("user", "validate", email)
    browser.driver.refresh()
    browser.see(f"banned {email}", f"validated {email}", f"created {email}")


def test_an_account_of_another_home_is_not_administered_here(site, as_, browser):
    site.orgauth.run("user", "add", "admin@globex.example", "--org", "acme", "--role", "Viewer")
    as_("admin")
    user = shown(site, "admin@globex.example")["id"]
    browser.open(f"/orgs/acme/users/{user}").see("at home in another organization").click("Actions")
    browser.find("Deactivate")
    for name in ("Ban", "Set a new password", "Send a password link"):
        browser.find_no(name)
