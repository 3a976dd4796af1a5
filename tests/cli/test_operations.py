# SPDX-License-Identifier: Apache-2.0
"""Every operation through the command: it does what it says, leaves one audit event, and none after a dry run."""

import os
import pwd
import re
from pathlib import Path

import pytest

from conftest import PASSWORD
from support.messages import record

NOT_FOUND, NOT_ALLOWED, CONFLICT = 3, 4, 5
ANN, BOB, ADMIN = "ann@acme.example", "bob@acme.example", "admin@acme.example"


@pytest.fixture
def site(acme):
    """acme with another organization beside it, a Web API, a key of ann's and a role of its own."""
    acme.run("org", "create", "Zeta", "--slug", "zeta", "--admin", "admin@zeta.example")
    acme.run("api", "register", "reports", "--org", "acme")
    acme.run("api", "attach", "reports", "--org", "acme", "--user", ANN)
    acme.run("user", "create", "robot@acme.example", "--org", "acme", "--role", "API User", "--system")
    acme.run("key", "issue", "--user", ANN, "--org", "acme", "--name", "laptop")
    record(acme, ANN)
    acme.run("role", "create", "Flow Manager", "--org", "acme", "--permission", "flow:*")
    acme.run("module", "create", "things")
    acme.run("invitation", "send", "zoe@else.example", "--org", "acme", "--role", "Editor")
    return acme


def invitation_of(orgauth):
    return orgauth.items("invitation", "list", "--org", "acme")[0]["id"]


def key_of(orgauth, user=ANN):
    return orgauth.items("key", "list", "--user", user)[0]["id"]


# What changes, and what is so afterwards: words, and a question with its answer.
CHANGES = {
    "org create": (["Initech", "--slug", "initech"], lambda o: o.json("org", "show", "initech")["name"], "Initech"),
    "org edit": (["acme", "--name", "Acme & Co"], lambda o: o.json("org", "show", "acme")["name"], "Acme & Co"),
    "user create": ([BOB, "--org", "acme", "--role", "Editor", "--first-name", "Bob", "--set", "phone=12"],
                    lambda o: o.json("user", "show", BOB)["fields"], {"phone": "12"}),
    "user add": ([ANN, "--org", "zeta", "--role", "Editor"],
                 lambda o: o.json("user", "show", ANN, "--org", "zeta")["role"], "Editor"),
    "user edit": ([ANN, "--first-name", "Ann", "--last-name", "O'Hara"],
                  lambda o: o.json("user", "show", ANN)["last_name"], "O'Hara"),
    "user set-role": ([ANN, "--role", "Operator"], lambda o: o.json("user", "show", ANN)["role"], "Operator"),
    "user confine": ([ANN, "--module", "flow", "--reach", "here"],
                     lambda o: (o.json("user", "show", ANN)["modules"], o.json("user", "show", ANN)["reach"]), (["flow"], "here")),
    "user deactivate": ([ANN], lambda o: o.status(ANN), "DEACTIVATED"),
    "user ban": ([ANN], lambda o: o.status(ANN), "BANNED"),
    "user erase": ([ANN], lambda o: ANN in o.run("user", "list", "--org", "acme").stdout + o.run("audit", "list", "--json").stdout, False),
    "user remove": ([ANN], lambda o: [row for row in o.items("user", "list", "--org", "acme") if row["email"] == ANN], []),
    "user set-password": ([ANN, "--password-stdin"], lambda o: o.json("user", "show", ANN)["has_password"], True),
    "api register": (["billing", "--org", "acme"], lambda o: o.json("api", "show", "billing", "--org", "acme")["name"], "billing"),
    "api edit": (["reports", "--org", "acme", "--summary", "Monthly"],
                 lambda o: o.json("api", "show", "reports", "--org", "acme")["summary"], "Monthly"),
    "api remove": (["reports", "--org", "acme"], lambda o: o.items("api", "list", "--org", "acme"), []),
    "api attach": (["reports", "--org", "acme", "--user", ADMIN],
                   lambda o: ADMIN in str(o.items("api", "users", "reports", "--org", "acme")), True),
    "api detach": (["reports", "--org", "acme", "--user", ANN],
                   lambda o: ANN in str(o.items("api", "users", "reports", "--org", "acme")), False),
    "key issue": (["--user", ADMIN, "--org", "acme", "--name", "desk", "--expires", "90d"],
                  lambda o: o.items("key", "list", "--user", ADMIN)[0]["name"], "desk"),
    "role create": (["Auditor", "--org", "acme", "--permission", "flow:view", "log:view"],
                    lambda o: set(o.json("role", "show", "Auditor", "--org", "acme")["permissions"]), {"flow:view", "log:view"}),
    "role edit": (["Flow Manager", "--org", "acme", "--permission", "flow:view"],
                  lambda o: o.json("role", "show", "Flow Manager", "--org", "acme")["permissions"], ["flow:view"]),
    "role remove": (["Flow Manager", "--org", "acme"],
                    lambda o: "Flow Manager" in [row["name"] for row in o.items("role", "list", "--org", "acme")], False),
    "module create": (["flow", "--admins-only"], lambda o: o.json("module", "show", "flow")["admins_only"], True),
    "module edit": (["pricing", "--admins-only=false"], lambda o: o.json("module", "show", "pricing")["admins_only"], False),
    "module remove": (["things"], lambda o: "things" in [row["name"] for row in o.items("module", "list")], False),
    "user send-reset": ([ANN], lambda o: [event["target"] for event in o.items("audit", "list", "--action", "user.send-reset")], [ANN]),
    "invitation send": (["new@else.example", "--org", "acme", "--role", "Viewer"],
                        lambda o: o.items("invitation", "list", "--org", "acme", "--status", "PENDING")[1]["email"], "new@else.example"),
    "setting set": (["login.deny_after", "5"], lambda o: o.json("setting", "get", "login.deny_after")["value"], "5"),
}
# Those whose argument is found in the store first.
KEY_CHANGES = {
    "key revoke": lambda o, key: bool(o.json("key", "show", key)["revoked_at"]),
    "key rotate": lambda o, key: len(o.items("key", "list", "--user", ANN)) == 2,
}
INVITATION_CHANGES = {"invitation resend": "PENDING", "invitation revoke": "REVOKED"}
# Those that undo another.
UNDONE = {"user activate": ["user", "deactivate"], "user validate": ["user", "ban"]}
LOOKS = {
    "org list": [], "org show": ["acme"], "user list": ["--org", "acme"], "user show": [ANN], "api list": ["--org", "acme"],
    "api show": ["reports", "--org", "acme"], "api users": ["reports", "--org", "acme"], "key list": ["--user", ANN],
    "user apis": [ANN],
    "role list": ["--org", "acme"], "role show": ["Viewer"], "audit list": [], "audit export": [], "audit verify": [], "setting list": [],
    "setting get": ["login.deny_after"],
    "module list": [], "module show": ["pricing"],
    "invitation list": ["--org", "acme"], "org messages": ["acme"], "org statistics": ["acme"], "user messages": [ANN],
}


def events(orgauth):
    return orgauth.items("audit", "list")


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_made_with_one_event_and_not_by_a_dry_run(site, dump, name):
    words, question, answer = CHANGES[name]
    before, count = dump(site), len(events(site))
    done = site.run(*name.split(), *words, "--dry-run", stdin=PASSWORD)
    assert "dry run: nothing was changed" in done.stderr
    assert dump(site) == before
    site.run(*name.split(), *words, stdin=PASSWORD)
    assert question(site) == answer
    assert len(events(site)) == count + 1
    assert name.replace(" ", ".") in [event["action"] for event in events(site)]


@pytest.mark.parametrize("name", KEY_CHANGES)
def test_a_key_is_changed_with_one_event_and_not_by_a_dry_run(site, dump, name):
    key, before, count = key_of(site), dump(site), len(events(site))
    site.run(*name.split(), key, "--dry-run")
    assert dump(site) == before
    site.run(*name.split(), key)
    assert KEY_CHANGES[name](site, key)
    assert len(events(site)) == count + 1


@pytest.mark.parametrize("name", INVITATION_CHANGES)
def test_an_invitation_is_changed_with_one_event_and_not_by_a_dry_run(site, dump, name):
    invitation, before, count = invitation_of(site), dump(site), len(events(site))
    site.run(*name.split(), invitation, "--dry-run")
    assert dump(site) == before
    site.run(*name.split(), invitation)
    assert site.json("invitation", "show", invitation)["status"] == INVITATION_CHANGES[name]
    assert len(events(site)) == count + 1


def test_invitations_are_listed_of_one_organization_or_of_all(site):
    site.run("org", "create", "Globex", "--slug", "globex", "--admin", "admin@globex.example")
    site.run("invitation", "send", "yan@else.example", "--org", "globex", "--role", "Viewer")
    def listed(*words):
        return {each["email"] for each in site.items("invitation", "list", *words)}
    assert "yan@else.example" in listed() > listed("--org", "acme") and listed("--org", "globex") == {"yan@else.example"}
    assert "yan@else.example" in listed("--status", "PENDING") and listed("--status", "EXPIRED") == set()


def test_a_link_is_printed_where_asked_for_and_never_in_a_dry_run(site):
    words = ["invitation", "send", "new@else.example", "--org", "acme", "--role", "Viewer"]
    assert "/portal/" not in site(*words, "--print-link", "--dry-run")
    sent, = site.items(*words, "--print-link")
    assert sent["link"].startswith("/portal/#/invitations/")
    assert "link" not in site.json("invitation", "resend", sent["id"])
    assert "/portal/#/password-resets/" in site("user", "send-reset", ANN, "--print-link")


def test_an_outsider_is_invited_to_web_apis_alone(site):
    sent, = site.items("invitation", "send", "guest@else.example", "--org", "acme", "--external", "--api", "reports")
    assert (sent["external"], sent["role"], sent["apis"]) == (True, None, ["reports"])


def test_what_is_done_with_a_session_or_a_link_is_no_command(orgauth):
    for words in (["session", "create"], ["me", "show"], ["reset", "set"], ["invitation", "accept"], ["invitation", "open"]):
        orgauth.run(*words, code=2)


def test_a_key_is_shown_without_its_secret(site):
    key = site.json("key", "issue", "--user", ANN, "--org", "acme", "--name", "phone")
    shown = site("key", "show", key["id"])
    assert "phone" in shown and key["key"] not in shown


@pytest.mark.parametrize("name", UNDONE)
def test_what_was_done_is_undone(site, name):
    site.run(*UNDONE[name], ANN)
    assert site.status(ANN) != "VALIDATED"
    site.run(*name.split(), ANN)
    assert site.status(ANN) == "VALIDATED"


@pytest.mark.parametrize("name", LOOKS)
@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_a_look_shows_something_and_changes_nothing(site, dump, name, form):
    before = dump(site)
    assert site("--output", form, *name.split(), *LOOKS[name]) != ""
    assert dump(site) == before


@pytest.mark.parametrize("words", ["user remove", "user ban", "user deactivate", "user set-role --role Editor"])
def test_the_last_administrator_stays(acme, words):
    noun, verb, *options = words.split()
    acme.run("user", "create", BOB, "--org", "acme", "--role", "Administrator")
    acme.run(noun, verb, BOB, "--org", "acme", *options)
    refused = acme.run(noun, verb, ADMIN, "--org", "acme", *options, code=CONFLICT)
    assert "no usable Administrator left" in refused.stderr and acme.json("user", "show", ADMIN)["role"] == "Administrator"
    assert acme.status(ADMIN) == "VALIDATED"


def test_an_organization_that_nothing_hangs_on_is_removed(acme):
    acme.run("org", "create", "Initech", "--slug", "initech")
    acme.run("org", "remove", "initech")
    acme.run("org", "show", "initech", code=NOT_FOUND)


# Families that try a noun's operations in depth, and say the command's words as two arguments of one call.
ELSEWHERE = ["cli/test_import.py", "cli/test_keys.py", "cli/test_output.py", "mail/test_outbox.py"]


def tried_elsewhere(command):
    noun, verb = command.split()
    text = "".join((Path(__file__).parents[1] / name).read_text() for name in ELSEWHERE)
    return f'"{noun}", "{verb}"' in text


def test_every_operation_is_tested(site):
    text = site("completion", "bash")
    known = set(re.findall(r"^    '([a-z][a-z-]* [a-z][a-z-]*)'\) echo", text, re.M))
    known = {command for command in known if not command.startswith("store ")}
    known -= {*CHANGES, *KEY_CHANGES, *UNDONE, *LOOKS, "key show", "org remove", "invitation show", *INVITATION_CHANGES}
    assert [command for command in sorted(known) if not tried_elsewhere(command)] == []
