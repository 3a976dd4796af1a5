# SPDX-License-Identifier: Apache-2.0
"""orgauth doctor: each fault is named with its remedy, and a sound set-up has none."""

import os
import sqlite3

import pytest

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")


@pytest.fixture
def httpd(store_dir):
    """A stand-in for apache2ctl that says what httpd says."""
    program = store_dir / "apache2ctl"
    program.write_text('#!/bin/sh\necho "Loaded Modules:"\necho " orgauth_module (shared)"\n'
                       'echo \'User: name="www-data" id=33\'\n')
    program.chmod(0o755)
    return program


def findings(acme, httpd, code=None):
    found = acme.json("doctor", "--httpd", httpd, code=code)["items"]
    return {(row["result"], row["check"]): row for row in found}


def test_a_sound_store_has_no_problem(acme, httpd):
    found = findings(acme, httpd, code=0)
    assert [row for (result, _), row in found.items() if result == "problem"] == []
    assert ("ok", "schema") in found and ("ok", "module loaded") in found
    assert ("ok", "sqlite") in found or ("warning", "sqlite") in found


def test_missing_settings_are_warned_of(acme, httpd):
    assert "setting set" in findings(acme, httpd)["warning", "setting"]["remedy"]
    acme.run("setting", "set", "site.public_url", "https://acme.example/")
    acme.run("setting", "set", "mail.relay", "sendmail:")
    assert ("warning", "setting") not in findings(acme, httpd)


@pytest.mark.parametrize("check, damage", [
    ("store", lambda acme: acme.store.chmod(0o666)),
    ("secret", lambda acme: acme.secret.chmod(0o644)),
    ("secret", lambda acme: acme.secret.unlink()),
    ("setting", lambda acme: acme.secret.write_text("0" * 64 + "\n")),
    ("directory", lambda acme: acme.store.parent.chmod(0o777)),
    ("store", lambda acme: acme.store.unlink()),
    ("schema", lambda acme: sqlite3.connect(acme.store).execute("PRAGMA user_version = 999")),
])
def test_a_fault_is_a_problem_with_a_remedy(acme, httpd, check, damage):
    damage(acme)
    problem = findings(acme, httpd, code=1)["problem", check]
    assert problem["remedy"] and problem["message"]


@needs_root
def test_a_file_that_httpd_cannot_use_is_a_problem(acme, httpd):
    os.chown(acme.store, 0, 0)
    assert "www-data" in findings(acme, httpd, code=1)["problem", "access"]["message"]


@needs_root
def test_a_secret_that_httpd_cannot_read_stays_with_its_maker(acme, httpd):
    os.chown(acme.secret, 0, 0)
    remedy = findings(acme, httpd, code=1)["problem", "access"]["remedy"]
    assert remedy.startswith(f"chgrp www-data {acme.secret}; chmod g+r {acme.secret}")


def test_a_new_secret_is_no_remedy_while_there_is_a_store(acme, httpd):
    acme.secret.unlink()
    assert findings(acme, httpd, code=1)["problem", "secret"]["remedy"] == "bring it back from its backup"
    acme.store.unlink()
    assert findings(acme, httpd, code=1)["problem", "secret"]["remedy"] == "orgauth store init"


@needs_root
def test_a_foreign_sidecar_is_a_problem(acme, httpd):
    wal = acme.store.with_name(acme.store.name + "-wal")
    wal.touch()
    os.chown(wal, 0, 0)
    assert findings(acme, httpd, code=1)["problem", "sidecar"]["remedy"].startswith("chown www-data")


def test_a_module_that_is_not_loaded_is_a_problem(acme, httpd):
    httpd.write_text("#!/bin/sh\necho 'Loaded Modules:'\n")
    assert "LoadModule" in findings(acme, httpd, code=1)["problem", "module loaded"]["remedy"]


def test_an_httpd_that_cannot_be_asked_is_a_warning(acme, httpd):
    httpd.write_text("#!/bin/sh\nexit 1\n")
    assert ("warning", "module loaded") in findings(acme, httpd)


def test_people_get_a_line_for_each(acme, httpd):
    lines = acme.run("doctor", "--httpd", httpd, code=None).stdout.splitlines()
    assert {line.split()[0] for line in lines} <= {"ok", "warning", "problem", "->"}
    assert all(line.split()[0] == "->" for before, line in zip(lines, lines[1:]) if before.startswith(("warning", "problem")))
