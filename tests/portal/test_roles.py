# SPDX-License-Identifier: Apache-2.0
"""What each role may do, roles of an organization's own, modules."""

import pytest


@pytest.fixture
def page(browser, as_):
    as_("admin")
    return browser.open("/orgs/acme/roles").see("Own roles")


def role(site, name):
    return site.orgauth.json("role", "show", name, "--org", "acme")


# P1
def test_the_matrix_says_what_the_built_in_roles_may_do(page):
    rows = {row["Module"]: row for row in page.rows("What each role may do")}
    users = rows["users Administrators only"]
    assert (users["Administrator"], users["Editor"], users["Viewer"], users["API User"]) == ("All", "–", "–", "–")
    other = rows["Any other module"]
    assert (other["SuperAdmin"], other["Editor"], other["Operator"], other["Viewer"]) == ("All", "All", "View, Run, Statistics", "View, Statistics")


def test_the_matrix_is_what_the_server_decides(site, page):
    """Cell by cell for the modules that a member's own profile tells of."""
    rows = {row["Module"].split()[0]: row for row in page.rows("What each role may do")}
    for name, title in (("admin", "Administrator"), ("editor", "Editor"), ("operator", "Operator"), ("viewer", "Viewer"), ("robot", "API User")):
        me = site.api("GET", "/me", cookie=site.session(getattr(site.people, name))).json
        held = set(me["memberships"][0]["permissions"])
        for module in ("users", "roles", "audit", "settings", "orgs", "apis"):
            cell = rows[module][title]
            for action in ("view", "create", "edit", "delete"):
                assert (f"{module}:{action}" in held) == (cell == "All" or action.title() in cell.split(", ")), (title, module, action)


# P2
def test_a_role_is_made_changed_and_removed(site, page):
    page.click("New role", nth=0).focused("Name").type("Name", "Clerk").type("Summary", "Writes, and looks")
    page.tick("apis: View").tick("Any other module: All").tick("Last name").type("Further mandatory fields", "department, desk")
    page.click("Create the role").see("The role Clerk is created.").row("Clerk").see("Writes, and looks")
    made = role(site, "Clerk")
    assert made["permissions"] == ["*:*", "apis:view"] and made["type"] == "user"
    assert sorted(made["required_fields"]) == ["department", "desk", "last_name"]
    page.click("Clerk").see("Save")
    assert page.checked("apis: View") and page.checked("Any other module: Edit")
    page.tick("Any other module: All", on=False).tick("Any other module: Run").type("Name", "Scribe").click("Save").see("Saved.")
    assert role(site, "Scribe")["permissions"] == ["*:run", "apis:view"]
    page.row("Scribe").click("Actions for Scribe").click("Remove")
    page.see("Remove the role Scribe?").dialog().click("Remove")
    page.see("The role Scribe is removed.", "No roles of your own")


def test_modules_for_administrators_are_offered_to_roles_of_that_type_alone(site, page):
    page.click("New role", nth=0).type("Name", "Deputy").find_no("users: View", "field")
    page.choose("Type", "Administrator").tick("users: View").tick("users: Edit").click("Create the role").see("is created")
    made = role(site, "Deputy")
    assert made["permissions"] == ["users:edit", "users:view"] and made["type"] == "administrator"


# P4
def test_nobody_makes_a_role_above_himself_and_is_told_so_beside_the_matrix(site, browser):
    site.orgauth.run("role", "create", "Keeper", "--org", "acme", "--type", "administrator", "--permission", "roles:*", "--permission", "flow:view")
    keeper = site.person("keeper@acme.example", "Keeper")
    browser.sign_in(site.session(keeper)).open("/orgs/acme/roles/new").see("Create the role").type("Name", "King").tick("Any other module: All").click("Create the role")
    browser.see("what you do not hold yourself")


def test_a_role_without_permissions_is_refused_there(page):
    page.click("New role", nth=0).type("Name", "Nothing").click("Create the role").see("permission")


# P3
def test_a_superadmin_names_modules_and_marks_them(site, browser, as_):
    as_("super")
    browser.open("/orgs/acme/roles").click("New module").type("Name", "billing").tick("Administrators only").click("Create").see("The module billing is there.")
    browser.group("Modules").row("billing").click("Actions for billing").click("Open to all roles")
    browser.see("Saved.")
    module = {row["name"]: row for row in site.orgauth.items("module", "list")}["billing"]
    assert module["admins_only"] is False
    browser.click("Undo").calm()
    assert {row["name"]: row for row in site.orgauth.items("module", "list")}["billing"]["admins_only"] is True
    browser.group("Modules").row("billing").click("Actions for billing").find_no("Remove")
    browser.group("Modules").row("billing").click("Open to all roles")
    browser.group("Modules").row("billing").see("All roles").click("Actions for billing").click("Remove")
    browser.see("Remove the module billing?").dialog().click("Remove")
    browser.see("The module billing is removed.")


def test_an_administrator_is_offered_no_change_of_modules(page):
    page.find_no("New module")
