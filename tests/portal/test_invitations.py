# SPDX-License-Identifier: Apache-2.0
"""U4: who is invited: seen, invited again, taken back."""

import pytest

LIST = "/orgs/acme/invitations"


@pytest.fixture
def invited(site, relay, as_, browser):
    """Three people who are invited anew."""
    for row in site.orgauth.items("invitation", "list", "--org", "acme", "--status", "PENDING"):
        site.orgauth.run("invitation", "revoke", row["id"], "--org", "acme")
    people = [f"{name}@else.example" for name in ("ann", "bob", "cid")]
    site.orgauth.run("invitation", "send", *people, "--org", "acme", "--role", "Editor")
    links = {email: relay.take(email).link for email in people}
    as_("admin")
    browser.open(LIST + "?status=PENDING").see("ann@else.example")
    return links


def test_another_link_voids_the_one_before(site, relay, invited, browser, another):
    browser.row("ann@else.example").click("Send again")
    browser.see("ann@else.example has a new link")
    fresh = relay.take("ann@else.example").link
    assert fresh != invited["ann@else.example"]
    another.follow(invited["ann@else.example"]).see("cannot be opened")
    another.follow(fresh).see("Join Acme", "admin@acme.example invites you")


def test_a_revoked_link_does_not_open(invited, browser, another):
    browser.row("bob@else.example").click("Take back")
    browser.see("Take back the invitation of bob@else.example?").click("Take back").see("The invitation of bob@else.example is taken back").calm()
    assert [row["E-mail"] for row in browser.rows("Invitations")] == ["ann@else.example", "cid@else.example"]
    another.follow(invited["bob@else.example"]).see("cannot be opened")


def test_several_are_taken_back_at_once(site, invited, browser):
    browser.click("Select all on this page").see("3 selected").group("Selected").click("Take back")
    browser.see("Take back 3 invitations?", "cid@else.example").click("Take back").see("3 invitations are taken back", "Nothing matches")
    assert site.orgauth.items("invitation", "list", "--org", "acme", "--status", "PENDING") == []


def test_an_empty_list_says_what_to_do_first(site, browser):
    browser.sign_in(site.session(site.person("boss@fresh.example", "Administrator", fresh_org(site)))).open("/orgs/fresh/invitations")
    browser.see("Nobody is invited", "They stand here until they accept").click("Invite people", nth=0).at("/orgs/fresh/users/add")


def fresh_org(site):
    site.orgauth.run("org", "create", "Fresh", "--slug", "fresh")
    return "fresh"
