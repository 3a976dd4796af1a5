# SPDX-License-Identifier: Apache-2.0
"""Importing and exporting as an administrator does: files of spreadsheets, previews, nasty ones, ten thousand lines."""

import datetime
import io
import json
import resource
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pytest

import support.command
from terminal import Terminal

HEAD = "email,first_name,last_name,role\n"


@pytest.fixture
def table(store_dir):
    """Writes a file and gives its path: text, bytes, or rows of a workbook."""
    def write(content, name="users.csv"):
        path = store_dir / name
        if isinstance(content, list):
            path = path.with_suffix(".xlsx")
            book = openpyxl.Workbook()
            for row in content:
                book.active.append(row)
            book.save(path)
        else:
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path
    return write


def report(acme, path, *options, code=0, verb=("user", "import")):
    return json.loads(acme.run("--json", *verb, path, "--org", "acme", *options, code=code).stdout)


def emails(acme):
    return {user["email"] for user in acme.items("user", "list", "--org", "acme")}


def test_a_preview_says_what_each_line_would_do_and_what_is_wrong(acme, table, dump):
    path = table(HEAD + "bea@acme.example,Bea,,Viewer\nnobody,,,Viewer\nann@acme.example,,,Viewer\ncy@acme.example,,,Nope\n")
    before = dump(acme)
    rows = report(acme, path, "--dry-run")["rows"]
    assert [row["line"] for row in rows] == [2, 3, 4, 5]
    assert [row["result"] for row in rows] == ["create", "error", "unchanged", "error"]
    assert [[error["column"] for error in row["errors"]] for row in rows] == [[], ["email"], [], ["role"]]
    assert dump(acme) == before


def test_all_or_nothing_unless_partial(acme, table):
    path = table(HEAD + "bea@acme.example,Bea,,Viewer\nnobody,,,Viewer\n")
    done = acme.run("user", "import", path, "--org", "acme", code=5)
    assert "nothing was changed, since 1 of 2 lines is wrong; line 3: email" in done.stderr
    assert "bea@acme.example" in done.stdout and "bea@acme.example" not in emails(acme)
    assert report(acme, path, "--partial")["applied"] is True
    assert "bea@acme.example" in emails(acme)


def test_from_standard_input(acme):
    acme.run("user", "import", "-", "--org", "acme", stdin=HEAD + "bea@acme.example,,,Viewer\n")
    assert "bea@acme.example" in emails(acme)


def test_a_workbook_of_another_program_is_read(acme, table):
    path = table([["E-mail", "First name", "Last name", "Role", "field:phone", "field:share", "field:vip"],
                  ["bea@acme.example", "Bèa", "O'Neil, \"B\"", "Viewer", 491701234567, 0.5, True],
                  [None] * 7,
                  ["cy@acme.example", "=1+1 no", None, "Editor", None, None, None]])
    assert [row["line"] for row in report(acme, path)["rows"]] == [2, 4]
    bea = acme.json("user", "show", "bea@acme.example", "--org", "acme")
    assert (bea["first_name"], bea["last_name"]) == ("Bèa", "O'Neil, \"B\"")
    assert bea["fields"] == {"phone": "491701234567", "share": "0.5", "vip": "true"}


def test_a_cell_that_shows_a_date_is_that_date(acme, table):
    path = table([["email", "role", "field:begins", "field:seen", "field:at", "field:pages"],
                  ["bea@acme.example", "Viewer", datetime.date(2026, 11, 26), datetime.datetime(2026, 11, 26, 14, 30), datetime.time(8, 5), 46352]])
    acme.run("user", "import", path, "--org", "acme")
    fields = {"begins": "2026-11-26", "seen": "2026-11-26T14:30:00", "at": "08:05:00", "pages": "46352"}
    assert acme.json("user", "show", "bea@acme.example", "--org", "acme")["fields"] == fields


def test_a_workbook_that_libreoffice_saved_is_read(acme):
    """Shared strings, a number, a date, a formula with its value, and a row that is not there."""
    assert [row["line"] for row in report(acme, Path(__file__).with_name("libreoffice.xlsx"))["rows"]] == [2, 4]
    bea, cy = (acme.json("user", "show", f"{name}@acme.example", "--org", "acme") for name in ("bea", "cy"))
    assert (bea["first_name"], bea["last_name"]) == ("Bèa", "O'Neil, \"B\"")
    assert bea["fields"] == {"phone": "491701234567", "share": "0.5", "since": "2026-11-26", "sum": "3"}
    assert (cy["first_name"], cy["last_name"], cy["role"]) == ("李", "Østergård", "Editor")


@pytest.mark.parametrize("spelling", ["\ufeff{}", "{}"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_mark_and_end_of_line(acme, table, spelling, end):
    text = spelling.format(HEAD + "bea@acme.example,Bea,,Viewer\n\ncy@acme.example,,,Viewer")
    assert report(acme, table(text.replace("\n", end).encode()))["counts"]["create"] == 2


def test_an_export_is_read_back_unchanged(acme, table):
    acme.run("user", "edit", "ann@acme.example", "--first-name", "=cmd|' /C calc'!A0", "--last-name", "a\"b,c", "--set", "phone=+49 170")
    acme.run("user", "create", "robot@acme.example", "--org", "acme", "--role", "API User", "--system")
    path = table(subprocess.run(export_command(acme), capture_output=True, check=True).stdout)
    assert not any(cell[:1] in "=+-@" for line in path.read_text().splitlines() for cell in line.split(",") if cell)
    counts = report(acme, path)["counts"]
    assert counts == {"create": 0, "add": 0, "invite": 0, "unchanged": 3, "error": 0}
    assert subprocess.run(export_command(acme), capture_output=True, check=True).stdout == path.read_bytes()


def export_command(acme, *options):
    return [str(support.command.PROGRAM), "--store", str(acme.store), "--secret-file", str(acme.secret), "user", "export", "--org", "acme",
            *options]


def test_e_mails_alone_of_a_role(acme):
    assert acme("user", "export", "--org", "acme", "--role", "Viewer", "--column", "email").split() == ["email", "ann@acme.example"]


def test_web_apis_are_attached_by_a_file(acme, table):
    acme.run("api", "register", "reports", "--org", "acme")
    acme.run("org", "create", "Globex", "--admin", "boss@globex.example")
    path = table("email,api\nann@acme.example,reports\nboss@globex.example,reports\n")
    assert report(acme, path, verb=("api", "import"))["counts"] == {"attach": 2, "unchanged": 0, "error": 0}
    users = acme.items("api", "users", "reports", "--org", "acme")
    assert {user["email"]: user["outsider"] for user in users} == {"ann@acme.example": False, "boss@globex.example": True}


def test_one_event_that_names_the_users(acme, table):
    report(acme, table(HEAD + "bea@acme.example,,,Viewer\ncy@acme.example,,,Viewer\n"))
    events = acme.items("audit", "list", "--org", "acme", "--action", "user.import")
    assert len(events) == 1 and events[0]["detail"]["counts"]["create"] == 2
    ids = {user["id"] for user in acme.items("user", "list", "--org", "acme") if user["email"][:3] in ("bea", "cy@")}
    assert set(events[0]["detail"]["users"]) == ids
    assert acme.json("audit", "verify")["sound"]


def test_people_are_invited_by_a_file(acme, table):
    path = table("email,role,action\nbea@acme.example,Viewer,invite\n")
    row = report(acme, path)["rows"][0]
    assert (row["result"], row["mail"]) == ("invite", "not_configured")
    assert [each["email"] for each in acme.items("invitation", "list", "--org", "acme")] == ["bea@acme.example"]
    assert report(acme, path)["counts"]["unchanged"] == 1


def packed(**parts):
    """A workbook of these parts of `xl/`; what is not given is as it should be."""
    usual = {"workbook": "<workbook xmlns:r='r'><sheets><sheet name='a' r:id='1'/></sheets></workbook>",
             "_rels/workbook.xml.rels": "<Relationships><Relationship Id='1' Type='/worksheet' Target='sheet.xml'/>"
                                        "<Relationship Id='2' Type='/sharedStrings' Target='strings.xml'/></Relationships>",
             "strings": "<sst><si><t>email</t></si></sst>",
             "sheet": "<worksheet><sheetData><row><c t='s'><v>0</v></c></row></sheetData></worksheet>"}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {**usual, **parts}.items():
            archive.writestr("xl/" + (name if "." in name else name + ".xml"), text)
    return out.getvalue()


def rows(text):
    return f"<worksheet><sheetData>{text}</sheetData></worksheet>"


BILLION = "<!DOCTYPE w [<!ENTITY a 'aaaaaaaaaa'>" + "".join(
    f"<!ENTITY {chr(98 + i)} '{f'&{chr(97 + i)};' * 10}'>" for i in range(9)) + "]><worksheet>&j;</worksheet>"
NASTY = {
    "laughs": (lambda: packed(sheet=BILLION), "document type"),
    "external": (lambda: packed(sheet="<!DOCTYPE w [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><w>&x;</w>"), "document type"),
    "bomb": (lambda: packed(sheet=rows(" " * (300 << 20))), "grows beyond measure"),
    "bomb-strings": (lambda: packed(strings="<sst>" + "<si><t>" + "a" * 60000 + "</t></si>" + "<si/>" * 600000 + "</sst>"), "grows beyond measure"),
    "deep": (lambda: packed(sheet="<a>" * 100000), "nested too deep"),
    "amplified": (lambda: packed(strings="<sst><si><t>email</t></si><si><t>" + "x" * 60000 + "</t></si></sst>",
                                 sheet=rows("<row><c t='s'><v>0</v></c></row>" + "<row><c t='s'><v>1</v></c></row>" * 40000)), "too much for one import"),
    "slip": (lambda: packed(**{"_rels/workbook.xml.rels": "<R><Relationship Id='1' Type='/worksheet' Target='../../../etc/passwd'/></R>"}),
             "no xl/../../../etc/passwd"),
    "error-cell": (lambda: packed(sheet=rows("<row r='4'><c r='B4' t='e'><v>#REF!</v></c></row>")), "row 4, column B"),
    "not-a-zip": (lambda: b"PK\x03\x04" + b"\0" * 100, "no .xlsx"),
    "cut": (lambda: packed()[:-30], "no .xlsx"),
    "nul": (lambda: b"email,role\na\0b@acme.example,Viewer\n", "line 2, column 1"),
    "latin-1": (lambda: HEAD.encode() + b"a@acme.example,M\xfcller,,Viewer\n", "line 2, column 2"),
    "utf-16": (lambda: HEAD.encode("utf-16"), "UTF-16"),
    "long-cell": (lambda: HEAD.encode() + b"a@acme.example," + b"x" * 70000 + b",,Viewer\n", "line 2, column 2"),
    "open-quote": (lambda: HEAD.encode() + b'a@acme.example,"x,,Viewer\n' * 2, "line 3, column 2"),
    "too-long": (lambda: b"email\n" + b"a@acme.example\n" * (2 << 20), "16 MiB"),
    "too-many": (lambda: b"email\n" + b"a@b.cc\n" * 60000, "12000 lines at most"),
}


def many(header, line, count=12000):
    """A file of `count` lines, each made by `line`."""
    return (header + "\n" + "".join(line(number) + "\n" for number in range(count))).encode()


# Of each of these lines there is much to say, or much to find out.
NASTY |= {
    "faults-in-each-cell": (lambda: many("email,role," + ",".join(f"field:a_rather_long_name_to_be_repeated_{i}" for i in range(15)),
                                         lambda n: f"u{n}@acme.example,Viewer" + ",a\x01" * 15), "12000 of 12000 lines"),
    "faults-in-wide-lines": (lambda: many("email,role," + ",".join(f"field:f{i}" for i in range(70)),
                                          lambda n: f"u{n}@acme.example,Viewer" + ",a\x01" * 70), "too much for one import"),
    "names-by-the-thousand": (lambda: many("email,role,apis", lambda n: f"u{n}@acme.example,Viewer," + " ".join(f"a{n}-{i}" for i in range(90)), 5000),
                              "5000 of 5000 lines"),
    "roles-by-the-thousand": (lambda: many("email,role", lambda n: f"u{n}@acme.example,{'R' * 300}{n}"), "12000 of 12000 lines"),
    "words-by-the-thousand": (lambda: many("email,role,modules", lambda n: f"u{n}@acme.example,Viewer," + " ".join(f"m{i}" for i in range(9000)), 130),
                              "130 of 130 lines"),
}


@pytest.mark.parametrize("name", NASTY)
def test_a_nasty_file_is_refused_within_bounds(acme, table, name):
    make, says = NASTY[name]
    path = table(make(), "nasty")
    command = [str(support.command.PROGRAM), "--store", str(acme.store), "--secret-file", str(acme.secret), "user", "import", str(path),
               "--org", "acme"]
    limit = 160 << 20 # of which the store's connections and the empty look-up cache take the greater part
    done = subprocess.run(command, capture_output=True, text=True, timeout=60,
                          preexec_fn=None if "asan" in str(support.command.BUILD) else
                          lambda: resource.setrlimit(resource.RLIMIT_DATA, (limit, limit)))
    assert done.returncode in (2, 5) and says in done.stderr, done.stderr
    assert emails(acme) == {"admin@acme.example", "ann@acme.example"}


def test_ten_thousand_lines(acme, table):
    lines = "".join(f"u{i}@big.example,First{i},Last{i},Viewer\n" for i in range(10000))
    assert report(acme, table(HEAD + lines))["counts"]["create"] == 10000


def test_a_terminal_sees_progress_and_a_file_does_not(acme, table):
    path = table(HEAD + "".join(f"u{i}@big.example,,,Viewer\n" for i in range(200)))
    command = [str(support.command.PROGRAM), "--store", str(acme.store), "--secret-file", str(acme.secret), "user", "import", str(path),
               "--org", "acme", "--dry-run"]
    terminal = Terminal(command)
    terminal.until("nothing was changed")
    assert " 50 %" in terminal.screen
    assert "%" not in acme.run("user", "import", path, "--org", "acme").stderr
