# SPDX-License-Identifier: Apache-2.0
"""Secrets pass through the command without a trace: not in argv, not on the screen, not in the store or its audit trail."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

import support.command
from conftest import PASSWORD
from terminal import Terminal

CANARY = "canary battery staple 7153"
INVALID, USAGE = 5, 2


def command(acme, *words):
    return [str(support.command.PROGRAM), "--store", str(acme.store), "--secret-file", str(acme.secret), *words]


def asking(acme):
    terminal = Terminal(command(acme, "user", "set-password", "ann@acme.example"))
    assert terminal.until("new password: ")
    return terminal


def everything_in(directory):
    return b"".join(path.read_bytes() for path in Path(directory).rglob("*") if path.is_file())


def test_a_password_from_stdin_leaves_no_trace(acme):
    done = acme.run("user", "set-password", "ann@acme.example", "--password-stdin", stdin=CANARY + "\n")
    assert CANARY not in done.stdout + done.stderr
    assert CANARY.encode() not in everything_in(acme.store.parent)
    assert "argon2id" not in acme("user", "show", "ann@acme.example", "--json")
    assert CANARY not in acme("audit", "list", "--json")


def test_a_password_is_asked_for_twice_without_echo(acme):
    terminal = asking(acme)
    assert not terminal.echoes()
    assert CANARY.encode() not in Path(f"/proc/{terminal.pid}/cmdline").read_bytes()
    terminal.type(CANARY + "\n")
    assert terminal.until("again, password: ")
    terminal.type(CANARY + "\n")
    assert terminal.end() == 0
    assert CANARY not in terminal.screen


def test_two_different_answers_change_nothing(acme, dump):
    before = dump(acme)
    terminal = asking(acme)
    terminal.type(CANARY + "\n")
    terminal.until("again, password: ")
    terminal.type(CANARY + "!\n")
    assert terminal.end() == INVALID
    assert "differ" in terminal.screen and dump(acme) == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_broken_off_prompt_leaves_the_terminal_as_it_was(acme, dump, number):
    before = dump(acme)
    terminal = asking(acme)
    os.kill(terminal.pid, number)
    assert terminal.until("\n")
    assert terminal.echoes()
    assert terminal.end() == -number
    assert dump(acme) == before


def test_without_a_terminal_the_remedy_is_named(acme):
    done = subprocess.run(command(acme, "user", "set-password", "ann@acme.example"), stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, start_new_session=True)
    assert done.returncode == USAGE and "--password-stdin" in done.stderr


@pytest.mark.parametrize("given, says", [
    ("", "empty"), ("\n", "empty"), ("x" * 1025, "longer than 1024"), ("x" * 100000, "longer than 1024"),
    (f"{PASSWORD}\nanother line\n", "more than one line"), ("short\n", "password"),
], ids=["nothing", "empty", "long", "huge", "lines", "short"])
def test_a_password_that_cannot_be_one_is_refused(acme, dump, given, says):
    before = dump(acme)
    done = acme.run("user", "set-password", "ann@acme.example", "--password-stdin", stdin=given, code=INVALID)
    assert says in done.stderr and (len(given) < 20 or given[:20] not in done.stderr)
    assert dump(acme) == before


def test_a_password_in_argv_is_refused_and_not_repeated(acme):
    done = acme.run("user", "set-password", "ann@acme.example", f"--password={CANARY}", code=USAGE)
    assert CANARY not in done.stderr and "--password-stdin" in done.stderr


def test_a_key_given_as_an_argument_is_not_repeated(acme):
    key = acme.key("ann@acme.example")
    done = acme.run("key", "revoke", key, "--yes", code=None)
    assert done.returncode != 0 and key not in done.stdout + done.stderr


def test_an_issued_key_is_nowhere_in_the_store(acme):
    key = acme.key("ann@acme.example")
    assert key.encode() not in everything_in(acme.store.parent)
    assert key[18:].encode() not in everything_in(acme.store.parent)
    assert key not in acme("audit", "list", "--json") + acme("key", "list", "--user", "ann@acme.example", "--json")


def test_the_process_cannot_be_read_or_dumped(acme):
    if os.geteuid() == 0:
        terminal = asking(acme)
        assert os.stat(f"/proc/{terminal.pid}/mem").st_uid == 0
        os.kill(terminal.pid, signal.SIGKILL)
        assert terminal.end() == -signal.SIGKILL
