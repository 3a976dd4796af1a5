# SPDX-License-Identifier: Apache-2.0
"""U6: a file is dropped, looked at line by line, confirmed, imported; and exported again."""

import openpyxl
import pytest

HEAD = "email,first_name,last_name,role,action\n"


@pytest.fixture
def page(as_, browser):
    as_("admin")
    return browser.open("/orgs/acme/import").see("Drop a file here")


@pytest.fixture
def csv(tmp_path):
    """csv(lines): a file of these."""
    def write(*lines, name="team.csv", head=HEAD):
        path = tmp_path / name
        path.write_text(head + "\n".join(lines) + "\n")
        return path
    return write


def status(site, email):
    return site.orgauth.run("user", "show", email, "--org", "acme", code=None).returncode


def test_nothing_changes_before_it_is_confirmed(site, page, csv):
    page.upload("Choose a file", csv("t1@acme.example,Tia,One,Viewer,create", "t2@acme.example,Tom,Two,Editor,create"))
    page.see("What team.csv would do", "2 lines can be imported; nothing is wrong.", "t1@acme.example")
    assert status(site, "t1@acme.example") == 3
    page.click("Import 2 users").see("Import 2 users into Acme?", "Create: 2").press("Escape").calm()
    assert status(site, "t1@acme.example") == 3
    page.click("Import 2 users").see("Import 2 users into Acme?").click("Import 2 users").see("2 users imported.")
    assert status(site, "t1@acme.example") == status(site, "t2@acme.example") == 0
    page.click("Show the users").at("/orgs/acme/users").see("Tia One")


def test_wrong_lines_are_shown_alone_told_of_and_left_out(site, page, csv):
    page.upload("Choose a file", csv("ok@acme.example,,,Viewer,create", "nobody,,,Viewer,create", "viewer@acme.example,,,Viewer,add", "x@acme.example,,,Queen,create"))
    page.see("2 lines are wrong", "This is no e-mail address", "there is no role").see_no("ok@acme.example")
    assert [row["Line"] for row in page.rows("Lines of the file")] == ["3", "5"]
    page.click("All 4").see("ok@acme.example").click("Import one user").see("2 wrong lines are left out").click("Import one user")
    page.see("One user imported.", "Left out")
    assert (status(site, "ok@acme.example"), status(site, "x@acme.example")) == (0, 3)


def test_what_the_file_does_not_say_is_chosen_beside_it(site, page, csv):
    page.upload("Choose a file", csv("quiet@acme.example", head="email\n")).see("One line is wrong")
    page.choose("Role where the file says none", "Viewer: view, statistics").see("One line can be imported")
    page.choose("What is done where the file does not say", "Invite by e-mail").see("Invite").calm()
    page.click("Import one user").see("Invite: 1").click("Import one user").see("One user imported.")
    assert any(row["email"] == "quiet@acme.example" for row in site.orgauth.items("invitation", "list", "--org", "acme"))


def test_a_workbook_is_read_as_well(site, page, tmp_path):
    book = openpyxl.Workbook()
    for row in (["email", "role"], ["book@acme.example", "Viewer"]):
        book.active.append(row)
    book.save(tmp_path / "team.xlsx")
    page.upload("Choose a file", tmp_path / "team.xlsx").see("What team.xlsx would do", "book@acme.example")
    page.click("Import one user").see("into Acme?").click("Import one user").see("One user imported.")
    assert status(site, "book@acme.example") == 0


def test_a_file_is_dragged_there_and_dropped(page, csv):
    page.drop("Drop a file here", csv("fallen@acme.example,,,Viewer,create")).see("fallen@acme.example", "One line can be imported")


def test_a_file_that_is_none_is_refused_in_its_place(page, csv):
    page.upload("Choose a file", csv("a,b", head="what,is,this\n")).see("is no column's name").click("Another file").see_no("is no column's name")


def test_many_lines_are_shown_some_at_a_time(page, csv):
    page.upload("Choose a file", csv(*(f"m{n}@acme.example,,,Viewer,create" for n in range(5000)))).see("5,000 lines can be imported")
    assert page.script("return document.querySelectorAll('tbody tr').length") == 100
    page.click("Next").see("m150@acme.example")


def test_template_and_report_are_files(page, csv):
    page.click("Download a template")
    name, octets = page.downloaded()
    assert (name, octets.split(b",")[0]) == ("users.csv", b"email")
    page.upload("Choose a file", csv("=cmd@acme.example,,,Viewer,create", "r@acme.example,,,Viewer,create")).see("r@acme.example").click("Download the report")
    name, octets = page.downloaded()
    assert name == "import-report.csv" and octets.startswith(b"line,email,") and b"\r\n3,r@acme.example," in octets


def test_an_export_is_read_back_unchanged(site, page, tmp_path):
    page.choose("Role", "Viewer").click("Download CSV")
    name, octets = page.downloaded()
    assert name == "acme-users.csv" and b"viewer@acme.example" in octets and b"admin@acme.example" not in octets
    (tmp_path / "again.csv").write_bytes(octets)
    page.upload("Choose a file", tmp_path / "again.csv").calm().see("Unchanged").find_no("Import 1 users")


def test_leaving_between_preview_and_import_asks_first(page, csv):
    page.upload("Choose a file", csv("lost@acme.example,,,Viewer,create")).see("lost@acme.example").click("Users", role="link")
    page.see("Leave without saving?").click("Leave").at("/orgs/acme/users")
