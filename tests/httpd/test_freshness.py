# SPDX-License-Identifier: Apache-2.0
"""A change committed by anybody holds at the very next request, in every child, with nothing restarted (R5)."""

import subprocess

import pytest

from support import keys
from support.httpd import place

from conftest import PASSWORD

CONFIG = "".join([
    place("/file/any", "Require valid-user"),
    place("/file/editor", "Require orgauth-role Editor"),
    place("/file/reports", "Require orgauth-api reports"),
    place("/file/access", "OrgAuthModule flow", "Require orgauth-access"),
    place("/file/below", "OrgAuthOrg below", "Require valid-user"),
    place("/file/permission", "Require orgauth-permission flow:view"),
])
REFUSED = r"OA010\d\d: "
ROUNDS = 40


@pytest.fixture(autouse=True)
def refusals_are_logged(site):
    site.expect(REFUSED, "AH01630", "AH01631")


def shell(site, statement):
    """The `sqlite3` shell on the live store: no part of this project knows of it."""
    subprocess.run(["sqlite3", "-cmd", ".timeout 10000", str(site.store), statement], check=True, capture_output=True)


def everywhere(site, **how):
    """The statuses of many requests at once, so that every child answers some."""
    return {answer.status for answer in site.parallel(ROUNDS, 20, method="GET", **how)}


CHANGES = {
    "revoke": lambda site, p: site.orgauth.run("--yes", "key", "revoke", p.key_id),
    "ban": lambda site, p: site.orgauth.run("--yes", "user", "ban", p.email),
    "deactivate": lambda site, p: site.orgauth.run("--yes", "user", "deactivate", p.email, "--org", "acme"),
    "remove": lambda site, p: site.orgauth.run("--yes", "user", "remove", p.email, "--org", "acme"),
    "shell: account banned": lambda site, p: shell(site, f"UPDATE account SET status = 3 WHERE email = '{p.email}'"),
    "shell: key revoked": lambda site, p: shell(
        site, f"UPDATE api_key SET revoked_at = 1 WHERE account_id = (SELECT id FROM account WHERE email = '{p.email}')"),
    "shell: key expired": lambda site, p: shell(
        site, f"UPDATE api_key SET expires_at = 1 WHERE account_id = (SELECT id FROM account WHERE email = '{p.email}')"),
    "shell: key deleted": lambda site, p: shell(
        site, f"DELETE FROM api_key WHERE account_id = (SELECT id FROM account WHERE email = '{p.email}')"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_key_is_refused_at_the_next_request_after(site, newcomer, change):
    person = newcomer()
    assert everywhere(site, path="/file/any", key=person.key) == {200}
    CHANGES[change](site, person)
    assert everywhere(site, path="/file/any", key=person.key) == {401}


@pytest.mark.parametrize("change", ["ban", "deactivate", "remove", "shell: account banned"])
def test_a_verified_login_is_refused_at_the_next_request_after(site, newcomer, change):
    person = newcomer(password=PASSWORD)
    login = (person.email, PASSWORD)
    assert everywhere(site, path="/file/any", login=login) == {200}
    CHANGES[change](site, person)
    assert site.get("/file/any", login=login).status == 401
    assert everywhere(site, path="/file/any", login=login) <= {401, 503}, "503: too many to judge at once"


def test_a_changed_password_voids_the_old_one_at_once(site, newcomer):
    person = newcomer(password=PASSWORD)
    assert everywhere(site, path="/file/any", login=(person.email, PASSWORD)) == {200}
    site.orgauth.set_password(person.email, "another password altogether")
    assert site.get("/file/any", login=(person.email, PASSWORD)).status == 401
    assert everywhere(site, path="/file/any", login=(person.email, "another password altogether")) == {200}


def test_a_role_given_and_taken_holds_at_the_next_request(site, newcomer):
    person = newcomer(password=PASSWORD)
    for credential in ({"key": person.key}, {"login": (person.email, PASSWORD)}):
        for role, status in (("Editor", 200), ("Viewer", 403)) * 3:
            site.orgauth.run("user", "set-role", person.email, "--org", "acme", "--role", role)
            assert everywhere(site, path="/file/editor", **credential) == {status}


def test_a_web_api_attached_and_detached_holds_at_the_next_request(site, newcomer):
    person = newcomer()
    site.orgauth.run("api", "register", "reports", "--org", "acme")
    for _ in range(3):
        assert everywhere(site, path="/file/reports", key=person.key) == {403}
        site.orgauth.run("api", "attach", "reports", "--org", "acme", "--user", person.email)
        assert everywhere(site, path="/file/reports", key=person.key) == {200}
        site.orgauth.run("--yes", "api", "detach", "reports", "--org", "acme", "--user", person.email)


def test_what_is_given_back_holds_at_the_next_request(site, newcomer):
    person = newcomer()
    for _ in range(3):
        site.orgauth.run("--yes", "user", "ban", person.email)
        assert everywhere(site, path="/file/any", key=person.key) == {401}
        site.orgauth.run("user", "validate", person.email)
        assert everywhere(site, path="/file/any", key=person.key) == {200}


def test_a_new_key_serves_at_once_though_it_was_unknown_before(site, newcomer):
    person = newcomer(key=False)
    assert everywhere(site, path="/file/any", key=keys.unknown()) == {401}
    assert everywhere(site, path="/file/any", key=site.orgauth.key(person.email)) == {200}


def test_a_change_of_one_user_touches_no_other(site, newcomer):
    first, second = newcomer(), newcomer()
    assert everywhere(site, path="/file/any", key=second.key) == {200}
    site.orgauth.run("--yes", "user", "ban", first.email)
    assert everywhere(site, path="/file/any", key=first.key) == {401}
    assert everywhere(site, path="/file/any", key=second.key) == {200}


def test_changes_hold_across_checkpoint_and_vacuum(site, newcomer):
    person = newcomer()
    for care in (lambda: site.orgauth.run("store", "checkpoint"), lambda: shell(site, "PRAGMA wal_checkpoint(TRUNCATE)"),
                 lambda: shell(site, "VACUUM")):
        assert everywhere(site, path="/file/any", key=person.key) == {200}
        care()
        site.orgauth.run("--yes", "user", "ban", person.email)
        assert everywhere(site, path="/file/any", key=person.key) == {401}
        site.orgauth.run("user", "validate", person.email)


def test_a_rotated_key_lets_the_old_one_live_until_its_overlap_ends(site, newcomer):
    person = newcomer()
    new = site.orgauth("key", "rotate", person.key_id, "--overlap", "1h")
    assert everywhere(site, path="/file/any", key=person.key) == {200}
    assert everywhere(site, path="/file/any", key=new) == {200}
    shell(site, "UPDATE api_key SET expires_at = 1 WHERE revoked_at = 0 AND expires_at > 0 AND account_id = "
                f"(SELECT id FROM account WHERE email = '{person.email}')")
    assert everywhere(site, path="/file/any", key=person.key) == {401}
    assert everywhere(site, path="/file/any", key=new) == {200}


def test_a_modules_mark_holds_at_the_next_request(site, newcomer):
    viewer, admin = newcomer(), newcomer("Administrator")
    places = ("/file/access", "/file/permission")
    for marked in ("true", "false", "true", "false"):
        words = ["edit", "flow", f"--admins-only={marked}"] if "flow" in site.orgauth("module", "list") else ["create", "flow", "--admins-only"]
        site.orgauth.run("module", *words)
        for path in places:
            assert everywhere(site, path=path, key=viewer.key) == ({403} if marked == "true" else {200})
            assert everywhere(site, path=path, key=admin.key) == {200}


def test_what_a_member_is_confined_to_holds_at_the_next_request(site, newcomer):
    site.orgauth.run("org", "create", "Below", "--slug", "below", "--parent", "acme")
    person = newcomer(password=PASSWORD)
    credentials = {"key": person.key}, {"login": (person.email, PASSWORD)}
    for words, access, below in ([], 200, 200), (["--reach", "here"], 200, 403), (["--module", "stock"], 403, 403), \
            (["--module=", "--reach", "below"], 200, 200):
        if words:
            site.orgauth.run("user", "confine", person.email, "--org", "acme", *words)
        for how in credentials:
            assert everywhere(site, path="/file/access", **how) == {access}
            assert everywhere(site, path="/file/below", **how) == {below}
