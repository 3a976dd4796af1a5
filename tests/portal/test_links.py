# SPDX-License-Identifier: Apache-2.0
"""The pages that mails open: accept an invitation, choose a new password. U3, U4, U10."""

import pytest

PASSWORD = "correct horse battery staple"
NEW = "another long pass phrase"


@pytest.fixture
def invited(site, relay):
    """invited(email, …): the link that was mailed."""
    def invite(email, *more):
        site.orgauth.run("invitation", "send", email, "--org", "acme", *(more or ["--role", "Editor"]))
        return relay.take(email).link
    return invite


# U4
def test_an_invited_person_chooses_names_and_password_and_is_in(site, invited, browser):
    browser.follow(invited("new@else.example")).see("Join Acme", "Your role will be Editor.").at("/invitations")
    assert browser.address == "#/invitations" and "new@else.example" == browser.value("E-mail")
    browser.type("First name", "Nea").type("Last name", "New").type("Choose a password", "short", "Enter")
    browser.see("This is too short").focused("Choose a password")
    assert "This is too short: at least 15 characters." in browser.problem("Choose a password")
    browser.type("Choose a password", PASSWORD).click("Accept").see("Welcome to Acme", "Nea New")
    shown = site.orgauth.json("user", "show", "new@else.example", "--org", "acme")
    assert (shown["first_name"], shown["last_name"], shown["role"]) == ("Nea", "New", "Editor")


def test_a_link_works_once_and_does_not_stay_in_the_address(invited, browser):
    link = invited("once@else.example")
    browser.follow(link).see("Join Acme")
    assert link.rsplit("/", 1)[1] not in browser.driver.current_url
    browser.type("Choose a password", PASSWORD).click("Accept").see("Welcome")
    browser.follow(link).see("This invitation cannot be opened")


def test_whoever_has_an_account_logs_in_and_accepts(site, invited, browser):
    browser.follow(invited("admin@globex.example")).see("You have an account already")
    site.orgauth.set_password("admin@globex.example", PASSWORD)
    assert browser.value("E-mail") == "admin@globex.example"
    site.expect("OA01007")
    browser.type("Password", "wrong one", "Enter").see("is not right")
    browser.type("Password", PASSWORD, "Enter").see("Join Acme").find_no("Password", "field")
    browser.click("Accept").see("Welcome to Acme")
    assert site.orgauth.json("user", "show", "admin@globex.example", "--org", "acme")["role"] == "Editor"


def test_somebody_else_who_is_logged_in_cannot_accept(invited, as_, browser, site):
    link = invited(site.person("other@globex.example", "Viewer", "globex"))
    as_("viewer")
    browser.follow(link).see("You are logged in as viewer@acme.example").find_no("Accept")
    browser.click("Log out").at("/login")


def test_an_outsider_is_told_what_comes_with_it(site, invited, browser):
    site.orgauth.run("api", "register", "reports", "--org", "acme")
    browser.follow(invited("out@else.example", "--external", "--api", "reports")).see("You get these Web APIs: reports.")
    browser.type("Choose a password", PASSWORD).click("Accept").see("Welcome")


def test_fields_that_the_role_asks_for_are_asked_for(site, invited, browser):
    site.orgauth.run("role", "create", "Clerk", "--org", "acme", "--permission", "flow:run", "--required-field", "last_name", "--required-field", "team")
    browser.follow(invited("clerk@else.example", "--role", "Clerk")).type("Choose a password", PASSWORD).click("Accept")
    browser.focused("Last name")
    assert browser.problem("team") == "Fill this in."
    browser.type("Last name", "Clark").type("team", "Blue").click("Accept").see("Welcome")
    assert site.orgauth.json("user", "show", "clerk@else.example", "--org", "acme")["fields"] == {"team": "Blue"}


# U10
def test_a_forgotten_password_is_set_anew_by_a_mailed_link(site, relay, browser):
    email = site.person("forgetful@acme.example")
    browser.open("/login").click("Forgot your password?").at("/forgotten").type("E-mail", email, "Enter").see("Look into your mail", email)
    link = relay.take(email).link
    browser.follow(link).see("New password").at("/password-resets")
    assert browser.address == "#/password-resets"
    browser.click("Show the password").type("New password", NEW).click("Set the password").see("Your password is set", "Log out")
    assert site.api("POST", "/sessions", {"email": email, "password": NEW}).status == 201
    browser.follow(link).type("New password", NEW).click("Set the password").see("This link does not hold any more")


def test_nobody_learns_whether_there_is_such_an_account(browser):
    browser.open("/forgotten").type("E-mail", "nobody@nowhere.example", "Enter").see("Look into your mail")


# R4
def test_ten_wrong_passwords_deny_until_an_administrator_validates(site, browser, another):
    email = site.person("hasty@acme.example", first="Hal", last="Hasty")
    browser.open("/login")
    site.expect("OA01007", "OA01008", "DENIED")
    for attempt in range(10):
        browser.type("E-mail", email).type("Password", f"wrong {attempt}", "Enter").see("is not right").calm()
    browser.type("Password", PASSWORD, "Enter").see("is not right")
    another.sign_in(site.session(site.people.admin)).open("/orgs/acme/users?status=DENIED").see("Hal Hasty").click("Hal Hasty")
    another.see("Denied since", "after 10 failed attempts").click("Validate").see("hasty@acme.example is active again").see_no("Denied since")
    browser.type("Password", PASSWORD, "Enter").see("Hal Hasty")


def test_a_session_that_ends_in_the_middle_of_work_loses_nothing(site, as_, browser):
    as_("admin")
    browser.open("/orgs/acme/users/add?how=person").type("E-mail", "late@acme.example").type("First name", "Lea")
    site.orgauth.set_password(site.people.admin, PASSWORD)  # ends all sessions
    browser.click("Create person", role="button").see("Your session has ended").type("Password", PASSWORD, "Enter")
    browser.see("late@acme.example is created", "Lea")
