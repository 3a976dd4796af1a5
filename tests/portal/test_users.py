# SPDX-License-Identifier: Apache-2.0
"""U1, U7: the list of users: found, sorted, paged, chosen, and changed several at once."""

import sqlite3

import pytest

FIRST = ("Ann", "Bea", "Cid", "Dan", "Eve")


@pytest.fixture(scope="module")
def crowd(running):
    """120 people c000@ to c119@acme.example, one of whom is banned and one deactivated."""
    lines = "\n".join(f"c{n:03}@acme.example,{FIRST[n % 5]},Crowd{n:03}" for n in range(120))
    path = running.root / "crowd.csv"
    path.write_text("email,first_name,last_name\n" + lines + "\n")
    running.orgauth.run("user", "import", path, "--org", "acme", "--role", "Viewer")
    running.orgauth.run("user", "ban", "c001@acme.example")
    running.orgauth.run("user", "deactivate", "c002@acme.example", "--org", "acme")
    running.orgauth.run("invitation", "send", "later@else.example", "--org", "acme", "--role", "Editor")


@pytest.fixture
def users(crowd, as_, browser):
    as_("admin")
    return browser.open("/orgs/acme/users").see("Ada Admin")


def names(browser):
    return [row["Name"] for row in browser.rows("Users")]


def status_of(site, email):
    return site.orgauth.json("user", "show", email, "--org", "acme")["status"]


def test_invited_people_stand_among_the_users(users):
    first = users.rows("Users")[0]
    assert (first["Name"], first["Role"], first["Status"]) == ("later@else.example", "Editor", "Invited")


@pytest.mark.parametrize("tab, people", [("Banned", ["Bea Crowd001 c001@acme.example"]), ("Deactivated", ["Cid Crowd002 c002@acme.example"]),
                                         ("Invited", ["later@else.example"]), ("Inactive", None)])
def test_a_tab_shows_those_of_a_status_and_stands_in_the_address(users, tab, people):
    users.click(tab, role="button")
    if people:
        users.see(people[0].split()[0]).calm()
        assert names(users) == people
    else:
        users.see("Nothing matches")
    assert "status=" in users.address
    users.driver.refresh()
    users.calm().see("Nothing matches" if people is None else people[0].split()[0])


# U9
def test_who_became_inactive_stands_there_as_such_and_is_validated(site, users):
    with sqlite3.connect(site.store, timeout=30) as store:
        store.execute("UPDATE account SET last_login_at = 1, status_since = 1 WHERE email = 'c004@acme.example'")
    site.orgauth.run("maintain")
    users.click("Inactive", role="button").see("Eve").calm()
    assert names(users) == ["Eve Crowd004 c004@acme.example"]
    users.open("/orgs/acme/users/c004@acme.example").see("Eve Crowd004").click("Validate").see("c004@acme.example is active again")
    assert status_of(site, "c004@acme.example") == "VALIDATED"


def test_search_asks_the_server_while_one_types(users):
    users.press("/").focused("Search by name or e-mail").press(*"crowd011")
    users.at("/orgs/acme/users?q=crowd011").calm()
    assert names(users) == ["Bea Crowd011 c011@acme.example"]
    users.type("Search by name or e-mail", "nobody at all").see("Nothing matches")


def test_a_list_is_sorted_by_its_columns_both_ways(users):
    users.click("Name").at("/orgs/acme/users?sort=name").calm()
    up = names(users)
    users.focused("Name").click("Name").at("/orgs/acme/users?sort=-name").calm()
    down = names(users)
    assert up != down
    assert users.script("return document.querySelector('[aria-sort]').getAttribute('aria-sort')") == "descending"


@pytest.mark.parametrize("language, caption, role, name", [("English", "Users", "Role", "Name"), ("Deutsch", "Benutzer", "Rolle", "Name")])
def test_a_list_is_sorted_by_role_and_by_status(users, language, caption, role, name):
    def members():
        return users.calm().rows(caption)[1:]  # who is invited stands first

    if language == "Deutsch":
        users.choose("Language", language).see("Benutzer").calm()
    users.click(role, role="button").at("/orgs/acme/users?sort=role")
    assert members()[0][role] == "API User"
    users.focused(role).click(role, role="button").at("/orgs/acme/users?sort=-role")
    assert members()[0][role] == "Viewer"
    users.click("Status", role="button").at("/orgs/acme/users?sort=status")
    assert members()[0][name].startswith("Ada Admin")
    users.focused("Status").click("Status", role="button").at("/orgs/acme/users?sort=-status")
    assert [row[name].split()[-1] for row in members()[:2]] == ["c002@acme.example", "c001@acme.example"]
    if language == "Deutsch":
        users.choose("Sprache", "English").see("Users")


def test_pages_follow_each_other_and_the_browser_goes_back(users):
    first = names(users)
    users.click("Next").focused("Next").calm()
    second = names(users)
    assert len(first) >= 50 and not set(first) & set(second)
    users.click("Next").calm()
    users.click("Previous").calm()
    assert names(users) == second
    users.driver.back()
    users.driver.back()
    users.driver.back()
    users.see("Ada Admin").calm()
    assert names(users) == first


# U7
def test_several_change_their_role_at_once_and_back(site, users):
    users.type("Search by name or e-mail", "crowd02").at("/orgs/acme/users?q=crowd02").see("Crowd020").calm()
    users.click("Select all on this page").see("10 selected").click("Change role")
    users.choose("Role", "Operator: view, run, statistics").click("Change role")
    users.see("10 users are Operator now").calm()
    assert {row["Role"] for row in users.rows("Users")} == {"Operator"}
    users.click("Undo").see("Undone").calm()
    assert {row["Role"] for row in users.rows("Users")} == {"Viewer"}
    assert site.orgauth.json("user", "show", "c023@acme.example", "--org", "acme")["role"] == "Viewer"


def test_several_are_deactivated_and_who_cannot_be_is_reported(site, users):
    users.open("/orgs/acme/users?q=acme.example&sort=name").see("Ada Admin")
    users.click("Select Ada Admin").click("Select Ann Crowd000").see("2 selected").click("Deactivate")
    users.see("Deactivate 2 users?", "admin@acme.example", "c000@acme.example").click("Deactivate")
    users.see("1 done.", "1 was refused:", "no usable Administrator left").click("Close", role="button", nth=1)
    users.see("c000@acme.example is deactivated").calm()
    assert status_of(site, "c000@acme.example") == "DEACTIVATED"
    assert status_of(site, "admin@acme.example") == "VALIDATED"


def test_several_are_removed_when_one_confirms(site, users):
    users.type("Search by name or e-mail", "crowd03").at("/orgs/acme/users?q=crowd03").see("Crowd030").calm()
    users.click("Select Ann Crowd030").click("Select Bea Crowd031").click("Remove")
    users.see("Remove 2 users from Acme?", "c030@acme.example").focused("Cancel").press("Escape").calm()
    assert status_of(site, "c030@acme.example") == "VALIDATED"
    users.focused("Remove").click("Remove").see("Remove 2 users").click("Remove")
    users.see("2 users are removed from Acme").see_no("Crowd030")
    site.orgauth.run("user", "show", "c030@acme.example", "--org", "acme", code=3)


# O3
def test_a_web_api_is_attached_to_several(site, users):
    site.orgauth.run("api", "register", "reports", "--org", "acme")
    users.type("Search by name or e-mail", "crowd04").at("/orgs/acme/users?q=crowd04").see("Crowd040").calm()
    users.click("Select Ann Crowd040").click("Select Bea Crowd041").click("Attach Web API")
    users.choose("Web API", "reports").click("Attach Web API")
    users.see("2 users have reports now")
    assert {row["email"] for row in site.orgauth.items("api", "users", "reports", "--org", "acme")} >= {"c040@acme.example", "c041@acme.example"}


def test_whoever_may_not_see_users_is_not_offered_them(as_, browser):
    as_("viewer")
    browser.open("/orgs/acme/users").see("You may not see this", "you lack the permission users:view")
    browser.find_no("Users", role="link")


def test_the_list_never_holds_more_than_a_page(users):
    assert users.script("return document.querySelectorAll('tbody tr').length") <= 51
