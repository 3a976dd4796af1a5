# SPDX-License-Identifier: Apache-2.0
"""My organization: its name and id, organizations within it, its Web APIs."""

import pytest

from support.httpd import place

CONFIG = place("/file/own", "OrgAuthOrg acme", "Require orgauth-api own")


@pytest.fixture
def page(browser, as_):
    as_("admin")
    return browser.open("/orgs/acme/about").see("Sub-organizations")


# O1
def test_the_id_is_shown_and_copied(site, page):
    shown = site.orgauth.json("org", "show", "acme")["id"]
    page.see(shown).click(f"Copy {shown}").see("Copied")
    assert page.clipboard == shown


def test_it_is_renamed_and_a_new_short_name_moves_the_page(site, page):
    page.click("Edit").type("Name", "Acme Works").type("Short name", "works").click("Save").see("Saved.").at("/orgs/works/about").see("Acme Works")
    assert site.orgauth.json("org", "show", "works")["name"] == "Acme Works"
    page.click("Edit").type("Name", "Acme").type("Short name", "acme").click("Save").at("/orgs/acme/about").see("Acme")


def test_what_is_wrong_with_a_short_name_is_said_beside_it(page):
    page.click("Edit").type("Short name", "globex").click("Save")
    page.see("is taken")
    assert "taken" in page.problem("Short name")
    page.press("Escape").focused("Edit")


def test_an_organization_is_made_within_and_its_maker_is_its_administrator(site, page):
    page.click("Create an organization").type("Name", "Research & Development").click("Create").see("is created.").at("/orgs/research-development/about")
    parent = site.orgauth.json("org", "show", "acme")["id"]
    assert site.orgauth.json("org", "show", "research-development")["parent_id"] == parent
    page.click("Users", role="link", nth=0).row("Ada Admin").see("Administrator")
    page.open("/orgs/acme/about").click("Research & Development").at("/orgs/research-development/about").click("Acme", role="link").at("/orgs/acme/about")


def test_an_organization_below_is_suspended_resumed_and_removed(site, page):
    site.orgauth.run("org", "create", "Passing", "--parent", "acme")
    page.open("/orgs/acme/about").row("Passing").click("Actions for Passing").click("Suspend")
    page.see("Suspend Passing?").dialog().click("Suspend")
    page.see("Passing is suspended.").row("Passing").see("Suspended")
    page.click("Undo").see("Passing is active again.").row("Passing").see("Active").click("Actions for Passing").click("Suspend")
    page.dialog().click("Suspend")
    page.see("Passing is suspended.").row("Passing").see("Suspended").click("Actions for Passing").click("Resume")
    page.see("Passing is active again.").row("Passing").click("Actions for Passing").click("Remove")
    page.dialog().click("Remove")
    page.see("Passing is removed.").find_no("Passing", "action", "link")
    assert "passing" not in {org["slug"] for org in site.orgauth.items("org", "list")}


def test_one_on_which_something_hangs_is_not_removed_and_the_reason_is_said_there(site, page):
    site.orgauth.run("org", "create", "Busy", "--parent", "acme", "--admin", "busy@acme.example")
    page.open("/orgs/acme/about").row("Busy").click("Actions for Busy").click("Remove")
    page.dialog().click("Remove")
    page.dialog().see("members or former members")


def test_a_viewer_sees_it_and_is_offered_nothing_to_change(site, browser, as_):
    as_("viewer")
    browser.open("/orgs/acme/about").see("Web APIs").find_no("Edit")
    browser.find_no("Register a Web API")
    browser.find_no("Create an organization")
    browser.find_no("Users", role="link")


# O2
def test_a_web_api_is_named_its_key_generated_copied_and_registered(site, page):
    page.click("Register a Web API", nth=0).focused("Name")
    page.type("Name", "own").type("Summary", "What is our own").click("Generate its key").see("only time")
    page.click("Show").click("Hide").click("Copy").see("Copied")
    key = page.clipboard
    page.click("Register", role="button").see("own is registered.", "What is our own").find_no("Copy key")
    assert site.get("/file/own", key=key).status == 200
    assert key not in page.driver.page_source and "oak_" not in page.driver.current_url


def test_cancelled_it_leaves_nothing_and_so_does_leaving_the_page(site, page):
    page.open("/orgs/acme/apis/new").type("Name", "unborn").click("Generate its key").see("only time").click("Cancel").see("Generate its key").calm()
    assert page.value("Name") == "unborn"
    page.click("Generate its key").see("only time").click("Users", role="link", nth=0).see("Leave without saving?")
    page.click("Leave").at("/orgs/acme/users").calm()
    assert "unborn" not in {api["name"] for api in site.orgauth.items("api", "list", "--org", "acme")}


def test_closing_the_window_in_between_warns_and_leaves_nothing_either(site, page):
    first = page.driver.current_window_handle
    page.driver.switch_to.new_window("tab")
    page.open("/orgs/acme/apis/new").type("Name", "stillborn").click("Generate its key").see("only time")
    assert "stillborn" in {api["name"] for api in site.orgauth.items("api", "list", "--org", "acme")}
    assert not page.script("return dispatchEvent(new Event('beforeunload', {cancelable: true}))"), "no warning"
    page.driver.close()
    page.driver.switch_to.window(first)
    site._wait(lambda: "stillborn" not in {api["name"] for api in site.orgauth.items("api", "list", "--org", "acme")}, "take it back")


def test_a_name_that_cannot_be_is_refused_beside_the_field(page):
    page.open("/orgs/acme/apis/new").type("Name", "Not a name").click("Generate its key").see("is not right")
    assert "a-z" in page.problem("Name")


def test_its_key_has_to_be_copied_or_given_up_knowingly(page, site):
    page.open("/orgs/acme/apis/new").type("Name", "uncopied").click("Generate its key").see("only time")
    page.click("Register", role="button").see("Close without copying the key?").press("Escape").see("only time")
    page.click("Register", role="button").dialog().click("Register")
    page.see("uncopied is registered.")


# O3
@pytest.fixture
def api(site, browser, as_, request):
    """The page of a new Web API, whose name it gives."""
    number = api.count = getattr(api, "count", 0) + 1
    name = f"thing-{number}"
    site.orgauth.run("api", "register", name, "--org", "acme", "--summary", "Things")
    as_("admin")
    browser.open("/orgs/acme/about").click(name).see("Nobody has it attached")
    return name


def users(site, api):
    return {user["email"] for user in site.orgauth.items("api", "users", api, "--org", "acme")}


def test_it_is_attached_to_several_and_detached_from_one_and_that_undone(site, browser, api):
    browser.click("Attach", nth=0).paste("E-mail addresses", "viewer@acme.example, editor@acme.example").dialog().click("Attach")
    browser.see(f"{api} is attached to 2 users.").row("Vic Viewer").see("viewer@acme.example")
    assert users(site, api) == {"viewer@acme.example", "editor@acme.example"}
    browser.row("Vic Viewer").click("Detach")
    browser.see(f"Detach {api} from viewer@acme.example?").dialog().click("Detach")
    browser.see(f"{api} is detached from viewer@acme.example.").click("Undo").row("Vic Viewer").see("Active")
    assert users(site, api) == {"viewer@acme.example", "editor@acme.example"}
    browser.click("Select all on this page").click("Detach", nth=2).dialog().click("Detach")
    browser.see("Nobody has it attached")
    assert users(site, api) == set()


def test_who_has_no_account_is_named_and_the_others_have_it(site, browser, api):
    browser.click("Attach", nth=0).paste("E-mail addresses", "viewer@acme.example nobody@nowhere.example").dialog().click("Attach")
    browser.see("1 was refused", "nobody@nowhere.example", "there is no user").click("Close", nth=1).row("Vic Viewer").see("Active")


def test_keys_for_several_are_shown_once_and_saved(site, browser, api):
    browser.click("Attach", nth=0).paste("E-mail addresses", "viewer@acme.example editor@acme.example").tick("Issue a key to each").dialog().click("Attach")
    browser.see("2 new keys").click("Done").see("Close without copying the key?").press("Escape")
    browser.click("Save as a file")
    name, octets = browser.downloaded()
    lines = octets.decode().split("\r\n")
    assert name == "keys.csv" and lines[0] == "email,key" and len([line for line in lines if ",oak_" in line]) == 2
    browser.click("Done").see(f"{api} is attached to 2 users.")


def test_an_outsider_is_attached_and_stands_there_as_one(site, browser, api):
    browser.click("Attach", nth=0).type("E-mail addresses", "admin@globex.example", "Enter").dialog().click("Attach")
    browser.row("admin@globex.example").see("Outsider")


def test_its_summary_is_changed_and_it_is_removed(site, browser, api):
    browser.click("Actions").click("Edit").type("Summary", "Other things").click("Save").see("Saved.", "Other things")
    browser.click("Actions").click("Remove").see(f"Remove the Web API {api}?").dialog().click("Remove")
    browser.at("/orgs/acme/about").see(f"{api} is removed.")
    assert api not in {one["name"] for one in site.orgauth.items("api", "list", "--org", "acme")}


def test_they_are_attached_by_a_file_after_a_look_at_what_would_happen(site, browser, api, tmp_path):
    file = tmp_path / "attach.csv"
    file.write_text(f"email,api\nviewer@acme.example,{api}\neditor@acme.example,{api}\nnobody@nowhere.example,{api}\n")
    browser.open("/orgs/acme/apis/import").upload("Choose a file", file).see("What attach.csv would do", "One line is wrong", "There is no account")
    assert users(site, api) == set()
    browser.click("Attach to 2 users").see("One wrong line is left out.").dialog().click("Attach to 2 users")
    browser.see("2 attached.")
    assert users(site, api) == {"viewer@acme.example", "editor@acme.example"}
    browser.click("Download the report")
    assert b"nobody@nowhere.example" in browser.downloaded()[1]


def test_the_template_is_a_file_that_the_import_reads(site, browser, api):
    browser.open("/orgs/acme/apis/import").click("Download a template")
    name, octets = browser.downloaded()
    assert name == "attachments.csv" and octets.startswith(b"email,api\n")
