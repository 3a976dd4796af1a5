# SPDX-License-Identifier: Apache-2.0
"""Help and completion come out of the table: nothing is left out, and nothing leads astray."""

import re
import shutil
import subprocess

import pytest

from support.command import Orgauth

PROMISED = {
    "store": "init status check checkpoint migrate backup restore",
    "org": "create list show edit",
    "user": "create add list show edit set-role activate deactivate ban validate remove set-password",
    "api": "register list show attach detach users",
    "key": "issue list show rotate revoke",
    "role": "list show",
    "audit": "list export verify",
    "setting": "list get set",
}
SINGLE = ["check", "doctor", "completion"]
EXIT_USAGE = 2


@pytest.fixture(scope="module")
def bare():
    """The command where there is no store: help must not need one."""
    return Orgauth("/nonexistent/orgauth.db", "/nonexistent/secret")


def commands(bare):
    """Every "noun verb" that completion knows."""
    text = bare("completion", "bash")
    pairs = re.findall(r"^    '([a-z][a-z-]*)(?: ([a-z][a-z-]*))?'(?:' '\*)?\) echo", text, re.M)
    return [" ".join(filter(None, pair)) for pair in pairs]


def test_every_promised_verb_is_there(bare):
    known = set(commands(bare))
    promised = {f"{noun} {verb}" for noun, verbs in PROMISED.items() for verb in verbs.split()} | set(SINGLE)
    assert promised - known == set()


def test_top_level_help_names_every_command(bare):
    text = bare("--help")
    for command in commands(bare):
        noun, _, verb = command.partition(" ")
        line = next(line for line in text.splitlines() if line.split()[:1] == [noun])
        assert verb in line


def test_every_command_has_help(bare):
    for command in commands(bare):
        text = bare(*command.split(), "--help")
        assert text.startswith(f"Usage: orgauth {command}"), command
        assert "--dry-run" in text


def test_help_of_a_noun_names_its_verbs_and_its_page(bare):
    text = bare("user", "--help")
    assert all(f"user {verb}" in text for verb in PROMISED["user"].split())
    assert "man orgauth-user" in text


@pytest.mark.parametrize("spelling", [["help", "user", "ban"], ["user", "ban", "-h"], ["--help", "user", "ban"]])
def test_help_may_stand_anywhere(bare, spelling):
    assert bare(*spelling).startswith("Usage: orgauth user ban")


@pytest.mark.parametrize("words, hint", [
    (["usr", "list"], 'did you mean "user"?'),
    (["user", "lsit"], 'did you mean "list"?'),
    (["user", "list", "--serach", "x"], 'did you mean "--search"?'),
    (["--jsno", "user", "list"], 'did you mean "--json"?'),
    (["xyzzy"], "orgauth --help"),
])
def test_what_is_unknown_is_a_usage_error_with_a_hint(bare, words, hint):
    done = bare.run(*words, code=EXIT_USAGE)
    assert done.stdout == ""
    assert hint in done.stderr


def test_without_a_command_or_a_verb_the_help_goes_to_stderr(bare):
    for words in ([], ["user"]):
        done = bare.run(*words, code=EXIT_USAGE)
        assert done.stdout == "" and "Usage: orgauth" in done.stderr


def test_version(bare):
    assert re.fullmatch(r"orgauth \d+\.\d+\.\d+", bare("--version"))


def complete(bare, tmp_path, *words):
    script = tmp_path / "completion.bash"
    script.write_text(bare("completion", "bash") + "\n")
    shell = f'source {script}; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _orgauth; printf "%s\\n" "${{COMPREPLY[@]}}"'
    done = subprocess.run(["bash", "-c", shell, "bash", *words], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize("words, offered", [
    (["orgauth", ""], {"store", "user", "doctor", "--json"}),
    (["orgauth", "us"], {"user"}),
    (["orgauth", "user", "set-"], {"set-role", "set-password"}),
    (["orgauth", "--store", "x", "user", "ba"], {"ban"}),
    (["orgauth", "--store", "=", "x", "user", "ba"], {"ban"}),  # as bash splits --store=x
    (["orgauth", "user", "list", "--output", "="], {"table", "json", "csv"}),
    (["orgauth", "user", "list", "--output", "=", "c"], {"csv"}),
    (["orgauth", "user", "create", "--first"], {"--first-name"}),
    (["orgauth", "user", "list", "--output", ""], {"table", "json", "csv"}),
    (["orgauth", "completion", ""], {"bash", "zsh"}),
])
def test_bash_completes(bare, tmp_path, words, offered):
    assert offered <= set(complete(bare, tmp_path, *words))


def test_zsh_reads_its_completion(bare, tmp_path):
    if not shutil.which("zsh"):
        pytest.skip("zsh is not installed")
    script = tmp_path / "_orgauth"
    script.write_text(bare("completion", "zsh"))
    subprocess.run(["zsh", "-n", str(script)], check=True)
