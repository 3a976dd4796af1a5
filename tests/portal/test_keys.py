# SPDX-License-Identifier: Apache-2.0
"""All keys of an organization."""

import pytest


@pytest.fixture(scope="module")
def keys(running):
    """Vic's keys: one for ever, one that ends soon, one that is revoked."""
    ids = {}
    for name, *more in (("lasting",), ("ending", "--expires", "7d"), ("gone",)):
        ids[name] = running.orgauth.json("key", "issue", "--user", running.people.viewer, "--org", "acme", "--name", name, *more)["id"]
    running.orgauth.run("key", "revoke", ids["gone"], "--org", "acme", "--yes")
    return ids


@pytest.fixture
def page(browser, as_, keys):
    as_("admin")
    return browser.open("/orgs/acme/keys").see("lasting")


# O4
def test_they_are_listed_with_their_users_and_by_state(page):
    page.row("lasting").see("viewer@acme.example", "Active", "never")
    page.click("Ending within 30 days").at("/orgs/acme/keys?status=soon").see_no("lasting").row("ending").see("days")
    page.click("Revoked", role="button").see_no("ending").row("gone").see("Revoked")
    page.open("/orgs/acme/keys?status=active").see("lasting").see_no("gone")


def test_one_is_issued_to_a_user_who_is_found_while_one_types(site, page):
    page.click("Issue a key").focused("Whose key").type("Whose key", "editor@acme.example").click("Next").see("Ed Editor", "Valid for")
    page.type("Name", "robot arm").click("Issue a key", nth=0).see("only time").click("Copy").see("Copied")
    assert page.clipboard.startswith("oak_")
    page.click("Done").row("robot arm").see("Active")
    assert any(key["name"] == "robot arm" for key in site.orgauth.items("key", "list", "--user", site.people.editor, "--org", "acme"))


def test_for_whom_there_is_not_none_is_issued(page):
    page.click("Issue a key").type("Whose key", "nobody@acme.example").click("Next").see("there is no user")


def test_one_is_rotated_edited_and_revoked(site, page):
    page.row("lasting").click("Actions for lasting").click("Edit")
    page.type("Networks", "10.0.0.0/8").click("Save").see("Saved.")
    page.row("lasting").click("Actions for lasting").click("Rotate")
    page.click("Rotate").see("only time").click("Copy").click("Done")
    page.click("Being replaced").row("lasting").see("Being replaced").click("Actions for lasting").click("Revoke")
    page.see("Revoke the key lasting?").dialog().click("Revoke")
    page.see("The key lasting is revoked.")


# O5
def test_one_is_shown_again_where_the_site_allows_it(site, page):
    site.orgauth.run("setting", "set", "key.reveal", "on")
    key = site.orgauth("key", "issue", "--user", site.people.editor, "--org", "acme", "--name", "sealed")
    page.open("/orgs/acme/keys").row("sealed").click("Actions for sealed").click("Show again")
    page.see("recorded in the audit trail").click("Show").click("Copy")
    assert page.clipboard == key and page.value("Key") == key
    page.click("Hide")
    assert key not in page.value("Key")
    page.click("Done")
    assert site.orgauth.items("audit", "list", "--org", "acme", "--action", "key.reveal")
    site.orgauth.run("setting", "set", "key.reveal", "off")
    page.open("/orgs/acme/keys").row("sealed").click("Actions for sealed").find_no("Show again")
