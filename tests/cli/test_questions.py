# SPDX-License-Identifier: Apache-2.0
"""Before something is taken away a person is asked; a script is not."""

import pytest

import support.command
from terminal import Terminal

FAILED = 1


def ban(acme, *options):
    return Terminal([str(support.command.PROGRAM), "--store", str(acme.store), "--secret-file", str(acme.secret), "user",
                     "ban", "ann@acme.example", *options])


def test_yes_does_it(acme):
    terminal = ban(acme)
    assert terminal.until("[y/N]")
    assert "user ban ann@acme.example" in terminal.screen
    terminal.type("y\n")
    assert terminal.end() == 0
    assert acme.status("ann@acme.example") == "BANNED"


@pytest.mark.parametrize("answer", ["n\n", "\n", "\x04", "yesterday, maybe, who knows\n"])
def test_anything_else_does_not(acme, dump, answer):
    before = dump(acme)
    terminal = ban(acme)
    assert terminal.until("[y/N]")
    terminal.type(answer)
    assert terminal.end() == FAILED
    assert "nothing was changed" in terminal.screen and dump(acme) == before


@pytest.mark.parametrize("option, status", [("--yes", "BANNED"), ("--dry-run", "VALIDATED")])
def test_these_options_ask_nothing(acme, option, status):
    terminal = ban(acme, option)
    assert terminal.end() == 0
    assert "[y/N]" not in terminal.screen and acme.status("ann@acme.example") == status


def test_a_script_is_not_asked(acme):
    acme.run("user", "ban", "ann@acme.example")
    assert acme.status("ann@acme.example") == "BANNED"
