# SPDX-License-Identifier: Apache-2.0
"""Keys by the command line: in both forms, confined, shown again where the site allows it."""

import pytest

from support import tokens

INVALID, NOT_ALLOWED = 5, 4


@pytest.fixture
def issue(acme):
    """Issues a key to ann; its JSON."""
    return lambda *options: acme.json("key", "issue", "--user", "ann@acme.example", "--org", "acme", *options)


def test_a_jwt_key_stands_alone_on_stdout_and_verifies_by_jwks(acme):
    token = acme("key", "issue", "--user", "ann@acme.example", "--jwt", "--expires", "90d")
    assert tokens.verifies(acme.json("key", "jwks"), token)
    _, claims = tokens.parts(token)
    shown = acme.json("key", "show", claims["jti"])
    assert (shown["user_id"], shown["org_id"], shown["jwt"]) == (claims["sub"], claims["org"], True)
    assert claims["exp"] - claims["iat"] == 90 * 86400
    assert acme.json("key", "jwks")["issuer"] == claims["iss"]


def test_check_reads_a_jwt_key(acme, issue):
    token = issue("--jwt")["key"]
    acme.run("check", "--role", "Viewer", stdin=token + "\n")
    acme.run("check", "--role", "Editor", stdin=token + "\n", code=NOT_ALLOWED)
    acme.run("check", stdin=token[:-2] + "\n", code=NOT_ALLOWED)


def test_the_issuer_stays_when_the_public_url_changes(acme):
    before = acme.json("key", "jwks")
    acme.run("setting", "set", "site.public_url", "https://id.acme.example")
    assert acme.json("key", "jwks") == before


def test_a_list_says_in_which_state_each_key_is(acme, issue):
    ids = {name: issue("--name", name)["id"] for name in ("active", "expired", "revoked", "retiring")}
    acme.run("key", "edit", ids["expired"], "--expires", "1s")
    acme.run("key", "revoke", ids["revoked"])
    acme.run("key", "rotate", ids["retiring"])
    while acme.json("key", "show", ids["expired"])["status"] == "active":
        pass
    replaced = [key for key in acme.items("key", "list", "--org", "acme") if not key["replaces"]]
    assert {key["name"]: key["status"] for key in replaced} == {name: name for name in ids}
    assert all((key["expires_at"] is not None) == (key["name"] == "expired") for key in replaced)


def test_networks_are_named_and_taken_away(acme, issue):
    key = issue("--network", "10.0.0.0/8", "--network", "2001:DB8::/32")
    assert key["networks"] == ["10.0.0.0/8", "2001:db8::/32"]
    assert acme.json("key", "edit", key["id"], "--network", "192.0.2.7")["networks"] == ["192.0.2.7"]
    assert acme.json("key", "edit", key["id"], "--network=")["networks"] == []
    refused = acme.run("key", "edit", key["id"], "--network", "10.1.2.3/8", code=INVALID)
    assert "10.0.0.0/8" in refused.stderr and "10.1.2.3" in refused.stderr


@pytest.mark.parametrize("options", [[], ["--jwt"]])
def test_a_key_is_shown_again_where_the_site_allows_it(acme, issue, options):
    before = issue(*options)
    assert "key.reveal is off" in acme.run("key", "reveal", before["id"], code=NOT_ALLOWED).stderr
    acme.run("setting", "set", "key.reveal", "on")
    assert "rotate" in acme.run("key", "reveal", before["id"], code=INVALID).stderr
    after = issue(*options)
    assert acme("key", "reveal", after["id"]) == after["key"]
    assert acme.items("audit", "list", "--action", "key.reveal")[0]["detail"]["key_id"] == after["id"]
    store = b"".join(path.read_bytes() for path in acme.store.parent.iterdir() if path.is_file())
    assert after["key"].encode() not in store and after["key"] not in acme("audit", "list", "--json")
    assert acme.run("--dry-run", "key", "reveal", after["id"]).stdout.find(after["key"]) < 0
