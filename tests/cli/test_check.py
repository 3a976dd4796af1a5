# SPDX-License-Identifier: Apache-2.0
"""orgauth check: what httpd would decide about a key, with its exit code and its reason."""

import pytest

from support.keys import wrong_secret

REFUSED, FAILED, INVALID = 4, 1, 5


@pytest.fixture
def key(acme):
    acme.run("api", "register", "reports", "--org", "acme")
    acme.run("api", "attach", "reports", "--org", "acme", "--user", "ann@acme.example")
    return acme.key("ann@acme.example")


@pytest.mark.parametrize("options, allowed", [
    ([], True),
    (["--role", "Viewer"], True), (["--role", "viewer"], False), (["--role", "Editor"], False),
    (["--permission", "flow:view"], True), (["--permission", "flow:edit"], False), (["--permission", "users:view"], False),
    (["--api", "reports"], True), (["--api", "other"], False),
    (["--role", "Viewer", "--permission", "flow:view", "--api", "reports", "--org", "acme"], True),
    (["--permission", "flow:view", "--permission", "flow:edit"], False),
    (["--org", "nowhere"], False),
])
def test_requirements(acme, key, options, allowed):
    done = acme.run("check", *options, stdin=key + "\n", code=0 if allowed else REFUSED)
    assert (done.stderr == "") == allowed and key not in done.stdout + done.stderr


def test_an_allowed_key_is_described(acme, key):
    found = acme.json("check", stdin=key)
    assert found["allowed"] is True and found["user"] == "ann@acme.example"
    assert found["org"] == "acme" and found["role"] == "Viewer" and found["key"] == "key_" + key.split("_")[1]


def test_a_wrong_secret_is_refused_without_a_word_about_its_user_and_counts(acme, key):
    done = acme.run("--json", "check", stdin=wrong_secret(key), code=REFUSED)
    assert "ann@" not in done.stdout
    assert acme.json("user", "show", "ann@acme.example")["failures"] == 1


@pytest.mark.parametrize("verb, says", [("ban", "BANNED"), ("deactivate", "DEACTIVATED")])
def test_the_right_key_of_a_refused_user_says_why(acme, key, verb, says):
    acme.run("user", verb, "ann@acme.example", "--org", "acme") if verb == "deactivate" else acme.run("user", verb, "ann@acme.example")
    assert says in acme.run("check", stdin=key, code=REFUSED).stderr


def test_a_revoked_key_says_so(acme, key):
    acme.run("key", "revoke", "key_" + key.split("_")[1])
    assert "revoked" in acme.run("check", stdin=key, code=REFUSED).stderr


@pytest.mark.parametrize("given, code", [("", INVALID), ("oak_nonsense\n", REFUSED), ("two\nlines\n", INVALID), ("a b c", REFUSED)])
def test_what_is_no_key(acme, given, code):
    acme.run("check", stdin=given, code=code)


def test_a_checked_key_counts_as_used(acme, key):
    acme.run("check", stdin=key)
    assert acme.json("key", "show", "key_" + key.split("_")[1])["last_used_at"]
