# SPDX-License-Identifier: Apache-2.0
"""Adding users: U2, U3, U5, O3."""

import pytest

ADD = "/orgs/acme/users/add"


@pytest.fixture
def admin(as_, browser):
    as_("admin")
    return browser


def shown(site, email):
    return site.orgauth.json("user", "show", email, "--org", "acme")


# U3
def test_pasted_addresses_become_chips_and_are_invited(site, relay, admin):
    admin.open(ADD).paste("E-mail addresses", "Ann Bell <ann@else.example>, bob@else.example\ncid@else.example;broken@\n")
    admin.see("4 addresses · 1 to be mended").find("broken@: This is no e-mail address. Press to mend it")
    admin.choose("Role", "Editor: all data, without the users").click("Send invitations").see("Mend the addresses that are marked")
    admin.click("broken@: This is no").focused("E-mail addresses")
    for _ in range(7):
        admin.press("Backspace")
    admin.press(*"dan@else.example", "Enter")
    admin.see("4 addresses").see_no("to be mended").click("Send invitations").see("4 invitations sent")
    assert {row["email"]: row["role"] for row in site.orgauth.items("invitation", "list", "--org", "acme")} == \
        {f"{name}@else.example": "Editor" for name in ("ann", "bob", "cid", "dan")}
    assert "/portal/#/invitations/" in relay.take("ann@else.example").link
    admin.see_no("ann@else.example").open("/orgs/acme/users?status=INVITED").see("bob@else.example")


def test_enter_comma_and_backspace_work_on_chips(admin):
    admin.open(ADD).find("E-mail addresses", "field").send_keys("a@x.example,b@x.example,")
    admin.see("2 addresses").press(*"c@x.example", "Enter").see("3 addresses")
    admin.find("E-mail addresses", "field").click()
    admin.press("Backspace")
    assert admin.value("E-mail addresses") == "c@x.example"
    admin.press("Enter").see("3 addresses").click("Remove b@x.example").see("2 addresses").focused("E-mail addresses")


def test_whoever_cannot_be_invited_stays_with_the_reason(site, admin):
    admin.open(ADD).paste("E-mail addresses", "viewer@acme.example fresh@else.example").click("Send invitations")
    admin.see("One invitation sent", "One could not be invited", "belongs to the organization already", "1 address · 1 to be mended")


def test_an_invitation_carries_suborganizations_and_web_apis(site, admin):
    site.orgauth.run("org", "create", "Acme Lab", "--slug", "lab", "--parent", "acme")
    site.orgauth.run("api", "register", "reports", "--org", "acme")
    admin.open(ADD).paste("E-mail addresses", "much@else.example")
    admin.choose("Sub-organizations", "Only those that are ticked").tick("Acme Lab").tick("reports")
    admin.click("Send invitations").see("One invitation sent")
    sent = next(row for row in site.orgauth.items("invitation", "list", "--org", "acme") if row["email"] == "much@else.example")
    assert (sent["apis"], len(sent["sub_orgs"])) == (["reports"], 1)


# O3
def test_outsiders_get_web_apis_and_nothing_else(site, admin):
    site.orgauth.run("api", "register", "outer", "--org", "acme")
    admin.open(ADD).click("Outsiders").paste("E-mail addresses", "out@else.example").click("Send invitations").see("Fill this in")
    admin.tick("outer").click("Send invitations").see("One invitation sent")
    sent = next(row for row in site.orgauth.items("invitation", "list", "--org", "acme") if row["email"] == "out@else.example")
    assert sent["external"] and sent["apis"] == ["outer"]


# U5
def test_people_with_accounts_are_added_and_the_others_reported(site, admin):
    admin.open(ADD).click("Add existing").paste("E-mail addresses", "admin@globex.example nobody@else.example").click("Add to the organization")
    admin.see("1 done.", "1 was refused:", "There is no account").click("Close", role="button", nth=1)
    admin.see("One user added to Acme", "1 address")
    assert shown(site, "admin@globex.example")["role"] == "Viewer"


# U2
def test_a_person_is_created_with_what_the_role_asks_for(site, admin):
    site.orgauth.run("role", "create", "Clerk", "--org", "acme", "--permission", "flow:run", "--required-field", "team")
    admin.open(ADD).click("Create person", role="link").type("E-mail", "pia@acme.example").type("First name", "Pia").choose("Role", "Clerk")
    admin.see("team").click("Create person", role="button").focused("team").type("team", "Blue").click("Create person", role="button")
    admin.see("pia@acme.example is created").at("/orgs/acme/users/usr_")
    assert (shown(site, "pia@acme.example")["first_name"], shown(site, "pia@acme.example")["fields"]) == ("Pia", {"team": "Blue"})


def test_what_the_server_refuses_stands_beside_its_field(admin):
    admin.open(ADD).click("Create person", role="link").type("E-mail", "viewer@acme.example").click("Create person", role="button")
    admin.focused("E-mail")
    assert "There is another account" in admin.problem("E-mail")


def test_a_robot_is_created_and_gets_its_key_next(site, admin):
    admin.open(ADD).click("Create system user", role="link").type("E-mail", "r2@acme.example").click("Create system user", role="button")
    admin.see("Issue a key", "What it is for").type("Name", "factory").click("Issue a key").see("This is the only time")
    key = admin.click("Copy").see("Copied").clipboard
    assert key.startswith("oak_")
    admin.click("Done").see("factory", "System user").see_no(key)
    assert shown(site, "r2@acme.example")["kind"] == "system"


def test_leaving_with_something_entered_asks_first(admin):
    admin.open(ADD).paste("E-mail addresses", "left@else.example").see("1 address").click("Users", role="link", nth=0)
    admin.see("Leave without saving?").click("Cancel").at(ADD).see("1 address")
    admin.click("Users", role="link", nth=0).click("Leave").at("/orgs/acme/users").see("Ada Admin")
