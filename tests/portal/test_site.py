# SPDX-License-Identifier: Apache-2.0
"""The site, for SuperAdmins: organizations, settings, mail, store."""

import pytest


@pytest.fixture
def page(browser, as_):
    as_("super")
    return browser.open("/site").see("Globex", "Well")


def test_organizations_stand_below_each_other_are_found_and_made(site, page):
    site.orgauth.run("org", "create", "Acme Lab", "--parent", "acme", "--slug", "lab")
    page.open("/site").row("Acme Lab").see("lab")
    page.press("/").focused("Filter by name").type("Filter by name", "glob").at("/site?q=glob").see_no("Acme Lab").row("Globex").see("Active")
    page.open("/site").click("Create an organization").type("Name", "Initech").type("First Administrator", "bill@initech.example").click("Create")
    page.at("/orgs/initech/about").see("Initech")
    assert {user["email"] for user in site.orgauth.items("user", "list", "--org", "initech")} >= {"bill@initech.example"}


def test_an_organization_is_suspended_and_its_people_are_kept_out(site, page, another):
    site.expect("OA010")
    another.sign_in(site.session(site.people.viewer)).open("/orgs/acme/about").see("Web APIs")
    page.row("Acme acme").click("Actions for Acme").click("Suspend")
    page.dialog().click("Suspend")
    page.see("Acme is suspended.")
    another.open("/orgs/acme/about").see_no("Web APIs")
    page.row("Acme acme").click("Actions for Acme").click("Resume")
    page.see("Acme is active again.")
    another.open("/orgs/acme/about").see("Web APIs")


def test_a_setting_is_changed_undone_refused_and_reset(site, page):
    page.click("Settings", role="link").row("login.deny_after").see("10", "default").click("Change")
    page.type("login.deny_after", "5").click("Save").see("Saved.").row("login.deny_after").see("5").see_no("default")
    assert site.orgauth.json("setting", "get", "login.deny_after")["value"] == "5"
    page.click("Undo").row("login.deny_after").see("10")
    page.row("login.deny_after").click("Change")
    page.type("login.deny_after", "many").click("Save").see("whole number")
    assert "whole number" in page.problem("login.deny_after")
    page.press("Escape").row("key.reveal").click("Change")
    page.choose("key.reveal", "on").click("Save").row("key.reveal").see("on").click("Change")
    page.click("Back to the default").row("key.reveal").see("off", "default")
    assert site.orgauth.json("setting", "get", "key.reveal")["is_set"] is False


# A3
def test_a_mail_that_was_refused_is_seen_with_the_reason_and_tried_again(site, page, relay):
    site.expect("OA0400")
    relay.answers["gone@else.example"] = ["550 5.1.1 no such user"]
    site.orgauth.run("invitation", "send", "gone@else.example", "--org", "acme", "--role", "Viewer")
    site._wait(lambda: site.orgauth.items("mail", "list", "--status", "GIVEN_UP"), "give it up")
    page.click("Mail", role="link").click("Given up", role="button").row("gone@else.example").see("Invitation", "550 5.1.1 no such user").click("Try now: gone@else.example")
    page.see("One mail is due now.")
    assert "/portal/#/invitations/" in relay.take("gone@else.example").link
    site._wait(lambda: not site.orgauth.items("mail", "list", "--status", "GIVEN_UP"), "settle")
    page.open("/site/mails?status=SENT").row("gone@else.example").see("Sent").find_no("Try now: gone@else.example")


def test_nobody_else_is_offered_it_nor_let_in(browser, as_):
    as_("admin")
    browser.open("/orgs/acme/about").see("Web APIs").find_no("Site", role="link")
    for path in ("/site/settings", "/site/mails", "/site/audit"):
        browser.open(path).see_no("login.deny_after", "Globex").see("not")
