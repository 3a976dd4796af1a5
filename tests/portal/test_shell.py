# SPDX-License-Identifier: Apache-2.0
"""What stands around the screens: navigation, organizations, the keyboard, the reader's language and light."""

import pytest

PASSWORD = "correct horse battery staple"


@pytest.fixture
def admin(as_, browser):
    as_("admin")
    return browser.open("/orgs/acme/users").see("Ada Admin")


FIRST = {"admin": "/orgs/acme/overview", "editor": "/orgs/acme/overview", "operator": "/orgs/acme/overview", "viewer": "/orgs/acme/overview", "robot": "/me",
         "super": "/site"}


@pytest.mark.parametrize("who", FIRST)
def test_what_is_seen_first_is_what_one_is_here_for(as_, browser, who):
    as_(who)
    browser.open().at(FIRST[who]).see_no("You may not see this")
    marked = browser.script("return document.querySelector('nav.side [aria-current=page]').getAttribute('href')")
    assert marked == "#" + FIRST[who]


def test_an_organization_as_such_is_its_first_screen(admin):
    admin.open("/me").click("Acme", role="link").at("/orgs/acme/overview").see("Most used Web APIs")
    admin.open("/orgs/globex").see("Not found")


def test_on_a_small_screen_the_navigation_unfolds_and_escape_folds_it(admin):
    admin.chromium.size(360, 640)
    admin.calm().find_no("Invitations", role="link")
    admin.click("Menu").find("Invitations", role="link")
    admin.press("Escape").focused("Menu").find_no("Invitations", role="link")
    admin.click("Menu").click("Invitations", role="link").at("/orgs/acme/invitations").find_no("Users", role="link")


def test_the_keyboard_alone_does_it(site, admin):
    email = site.person("keys@acme.example", first="Kay", last="Keys")
    admin.press("Tab").focused("Skip to content").press("Enter").focused("Users")
    admin.press("/").focused("Search by name or e-mail").press(*"kay keys").at("/orgs/acme/users?q=kay").calm()
    admin.press("Tab", "Tab").focused("Name").press(*["Tab"] * 5).focused("Select Kay Keys").press("Space").see("1 selected")
    admin.press("Tab").focused("Kay Keys").press("Enter").see("Done by this user").focused("Kay Keys")
    while "Actions" not in admin.script("return document.activeElement.innerText"):
        admin.press("Tab")
    admin.press("Enter").focused("Change role").press("Down", "Down").press("Up").press("Escape").focused("Actions")
    admin.press("Enter", "Enter").see("Change the role of keys@acme.example").press("Escape").focused("Actions")
    assert site.orgauth.json("user", "show", email, "--org", "acme")["role"] == "Viewer"


def test_the_language_and_the_light_are_kept(admin):
    admin.choose("Language", "Deutsch").see("Benutzer hinzufügen").calm()
    assert admin.script("return document.documentElement.lang") == "de"
    admin.choose("Aussehen", "Dunkel")
    admin.driver.refresh()
    admin.see("Benutzer hinzufügen")
    assert admin.script("return getComputedStyle(document.body).backgroundColor") == "rgb(21, 21, 23)"


def test_an_organization_is_chosen_among_several(site, browser):
    for org in ("north", "south"):
        site.orgauth.run("org", "create", org.title(), "--slug", org, "--admin", "two@orgs.example")
    site.orgauth.set_password("two@orgs.example", PASSWORD)
    browser.open("/login").log_in("two@orgs.example", PASSWORD).see("North").open("/orgs/north/invitations").see("Nobody is invited")
    browser.click("North: switch the organization").see("Choose an organization").click("South").at("/orgs/south/invitations")
    browser.find("South: switch the organization")


def test_a_member_above_acts_below(site, admin):
    site.orgauth.run("org", "create", "Acme Lab", "--slug", "lab", "--parent", "acme")
    site.person("lab@acme.example", "Viewer", "lab", "Lea", "Lab")
    admin.driver.refresh()
    admin.click("Acme: switch the organization").click("Acme Lab").at("/orgs/lab/users").see("Lea Lab").find("Add users", role="link")


def test_an_address_that_leads_nowhere_says_so(admin):
    admin.open("/orgs/acme/nowhere").see("There is no such page.").click("To the start").at("/orgs/acme/")
    admin.open("/orgs/globex/users").see("Not found")


def test_logging_out_in_one_window_ends_all_of_them(admin):
    first = admin.driver.current_window_handle
    admin.driver.switch_to.new_window("tab")
    try:
        admin.open("/orgs/acme/invitations").click("Menu").click("Log out").at("/login").see("Log in")
    finally:
        admin.driver.close()
        admin.driver.switch_to.window(first)
    admin.at("/login").see("Log in").see_no("Ada Admin")


def test_a_server_that_does_not_answer_is_told_of_and_asked_again(site, admin):
    site.stop()
    admin.click("Banned", role="button").see("The server cannot be reached")
    site.start()
    admin.click("Try again").see("Nothing matches")
    admin.complaints()
