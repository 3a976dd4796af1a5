# SPDX-License-Identifier: Apache-2.0
"""Three forms of a result; data on stdout and the rest on stderr; nothing in data steers a terminal or a spreadsheet."""

import csv
import io
import json
import os
import sqlite3
import subprocess

import pytest

import support.command
from terminal import Terminal

CANARY = "\x1b]0;pwned\x07\x9b31m\u202egpj.exe"


def plant(acme, text):
    """Puts text into the store past the checks, as another program or an older version might have."""
    with sqlite3.connect(acme.store) as db:
        db.execute("PRAGMA wal_autocheckpoint = 0")
        db.execute("UPDATE account SET first_name = ? WHERE email = 'ann@acme.example'", (text,))


def command(acme, *words):
    return [str(support.command.PROGRAM), "--store", str(acme.store), "--secret-file", str(acme.secret), *words]


def raw(acme, *words, environment=None):
    """Standard output with the ends of its lines as they are."""
    return subprocess.run(command(acme, *words), env=environment, capture_output=True, check=True).stdout.decode()


def harmless(text):
    return not any(ch in text for ch in "\x1b\x07\x9b\u202e")


@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_no_terminal_escape_comes_through(acme, form):
    plant(acme, CANARY)
    for words in (["user", "list", "--org", "acme"], ["user", "show", "ann@acme.example"]):
        done = acme.run("--output", form, *words)
        assert harmless(done.stdout) and harmless(done.stderr)
    shown = acme("--output", form, "user", "show", "ann@acme.example")
    assert "\\u001b]0;pwned" in shown.replace("\\u001B", "\\u001b")


def test_json_with_escapes_is_the_same_text(acme):
    plant(acme, CANARY)
    assert acme.json("user", "show", "ann@acme.example")["first_name"] == CANARY


def test_messages_do_not_steer_the_terminal_either(acme):
    done = acme.run("user", "show", "x\x1b[2J@acme.example", code=None)
    assert done.returncode != 0 and harmless(done.stderr)
    assert harmless(acme.run("\x1b[2J", code=2).stderr)


@pytest.mark.parametrize("start", list("=+-@") + ["\t=", "\r="])
def test_csv_holds_no_formulas(acme, start):
    plant(acme, start + 'HYPERLINK("http://x","y")')
    text = raw(acme, "user", "show", "ann@acme.example", "--output", "csv")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert rows[0]["first_name"] == "'" + start + 'HYPERLINK("http://x","y")'


def test_csv_is_rfc_4180(acme):
    plant(acme, 'Ann "the, comma"')
    text = raw(acme, "user", "show", "ann@acme.example", "--output", "csv")
    assert text.count("\r\n") == 2 and text.endswith("\r\n") and '"Ann ""the, comma"""' in text


def test_the_three_forms_agree(acme):
    rows = acme.items("user", "list", "--org", "acme")
    read = list(csv.DictReader(io.StringIO(acme.run("user", "list", "--org", "acme", "--output", "csv").stdout, newline="")))
    table = acme("user", "list", "--org", "acme").splitlines()
    assert [row["email"] for row in rows] == [row["email"] for row in read]
    assert len(table) == len(rows) + 1
    assert [row["email"] for row in rows] == [next(word for word in line.split() if "@" in word) for line in table[1:]]


def test_json_is_compact_in_a_pipe_and_indented_on_a_terminal(acme):
    assert acme("org", "list", "--json").count("\n") == 0
    terminal = Terminal(command(acme, "org", "list", "--json"))
    assert terminal.end() == 0
    assert terminal.screen.count("\n") > 5 and json.loads(terminal.screen)


def test_lists_are_followed_to_their_end(acme):
    for number in range(7):
        acme.run("user", "create", f"u{number}@acme.example", "--org", "acme", "--role", "Viewer")
    everything = acme.json("user", "list", "--org", "acme")
    assert len(everything["items"]) == 9 and everything["next"] is None
    page = acme.json("user", "list", "--org", "acme", "--limit", "4")
    assert len(page["items"]) == 4 and page["next"]
    rest = acme.json("user", "list", "--org", "acme", "--limit", "100", "--after", page["next"])
    assert page["items"] + rest["items"] == everything["items"]


@pytest.mark.parametrize("form", ["table", "csv"])
def test_a_limited_table_says_that_there_is_more(acme, form):
    done = acme.run("user", "list", "--org", "acme", "--limit", "1", "--output", form)
    assert len(done.stdout.splitlines()) == 2
    assert "--after " in done.stderr


def test_an_empty_list_is_no_error(acme):
    assert acme("user", "list", "--org", "acme", "--search", "nobody") == ""
    assert acme.items("user", "list", "--org", "acme", "--search", "nobody") == []


def test_a_new_key_is_alone_on_stdout(acme):
    done = acme.run("key", "issue", "--user", "ann@acme.example", "--org", "acme")
    assert done.stdout.count("\n") == 1 and done.stdout.startswith("oak_") and len(done.stdout) == 58
    assert "once" in done.stderr and done.stdout.strip() not in done.stderr


def test_a_new_key_is_part_of_json_and_csv(acme):
    words = ["key", "issue", "--user", "ann@acme.example", "--org", "acme"]
    assert acme.json(*words)["key"].startswith("oak_")
    for words in (words, ["key", "rotate", acme.items("key", "list", "--user", "ann@acme.example")[0]["id"]],
                  ["api", "register", "reports", "--org", "acme"]):
        head, row = csv.reader(io.StringIO(acme.run(*words, "--output", "csv").stdout, newline=""))
        assert head.count("key") == 1 and row[head.index("key")].startswith("oak_")


def test_a_result_that_cannot_be_written_is_a_failure(acme):
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run(command(acme, "key", "issue", "--user", "ann@acme.example", "--org", "acme"), stdout=full,
                              stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1
    assert "could not be written" in done.stderr and "the change is made" in done.stderr


def test_output_does_not_depend_on_the_locale(acme):
    acme.run("user", "edit", "ann@acme.example", "--first-name", "Ä͡nn ✓")
    for locale in ("C", "C.UTF-8", "tr_TR.ISO-8859-9"):
        assert "Ä͡nn ✓" in raw(acme, "user", "show", "ann@acme.example", environment={**os.environ, "LC_ALL": locale})


def test_the_audit_is_exported_as_lines_of_json_and_as_csv(acme):
    lines = [json.loads(line) for line in acme("audit", "export").splitlines()]
    assert lines == acme.items("audit", "list") and len(lines) > 1
    rows = list(csv.DictReader(io.StringIO(acme("--output", "csv", "audit", "export", "--action", "user.create"))))
    assert [row["target"] for row in rows] == ["ann@acme.example"]


def test_an_export_goes_past_the_first_page(acme):
    with sqlite3.connect(acme.store) as db:
        columns = ", ".join(row[1] for row in db.execute("PRAGMA table_info(audit_event)") if row[1] != "id")
        first = db.execute("SELECT min(id) FROM audit_event").fetchone()[0]
        db.executemany(f"INSERT INTO audit_event (id, {columns}) SELECT ?, {columns} FROM audit_event WHERE id = {first}",
                       [(first + number,) for number in range(1000000, 1001500)])
    ids = [json.loads(line)["id"] for line in acme("audit", "export").splitlines()]
    assert len(ids) > 1500 and len(set(ids)) == len(ids)
