# SPDX-License-Identifier: Apache-2.0
"""From argv to arguments: what is malformed gets one clear line and leaves the store as it was."""

import subprocess

import pytest

import support.command

USAGE, INVALID = 2, 5


def is_one_line(text):
    return text.startswith("orgauth: ") and text.count("\n") == 1


@pytest.mark.parametrize("words, code, says", [
    (["user", "create", "bob@acme.example"], USAGE, "missing --org, --role"),
    (["user", "create"], USAGE, "missing EMAIL, --org, --role"),
    (["user", "create", "a@acme.example", "b@acme.example", "--org", "acme", "--role", "Viewer"], USAGE, "one word too many"),
    (["user", "create", "a@acme.example", "--org", "acme", "--org", "acme", "--role", "Viewer"], USAGE, "--org is given twice"),
    (["user", "create", "a@acme.example", "--org", "--role", "Viewer"], USAGE, "--org needs a value"),
    (["user", "create", "a@acme.example", "--role", "Viewer", "--org"], USAGE, "--org needs a value"),
    (["user", "create", "a@acme.example", "--org", "acme", "--role", "Viewer", "--system=perhaps"], INVALID, "--system"),
    (["user", "create", "a@acme.example", "--org", "acme", "--role", "Viewer", "--set", "phone"], INVALID, "FIELD=VALUE"),
    (["user", "create", "not-an-address", "--org", "acme", "--role", "Viewer"], INVALID, "email"),
    (["user", "list", "--limit", "many"], INVALID, "whole number"),
    (["user", "list", "--limit", "99999999999999999999"], INVALID, "whole number"),
    (["user", "list", "-x"], USAGE, "unknown option -x"),
    (["user", "list", "--json=yes"], USAGE, "--json takes no value"),
    (["--output", "xml", "user", "list"], USAGE, "--output is table, json or csv"),
    (["--org", "acme", "user", "list"], USAGE, "come after it"),
    (["completion", "fish"], USAGE, "bash and zsh"),
    (["user", "set-password", "ann@acme.example", "--password=tiger"], USAGE, "--password takes no value"),
    (["user", "set-password", "ann@acme.example", "--password", "tiger"], USAGE, "--password takes no value"),
    (["user", "set-password", "ann@acme.example", "--password-stdin=tiger"], USAGE, "--password takes no value"),
])
def test_malformed_arguments(acme, dump, words, code, says):
    before = dump(acme)
    done = acme.run(*words, code=code)
    assert says in done.stderr and is_one_line(done.stderr) and "tiger" not in done.stderr
    assert done.stdout == ""
    assert dump(acme) == before


@pytest.mark.parametrize("words", [["show", b"\xff\xfe"], ["show", "ann@acme.example", b"--org=\xff"],
                                   ["edit", "ann@acme.example", "--first-name", b"\xff\xfe"]])
def test_bytes_that_are_no_text_are_refused(acme, words):
    command = [str(support.command.PROGRAM), "--store", str(acme.store), "--secret-file", str(acme.secret)]
    done = subprocess.run([*command, "user", *words], capture_output=True)
    assert done.returncode == USAGE and b"not valid UTF-8" in done.stderr


def test_global_options_stand_anywhere(acme):
    expected = acme("org", "list", "--json")
    assert acme("--json", "org", "list") == acme("org", "--json", "list") == acme("org", "list", "--output=json") == expected


def test_two_dashes_end_the_options(acme):
    acme.run("org", "create", "--slug", "dashes", "--", "--Acme & Co--")
    assert acme.json("org", "show", "dashes")["name"] == "--Acme & Co--"


def test_a_repeatable_option_takes_several_words(acme):
    acme.run("user", "create", "bob@acme.example", "--org", "acme", "--role", "Viewer")
    acme.run("api", "register", "reports", "--org", "acme")
    acme.run("api", "attach", "reports", "--org", "acme", "--user", "ann@acme.example", "bob@acme.example")
    attached = {row["email"] for row in acme.items("api", "users", "reports", "--org", "acme")}
    assert attached >= {"ann@acme.example", "bob@acme.example"}


def test_the_environment_names_store_and_secret(acme):
    environment = {"ORGAUTH_STORE": str(acme.store), "ORGAUTH_SECRET_FILE": str(acme.secret)}
    done = subprocess.run([str(support.command.PROGRAM), "org", "show", "acme", "--json"], env=environment, capture_output=True)
    assert done.returncode == 0 and b'"slug":"acme"' in done.stdout


def test_an_option_wins_over_the_environment(acme):
    environment = {"ORGAUTH_STORE": "/nonexistent", "ORGAUTH_SECRET_FILE": str(acme.secret)}
    done = subprocess.run([str(support.command.PROGRAM), "org", "list", "--store", str(acme.store)], env=environment)
    assert done.returncode == 0
