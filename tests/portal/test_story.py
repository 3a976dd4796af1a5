# SPDX-License-Identifier: Apache-2.0
"""The whole story, as people live it: invited by mail, let in, given a Web API, locked out by ten mistakes, let in again."""

from support.httpd import place
from support.web import basic

CONFIG = place("/file/reports", "OrgAuthOrg acme", "OrgAuthMessages on", "Require orgauth-api reports")
PASSWORD = "correct horse battery staple"
NEW = "a pass phrase of her own"


def call(site, key):
    return site.get("/file/reports", key=key).status


# U3, U4, O2, O3, O4, O5, R2, R4, R5, R7, U1, U7, A2
def test_from_an_invitation_to_a_call_into_a_lock_and_out_again(site, browser, another, relay):
    # The administrator logs in and registers a Web API.
    browser.open().log_in(site.people.admin, PASSWORD).see("Log out")
    browser.click("My organization", nth=0).click("Register a Web API", nth=0)
    browser.type("Name", "reports").click("Generate its key").see("only time")
    browser.click("Copy").see("Copied").click("Register", role="button").see("reports is registered.")

    # She invites two people by pasting their addresses.
    browser.click("Users", role="link", nth=0).click("Add users")
    browser.paste("E-mail addresses", "Eve Earl <eve@else.example>\nfred@else.example").see("2 addresses")
    browser.choose("Role", "Operator: view, run, statistics").click("Send invitations").see("2 invitations sent.")

    # One of them opens the mail's link in another browser, and comes in.
    another.follow(relay.take("eve@else.example").link).see("Join Acme", "Operator")
    another.type("First name", "Eve").type("Last name", "Earl").type("Choose a password", NEW).click("Accept").see("Welcome to Acme.")
    assert site.orgauth.status("eve@else.example") == "VALIDATED"

    # The administrator attaches the Web API to her, with a key, and copies it.
    browser.open("/orgs/acme/about").see("reports").click("reports").see("Nobody has it attached").click("Attach", nth=0)
    browser.type("E-mail addresses", "eve@else.example", "Enter").tick("Issue a key to each").click("Attach").see("only time that the key is shown")
    browser.click("Show").click("Copy").see("Copied")
    key = browser.clipboard
    browser.click("Done").see("reports is attached to eve@else.example.").row("Eve Earl")
    assert call(site, key) == 200

    # She sees the call that her key made.
    site._wait(lambda: site.orgauth.select("SELECT count(*) FROM message")[0][0], "record a call")
    another.open("/me/messages").row("/file/reports").see("GET", "200")

    # Ten mistakes lock her out, everywhere.
    site.expect("OA010")
    mistake = [basic("eve@else.example", "a mistake of hers")]
    assert {site.get("/file/reports", headers=mistake).status for _ in range(10)} == {401}
    assert call(site, key) == 401
    another.open("/me").see("Log in")
    another.log_in("eve@else.example", NEW).see("the account is locked")
    assert "was made DENIED" in relay.take("eve@else.example").text

    # The list shows it, and the administrator lets her in again.
    browser.open("/orgs/acme/users").click("Denied", role="button").row("Eve Earl").see("Denied").click("Eve Earl")
    browser.see("Denied since", "10").click("Validate").see("is active again")
    assert call(site, key) == 200
    another.log_in("eve@else.example", NEW).see("Log out")

    # The audit tells of all of it.
    browser.open("/orgs/acme/audit").see("validated eve@else.example", "eve@else.example was denied", "registered the Web API reports",
                                         "attached the Web API reports", "eve@else.example accepted")
