# SPDX-License-Identifier: Apache-2.0
"""JWT keys: taken like any other key, verified offline by the published key, and forged in every known way."""

import hashlib
import hmac
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from support import tokens
from support.command import Orgauth
from support.httpd import place
from support.web import basic, bearer
from support.tokens import encode

CONFIG = "".join([
    place("/cgi/any", "Require valid-user"),
    place("/file/any", "Require valid-user"),
    place("/file/editors", "Require orgauth-role Editor"),
    '<Location "/orgauth">\n  SetHandler orgauth-admin\n</Location>\n',
    'RewriteEngine on\nRewriteRule "^/\\.well-known/jwks\\.json$" "/orgauth/v1/jwks.json" [PT]\n',
])

REFUSED = r"OA010\d\d: |AH01630|AH01631"


@pytest.fixture(scope="module")
def token(running, people):
    """The editor's JWT key."""
    return running.orgauth.key(people.editor.email, "acme", "--jwt")


@pytest.fixture(scope="module")
def key(running):
    return tokens.site_key(running.secret)


def key_id(token):
    return tokens.parts(token)[1]["jti"]


def status(site, token):
    return site.get("/file/any", headers=[bearer(token)]).status


def test_a_token_is_its_user(site, people, token):
    seen = site.get("/cgi/any", headers=[bearer(token)]).json
    assert seen["env"]["ORGAUTH_EMAIL"] == people.editor.email
    assert seen["env"]["ORGAUTH_KEY_ID"] == key_id(token)
    assert token not in json.dumps(seen)
    assert site.get("/file/editors", headers=[bearer(token)]).status == 200
    by_header = site.get("/cgi/any", headers=[("X-API-Key", token)])
    assert by_header.status == 200 and token not in by_header.body.decode()
    assert token not in site.log() + site.access()


def test_back_ends_verify_it_by_the_published_key(site, token):
    answer = site.get("/.well-known/jwks.json")
    assert answer.status == 200 and "d" not in answer.json["keys"][0]
    assert tokens.verifies(answer.json, token)
    header, claims = tokens.parts(token)
    assert header == {"alg": "EdDSA", "typ": "JWT", "kid": answer.json["keys"][0]["kid"]}
    assert claims["iss"] == answer.json["issuer"] and set(claims) == {"iss", "sub", "org", "jti", "iat"}
    text, _, signature = token.rpartition(".")
    assert not tokens.verifies(answer.json, text[:-1] + ("A" if text[-1] != "A" else "B") + "." + signature)


def test_the_signing_key_is_the_documented_sub_key(token, key, running):
    header, claims = tokens.parts(token)
    assert tokens.sign(key, header, claims) == token


FORGERIES = {
    "none": lambda h, c, k, t: encode(json.dumps({**h, "alg": "none"}).encode()) + "." + t.split(".")[1] + ".",
    "none, signed": lambda h, c, k, t: tokens.sign(k, {**h, "alg": "none"}, c),
    "None": lambda h, c, k, t: encode(b'{"alg":"None"}') + "." + t.split(".")[1] + ".",
    "HS256 by the public key": lambda h, c, k, t: hs256({**h, "alg": "HS256"}, c, public(k)),
    "HS256 by the public key as text": lambda h, c, k, t: hs256({**h, "alg": "HS256"}, c, encode(public(k)).encode()),
    "EdDSA said, HMAC done": lambda h, c, k, t: hs256(h, c, public(k)),
    "another key": lambda h, c, k, t: tokens.sign(Ed25519PrivateKey.generate(), h, c),
    "a key that it brings": lambda h, c, k, t: brought(h, c),
    "jku": lambda h, c, k, t: tokens.sign(k, {**h, "jku": "http://127.0.0.1:9/jwks.json"}, c),
    "x5u": lambda h, c, k, t: tokens.sign(k, {**h, "x5u": "http://127.0.0.1:9/x.pem"}, c),
    "x5c": lambda h, c, k, t: tokens.sign(k, {**h, "x5c": ["MIIB"]}, c),
    "crit": lambda h, c, k, t: tokens.sign(k, {**h, "crit": ["exp"]}, c),
    "b64": lambda h, c, k, t: tokens.sign(k, {**h, "b64": False, "crit": ["b64"]}, c),
    "kid of a path": lambda h, c, k, t: tokens.sign(k, {**h, "kid": "../../../../dev/null"}, c),
    "kid of SQL": lambda h, c, k, t: tokens.sign(k, {**h, "kid": "' OR 1=1 --"}, c),
    "no kid": lambda h, c, k, t: tokens.sign(k, {"alg": "EdDSA", "typ": "JWT"}, c),
    "other order": lambda h, c, k, t: tokens.sign(k, dict(reversed(h.items())), c),
    "header twice": lambda h, c, k, t: tokens.sign(k, json.dumps(h)[:-1] + ',"alg":"EdDSA"}', c),
    "claims twice": lambda h, c, k, t: tokens.sign(k, h, json.dumps(c)[:-1] + f',"jti":"{c["jti"]}"' + "}"),
    "claims spaced": lambda h, c, k, t: tokens.sign(k, h, json.dumps(c)),
    "another user": lambda h, c, k, t: tokens.sign(k, h, {**c, "sub": "usr_0000000000001"}),
    "another organization": lambda h, c, k, t: tokens.sign(k, h, {**c, "org": "org_0000000000001"}),
    "another issuer": lambda h, c, k, t: tokens.sign(k, h, {**c, "iss": "https://acme.example"}),
    "another key id": lambda h, c, k, t: tokens.sign(k, h, {**c, "jti": "key_0000000000001"}),
    "no claims": lambda h, c, k, t: tokens.sign(k, h, {}),
    "a list": lambda h, c, k, t: tokens.sign(k, h, "[]"),
    "issued again": lambda h, c, k, t: tokens.sign(k, h, {**c, "iat": c["iat"] + 1}),
    "exp added": lambda h, c, k, t: tokens.sign(k, h, {**c, "exp": 99999999999}),
    "exp of text": lambda h, c, k, t: tokens.sign(k, h, {**c, "exp": "never"}),
    "exp huge": lambda h, c, k, t: tokens.sign(k, h, json.dumps(c)[:-1] + ',"exp":1e999}'),
    "a claim added": lambda h, c, k, t: tokens.sign(k, h, {**c, "role": "SuperAdmin"}),
    "no signature": lambda h, c, k, t: t.rpartition(".")[0] + ".",
    "cut signature": lambda h, c, k, t: t[:-4],
    "long signature": lambda h, c, k, t: t + "AAAA",
    "zero signature": lambda h, c, k, t: t.rpartition(".")[0] + "." + encode(bytes(64)),
    "padding": lambda h, c, k, t: t + "==",
    "dot behind": lambda h, c, k, t: t + ".",
    "dot before": lambda h, c, k, t: "." + t,
    "dots between": lambda h, c, k, t: t.replace(".", ".."),
    "two parts": lambda h, c, k, t: t.rpartition(".")[0],
    "five parts": lambda h, c, k, t: t + ".e30.e30",
    "last bits": lambda h, c, k, t: t[:-1] + chr(ord(t[-1]) + 1),
    "too long": lambda h, c, k, t: tokens.sign(k, h, {**c, "x": "x" * 5500}),
}


def public(key):
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def hs256(header, claims, secret):
    text = ".".join(encode(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims))
    return text + "." + encode(hmac.new(secret, text.encode(), hashlib.sha256).digest())


def brought(header, claims):
    key = Ed25519PrivateKey.generate()
    return tokens.sign(key, {**header, "jwk": {"kty": "OKP", "crv": "Ed25519", "x": encode(public(key))}}, claims)


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_token_is_401_and_counts_against_nobody(site, people, token, key, name):
    site.expect(REFUSED)
    forged = FORGERIES[name](*tokens.parts(token), key, token)
    assert forged != token
    wrong = site.get("/file/any", headers=[bearer(forged)])
    unknown = site.get("/file/any", headers=[bearer("a.b.c")])
    assert (wrong.status, wrong.body) == (401, unknown.body)
    assert wrong.header("www-authenticate") == unknown.header("www-authenticate")
    assert site.orgauth.failures(people.editor.email) == (0, 0)
    assert status(site, token) == 200


def test_a_token_is_no_password(site, token):
    site.expect(REFUSED)
    assert site.get("/file/any", headers=[basic("editor@acme.example", token)]).status == 401
    assert site.orgauth.failures("editor@acme.example")[0] == 1


def test_a_token_of_another_site_is_refused(site, token, tmp_path):
    site.expect(REFUSED)
    other = Orgauth(tmp_path / "store.db", tmp_path / "secret").init()
    other.run("org", "create", "Acme", "--slug", "acme", "--admin", "editor@acme.example")
    assert status(site, other.key("editor@acme.example", "acme", "--jwt")) == 401


def described(site, token):
    answer = site.get("/file/any", headers=[bearer(token)])
    return answer.status, answer.header("www-authenticate")


def test_a_revoked_token_is_refused_at_the_next_request(site, newcomer):
    site.expect(REFUSED)
    token = site.orgauth.key(newcomer(key=False).email, "acme", "--jwt")
    assert status(site, token) == 200
    site.orgauth.run("key", "revoke", key_id(token))
    code, challenge = described(site, token)
    assert code == 401 and "revoked" in challenge


def test_an_expired_token_is_told_so(site, newcomer):
    site.expect(REFUSED)
    token = site.orgauth.key(newcomer(key=False).email, "acme", "--jwt", "--expires", "1s")
    while status(site, token) == 200: # the clock of the token has whole seconds
        pass
    code, challenge = described(site, token)
    assert code == 401 and "expired" in challenge


def test_a_banned_user_s_token_is_refused(site, newcomer):
    site.expect(REFUSED)
    person = newcomer(key=False)
    token = site.orgauth.key(person.email, "acme", "--jwt")
    site.orgauth.run("user", "ban", person.email, "--org", "acme")
    code, challenge = described(site, token)
    assert code == 401 and "BANNED" in challenge


@pytest.mark.parametrize("options", [[], ["--jwt"]])
def test_a_key_is_taken_from_its_networks_alone(site, newcomer, options):
    site.expect(REFUSED)
    person = newcomer(key=False)
    far = site.orgauth.key(person.email, "acme", "--network", "10.0.0.0/8", "--network", "2001:db8::/32", *options)
    near = site.orgauth.key(person.email, "acme", "--network", "127.0.0.0/8", *options)
    assert status(site, near) == 200 and status(site, far) == 403
    which = key_id(far) if options else "key_" + far.split("_")[1]
    site.orgauth.run("key", "edit", which, "--network", "127.0.0.1")
    assert status(site, far) == 200
    site.orgauth.run("key", "edit", which, "--network", "192.0.2.1")
    assert status(site, far) == 403
    site.orgauth.run("key", "edit", which, "--network=")
    assert status(site, far) == 200


def test_a_rotated_token_retires_after_the_new_one_is_used(site, newcomer):
    site.expect(REFUSED)
    old = site.orgauth.key(newcomer(key=False).email, "acme", "--jwt")
    new = site.orgauth("key", "rotate", key_id(old), "--overlap", "0")
    assert status(site, old) == 200
    assert status(site, new) == 200
    assert status(site, old) == 401
